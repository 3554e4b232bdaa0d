// Items on a grid of rows and columns, and the curves between them: along a row or column that is free, across the space
// between two columns, in arcs over a row, or else in lanes between rows and columns. None runs through an item.
import type { DiagramEdge } from '../../../compiler/analysis/diagram/diagram.ts'
import { bend, line, point, rounded, type Curve, type Point, type Segment } from './geometry.ts'
import { groupedBy } from './grouped.ts'
import { Lanes } from './lanes.ts'
import type { Cell, Places } from './places.ts'
import { composed, portOf, type Block, type LaidOut, type Link } from './scene.ts'

type Way =
  | { readonly kind: 'across' | 'down' | 'bend' | 'corner-down' | 'corner-up' }
  | { readonly kind: 'arc'; readonly span: number }
  | { readonly kind: 'lanes'; readonly enters: 'top' | 'left' }

interface Wire {
  readonly link: Link
  readonly from: Cell
  readonly to: Cell
  readonly way: Way
}

export interface Spacing {
  readonly columnGap: number
  readonly rowGap: number
  readonly arcStep: number
  readonly mostArc: number
  readonly lane: number
}

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

// ---------------------------------------------------------------- the grid

/** Rows and columns without gaps, from 0. */
class Grid {
  readonly cells: ReadonlyMap<string, Cell>
  readonly widths: readonly number[]
  readonly heights: readonly number[]
  readonly #taken = new Set<string>()

  constructor(places: Places, blocks: ReadonlyMap<string, Block>) {
    const columns = ranked(Array.from(places.cells.values(), (cell) => cell.column))
    const rows = ranked(Array.from(places.cells.values(), (cell) => cell.row))
    const widths = Array.from(columns, () => 0)
    const heights = Array.from(rows, () => 0)
    const cells = new Map<string, Cell>()
    for (const [key, { row, column }] of places.cells) {
      const cell = { row: rows.get(row) ?? 0, column: columns.get(column) ?? 0 }
      cells.set(key, cell)
      this.#taken.add(`${cell.row} ${cell.column}`)
      widths[cell.column] = Math.max(widths[cell.column] ?? 0, blocks.get(key)?.width ?? 0)
      heights[cell.row] = Math.max(heights[cell.row] ?? 0, blocks.get(key)?.height ?? 0)
    }
    this.cells = cells
    this.widths = widths
    this.heights = heights
  }

