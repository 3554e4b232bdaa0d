// How sparse fusion moved its connections: shares by direction for each fused node, and what each update changed.
import type { TopologyRecord } from '../../data/history.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { renderChart, renderHalf } from '../charts.ts'
import type { Line } from '../charts.ts'
import { lastOfEach } from '../downsample.ts'
import type { Point } from '../downsample.ts'
import { markup } from '../markup.ts'
import type { Markup, Piece } from '../markup.ts'
import { counted, percent } from '../numbers.ts'
import { seriesColour, seriesDash } from '../palette.ts'
import { disclosure, figure, legend, table } from '../parts.ts'
import type { LegendEntry } from '../parts.ts'
import { directionsOf, fusionsOf, totalsByDirection } from './fusions.ts'
import type { FusedNode, Fusion } from './fusions.ts'
import { changes } from './changes.ts'
import type { Timeline } from './timeline.ts'

export function connections(timeline: Timeline): Piece {
  const { topology } = timeline
  const directions = directionsOf(topology)
  const fusions = fusionsOf(topology, directions)
  return markup`<div class="charts">${fusions.map((fusion, k) =>
    fusionFigure(fusion, directions, k, timeline),
  )}${directions.length > 0 && density(topology, directions, timeline)}${changes(timeline)}</div>
${fusions.map((fusion) => disclosure(`The connections of ${fusion.path} as a table`, edgeTable(fusion, directions)))}`
}

function directionLegend(directions: readonly string[], shape: LegendEntry['shape']): readonly LegendEntry[] {
  return directions.map((name, k) => ({
    name,
    colour: seriesColour(k),
    ...(shape === 'line' ? { dash: seriesDash(k) } : {}),
    shape,
  }))
}

/** Small pictures of all fused nodes of one fusion, where they stand in the lattice. */
function fusionFigure(
  fusion: Fusion,
  directions: readonly string[],
  index: number,
  timeline: Timeline,
): Markup {
  const id = `fusion-${index}`
  const cells = fusion.nodes.map((node, k) => cell(node, directions, `${id}-${k}`, timeline))
  return figure({
    id,
    title: `Fusion ${fusion.path}: where active connections come from`,
    summary: `Of the active connections into each fused node, the share of each direction, from step 0 to step ${withSeparators(
      timeline.lastStep,
    )}. Each picture is 100% high.`,
    wide: true,
    picture: [
      legend(directionLegend(directions, 'area')),
      markup`<div class="pan" role="region" aria-label="Nodes of ${fusion.path}" tabindex="0">${lattice(fusion, cells)}</div>`,
    ],
  })
}

/** Levels down, stages to the right; nodes with other indices in reading order. */
function lattice(fusion: Fusion, cells: readonly Markup[]): Markup {
  if (!fusion.nodes.every(({ node }) => node.length === 2))
    return markup`<div class="lattice" style="grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr))">${cells}</div>`
  const levels = sortedUnique(fusion.nodes.map(({ node }) => node[0] ?? 0))
  const stages = sortedUnique(fusion.nodes.map(({ node }) => node[1] ?? 0))
  const heads = stages.map(
    (stage, k) =>
      markup`<div class="stage" style="grid-row: 1; grid-column: ${k + 2}">stage ${stage}</div>\n`,
  )
  const sides = levels.map(
    (level, k) =>
      markup`<div class="level" style="grid-row: ${k + 2}; grid-column: 1">level ${level}</div>\n`,
  )
  const placed = fusion.nodes.map(({ node }, k) => {
    const [row, column] = [levels.indexOf(node[0] ?? 0) + 2, stages.indexOf(node[1] ?? 0) + 2]
    return markup`<div style="grid-row: ${row}; grid-column: ${column}">${cells[k]}</div>\n`
  })
  return markup`<div class="lattice" style="grid-template-columns: max-content repeat(${stages.length}, minmax(var(--cell), 1fr))">
${heads}${sides}${placed}</div>`
}

function sortedUnique(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}

