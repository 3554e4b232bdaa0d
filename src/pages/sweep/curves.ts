// Each metric over one swept parameter, a line for each combination of the others.
import { argumentCells, argumentHead, listed } from '../../backends/report/sweep/figures.ts'
import type { SweepDocument, SweepRow } from '../../backends/report/sweep/model.ts'
import { numberOf } from '../../compiler/analysis/sweep/axes.ts'
import type { MetricData } from '../../compiler/analysis/sweep/metrics.ts'
import { renderHalf, type Axis } from '../charts.ts'
import type { Point } from '../downsample.ts'
import { markup, type Markup } from '../markup.ts'
import { seriesColour, seriesColours } from '../palette.ts'
import { figure } from '../parts.ts'
import { scaleOf, shortNumber, shortValue } from './scales.ts'

export interface Curves {
  readonly axis: SweepDocument['axes'][number]
  readonly content: Markup
}

/** Undefined where no parameter has several values, or where the others have too many to tell lines apart. */
export function curves(document: SweepDocument): Curves | undefined {
  const several = document.axes.filter(({ values }) => values.length > 1)
  const [axis] = [...several].sort((a, b) => rankOf(b) - rankOf(a))
  if (axis === undefined || document.rows.every(({ status }) => status === 'failed')) return undefined
  const groups = groupsOf(document, axis.name)
  if (groups.length > seriesColours.length) return undefined
  const figures = document.metrics.map((metric, k) =>
    curve(document, { axis, groups, metric, id: `curve-${k}` }),
  )
  return { axis, content: markup`<div class="charts">${figures}</div>\n` }
}

/** Numbers before lists and words, then many values before few. */
function rankOf({ values }: SweepDocument['axes'][number]): number {
  return values.length + (values.every((one) => numberOf(one) !== undefined) ? 1e6 : 0)
}

interface Group {
  readonly name: string
  readonly rows: readonly SweepRow[]
}

/** Points that have everything but one parameter in common. */
function groupsOf(document: SweepDocument, along: string): readonly Group[] {
  const names = argumentHead(document)
  const groups = new Map<string, SweepRow[]>()
  for (const row of document.rows) {
    const name = argumentCells(document, row)
      .flatMap((value, at) => {
        const own = names[at] ?? ''
        return own === along ? [] : [own === 'network' ? value : `${own} = ${shortValue(value)}`]
      })
      .join(', ')
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return [...groups].map(([name, rows]) => ({ name, rows }))
}

interface Curve {
  readonly axis: SweepDocument['axes'][number]
  readonly groups: readonly Group[]
  readonly metric: MetricData
  readonly id: string
}

function curve({ rows }: SweepDocument, { axis, groups, metric, id }: Curve): Markup {
  const scale = scaleOf(
    metric,
    rows.map((row) => row.values[metric.name] ?? 0),
  )
  const place = placesOf(axis.values)
  const points = groups.map((group) =>
    group.rows
      .map((row): Point => {
        const value = row.values[metric.name] ?? null
        return [place.of(row.given[axis.name] ?? ''), value === null ? null : scale.of(value)]
      })
      .sort(([a], [b]) => a - b),
  )
  const same = coinciding(points)
  const drawn = groups.map(({ name }, k) => ({
    name,
    colour: seriesColour(k),
    dash: dashAmong(same, k),
    points: points[k] ?? [],
  }))
  const together = same.map((set) => `${listed(set.map((k) => groups[k]?.name ?? ''))} coincide`)
  const summary = [`${scale.label} over ${axis.name}`, ...together].map((one) => `${one}.`).join(' ')
  const named = drawn.filter(({ name }) => name !== '')
  return figure({
    id,
    title: scale.label,
    summary: [metric.rule, ...together].join('; '),
    ...(named.length < 2
      ? {}
      : { legend: named.map(({ name, colour, dash }) => ({ name, colour, dash, shape: 'line' as const })) }),
    picture: renderHalf({
      id: `${id}-chart`,
      summary,
      lines: drawn,
      x: { label: axis.name, ...place.axis },
      y: { format: shortNumber },
    }),
  })
}

/** Lines that are one in every point, as indices. */
function coinciding(lines: readonly (readonly Point[])[]): readonly (readonly number[])[] {
  const sets = new Map<string, number[]>()
  for (const [k, points] of lines.entries()) {
    if (points.every(([, value]) => value === null)) continue
    const key = JSON.stringify(points)
    sets.set(key, [...(sets.get(key) ?? []), k])
  }
  return [...sets.values()].filter(({ length }) => length > 1)
}

/** Pixels, after which the colours of lines that coincide come again. */
const period = 24

/** Each leaves free, of those below it, a part of its own. */
function dashAmong(same: readonly (readonly number[])[], k: number): readonly number[] {
  const set = same.find((one) => one.includes(k)) ?? []
  const below = Math.max(0, set.indexOf(k))
  const free = (period * below) / Math.max(1, set.length)
  return below === 0 ? [] : [period - free, free]
}

interface Places {
  readonly axis: Omit<Axis, 'label'>
  of(value: string): number
}

/** Numbers where they are; other values side by side, in their order. */
function placesOf(values: readonly string[]): Places {
  const numbers = values.map(numberOf)
  const isNumeric = numbers.every((one) => one !== undefined)
  const places = new Map(values.map((value, at) => [value, isNumeric ? (numbers[at] ?? at) : at]))
  const of = (value: string): number => places.get(value) ?? 0
  if (isNumeric) {
    const format = values.every((one) => one.endsWith('%')) ? percent : shortNumber
    return { axis: { min: Math.min(...numbers), max: Math.max(...numbers), format }, of }
  }
  const format = (at: number): string => shortValue(values[at] ?? '')
  // A step on both sides, where names of values need it.
  return { axis: { min: -1, max: values.length, interval: 1, whole: true, format }, of }
}

const percent = (value: number): string => `${shortNumber(100 * value)}%`
