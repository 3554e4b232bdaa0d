// Two metrics against each other: every point, those on the front filled and named, and the line of the front of the two.
import type { EChartsCoreOption } from 'echarts/core'
import type { MetricData } from '../../compiler/analysis/sweep/metrics.ts'
import { paretoFront } from '../../compiler/analysis/sweep/pareto.ts'
import { argumentCells, argumentHead } from '../../backends/report/sweep/figures.ts'
import type { SweepDocument, SweepRow } from '../../backends/report/sweep/model.ts'
import type { Markup } from '../markup.ts'
import { counted } from '../numbers.ts'
import { figure, type LegendEntry } from '../parts.ts'
import { renderOption, type Canvas, type ToPixels } from '../svg.ts'
import { labelDistance, labelSize, placeLabels, type Side, type Spot } from './labels.ts'
import { scaleOf, shortNumber, shortValue, type Scale } from './scales.ts'
import { seriesOf, type Series } from './series.ts'

export interface Axes {
  readonly x: MetricData
  readonly y: MetricData
}

interface Plot extends Axes {
  readonly document: SweepDocument
  readonly scales: { readonly x: Scale; readonly y: Scale }
  readonly series: readonly Series[]
  /** Of these two metrics alone, from left to right. */
  readonly line: readonly SweepRow[]
  /** One of the line in each place, which carries its name. */
  readonly named: ReadonlySet<SweepRow>
  /** Halfway along x. */
  readonly middle: number
}

/** A figure of a half row; of a whole one where it is alone. */
export function scatter(document: SweepDocument, axes: Axes, id: string, size: 'half' | 'whole'): Markup {
  const plot = plotOf(document, axes)
  const summary = summaryOf(plot)
  const canvas = (width: number, height: number, room?: Canvas['room']): Markup =>
    renderOption(
      optionOf(plot, width, noLabels),
      {
        id: `${id}-chart${room === 'narrow' ? '-narrow' : ''}`,
        width,
        height,
        summary,
        ...(room === undefined ? {} : { room }),
      },
      (toPixels) => optionOf(plot, width, labelsOf(plot, { width, height }, toPixels)),
    )
  return figure({
    id,
    title: `${axes.y.title} against ${axes.x.title}`,
    summary,
    legend: legendOf(plot),
    wide: size === 'whole',
    picture: size === 'half' ? canvas(520, 340) : [canvas(1100, 420, 'wide'), canvas(420, 340, 'narrow')],
  })
}

function plotOf(document: SweepDocument, { x, y }: Axes): Plot {
  const { rows } = document
  const pairs = rows.map((row) =>
    row.status === 'counted' ? [row.values[x.name] ?? null, row.values[y.name] ?? null] : [null, null],
  )
  const line = paretoFront(pairs, [x.objective, y.objective])
    .flatMap((at) => rows[at] ?? [])
    .sort((a, b) => (a.values[x.name] ?? 0) - (b.values[x.name] ?? 0))
  const named = firstOfPlaces(line, { x, y })
  const valuesOf = (name: string): number[] => rows.flatMap((row) => row.values[name] ?? [])
  const [least, most] = [Math.min(...valuesOf(x.name)), Math.max(...valuesOf(x.name))]
  const scales = { x: scaleOf(x, valuesOf(x.name)), y: scaleOf(y, valuesOf(y.name)) }
  return { document, x, y, scales, series: seriesOf(document), line, named, middle: (least + most) / 2 }
}

function summaryOf({ document, x, y, line }: Plot): string {
  const drawn = document.rows.filter((row) => hasBoth(row, { x, y }))
  if (drawn.length === 0) return 'No point has both figures.'
  const every = everyOf(document)
  const part = every === 1 ? '' : `, one in ${every} drawn`
  const places = new Set(drawn.map((row) => placeOf(row, { x, y }))).size
  const shared = places === drawn.length ? '' : ` in ${counted(places, 'place')}, where some coincide`
  return `${counted(drawn.length, 'point')}${part}${shared}. ${frontSentence(line.length, { x, y })}`
}

