// Horizontal bars with names beside them: stacked parts of one amount, or several amounts under each other.
import type { Markup } from '../markup.ts'
import { renderOption } from '../svg.ts'

export interface BarSeries {
  /** CSS colour. */
  readonly colour: string
  readonly faint?: boolean
  readonly values: readonly number[]
}

export interface Bars {
  /** Letters, digits and hyphens; unique on the page. */
  readonly id: string
  /** On a wide screen; a telephone gets a picture of its own, so that text keeps its size. */
  readonly width: number
  readonly summary: string
  readonly names: readonly string[]
  readonly series: readonly BarSeries[]
  readonly arrangement: 'stacked' | 'grouped'
  /** What stands at the end of a bar; of a stack, the series is the last. */
  readonly label: (row: number, series: number) => string
  readonly axis: {
    readonly format: (value: number) => string
    readonly interval?: number
    readonly max?: number
    /** Of a logarithmic axis: where bars begin. */
    readonly logarithmicFrom?: number
  }
  /** Pixels for labels at the ends of the longest bars. */
  readonly labelRoom?: number
  /** A line across all bars. */
  readonly mark?: number
}

const rowHeight = 24
const groupedBar = 16
/** Room for names of this many characters; longer ones lose their middle. */
const longestName = 30
const characterWidth = 6.5

const narrowWidth = 380

export function renderBars(bars: Bars): readonly Markup[] {
  const { id, summary, names, series, arrangement } = bars
  const perName = arrangement === 'stacked' ? rowHeight : 12 + groupedBar * series.length
  const canvas = { summary, height: 40 + perName * names.length }
  return [
    renderOption(optionOf(bars), { ...canvas, id, width: bars.width, room: 'wide' }),
    renderOption(optionOf({ ...bars, width: narrowWidth }), {
      ...canvas,
      id: `${id}-narrow`,
      width: narrowWidth,
      room: 'narrow',
    }),
  ]
}

const muted = { color: 'var(--muted)', fontSize: 12 }

function optionOf(bars: Bars): Parameters<typeof renderOption>[0] {
  const { axis } = bars
  const names = bars.names.map(shortened)
  const room = Math.max(...names.map((one) => one.length), 4) * characterWidth + 14
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit', fontSize: 12 },
    grid: { left: room, right: bars.labelRoom ?? 70, top: 4, bottom: 28, outerBoundsMode: 'none' },
    xAxis: {
      ...(axis.logarithmicFrom === undefined
        ? { type: 'value' }
        : { type: 'log', min: axis.logarithmicFrom }),
      splitNumber: bars.width > 600 ? 6 : 4,
      ...(axis.interval === undefined ? {} : { interval: axis.interval, max: axis.max }),
      axisLabel: { ...muted, hideOverlap: true, formatter: axis.format },
      splitLine: { lineStyle: { color: 'var(--grid)' } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: names,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: 'var(--axis)' } },
      axisLabel: { ...muted, color: 'var(--text)', interval: 0 },
    },
    series: seriesOf(bars),
  }
}

function seriesOf(bars: Bars): Record<string, unknown>[] {
  const { series, arrangement, mark } = bars
  const drawn = series.map(({ colour, faint, values }, at) => ({
    type: 'bar',
    silent: true,
    animation: false,
    barMaxWidth: 14,
    itemStyle: { color: colour, opacity: faint === true ? 0.3 : 1 },
    data: values,
    ...(arrangement === 'stacked' ? { stack: 'all' } : { label: labelOf(bars, at) }),
    ...(at === 0 && mark !== undefined ? { markLine: lineAt(mark) } : {}),
  }))
  if (arrangement === 'grouped') return drawn
  // Labels of a faint part would be faint: an empty part at the end carries those of the stack.
  const end = {
    type: 'bar',
    silent: true,
    animation: false,
    stack: 'all',
    data: bars.names.map(() => 0),
    label: labelOf(bars, series.length - 1),
  }
  return [...drawn, end]
}

function labelOf({ label }: Bars, series: number): Record<string, unknown> {
  return {
    show: true,
    position: 'right',
    ...muted,
    formatter: ({ dataIndex }: { readonly dataIndex: number }) => label(dataIndex, series),
  }
}

function lineAt(value: number): Record<string, unknown> {
  return {
    silent: true,
    animation: false,
    symbol: 'none',
    label: { show: false },
    data: [{ xAxis: value, lineStyle: { color: 'var(--accent)', type: 'solid', width: 1.5 } }],
  }
}

/** Both ends of a path say the most. */
function shortened(name: string): string {
  if (name.length <= longestName) return name
  const tail = Math.ceil((longestName - 1) * 0.6)
  return `${name.slice(0, longestName - 1 - tail)}…${name.slice(name.length - tail)}`
}
