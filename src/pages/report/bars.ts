// Bars by module: who spends the parameters, the MACs and the memory. The tree is opened where most is spent, as far as there is room.
import type { CostDocument, ModuleRow, Row } from '../../backends/report/model.ts'
import type { ReviewDocument } from '../../backends/report/review/model.ts'
import { hasMasks } from '../../backends/report/rows.ts'
import { humanBytes, humanCount, largest } from '../../compiler/text/numbers.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { seriesColour } from '../palette.ts'
import { figure } from '../parts.ts'
import { renderBars } from './bar-chart.ts'
import { byteSteps, byteTick, countTick } from './ticks.ts'

/** One bar: its name, and its parts in the order of the figure's. */
interface Bar {
  readonly name: string
  readonly amounts: readonly number[]
}

interface Part {
  readonly name: string
  readonly colour: string
  readonly faint?: boolean
}

interface BarFigure {
  readonly id: string
  readonly title: string
  readonly unit: 'count' | 'bytes'
  readonly parts: readonly Part[]
  readonly bars: readonly Bar[]
}

export function bars(document: ReviewDocument): Piece {
  const { cost, moduleBytes } = document
  const known = cost.totals.training.macs !== null
  return markup`<div class="charts">
${barFigure(parameterBars(document))}${known && barFigure(macBars(document))}${moduleBytes.length > 0 && barFigure(memoryBars(document))}${known && barFigure(operatorBars(document))}</div>
`
}

// ---------------------------------------------------------------- what is shown

/** Whether masks take something away, which is then shown beside what they leave. */
type Counting = 'masked' | 'dense'

const countingOf = (cost: CostDocument): Counting => (hasMasks(cost) ? 'masked' : 'dense')

function parameterBars({ cost }: ReviewDocument): BarFigure {
  const counting = countingOf(cost)
  const read = ({ effectiveParameters, parameters }: Row): number[] =>
    split(counting, effectiveParameters, parameters)
  return {
    id: 'bars-parameters',
    title: 'Parameters by module',
    unit: 'count',
    parts: countParts(counting, seriesColour(0)),
    bars: moduleBars(cost.modules, read),
  }
}

const macsOf =
  (counting: Counting) =>
  ({ effectiveMacs, macs }: Row): number[] =>
    split(counting, effectiveMacs ?? 0, macs ?? 0)

function macBars({ cost }: ReviewDocument): BarFigure {
  const counting = countingOf(cost)
  return {
    id: 'bars-macs',
    title: 'MACs by module, every output',
    unit: 'count',
    parts: countParts(counting, seriesColour(2)),
    bars: moduleBars(cost.modules, macsOf(counting)),
  }
}

function operatorBars({ cost }: ReviewDocument): BarFigure {
  const counting = countingOf(cost)
  const bars = cost.operators.map((one) => ({
    name: `${one.operator} (${one.count})`,
    amounts: macsOf(counting)(one),
  }))
  return {
    id: 'bars-operators',
    title: 'MACs by operator, every output',
    unit: 'count',
    parts: countParts(counting, seriesColour(5)),
    bars: bars.filter((one) => sumOf(one) > 0),
  }
}

function memoryBars({ cost, moduleBytes }: ReviewDocument): BarFigure {
  const bytes = new Map(moduleBytes.map((one) => [one.path, one]))
  return {
    id: 'bars-memory',
    title: 'Training memory by module',
    unit: 'bytes',
    parts: [
      { name: 'kept for the backward pass', colour: seriesColour(1) },
      { name: 'weights, gradients, optimiser', colour: seriesColour(4) },
    ],
    bars: moduleBars(cost.modules, ({ path }) => [
      bytes.get(path)?.savedBytes ?? 0,
      bytes.get(path)?.residentBytes ?? 0,
    ]),
  }
}

function split(counting: Counting, effective: number, dense: number): number[] {
  return counting === 'masked' ? [effective, dense - effective] : [effective]
}

function countParts(counting: Counting, colour: string): Part[] {
  return counting === 'masked'
    ? [
        { name: 'effective', colour },
        { name: 'removed by masks', colour, faint: true },
      ]
    : [{ name: 'all', colour }]
}