  /** No item in a row between two columns, themselves left out. */
  isRowFree(row: number, from: number, to: number): boolean {
    for (let column = Math.min(from, to) + 1; column < Math.max(from, to); column++)
      if (this.#taken.has(`${row} ${column}`)) return false
    return true
  }

  isColumnFree(column: number, from: number, to: number): boolean {
    for (let row = Math.min(from, to) + 1; row < Math.max(from, to); row++)
      if (this.#taken.has(`${row} ${column}`)) return false
    return true
  }

  isFree(row: number, column: number): boolean {
    return !this.#taken.has(`${row} ${column}`)
  }
}

function ranked(values: readonly number[]): Map<number, number> {
  return new Map([...new Set(values)].sort((a, b) => a - b).map((value, rank) => [value, rank]))
}

// ---------------------------------------------------------------- ways

/** What a way may look like at its ends: opened modules are entered at their left and left at their right. */
interface Style {
  readonly from: 'box' | 'opened'
  readonly to: 'box' | 'opened'
  readonly turns: 'corners' | 'bends'
}

function waysOf(
  links: readonly Link[],
  places: Places,
  grid: Grid,
  blocks: ReadonlyMap<string, Block>,
): Wire[] {
  const kindOf = (key: string): 'box' | 'opened' =>
    (blocks.get(key)?.ports.size ?? 0) > 0 ? 'opened' : 'box'
  return links.flatMap(({ edge, from: source, to: target }): Wire[] => {
    if (source === undefined || target === undefined) return []
    const [from, to] = [grid.cells.get(source), grid.cells.get(target)]
    if (from === undefined || to === undefined) return []
    const turns = places.corners.has(source) && places.corners.has(target) ? 'corners' : 'bends'
    const style: Style = { from: kindOf(source), to: kindOf(target), turns }
    return [{ link: { edge, from: source, to: target }, from, to, way: wayOf(from, to, style, grid) }]
  })
}

function wayOf(from: Cell, to: Cell, style: Style, grid: Grid): Way {
  const right = to.column - from.column
  const down = to.row - from.row
  const isPlain = style.from === 'box' && style.to === 'box'
  const lanes: Way = { kind: 'lanes', enters: style.to === 'opened' ? 'left' : 'top' }
  if (right < 0) return lanes
  if (right === 0)
    return isPlain && down !== 0 && grid.isColumnFree(from.column, from.row, to.row)
      ? { kind: 'down' }
      : lanes
  if (down === 0) {
    if (grid.isRowFree(from.row, from.column, to.column)) return { kind: 'across' }
    return isPlain ? { kind: 'arc', span: right } : lanes
  }
  const corner = isPlain && style.turns === 'corners' ? cornerOf(from, to, grid) : undefined
  if (corner !== undefined) return { kind: corner }
  const isFree = [from.row, to.row].some((row) => grid.isRowFree(row, from.column, to.column))
  return isFree ? { kind: 'bend' } : lanes
}

/** Down and then right, or right and then up, where both ways are free. */
function cornerOf(from: Cell, to: Cell, grid: Grid): 'corner-down' | 'corner-up' | undefined {
  const isDown = to.row > from.row
  const turn = isDown ? { row: to.row, column: from.column } : { row: from.row, column: to.column }
  const isFree =
    grid.isFree(turn.row, turn.column) &&
    grid.isColumnFree(turn.column, from.row, to.row) &&
    grid.isRowFree(turn.row, from.column, to.column)
  return isFree ? (isDown ? 'corner-down' : 'corner-up') : undefined
}

// ---------------------------------------------------------------- where rows and columns are

/** Between a box and the first lane above it: an arrow's head and a rounded corner. */
const headRoom = 13

class Lines {
  readonly width: number
  readonly height: number
  readonly #grid: Grid
  readonly #spacing: Spacing
  readonly #lefts: number[] = []
  readonly #tops: number[] = []
  readonly #lanes = new Map<Wire, { readonly upright: number; readonly level: number }>()
  readonly #longest: readonly number[]

  constructor(grid: Grid, wires: readonly Wire[], spacing: Spacing) {
    this.#grid = grid
    this.#spacing = spacing
    const uprights = grid.widths.map(() => new Lanes())
    const levels = grid.heights.map(() => new Lanes())
    const longest = grid.heights.map(() => 0)
    for (const wire of wires) {
      const { from, to, way } = wire
      if (way.kind === 'arc') longest[from.row] = Math.max(longest[from.row] ?? 0, way.span)
      if (way.kind !== 'lanes') continue
      const upright = uprights[from.column]?.take(ordered(from.row - 0.4, to.row - 0.5)) ?? 0
      const level = levels[to.row]?.take(ordered(from.column + 0.6, to.column)) ?? 0
      this.#lanes.set(wire, { upright, level })
    }
    this.#longest = longest
    let x = 0
    grid.widths.forEach((width, column) => {
      this.#lefts.push(x)
      const isLast = column === grid.widths.length - 1
      const lanes = (uprights[column]?.count ?? 0) * spacing.lane
      x += width + lanes + (isLast ? (lanes > 0 ? spacing.lane : 0) : spacing.columnGap)
    })
    let y = 0
    grid.heights.forEach((height, row) => {
      y += (row === 0 ? 0 : spacing.rowGap) + this.arcHeight(row, longest[row] ?? 0)
      y += (levels[row]?.count ?? 0) * spacing.lane
      this.#tops.push(y)
      y += height
    })
    this.width = x
    this.height = y
  }

  /** How far before a column the curves to its left sides go down. */
  get margin(): number {
    return 0.9 * this.#spacing.lane
  }

  laidOut(key: string, block: Block): LaidOut {
    const { row, column } = this.#grid.cells.get(key) ?? { row: 0, column: 0 }
    const x = this.left(column) + ((this.#grid.widths[column] ?? 0) - block.width) / 2
    const y = this.top(row) + ((this.#grid.heights[row] ?? 0) - block.height) / 2
    return { block, at: point(x, y) }
  }

  left(column: number): number {
    return this.#lefts[column] ?? this.width
  }

  right(column: number): number {
    return this.left(column) + (this.#grid.widths[column] ?? 0)
  }

  top(row: number): number {
    return this.#tops[row] ?? this.height
  }

  bottom(row: number): number {
    return this.top(row) + (this.#grid.heights[row] ?? 0)
  }

  /** How high an arc over so many columns rises above its row. */
  arcHeight(row: number, span: number): number {
    if (span === 0) return 0
    const most = Math.max(2, this.#longest[row] ?? 2)
    const { arcStep, mostArc } = this.#spacing
    const step = Math.min(arcStep, mostArc / (most - 1))
    return step * (span - 1) + arcStep * 0.6
  }

  lanesOf(wire: Wire): { readonly x: number; readonly y: number } {
    const { upright, level } = this.#lanes.get(wire) ?? { upright: 0, level: 0 }
    const { lane } = this.#spacing
    const row = wire.to.row
    const arcs = this.arcHeight(row, this.#longest[row] ?? 0)
    return {
      x: this.right(wire.from.column) + (upright + 1) * lane,
      y: this.top(row) - arcs - headRoom - level * lane,
    }
  }

  /** Where two columns that are not neighbours are crossed: before the target if the source's row is free, else after the source. */
  bendGap(wire: Wire): { readonly start: number; readonly end: number } {
    const { from, to } = wire
    const isLate = this.#grid.isRowFree(from.row, from.column, to.column)
    const column = isLate ? to.column - 1 : from.column
    return { start: this.right(column), end: this.left(column + 1) }
  }
}

function ordered(a: number, b: number): { start: number; end: number } {
  return a < b ? { start: a, end: b } : { start: b, end: a }
}

// ---------------------------------------------------------------- where curves meet items

type Side = 'left' | 'right' | 'top' | 'bottom'

function sidesOf({ from, to, way }: Wire): readonly [Side, Side] {
  switch (way.kind) {
    case 'across':
    case 'bend':
      return ['right', 'left']
    case 'down':
      return to.row > from.row ? ['bottom', 'top'] : ['top', 'bottom']
    case 'corner-down':
      return ['bottom', 'left']
    case 'corner-up':
      return ['right', 'bottom']
    case 'arc':
      return ['top', 'top']
    case 'lanes':
      return ['right', way.enters]
  }
}

/** Shares of a side, -0.5 to 0.5, for each end of each wire. */
class Sides {
  readonly #parts: ReadonlyMap<string, LaidOut>
  readonly #shares = new Map<string, number>()
  readonly #ids = new Map<Wire, number>()

  constructor(wires: readonly Wire[], parts: ReadonlyMap<string, LaidOut>) {
    this.#parts = parts
    wires.forEach((wire, k) => this.#ids.set(wire, k))
    const ends = wires.flatMap((wire) => {
      const [leaves, enters] = sidesOf(wire)
      return [
        { wire, end: 'from' as const, side: leaves, key: `${wire.link.from} ${leaves}` },
        { wire, end: 'to' as const, side: enters, key: `${wire.link.to} ${enters}` },
      ]
    })
    for (const own of groupedBy(ends, (one) => one.key).values()) {
      for (const zone of groupedBy(own, (one) => zoneOf(one.wire, one.end, one.side)).values()) {
        const [head] = zone
        if (head === undefined) continue
        const [low, high] = zoneRange(zoneOf(head.wire, head.end, head.side))
        const sorted = zone.toSorted((a, b) => rankIn(a.wire, a.end) - rankIn(b.wire, b.end))
        sorted.forEach((one, k) => {
          const share = low + ((high - low) * (k + 1)) / (sorted.length + 1)
          this.#shares.set(`${this.#ids.get(one.wire)} ${one.end}`, share)
        })
      }
    }
  }

  at(wire: Wire, end: 'from' | 'to'): Point {
    const key = end === 'from' ? wire.link.from : wire.link.to
    const part = this.#parts.get(key ?? '')
    if (part === undefined) return point(0, 0)
    const port = portOf(part, wire.link.edge)
    const [leaves, enters] = sidesOf(wire)
    const side = end === 'from' ? leaves : enters
    const share = this.#shares.get(`${this.#ids.get(wire)} ${end}`) ?? 0
    const { block, at } = part
    if (port !== undefined && (side === 'left' || side === 'right')) return port
    if (side === 'left' || side === 'right')
      return point(side === 'left' ? at.x : at.x + block.width, at.y + (0.5 + share) * block.height)
    return point(at.x + (0.5 + share) * block.width, side === 'top' ? at.y : at.y + block.height)
  }
}

type Zone = 'before' | 'middle' | 'after'

/** Curves from above meet the upper part of a side, straight ones its middle. At the top, arcs leave to the right and arrive from the left. */
function zoneOf({ from, to, way }: Wire, end: 'from' | 'to', side: Side): Zone {
  if (side === 'top' || side === 'bottom') {
    if (way.kind !== 'arc' && way.kind !== 'lanes') return 'middle'
    return end === 'from' ? 'after' : 'before'
  }
  if (way.kind === 'corner-down' || way.kind === 'corner-up') return 'middle'
  const other = end === 'from' ? to.row - from.row : from.row - to.row
  return other < 0 ? 'before' : other > 0 ? 'after' : 'middle'
}

function zoneRange(zone: Zone): readonly [number, number] {
  switch (zone) {
    case 'before':
      return [-0.44, -0.12]
    case 'middle':
      return [-0.12, 0.12]
    case 'after':
      return [0.12, 0.44]
  }
}

/** Order within a zone: so that curves of one zone do not cross where they begin. */
function rankIn({ from, to, way }: Wire, end: 'from' | 'to'): number {
  if (way.kind === 'arc') return end === 'from' ? -way.span : way.span * -1
  if (way.kind === 'lanes') return 1000 + from.column
  return end === 'from' ? to.row * 1000 + to.column : from.row * 1000 + from.column
}

// ---------------------------------------------------------------- curves

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
