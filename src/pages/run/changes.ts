// What each topology update switched on and off.
import type { TopologyRecord } from '../../data/history.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { renderHalf } from '../charts.ts'
import { columnRanges } from '../downsample.ts'
import type { Point } from '../downsample.ts'
import type { Markup, Piece } from '../markup.ts'
import { counted, percent, tick } from '../numbers.ts'
import { seriesColour } from '../palette.ts'
import { disclosure, figure, table } from '../parts.ts'
import { updatesOf } from './timeline.ts'
import type { Timeline } from './timeline.ts'

interface Change {
  readonly step: number
  readonly rate: number
  readonly activated: number
  /** Active before and not after; unknown where the record before is missing. */
  readonly deactivated: number | null
  readonly active: number
  readonly total: number
}

/** Bars are not to be thinner than the eye sees. */
const most = 120

export function changes(timeline: Timeline): Piece {
  const found = changesOf(timeline)
  if (found.length === 0) return null
  return changesFigure(found, timeline)
}

function changesOf(timeline: Timeline): readonly Change[] {
  return updatesOf(timeline).map((record) => {
    const before = timeline.topology[timeline.topology.indexOf(record) - 1]
    const [active, activated] = [sum(record, 'active'), sum(record, 'activated')]
    return {
      step: record.step,
      rate: record.rate,
      activated,
      deactivated: before === undefined ? null : sum(before, 'active') + activated - active,
      active,
      total: sum(record, 'total'),
    }
  })
}

function sum(record: TopologyRecord, key: 'active' | 'activated' | 'total'): number {
  return record.weights.reduce((total, one) => total + one[key], 0)
}

function changesFigure(found: readonly Change[], timeline: Timeline): Markup {
  const stretches = columnRanges(
    found.map((one) => one.step),
    Math.min(most, found.length),
  ).map(([start, end]) => found.slice(start, end))
  const merged = stretches.length < found.length
  const activated = stretches.map((one): Point => [middle(one), mean(one.map((change) => change.activated))])
  const deactivated = stretches.map((one): Point => [
    middle(one),
    negative(mean(one.flatMap((change) => change.deactivated ?? []))),
  ])
  const last = found.at(-1)
  const summary = `${counted(found.length, 'update')}. The last, at step ${withSeparators(last?.step ?? 0)}, switched on ${withSeparators(
    last?.activated ?? 0,
  )} of ${withSeparators(last?.active ?? 0)} active connections.${merged ? ' Bars are means of neighbouring updates.' : ''}`
  return figure({
    id: 'changes',
    title: 'Connections switched by each update',
    summary,
    legend: [
      { name: 'activated', colour: seriesColour(2), shape: 'area' },
      { name: 'deactivated', colour: seriesColour(3), shape: 'area' },
    ],
    picture: [
      renderHalf({
        id: 'chart-changes',
        summary,
        lines: [],
        bars: [
          { points: activated, colour: seriesColour(2) },
          { points: deactivated, colour: seriesColour(3) },
        ],
        x: { label: 'step', min: 0, max: Math.max(1, timeline.lastStep), whole: true },
        y: { format: (value) => tick(Math.abs(value)) },
      }),
      disclosure('The updates as a table', changesTable(found)),
    ],
  })
}

function middle(stretch: readonly Change[]): number {
  return ((stretch[0]?.step ?? 0) + (stretch.at(-1)?.step ?? 0)) / 2
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((total, one) => total + one, 0) / values.length
}

function negative(value: number | null): number | null {
  return value === null ? null : -value
}

function changesTable(found: readonly Change[]): Markup {
  const every = Math.ceil(found.length / most)
  const shown = found.filter((_, k) => k % every === 0 || k === found.length - 1)
  return table({
    caption: `Topology updates${every > 1 ? `; one in ${every}, and the last` : ''}`,
    head: ['Step', 'Rate', 'Activated', 'Deactivated', 'Active', 'Of all'],
    rows: shown.map((one) => [
      withSeparators(one.step),
      percent(one.rate),
      withSeparators(one.activated),
      one.deactivated === null ? '–' : withSeparators(one.deactivated),
      withSeparators(one.active),
      percent(one.total === 0 ? 0 : one.active / one.total),
    ]),
  })
}