// ---------------------------------------------------------------- which modules

const mostBars = 28
/** Fewer than that, and modules are opened whatever their depth. */
const fewBars = 10
/** A module with less of the whole is not opened. */
const worthOpening = 0.05
/** Levels of a backbone, nodes of a lattice. */
const usualDepth = 2

const sumOf = ({ amounts }: Bar): number => amounts.reduce((sum, one) => sum + one, 0)
const depthOf = ({ path }: ModuleRow): number => path.split('.').length

/** Outer modules make way for their parts while there is room, the largest first; in the order of the network. */
function moduleBars(top: readonly ModuleRow[], read: (module: ModuleRow) => number[]): Bar[] {
  const amount = (one: ModuleRow): number => read(one).reduce((sum, part) => sum + part, 0)
  const spends = (one: ModuleRow): boolean => amount(one) > 0
  const total = top.reduce((sum, one) => sum + amount(one), 0)
  const closed = new Set<ModuleRow>()
  let shown = top.filter(spends)
  for (;;) {
    const open = shown.filter(
      (one) =>
        !closed.has(one) &&
        amount(one) >= worthOpening * total &&
        (depthOf(one) < usualDepth || shown.length < fewBars),
    )
    const [next] = open.toSorted((a, b) => depthOf(a) - depthOf(b) || amount(b) - amount(a))
    if (next === undefined) break
    const inside = next.children.filter(spends)
    if (inside.length === 0 || shown.length - 1 + inside.length > mostBars) closed.add(next)
    else shown = shown.flatMap((one) => (one === next ? inside : [one]))
  }
  return shown.map((one) => ({ name: one.path, amounts: read(one) }))
}

// ---------------------------------------------------------------- the picture

/** Where a bar shows more than is spent, what is spent comes first: `903.04 K of 4.51 M`. */
function amountText(
  bar: Bar | undefined,
  spent: (bar: Bar) => number,
  show: (value: number) => string,
): string {
  if (bar === undefined) return ''
  const [own, all] = [spent(bar), sumOf(bar)]
  return own === all ? show(own) : `${show(own)} of ${show(all)}`
}

function barFigure({ id, title, unit, parts, bars: all }: BarFigure): Markup {
  const show = unit === 'bytes' ? humanBytes : humanCount
  const ranked = all.toSorted((a, b) => sumOf(b) - sumOf(a))
  const kept = new Set(ranked.slice(0, mostBars))
  const shown = all.filter((one) => kept.has(one))
  // What masks removed is shown, but not spent.
  const spent = ({ amounts }: Bar): number =>
    amounts.reduce((sum, one, at) => sum + (parts[at]?.faint === true ? 0 : one), 0)
  const [most] = all.toSorted((a, b) => spent(b) - spent(a))
  const total = all.reduce((sum, one) => sum + spent(one), 0)
  const summary =
    most === undefined || total === 0
      ? 'Nothing is spent.'
      : `${most.name} spends most: ${show(spent(most))}, ${((100 * spent(most)) / total).toFixed(1)} %.${shown.length === all.length ? '' : ` The largest ${shown.length} of ${all.length}.`}`
  const axis =
    unit === 'bytes' ? { format: byteTick, ...byteSteps(largest(shown.map(sumOf))) } : { format: countTick }
  return figure({
    id: `${id}-figure`,
    title,
    summary,
    ...(parts.length > 1
      ? {
          legend: parts.map(({ name, colour, faint }) => ({
            name,
            colour,
            shape: faint === true ? ('faint' as const) : ('area' as const),
          })),
        }
      : {}),
    picture: renderBars({
      id,
      width: 520,
      summary: `${title}. ${summary}`,
      names: shown.map((one) => one.name),
      series: parts.map((part, at) => ({ ...part, values: shown.map((one) => one.amounts[at] ?? 0) })),
      arrangement: 'stacked',
      label: (row) => amountText(shown[row], spent, show),
      axis,
      ...(parts.some((one) => one.faint) ? { labelRoom: 130 } : {}),
    }),
  })
}
