// Curves over steps and epochs: loss, validation Dice, learning rate, gradient norm, speed.
import type { EpochRecord, StepRecord } from '../../data/history.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { renderHalf, renderWide } from '../charts.ts'
import type { Line, Mark } from '../charts.ts'
import { columnRanges, extremes, samplesOf, smoothed } from '../downsample.ts'
import type { Samples } from '../downsample.ts'
import { markup } from '../markup.ts'
import type { Markup, Piece } from '../markup.ts'
import { compact, counted, dice, duration } from '../numbers.ts'
import { seriesColour, seriesDash } from '../palette.ts'
import { disclosure, figure, table } from '../parts.ts'
import type { LegendEntry } from '../parts.ts'
import type { RunPageData } from './data.ts'
import { updatesOf } from './timeline.ts'
import type { Timeline } from './timeline.ts'

/** More columns than a chart of half a row has pixels would not be seen. */
const halfColumns = 240

export function training(timeline: Timeline): Piece {
  const { steps, epochs } = timeline
  if (steps.length === 0) return markup`<p>No step has been recorded yet.</p>`
  return [
    markup`<div class="charts">${stepLoss(timeline)}${epochs.length > 0 && epochLoss(epochs)}${gradientNorm(timeline)}${learningRate(
      timeline,
    )}${speed(timeline)}</div>`,
    disclosure('The training curves as a table', stepTable(steps)),
  ]
}

/** About a sixtieth of the run, so that the curve shows where the run goes and not each step. */
function spanOf(steps: readonly StepRecord[]): number {
  return Math.min(1000, Math.max(5, Math.round(steps.length / 60)))
}

function series(steps: readonly StepRecord[], pick: (step: StepRecord) => number): Samples {
  return samplesOf(steps, (one) => one.step, pick)
}

/** Raw values faintly, their moving mean over them. */
function rawAndSmooth(points: Samples, span: number, width: number): readonly Line[] {
  const colour = seriesColour(0)
  return [
    { points: extremes(points, width), colour, width: 1, opacity: 0.28 },
    { points: extremes(smoothed(points, span), width), colour, width: 2 },
  ]
}

function smoothLegend(span: number): readonly LegendEntry[] {
  return [
    { name: 'each step', colour: seriesColour(0), shape: 'faint' },
    { name: `moving mean, about ${counted(span, 'step')}`, colour: seriesColour(0), shape: 'line' },
  ]
}

function stepAxis({ lastStep }: Timeline): { label: string; min: number; max: number; whole: boolean } {
  return { label: 'step', min: 0, max: Math.max(1, lastStep), whole: true }
}

/** Resumptions and topology updates, no closer than a few pixels. */
function stepMarks(timeline: Timeline): { readonly marks: readonly Mark[]; readonly updates: number } {
  const updates = updatesOf(timeline)
  const every = Math.max(1, Math.ceil(updates.length / 110))
  const resumed = timeline.starts.filter((one) => one.step > 0)
  return {
    updates: updates.length,
    marks: [
      ...updates.filter((_, k) => k % every === 0).map(({ step }): Mark => ({ x: step, kind: 'update' })),
      ...resumed.map(({ step }): Mark => ({ x: step, kind: 'resume' })),
    ],
  }
}

function markLegend(timeline: Timeline, updates: number, marks: readonly Mark[]): readonly LegendEntry[] {
  const drawn = marks.filter((one) => one.kind === 'update').length
  const name = `topology update (${withSeparators(updates)}${drawn < updates ? `, ${drawn} of them drawn` : ''})`
  return [
    ...(updates > 0 ? [{ name, colour: 'var(--mark)', shape: 'mark' } as const] : []),
    ...(timeline.starts.some((one) => one.step > 0)
      ? [{ name: 'resumed', colour: 'var(--muted)', shape: 'mark', dash: [1, 2] } as const]
      : []),
  ]
}

function stepLoss(timeline: Timeline): Markup {
  const points = series(timeline.steps, (one) => one.loss)
  const span = spanOf(timeline.steps)
  const { marks, updates } = stepMarks(timeline)
  const summary = `Loss of each training step. ${fromTo(points, span)}${gaps(points)}`
  return figure({
    id: 'step-loss',
    title: 'Loss per step',
    summary,
    wide: true,
    legend: [...smoothLegend(span), ...markLegend(timeline, updates, marks)],
    picture: renderWide(
      {
        id: 'chart-step-loss',
        summary,
        marks,
        x: stepAxis(timeline),
        y: {},
      },
      (columns) => rawAndSmooth(points, span, columns),
    ),
  })
}

