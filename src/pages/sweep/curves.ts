// Each metric over one swept parameter, a line for each combination of the others.
import { argumentCells, argumentHead } from '../../backends/report/sweep/figures.ts'
import type { SweepDocument, SweepRow } from '../../backends/report/sweep/model.ts'
import type { MetricData } from '../../compiler/analysis/sweep/metrics.ts'
import { renderHalf, type Axis, type Line } from '../charts.ts'
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
  return values.length + (values.every(isNumber) ? 1e6 : 0)
}

const isNumber = (text: string): boolean => /^-?\d+(?:\.\d+)?%?$/.test(text)

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
    groups.set(name, [...(groups.get(name) ?? []), row])
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
  const lines = groups.map((group, k): Line => ({
    colour: seriesColour(k),
    points: group.rows.map((row): Point => {
      const value = row.values[metric.name] ?? null
      return [place.of(row.given[axis.name] ?? ''), value === null ? null : scale.of(value)]
    }),
  }))
  const summary = `${scale.label} over ${axis.name}.`
  const named = groups.filter(({ name }) => name !== '')
  return figure({
    id,
    title: scale.label,
    summary: metric.rule,
    ...(named.length < 2
      ? {}
      : { legend: named.map(({ name }, k) => ({ name, colour: seriesColour(k), shape: 'line' as const })) }),
    picture: renderHalf({
      id: `${id}-chart`,
      summary,
      lines,
      x: { label: axis.name, ...place.axis },
      y: { format: shortNumber },
    }),
  })
}

interface Places {
  readonly axis: Omit<Axis, 'label'>
  of(value: string): number
}

/** Numbers where they are; other values side by side, in their order. */
function placesOf(values: readonly string[]): Places {
  if (values.every(isNumber)) {
    const of = (value: string): number => Number(value.replace('%', ''))
    const numbers = values.map(of)
    const axis = { min: Math.min(...numbers), max: Math.max(...numbers), format: shortNumber }
    return { axis, of }
  }
  const format = (at: number): string => shortValue(values[at] ?? '')
  // A step on both sides, where names of values need it.
  const axis = { min: -1, max: values.length, interval: 1, whole: true, format }
  return { axis, of: (value) => values.indexOf(value) }
}
