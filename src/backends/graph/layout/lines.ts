// Where the rows and columns of a grid lie, with room between them for the arcs and lanes that its curves need.
import { point } from './geometry.ts'
import type { Grid } from './grid.ts'
import { Lanes } from './lanes.ts'
import type { Block, LaidOut } from './scene.ts'
import type { Wire } from './ways.ts'

export interface Spacing {
  readonly columnGap: number
  readonly rowGap: number
  readonly arcStep: number
  readonly mostArc: number
  readonly lane: number
}

/** Between a box and the first lane above it: an arrow's head and a rounded corner. */
const headRoom = 13

export class Lines {
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
