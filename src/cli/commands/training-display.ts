// What a person sees of a training run: a line that is redrawn after each step, and one line per epoch that stays.
import type { StepResult } from '../../backends/tfjs/training/trainer.ts'
import { dice, meanOfKnown } from '../../data/metrics.ts'
import type { EpochRecord } from '../../data/history.ts'
import type { TrainingTask } from '../../node/runs/task.ts'
import type { TrainingOptions } from '../../node/runs/training.ts'
import { formatDuration } from '../../compiler/text/numbers.ts'
import { barOf, leastMs, progress, type Progress } from '../progress.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import type { Terminal } from '../terminal.ts'

type Listeners = Required<Pick<TrainingOptions, 'onStart' | 'onStep' | 'onEpoch' | 'onValidation'>>

/** The running means forget at this rate per step. */
const forget = 0.05

const barWidth = 10

interface Running {
  done: number
  all: number
  loss: number | undefined
  /** Of a step. */
  seconds: number | undefined
  /** Of the last validation. */
  validation: number
  /** Of each foreground class, over the patches of the last steps. */
  dice: (number | undefined)[]
}

export function trainingDisplay(
  { recipe, run }: TrainingTask,
  terminal: Terminal,
): { readonly listeners: Listeners; clear(): void } {
  const running: Running = {
    done: 0,
    all: 1,
    loss: undefined,
    seconds: undefined,
    validation: 0,
    dice: [],
  }
  const names = run.description.dataset.classes.slice(1)
  let validating: Progress | undefined
  let begun = performance.now()
  let drawn = 0
  const clear = (): void => {
    if (terminal.isWatched) terminal.redraw('')
  }
  const draw = (): void => {
    const now = performance.now()
    if (!terminal.isWatched || now - drawn < leastMs) return
    drawn = now
    terminal.redraw(lineOf(running, recipe, terminal))
  }
  return {
    clear,
    listeners: {
      onStart: (step, steps) => Object.assign(running, { done: step, all: steps }),
      onStep: (result, seconds) => {
        take(running, result, seconds)
        draw()
        begun = performance.now()
        validating = undefined
      },
      onValidation: (done, all) => (validating ??= progress('validating', terminal)).show(done, all),
      onEpoch: (record) => {
        running.validation = (performance.now() - begun) / 1000
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

/** As much as one row of the terminal holds, the most wanted first. */
function lineOf(running: Running, { steps, epochs }: Recipe, terminal: Terminal): string {
  const { done, all, loss = 0, seconds = 0, dice: classes } = running
  const epoch = Math.ceil(done / steps)
  const secondsLeft = seconds * (all - done) + running.validation * (epochs - epoch + 1)
  const score = (one: number | null | undefined): string => one?.toFixed(2) ?? '-'
  const position = `epoch ${epoch}/${epochs} ${barOf(done / all, terminal, barWidth)} ${done}/${all}  ${formatDuration(secondsLeft)} left  loss ${loss.toFixed(3)}`
  const speed = `  ${seconds.toFixed(2)} s/step`
  const each = `  Dice ${classes.map(score).join(' ')}`
  const mean = `  Dice ${score(meanOfKnown(classes.map((one) => one ?? null)))}`
  const choices = [each + speed, mean + speed, mean, '']
  const rest = choices.find((one) => position.length + one.length < terminal.width) ?? ''
  return `${position}${rest}`.slice(0, terminal.width - 1)
}

function epochLine(
  { epoch, loss, dice: scores, meanDice, cases }: EpochRecord,
  epochs: number,
  names: readonly string[],
  seconds: number | undefined,
): string {
  const shown = (score: number | null | undefined): string => score?.toFixed(4) ?? '-'
  const perClass = names.map((name, k) => `${name} ${shown(scores[k])}`).join(', ')
  const validated =
    cases === 0 ? '' : `  Dice ${shown(meanDice)} on ${cases} case${cases === 1 ? '' : 's'}: ${perClass}`
  const speed = seconds === undefined ? '' : `  ${seconds.toFixed(2)} s/step`
  return `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  loss ${loss.toFixed(4)}${speed}${validated}`
}