function frontSentence(count: number, { x, y }: Axes): string {
  if (count === 0) return 'Each breaks a budget, and there is no front of these two.'
  const better = ({ objective }: MetricData): string => (objective === 'minimise' ? 'less' : 'more')
  const beaten = count === 1 ? 'One is' : `The line joins the ${count} that are`
  return `${beaten} beaten by none in these two (${better(x)} ${x.title}, ${better(y)} ${y.title} is better).`
}

function legendOf({ document, series, line }: Plot): readonly LegendEntry[] {
  const named = series.filter(({ name }) => name !== '')
  return [
    ...named.map(({ name, colour }): LegendEntry => ({ name, colour, shape: 'area' })),
    ...(line.length < 2
      ? []
      : [{ name: 'front of the two', colour: 'var(--muted)', dash: [5, 4], shape: 'line' } as const]),
    ...(document.rows.some(({ status }) => status === 'over-budget')
      ? [{ name: 'pale: over a budget', colour: 'var(--axis)', shape: 'area' } as const]
      : []),
  ]
}

const placeOf = ({ values }: SweepRow, { x, y }: Axes): string =>
  `${values[x.name] ?? ''} ${values[y.name] ?? ''}`

function firstOfPlaces(line: readonly SweepRow[], axes: Axes): ReadonlySet<SweepRow> {
  const first = new Map<string, SweepRow>()
  for (const row of line) {
    const place = placeOf(row, axes)
    if (!first.has(place)) first.set(place, row)
  }
  return new Set(first.values())
}

function hasBoth({ values }: SweepRow, { x, y }: Axes): boolean {
  return (values[x.name] ?? null) !== null && (values[y.name] ?? null) !== null
}

// ---------------------------------------------------------------- what ECharts is told

/** More of them are a cloud in which single points say nothing. */
const mostPoints = 2000

/** One in so many is drawn. */
const everyOf = ({ rows }: SweepDocument): number => Math.ceil(rows.length / mostPoints)

/** From here on they hide each other. */
const manyPoints = 300

/** The side that each named point has its name on. */
type Labels = ReadonlyMap<SweepRow, Side>

const noLabels: Labels = new Map()

function labelsOf(plot: Plot, room: { width: number; height: number }, toPixels: ToPixels): Labels {
  const spotOf = (row: SweepRow): Spot => {
    const [x, y] = toPixels(...pointOf(plot, row))
    return { x, y, radius: sizeOf(plot, row) / 2 }
  }
  const drawn = plot.series.flatMap(({ rows }) => drawnOf(plot, rows))
  const labels = [...plot.named].map((row) => ({
    ...spotOf(row),
    of: row,
    text: labelOf(plot.document, row),
    // Names stand where there is room for them: towards the middle.
    wanted: (row.values[plot.x.name] ?? 0) < plot.middle ? ('right' as const) : ('left' as const),
  }))
  return placeLabels(labels, drawn.map(spotOf), room)
}

/** What is drawn of a series: what has both figures, thinned where there are many; all that is named. */
function drawnOf(plot: Plot, rows: readonly SweepRow[]): readonly SweepRow[] {
  return thinned(
    plot,
    rows.filter((row) => hasBoth(row, plot)),
  )
}

const pointOf = ({ scales, x, y }: Plot, { values }: SweepRow): readonly [number, number] => [
  scales.x.of(values[x.name] ?? 0),
  scales.y.of(values[y.name] ?? 0),
]

const sizeOf = ({ document }: Plot, { front }: SweepRow): number =>
  front ? 11 : document.rows.length > manyPoints ? 5 : 8

