// What the page begins with: whose run it is, how it stands, the numbers that matter most.
import type { EpochRecord } from '../../data/history.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { markup } from '../markup.ts'
import type { Markup, Piece } from '../markup.ts'
import { compact, counted, dice, duration, missing } from '../numbers.ts'
import { seriesColour } from '../palette.ts'
import { keyNumbers } from '../parts.ts'
import type { KeyNumber } from '../parts.ts'
import { weave } from '../weave.ts'
import type { RunPageData } from './data.ts'
import { elapsedSeconds, secondsPerStep } from './timeline.ts'
import type { Timeline } from './timeline.ts'

type State = 'finished' | 'running' | 'interrupted'

export function stateOf(run: RunPageData): State {
  if (run.finished) return 'finished'
  return run.refreshSeconds === undefined ? 'interrupted' : 'running'
}

const stateWords: Readonly<Record<State, string>> = {
  finished: 'Finished',
  running: 'Running',
  interrupted: 'Interrupted',
}

export function runHeader(run: RunPageData, timeline: Timeline): Markup {
  const state = stateOf(run)
  return markup`<header>
${weave}
<p class="kicker">Training run · ${run.dataset.name} · recipe ${run.recipe.name}</p>
<div class="title"><h1>${run.network}</h1><span class="state ${state}">${stateWords[state]}</span></div>
<p class="lead">${leadOf(run, timeline)}</p>
${progressOf(run, timeline)}
</header>
`
}

function leadOf(run: RunPageData, timeline: Timeline): string {
  const { epochs, lastStep } = timeline
  const cases = `${counted(run.split.training, 'case')} to train on, ${withSeparators(run.split.validation)} to validate on`
  if (lastStep === 0) return `No step has been taken yet. ${cases}.`
  return `${counted(lastStep, 'step')} and ${counted(epochs.length, 'epoch')} so far; ${cases}.`.replace(
    ' so far',
    run.finished ? '' : ' so far',
  )
}

function progressOf(run: RunPageData, { lastStep }: Timeline): Markup | null {
  if (run.plan === undefined || run.finished) return null
  const share = `${withSeparators(lastStep)} of ${counted(run.plan.steps, 'step')}`
  return markup`<progress max="${Math.max(1, run.plan.steps)}" value="${Math.min(lastStep, run.plan.steps)}" aria-label="Progress: ${share}">${share}</progress>`
}

export function overview(run: RunPageData, timeline: Timeline): Piece {
  const best = timeline.epochs.find((one) => one.epoch === run.bestEpoch)
  return [keyNumbers([bestDice(best), ...progressNumbers(run, timeline)]), classBars(run, best)]
}

function bestDice(best: EpochRecord | undefined): KeyNumber {
  return {
    name: 'Best mean Dice',
    value: best === undefined ? missing : dice(best.meanDice),
    note: best === undefined ? 'nothing validated yet' : `epoch ${withSeparators(best.epoch)}`,
  }
}

function progressNumbers(run: RunPageData, timeline: Timeline): readonly KeyNumber[] {
  const { epochs, steps, lastStep } = timeline
  const speed = secondsPerStep(timeline)
  const last = steps.at(-1)
  return [
    {
      name: 'Epochs',
      value: withSeparators(epochs.length),
      note: run.plan && `of ${withSeparators(run.plan.epochs)}`,
    },
    {
      name: 'Steps',
      value: withSeparators(lastStep),
      note: run.plan && `of ${withSeparators(run.plan.steps)}`,
    },
    { name: 'Time', value: duration(elapsedSeconds(timeline)), note: remaining(run, timeline, speed) },
    {
      name: 'Time per step',
      value: speed === undefined ? missing : duration(speed),
      note: speed === undefined ? undefined : `median of the last ${Math.min(100, steps.length)}`,
    },
    {
      name: 'Training loss',
      value: last === undefined ? missing : compact(epochs.at(-1)?.loss ?? last.loss),
      note:
        epochs.length > 0 ? 'mean of the last epoch' : last === undefined ? undefined : 'of the last step',
    },
  ]
}

function remaining(run: RunPageData, timeline: Timeline, speed: number | undefined): string {
  if (stateOf(run) !== 'running' || run.plan === undefined || speed === undefined) return 'without pauses'
  return `about ${duration(Math.max(0, run.plan.steps - timeline.lastStep) * speed)} of steps to go`
}

function classBars(run: RunPageData, best: EpochRecord | undefined): Markup | null {
  if (best === undefined) return null
  return markup`<div class="card"><h3>Dice by class, epoch ${withSeparators(best.epoch)}</h3>
<ul class="classes">${run.dataset.classes.slice(1).map((name, k) => bar(name, best.dice[k] ?? null, k))}</ul></div>
`
}

function bar(name: string, value: number | null, index: number): Markup {
  const width = Number((Math.min(1, Math.max(0, value ?? 0)) * 100).toFixed(2))
  const figures = value === null ? 'in no validation case' : dice(value)
  return markup`<li><span>${name}</span><div class="track" aria-hidden="true"><div style="width: ${width}%; background: ${seriesColour(index)}"></div></div><span class="figures">${figures}</span></li>
`
}
