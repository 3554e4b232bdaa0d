// The rows and columns of a scene without gaps, and which of their cells are taken.
import type { Cell } from './geometry.ts'
import type { Places } from './places.ts'
import type { Block } from './scene.ts'

/** Rows and columns without gaps, from 0. */
export class Grid {
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
