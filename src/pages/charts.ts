// Charts as inline SVG: plain data in, the same bytes out each time, colours left to the page's style sheet.
import type { EChartsCoreOption } from 'echarts/core'
import type { Point } from './downsample.ts'
import type { Markup } from './markup.ts'
import { tick } from './numbers.ts'
import { renderOption, type Canvas } from './svg.ts'

/** One line of a chart. Its name stands in the legend beside the chart, never in the picture. */
export interface Line {
  readonly points: readonly Point[]
  /** CSS colour: `var(--series-0)`. */
  readonly colour: string
  readonly dash?: readonly number[]
  readonly width?: number
  readonly opacity?: number
  /** Lines with one stack's name lie upon one another, filled in between. All of them have the same x. */
  readonly stack?: string
}

export interface Bars {
  readonly points: readonly Point[]
  readonly colour: string
}

/** A vertical line where something happened. */
export interface Mark {
  readonly x: number
  readonly kind: 'update' | 'resume' | 'best'
}

export interface Axis {
  /** Written along the axis. */
  readonly label?: string
  readonly min?: number
  readonly max?: number
  /** Between marked values; chosen from the data where it is not said. */
  readonly interval?: number
  /** Only whole numbers are marked. */
  readonly whole?: boolean
  readonly logarithmic?: boolean
  readonly format?: (value: number) => string
}

export interface Chart extends Canvas {
  readonly lines: readonly Line[]
  readonly bars?: readonly Bars[]
  readonly marks?: readonly Mark[]
  readonly x: Axis
  readonly y: Axis
  /** No labels and no ticks: one of many small pictures that share their axes. */
  readonly bare?: boolean
}

/**
 * A chart for wide and for narrow screens, of which the style sheet shows one: text keeps its size on both. Lines are
 * asked for by the number of pixel columns that can be told apart.
 */
export function renderWide(
  chart: Omit<Chart, 'width' | 'height' | 'room' | 'lines'>,
  lines: (columns: number) => readonly Line[],
): readonly Markup[] {
  const narrow = `${chart.id}-narrow`
  return [
    renderChart({ ...chart, lines: lines(550), width: 1100, height: 300, room: 'wide' }),
    renderChart({ ...chart, id: narrow, lines: lines(210), width: 420, height: 260, room: 'narrow' }),
  ]
}

/** Chart of a half row, or of a whole one on narrow screens. */
export function renderHalf(chart: Omit<Chart, 'width' | 'height' | 'room'>): Markup {
  return renderChart({ ...chart, width: 520, height: 240 })
}

/** The chart as one `<svg>` that fills the width it gets. */
export function renderChart(chart: Chart): Markup {
  return renderOption(optionOf(chart), chart)
}

function optionOf(chart: Chart): EChartsCoreOption {
  const marks = markLine(chart.marks ?? [])
  const lines = chart.lines.map(lineSeries)
  const bars = (chart.bars ?? []).map(barSeries)
  const edge = chart.bare ? 1 : 6
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit', fontSize: 12 },
    grid: {
      left: edge,
      right: chart.bare ? 1 : 14,
      top: chart.bare ? 1 : 10,
      bottom: chart.bare ? 1 : chart.x.label === undefined ? 6 : 20,
    },
    xAxis: {
      ...axis(chart.x, chart.bare ?? false),
      axisLine: { show: !chart.bare, onZero: false, lineStyle: { color: 'var(--axis)' } },
      splitLine: { show: false },
      nameLocation: 'middle',
      nameGap: 28,
    },
    yAxis: {
      ...axis(chart.y, chart.bare ?? false),
      scale: true,
      splitNumber: chart.height < 200 ? 3 : 5,
      axisLine: { show: false },
      splitLine: { lineStyle: { color: 'var(--grid)' } },
    },
    series: [...(marks === undefined ? [] : [marks]), ...bars, ...lines],
  }
}

function axis(axis: Axis, bare: boolean): Record<string, unknown> {
  const format = axis.format ?? tick
  return {
    type: axis.logarithmic ? 'log' : 'value',
    ...(axis.label === undefined ? {} : { name: axis.label, nameTextStyle: { color: 'var(--muted)' } }),
    ...(axis.min === undefined ? {} : { min: axis.min }),
    ...(axis.max === undefined ? {} : { max: axis.max }),
    ...(axis.interval === undefined ? {} : { interval: axis.interval }),
    ...(axis.whole ? { minInterval: 1 } : {}),
    axisTick: { show: false },
    axisLabel: {
      show: !bare,
      color: 'var(--muted)',
      fontSize: 12,
      hideOverlap: true,
      formatter: (value: number) => format(value),
    },
  }
}

/** Lets the grid shine through. */
const areaOpacity = 0.85

function lineSeries(line: Line): Record<string, unknown> {
  const filled = line.stack !== undefined
  return {
    type: 'line',
    silent: true,
    animation: false,
    symbol: 'none',
    data: line.points.map((point, k) => (isAlone(line.points, k) ? dot(point) : point)),
    lineStyle: {
      color: line.colour,
      width: line.width ?? 2,
      opacity: line.opacity ?? 1,
      type: line.dash === undefined || line.dash.length === 0 ? 'solid' : line.dash,
    },
    itemStyle: { color: line.colour },
    ...(filled ? { stack: line.stack, areaStyle: { color: line.colour, opacity: areaOpacity } } : {}),
  }
}

/** A point without neighbours is no line: it needs a dot to be seen. */
function isAlone(points: readonly Point[], k: number): boolean {
  const has = (index: number): boolean => (points[index]?.[1] ?? null) !== null
  return has(k) && !has(k - 1) && !has(k + 1)
}

function dot(point: Point): Record<string, unknown> {
  return { value: point, symbol: 'circle', symbolSize: 6 }
}

function barSeries(bars: Bars): Record<string, unknown> {
  return {
    type: 'bar',
    silent: true,
    animation: false,
    stack: 'bars',
    barMaxWidth: 14,
    barMinWidth: 1,
    data: bars.points,
    itemStyle: { color: bars.colour },
  }
}

const markStyles = {
  update: { color: 'var(--mark)', width: 1, type: 'solid', opacity: 0.55 },
  resume: { color: 'var(--muted)', width: 1.5, type: [1, 3], opacity: 1 },
  best: { color: 'var(--accent)', width: 1.5, type: [4, 3], opacity: 1 },
} as const

/** Behind everything else, as an empty series of its own. */
function markLine(marks: readonly Mark[]): Record<string, unknown> | undefined {
  if (marks.length === 0) return undefined
  return {
    type: 'line',
    silent: true,
    animation: false,
    data: [],
    markLine: {
      silent: true,
      animation: false,
      symbol: 'none',
      label: { show: false },
      data: marks.map((mark) => ({ xAxis: mark.x, lineStyle: markStyles[mark.kind] })),
    },
  }
}