/** Where the moving mean begins, once it is one, and where it ends, in words. */
function fromTo(points: Samples, span: number, format = compact): string {
  const { x, y } = smoothed(points, span)
  const last = y.findLastIndex(Number.isFinite)
  const first = y.findIndex((value, k) => Number.isFinite(value) && k >= Math.min(span - 1, last))
  if (last < 0) return 'No value is known.'
  const [start, end] = [first, last].map((k) => `${format(y[k] ?? NaN)} at step ${withSeparators(x[k] ?? 0)}`)
  return first === last ? `The mean is ${end}.` : `The moving mean goes from ${start} to ${end}.`
}

function gaps({ y }: Samples): string {
  const count = y.reduce((total, value) => total + (Number.isFinite(value) ? 0 : 1), 0)
  return count === 0 ? '' : ` ${counted(count, 'step')} had no finite value and left a gap.`
}

function gradientNorm(timeline: Timeline): Markup {
  const points = series(timeline.steps, (one) => one.gradientNorm)
  const span = spanOf(timeline.steps)
  const logarithmic = isWide(points)
  const summary = `Norm of all gradients before clipping${logarithmic ? ', on a logarithmic axis' : ''}. ${fromTo(points, span)}${gaps(points)}`
  return figure({
    id: 'gradient-norm',
    title: 'Gradient norm',
    summary,
    legend: smoothLegend(span),
    picture: renderHalf({
      id: 'chart-gradient-norm',
      summary,
      lines: rawAndSmooth(points, span, halfColumns),
      x: stepAxis(timeline),
      y: { logarithmic },
    }),
  })
}

/** Values over more than a decade and a half are seen only on a logarithmic axis, which takes positive ones. */
function isWide({ y }: Samples): boolean {
  let [low, high] = [Infinity, 0]
  for (const value of y) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low > 0 && high / low > 30
}

function learningRate(timeline: Timeline): Markup {
  const points = series(timeline.steps, (one) => one.learningRate)
  const summary = `From ${compact(points.y.at(0) ?? NaN)} at the first step to ${compact(points.y.at(-1) ?? NaN)} at the last.`
  return figure({
    id: 'learning-rate',
    title: 'Learning rate',
    summary,
    picture: renderHalf({
      id: 'chart-learning-rate',
      summary,
      lines: [{ points: extremes(points, halfColumns), colour: seriesColour(1) }],
      x: stepAxis(timeline),
      y: { min: 0 },
    }),
  })
}

function speed(timeline: Timeline): Markup {
  const points = series(timeline.steps, (one) => one.seconds)
  const span = spanOf(timeline.steps)
  const summary = `Wall time of each step. ${fromTo(points, span, duration)}`
  return figure({
    id: 'speed',
    title: 'Seconds per step',
    summary,
    legend: smoothLegend(span),
    picture: renderHalf({
      id: 'chart-speed',
      summary,
      lines: rawAndSmooth(points, span, halfColumns),
      x: stepAxis(timeline),
      y: { logarithmic: isWide(points) },
    }),
  })
}

function epochSeries(epochs: readonly EpochRecord[], pick: (epoch: EpochRecord) => number | null): Samples {
  return samplesOf(epochs, (one) => one.epoch, pick)
}

function epochAxis(epochs: readonly EpochRecord[]): {
  label: string
  min: number
  max: number
  whole: boolean
} {
  const [first, last] = [epochs[0]?.epoch ?? 0, epochs.at(-1)?.epoch ?? 1]
  return { label: 'epoch', min: Math.min(first, last - 1), max: last, whole: true }
}

function epochLoss(epochs: readonly EpochRecord[]): Markup {
  const points = epochSeries(epochs, (one) => one.loss)
  const [first, last] = [epochs[0], epochs.at(-1)]
  const summary = `Mean training loss of each epoch: ${compact(first?.loss ?? NaN)} in epoch ${first?.epoch}, ${compact(
    last?.loss ?? NaN,
  )} in epoch ${last?.epoch}.`
  return figure({
    id: 'epoch-loss',
    title: 'Loss per epoch',
    summary,
    picture: renderHalf({
      id: 'chart-epoch-loss',
      summary,
      lines: [{ points: extremes(points, halfColumns), colour: seriesColour(0) }],
      x: epochAxis(epochs),
      y: {},
    }),
  })
}