/** Pictures are about 160 pixels wide, and shares hardly change from one update to the next. */
const cellColumns = 60

function cell(node: FusedNode, directions: readonly string[], id: string, timeline: Timeline): Markup {
  const states = lastOfEach(node.states, cellColumns)
  const latest = node.states.at(-1)?.[1] ?? []
  const first = node.states[0]?.[1] ?? []
  const name = `node [${node.node.join(', ')}]`
  const present = directions.flatMap((direction, k) => (node.present[k] ? [{ direction, k }] : []))
  const words = present.map(
    ({ direction, k }) => `${direction} from ${percent(share(first, k))} to ${percent(share(latest, k))}`,
  )
  const lines = present.map(({ k }): Line => ({
    points: states.map(([step, edges]): Point => [step, share(edges, k) * 100]),
    colour: seriesColour(k),
    width: 0,
    stack: 'shares',
  }))
  const picture = renderChart({
    id,
    width: 160,
    height: 84,
    summary: `${name}: ${words.join(', ')}`,
    lines,
    x: { min: 0, max: Math.max(1, timeline.lastStep) },
    y: { min: 0, max: 100 },
    bare: true,
  })
  return markup`<figure class="node"><figcaption>[${node.node.join(', ')}]</figcaption>${picture}<p>${present
    .map(({ direction, k }) => `${direction} ${percent(share(latest, k))}`)
    .join(' · ')}</p></figure>`
}

/** Of a node's active connections, those of one direction. */
function share(edges: readonly { readonly active: number }[], index: number): number {
  const sum = edges.reduce((total, one) => total + one.active, 0)
  return sum === 0 ? 0 : (edges[index]?.active ?? 0) / sum
}

function density(
  topology: readonly TopologyRecord[],
  directions: readonly string[],
  timeline: Timeline,
): Markup {
  const totals = totalsByDirection(topology, directions)
  const lines = directions.map((_, k): Line => ({
    points: lastOfEach(totals, 240).map(([step, edges]): Point => {
      const { active, total } = edges[k] ?? { active: 0, total: 0 }
      return [step, total === 0 ? null : (active / total) * 100]
    }),
    colour: seriesColour(k),
    dash: seriesDash(k),
  }))
  const latest = totals.at(-1)?.[1] ?? []
  const words = directions.map((name, k) => {
    const { active, total } = latest[k] ?? { active: 0, total: 0 }
    return `${name} ${percent(total === 0 ? 0 : active / total)}`
  })
  const summary = `Of all possible connections of a direction, how many are active now: ${words.join(', ')}.`
  return figure({
    id: 'density',
    title: 'Active connections by direction',
    summary,
    legend: directionLegend(directions, 'line'),
    picture: renderHalf({
      id: 'chart-density',
      summary,
      lines,
      x: { label: 'step', min: 0, max: Math.max(1, timeline.lastStep), whole: true },
      y: { format: (value) => `${Number(value.toPrecision(4))}%` },
    }),
  })
}

function edgeTable(fusion: Fusion, directions: readonly string[]): Markup {
  const rows = fusion.nodes.flatMap((node) => {
    const [first, latest] = [node.states[0]?.[1] ?? [], node.states.at(-1)?.[1] ?? []]
    return directions.flatMap((direction, k) => {
      const [before, now] = [first[k], latest[k]]
      if (!node.present[k] || before === undefined || now === undefined) return []
      return [
        [
          `[${node.node.join(', ')}] ${direction}`,
          withSeparators(now.total),
          withSeparators(before.active),
          withSeparators(now.active),
          percent(share(first, k)),
          percent(share(latest, k)),
        ],
      ]
    })
  })
  return table({
    caption: `Connections into the nodes of ${fusion.path}, at first and after the last of ${counted(fusion.records, 'record')}`,
    head: [
      'Node, direction',
      'Possible',
      'Active at first',
      'Active now',
      'Share of the node at first',
      'Share now',
    ],
    rows,
  })
}