function optionOf(plot: Plot, width: number, labels: Labels): EChartsCoreOption {
  const { scales } = plot
  // The first of several in one place is on top, and has its name written.
  const upwards = plot.series.toReversed()
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit', fontSize: 12 },
    grid: { left: 12, right: 24, top: 34, bottom: 26 },
    xAxis: { ...axisOf(scales.x), nameLocation: 'middle', nameGap: 28, splitNumber: width < 600 ? 4 : 8 },
    yAxis: { ...axisOf(scales.y), nameTextStyle: { color: 'var(--muted)', align: 'left' }, nameGap: 14 },
    series: [
      lineOf(plot),
      ...upwards.map((one) => dotsOf(plot, one, 'rest', labels)),
      ...upwards.map((one) => dotsOf(plot, one, 'front', labels)),
    ],
  }
}

/** What is on the front lies over the rest, whichever series it is of. */
function dotsOf(
  plot: Plot,
  { colour, rows }: Series,
  part: 'front' | 'rest',
  labels: Labels,
): Record<string, unknown> {
  const drawn = drawnOf(plot, rows).filter(({ front }) => front === (part === 'front'))
  return {
    type: 'scatter',
    silent: true,
    animation: false,
    data: drawn.map((row) => dot(plot, { row, colour, side: labels.get(row) })),
    clip: false,
  }
}

/** Room for points at the rim; costs do not go below 0 for it. */
const gap = '6%'

interface Range {
  readonly min: number
  readonly max: number
}

function axisOf({ label }: Scale): Record<string, unknown> {
  return {
    type: 'value',
    scale: true,
    name: label,
    nameTextStyle: { color: 'var(--muted)' },
    axisTick: { show: false },
    axisLine: { onZero: false, lineStyle: { color: 'var(--axis)' } },
    splitLine: { lineStyle: { color: 'var(--grid)' } },
    axisLabel: { color: 'var(--muted)', fontSize: 12, hideOverlap: true, formatter: shortNumber },
    boundaryGap: [gap, gap],
    min: ({ min, max }: Range) => (min >= 0 && min < ((max - min) * Number.parseFloat(gap)) / 100 ? 0 : null),
  }
}

function lineOf(plot: Plot): Record<string, unknown> {
  const { line } = plot
  return {
    type: 'line',
    silent: true,
    animation: false,
    symbol: 'none',
    data: line.map((row) => pointOf(plot, row)),
    lineStyle: { color: 'var(--muted)', width: 1.5, type: [5, 4] },
  }
}

function thinned({ document, named }: Plot, rows: readonly SweepRow[]): readonly SweepRow[] {
  const every = everyOf(document)
  return rows.filter((row, k) => k % every === 0 || row.front || named.has(row))
}

interface Dot {
  readonly row: SweepRow
  readonly colour: string
  /** Where its name stands; undefined where it has none. */
  readonly side: Side | undefined
}

/** Filled where it is on the front of all metrics, hollow elsewhere; pale where it breaks a budget. */
function dot(plot: Plot, { row, colour, side }: Dot): Record<string, unknown> {
  const isPale = row.status === 'over-budget'
  return {
    value: pointOf(plot, row),
    symbol: 'circle',
    symbolSize: sizeOf(plot, row),
    itemStyle: {
      color: row.front ? colour : 'var(--surface)',
      borderColor: isPale ? 'var(--axis)' : colour,
      borderWidth: 1.75,
      opacity: 1,
    },
    label: {
      show: side !== undefined,
      position: side,
      distance: labelDistance,
      color: 'var(--text)',
      fontSize: labelSize,
      textBorderColor: 'var(--surface)',
      textBorderWidth: 3,
      formatter: () => labelOf(plot.document, row),
    },
  }
}

/** What tells a point from the others: `S 0.8, base 48`. */
function labelOf(document: SweepDocument, row: SweepRow): string {
  const varying = new Set(document.axes.filter(({ values }) => values.length > 1).map(({ name }) => name))
  const names = argumentHead(document)
  return argumentCells(document, row)
    .flatMap((value, at) => {
      const name = names[at] ?? ''
      if (at === 0 && document.networks.length > 1) return [value]
      return varying.has(name) ? [`${name} ${shortValue(value)}`] : []
    })
    .join(', ')
}