export function validation(run: RunPageData, { epochs }: Timeline): Piece {
  if (epochs.length === 0) return markup`<p>No epoch has ended yet.</p>`
  const names = run.dataset.classes.slice(1)
  const lines = (columns: number): readonly Line[] => [
    ...names.map((_, k) => diceLine(epochs, k, columns)),
    ...(names.length > 1 ? [meanLine(epochs, columns)] : []),
  ]
  const best = epochs.find((one) => one.epoch === run.bestEpoch)
  const summary = diceSummary(epochs, best)
  return figure({
    id: 'dice',
    title: 'Validation Dice',
    summary,
    legend: [
      ...names.map((name, k): LegendEntry => ({
        name,
        colour: seriesColour(k),
        dash: seriesDash(k),
        shape: 'line',
      })),
      ...(names.length > 1 ? [{ name: 'mean', colour: 'var(--text)', shape: 'line' } as const] : []),
      ...(best === undefined
        ? []
        : [{ name: 'best epoch', colour: 'var(--accent)', shape: 'mark', dash: [4, 2] } as const]),
    ],
    picture: renderWide(
      {
        id: 'chart-dice',
        summary,
        marks: best === undefined ? [] : [{ x: best.epoch, kind: 'best' }],
        x: epochAxis(epochs),
        y: diceAxis(epochs),
      },
      lines,
    ),
  })
}

function diceLine(epochs: readonly EpochRecord[], index: number, columns: number): Line {
  return {
    points: extremes(
      epochSeries(epochs, (one) => one.dice[index] ?? null),
      columns,
    ),
    colour: seriesColour(index),
    dash: seriesDash(index),
    width: 1.75,
  }
}

function meanLine(epochs: readonly EpochRecord[], columns: number): Line {
  const points = extremes(
    epochSeries(epochs, (one) => one.meanDice),
    columns,
  )
  return { points, colour: 'var(--text)', width: 3 }
}

/** The axis begins where all values are seen and ticks are round: at 0 for most runs. */
function diceAxis(epochs: readonly EpochRecord[]): { min: number; max: number; interval: number } {
  let least = 1
  for (const one of epochs) for (const value of one.dice) least = Math.min(least, value ?? least)
  const min = [0.8, 0.5].find((floor) => least >= floor) ?? 0
  return { min, max: 1, interval: min === 0 ? 0.2 : min === 0.5 ? 0.1 : 0.05 }
}

function diceSummary(epochs: readonly EpochRecord[], best: EpochRecord | undefined): string {
  const last = epochs.at(-1)
  const end = `Mean over the classes after epoch ${last?.epoch}: ${dice(last?.meanDice)}.`
  return best === undefined ? end : `${end} Best: ${dice(best.meanDice)} after epoch ${best.epoch}.`
}

/** Twenty stretches of the run in numbers. */
function stepTable(steps: readonly StepRecord[]): Markup {
  const ranges = columnRanges(
    steps.map((one) => one.step),
    20,
  )
  return table({
    caption: 'The training steps in stretches of equal length',
    head: [
      'Steps',
      'Mean loss',
      'Least loss',
      'Largest loss',
      'Last learning rate',
      'Mean gradient norm',
      'Mean seconds',
    ],
    rows: ranges.map(([start, end]) => stretchRow(steps.slice(start, end))),
  })
}

function stretchRow(steps: readonly StepRecord[]): readonly string[] {
  const loss = statistics(steps, (one) => one.loss)
  return [
    `${withSeparators(steps[0]?.step ?? 0)} to ${withSeparators(steps.at(-1)?.step ?? 0)}`,
    ...[loss.mean, loss.least, loss.largest].map(compact),
    compact(steps.at(-1)?.learningRate ?? NaN),
    compact(statistics(steps, (one) => one.gradientNorm).mean),
    compact(statistics(steps, (one) => one.seconds).mean),
  ]
}

function statistics(
  steps: readonly StepRecord[],
  pick: (step: StepRecord) => number,
): { mean: number; least: number; largest: number } {
  let [sum, least, largest] = [0, Infinity, -Infinity]
  for (const one of steps) {
    const value = pick(one)
    sum += value
    least = Math.min(least, value)
    largest = Math.max(largest, value)
  }
  return { mean: sum / steps.length, least, largest }
}
