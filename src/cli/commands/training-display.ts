// What a person sees of a training run: a line that is redrawn after each step, and one line per epoch that stays.
import type { StepResult } from '../../backends/tfjs/training/trainer.ts'
import { dice } from '../../data/metrics.ts'
import type { EpochRecord } from '../../data/history.ts'
import type { TrainingOptions, TrainingTask } from '../../node/runs/training.ts'
import { formatDuration } from '../../compiler/text/numbers.ts'
import { barOf, progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'

type Listeners = Required<Pick<TrainingOptions, 'onStart' | 'onStep' | 'onEpoch' | 'onValidation'>>

/** The running means forget at this rate per step. */
const forget = 0.05

interface Running {
  done: number
  all: number
  loss: number | undefined
  seconds: number | undefined
  /** Of each foreground class, over the patches of the last steps. */
  dice: (number | undefined)[]
}

export function trainingDisplay(
  { recipe, run }: TrainingTask,
  terminal: Terminal,
): { readonly listeners: Listeners; clear(): void } {
  const running: Running = { done: 0, all: 1, loss: undefined, seconds: undefined, dice: [] }
  const names = run.description.dataset.classes.slice(1)
  const validating = progress('validating', terminal)
  const clear = (): void => {
    if (terminal.isWatched) terminal.err('\r\u001B[K')
  }
  const draw = (): void => {
    if (terminal.isWatched)
      terminal.err(`\r\u001B[K${lineOf(running, recipe.steps, terminal).slice(0, terminal.width - 1)}`)
  }
  return {
    clear,
    listeners: {
      onStart: (step, steps) => Object.assign(running, { done: step, all: steps }),
      onStep: (result, seconds) => {
        take(running, result, seconds)
        draw()
      },
      onValidation: (done, all) => (done === all ? validating.clear() : validating.show(done, all)),
      onEpoch: (record) => {
        clear()
        terminal.out(`${epochLine(record, recipe.epochs, names, running.seconds)}\n`)
      },
    },
  }
}

const blended = (old: number | undefined, now: number): number =>
  old === undefined ? now : old + forget * (now - old)

function take(running: Running, { loss, step, overlap }: StepResult, seconds: number): void {
  running.done = step
  running.loss = blended(running.loss, loss)
  running.seconds = blended(running.seconds, seconds)
  for (const [label, both] of overlap.both.entries()) {
    const reference = overlap.labelled[label] ?? 0
    const found = dice({ both, predicted: overlap.predicted[label] ?? 0, reference })
    if (label > 0 && found !== null) running.dice[label - 1] = blended(running.dice[label - 1], found)
  }
}

function lineOf(running: Running, steps: number, terminal: Terminal): string {
  const { done, all, loss = 0, seconds = 0, dice: classes } = running
  const scores = classes.map((one) => (one === undefined ? '-' : one.toFixed(2))).join(' ')
  const left = formatDuration(seconds * (all - done))
  return `epoch ${Math.ceil(done / steps)} ${barOf(done / all, terminal)} ${done}/${all}  loss ${loss.toFixed(3)}  Dice ${scores}  ${seconds.toFixed(2)} s/step  ${left} left`
}

function epochLine(
  { epoch, loss, dice: scores, meanDice, cases }: EpochRecord,
  epochs: number,
  names: readonly string[],
  seconds: number | undefined,
): string {
  const shown = (score: number | null | undefined): string =>
    score === null || score === undefined ? '-' : score.toFixed(4)
  const perClass = names.map((name, k) => `${name} ${shown(scores[k])}`).join(', ')
  const validated = cases === 0 ? '' : `  Dice ${perClass}, mean ${shown(meanDice)} (${cases} cases)`
  const speed = seconds === undefined ? '' : `  ${seconds.toFixed(2)} s/step`
  return `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  loss ${loss.toFixed(4)}${validated}${speed}`
}
