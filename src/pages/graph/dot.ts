// A diagram in the language of Graphviz: https://graphviz.org/doc/info/lang.html.
import type { Diagram, DiagramBox, DiagramEdge } from '../../compiler/analysis/diagram/model.ts'
import { isModule } from '../../backends/graph/layout/faces.ts'
import { paint } from './colours.ts'
import { directionKey, directionsOf, strokeWidth, type Direction } from './directions.ts'
import { largestShare, shadeOf } from './drawing.ts'
import { boxLines, labelLines, totalsOf } from './texts.ts'

type Attributes = Readonly<Record<string, string | number>>

/** The text of a `.dot` file, the same for the same diagram. Levels of backbones and fusions are ranks. */
export function renderDot(diagram: Diagram): string {
  const isGrid = diagram.grids.some((grid) => grid.cells.length > 0)
  const ink = paint('text').colour
  const levels = levelOf(diagram)
  const label = `${diagram.network}\n${totalsOf(diagram)}`
  const looks = new Map(
    directionsOf(diagram).map((one) => [directionKey({ kind: one.kind, direction: one.name }), one]),
  )
  return [
    `digraph ${quoted(diagram.network)} {`,
    `  graph ${list({ label, labelloc: 't', fontname: 'Helvetica', fontcolor: ink, rankdir: isGrid ? 'TB' : 'LR', newrank: 'true', nodesep: 0.45, ranksep: 0.5, tooltip: diagram.network })}`,
    `  node ${list({ shape: 'box', style: 'rounded,filled', fontname: 'Helvetica', fontsize: 11, fontcolor: ink, color: paint('border').colour, fillcolor: '#ffffff' })}`,
    `  edge ${list({ arrowsize: 0.6, fontname: 'Helvetica' })}`,
    ...nodeLines(diagram, largestShare(diagram), undefined, '  '),
    ...rankLines(diagram, levels),
    ...diagram.edges.map(
      (edge) =>
        `  b${edge.from} -> b${edge.to} ${list(edgeLook(edge, looks.get(directionKey(edge)), levels))}`,
    ),
    '}',
    '',
  ].join('\n')
}

function nodeLines(diagram: Diagram, most: number, group: number | undefined, indent: string): string[] {
  const boxes = diagram.boxes.filter((box) => box.group === group)
  const groups = diagram.groups.filter((one) => one.group === group)
  return [
    ...boxes.map((box) => `${indent}b${box.id} ${list(nodeLook(box, most))}`),
    ...groups.flatMap((one) => [
      `${indent}subgraph cluster_${one.id} {`,
      `${indent}  graph ${list({ label: one.label, style: 'rounded,dashed', color: '#c3c9d3', tooltip: one.path })}`,
      ...nodeLines(diagram, most, one.id, `${indent}  `),
      `${indent}}`,
    ]),
  ]
}

function nodeLook(box: DiagramBox, most: number): Attributes {
  const label = labelLines(box).join('\n')
  const tooltip = boxLines(box).join('\n')
  const dashed = box.unread ? ',dotted' : box.aux && box.kind !== 'input' ? ',dashed' : ''
  if (!isModule(box)) {
    const color = box.kind === 'output' ? paint('strong').colour : paint('border').colour
    return { label, tooltip, color, penwidth: 1.8, style: `rounded,filled${dashed}`, shape: 'oval' }
  }
  return { label, tooltip, fillcolor: tint(shadeOf(box.share, most)), style: `rounded,filled${dashed}` }
}

/** The shade's colour on white, at a strength. */
function tint(strength: number): string {
  const { colour } = paint('shade')
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return `#${channels
    .map((one) =>
      Math.round(255 + (one - 255) * strength)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

// ---------------------------------------------------------------- levels and edges

type LevelOf = ReadonlyMap<string, number>

function levelOf(diagram: Diagram): LevelOf {
  return new Map(diagram.grids.flatMap((grid) => grid.cells.map((cell) => [cell.path, cell.level] as const)))
}

/** One rank for each level, below each other in order; its stages from left to right. */
function rankLines(diagram: Diagram, levels: LevelOf): string[] {
  const rows = new Map<number, number[]>()
  for (const box of diagram.boxes) {
    const level = levels.get(box.path)
    if (level !== undefined && box.kind !== 'output') rows.set(level, [...(rows.get(level) ?? []), box.id])
  }
  const stages = new Map(
    diagram.grids.flatMap((grid) => grid.cells.map((cell) => [cell.path, cell.stage] as const)),
  )
  const stageOf = (id: number): number => stages.get(diagram.boxes[id]?.path ?? '') ?? 0
  const ordered = [...rows]
    .sort(([a], [b]) => a - b)
    .map(([, ids]) => ids.sort((a, b) => stageOf(a) - stageOf(b)).map((id) => `b${id}`))
  const heads = ordered.flatMap(([first]) => first ?? [])
  return [
    ...ordered.map(
      (row) => `  { rank=same; ${row.join(' -> ')}${row.length > 1 ? ' [style=invis, weight=5]' : ''} }`,
    ),
    ...(heads.length > 1 ? [`  ${heads.join(' -> ')} [style=invis, weight=10]`] : []),
  ]
}

const styles: readonly (readonly [test: (dash: readonly number[]) => boolean, style: string])[] = [
  [(dash) => dash.length === 0, 'solid'],
  [(dash) => (dash[0] ?? 0) <= 2, 'dotted'],
  [() => true, 'dashed'],
]

/** Levels hold where a fusion's boxes stand; its edges do not pull at them. */
function edgeLook(edge: DiagramEdge, direction: Direction | undefined, levels: LevelOf): Attributes {
  const style = styles.find(([test]) => test(direction?.dash ?? []))?.[1] ?? 'solid'
  const color = paint(direction?.edge ?? 'flow').colour
  const tooltip =
    edge.density === undefined
      ? edge.direction
      : `${edge.direction}, ${Math.round(1000 * edge.density) / 10}% kept`
  const loose = edge.kind === 'fusion' && levels.size > 0 ? { constraint: 'false' } : {}
  const tail = direction?.tail === 'dot' ? { dir: 'both', arrowtail: 'dot' } : {}
  return { color, style, penwidth: strokeWidth(edge), tooltip, ...tail, ...loose }
}

// ---------------------------------------------------------------- texts

function list(attributes: Attributes): string {
  const pairs = Object.entries(attributes).map(
    ([name, value]) => `${name}=${typeof value === 'number' ? value : quoted(value)}`,
  )
  return `[${pairs.join(', ')}]`
}

/** In quotes, where only quotes, backslashes and line ends mean something, and entities like `&lt;` are read as HTML's. */
function quoted(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('&', '&amp;')
    .replaceAll(/\r?\n/g, '\\n')
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    .replaceAll(/[\u0000-\u001F\u007F]/g, ' ')
  return `"${escaped}"`
}
