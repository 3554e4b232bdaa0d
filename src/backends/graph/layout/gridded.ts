// Items on a grid of rows and columns, and the curves between them: along a row or column that is free, across the space
// between two columns, in arcs over a row, or else in lanes between rows and columns. None runs through an item.
import type { DiagramEdge } from '../../../compiler/analysis/diagram/model.ts'
import { bend, line, point, rounded, type Curve, type Point, type Segment } from './geometry.ts'
import { Grid } from './grid.ts'
import { Lines, type Spacing } from './lines.ts'
import type { Places } from './places.ts'
import { composed, type Block, type Link } from './scene.ts'
import { Sides } from './sides.ts'
import { waysOf, type Wire } from './ways.ts'

export function gridded(
  blocks: ReadonlyMap<string, Block>,
  links: readonly Link[],
  places: Places,
  spacing: Spacing,
): Block {
  const grid = new Grid(places, blocks)
  const inner = links.filter((one) => one.from !== undefined && one.to !== undefined)
  const wires = waysOf(inner, places, grid, blocks)
  const lines = new Lines(grid, wires, spacing)
  const parts = new Map(Array.from(blocks, ([key, block]) => [key, lines.laidOut(key, block)]))
  const sides = new Sides(wires, parts)
  const drawn = wires.map((wire) => ({ link: wire.link, curve: curveOf(wire, sides, lines) }))
  return {
    ...composed({ width: lines.width, height: lines.height }, parts, drawn),
    ports: new Map<DiagramEdge, Point>(),
  }
}

function curveOf(wire: Wire, sides: Sides, lines: Lines): Curve {
  const from = sides.at(wire, 'from')
  const to = sides.at(wire, 'to')
  switch (wire.way.kind) {
    case 'across':
    case 'down':
      return straight(from, to, wire)
    case 'bend': {
      const gap = lines.bendGap(wire)
      return throughGap(from, to, gap.start, gap.end)
    }
    case 'corner-down':
      return rounded([from, point(from.x, to.y), to], 26)
    case 'corner-up':
      return rounded([from, point(to.x, from.y), to], 26)
    case 'arc':
      return arc(from, to, lines.top(wire.from.row), lines.arcHeight(wire.from.row, wire.way.span))
    case 'lanes': {
      const { x, y } = lines.lanesOf(wire)
      const lead = [from, point(x, from.y), point(x, y)]
      if (wire.way.enters === 'top') return rounded([...lead, point(to.x, y), to], 8)
      const turn = lines.left(wire.to.column) - lines.margin
      return rounded([...lead, point(turn, y), point(turn, to.y), to], 8)
    }
  }
}

/** Straight if both ends agree; else bent a little between the items. */
function straight(from: Point, to: Point, { way }: Wire): Curve {
  return { start: from, segments: [bend(from, to, way.kind === 'across' ? 'x' : 'y')] }
}

/** Level up to the gap, bent inside it, level again. */
function throughGap(from: Point, to: Point, start: number, end: number): Curve {
  const [enter, leave] = [point(start, from.y), point(end, to.y)]
  const segments: Segment[] = [bend(enter, leave, 'x')]
  if (from.x !== start) segments.unshift(line(enter))
  if (to.x !== end) segments.push(line(to))
  return { start: from, segments }
}

/** Up to the row's upper edge, in an arc over the items between, and down again. A cubic curve reaches three quarters of its control points. */
function arc(from: Point, to: Point, top: number, height: number): Curve {
  const control = top - height / 0.75
  const reach = Math.min(36, (to.x - from.x) * 0.12)
  const [rise, fall] = [point(from.x, top), point(to.x, top)]
  const segments: Segment[] = [
    {
      kind: 'curve',
      first: point(from.x + reach, control),
      second: point(to.x - reach, control),
      to: fall,
    },
  ]
  if (from.y !== top) segments.unshift(line(rise))
  if (to.y !== top) segments.push(line(to))
  return { start: from, segments }
}
