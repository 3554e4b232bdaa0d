// Which cell of the grid each item of a scene stands in: levels and stages where the network says so; what feeds them to the
// left, what they feed to the right or above, what lies between them in between.
import type { DiagramGrid, GridCell } from '../../../compiler/analysis/diagram/model.ts'
import { largest } from '../../../compiler/text/numbers.ts'
import type { Cell } from './geometry.ts'
import type { RowedRun } from './rows.ts'
import type { Link } from './scene.ts'

export interface Places {
  readonly cells: ReadonlyMap<string, Cell>
  /** Items of a U, whose curves may turn the corner at its bottom. */
  readonly corners: ReadonlySet<string>
}

/** Items without a place that belong together, in order. */
interface Run {
  readonly keys: readonly string[]
  /** Placed items that feed it, and that it feeds. */
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export function placesOf(
  grids: readonly DiagramGrid[],
  keyOfPath: ReadonlyMap<string, string>,
  keys: readonly string[],
  links: readonly Link[],
  rowed: readonly RowedRun[],
): Places {
  const board = new Board()
  const corners = new Set<string>()
  const rows = rowsOf(grids)
  for (const grid of grids) placeGrid(grid, board, rows, keyOfPath, corners)
  for (const run of rowed) placeRowed(run, board)
  const runs = runsOf(keys, links, board)
  const tails = runs.filter((one) => one.after.length === 0 && one.before.length > 0)
  for (const one of runs) if (one.after.length > 0) placeBefore(one, board)
  placeTails(tails, board)
  for (const one of runs) if (one.after.length === 0 && one.before.length === 0) placeAlone(one, board)
  return { cells: board.cells, corners }
}

class Board {
  readonly cells = new Map<string, Cell>()
  readonly #taken = new Set<string>()

  put(key: string, cell: Cell): void {
    this.cells.set(key, cell)
    this.#taken.add(`${cell.row} ${cell.column}`)
  }

  isFree(row: number, column: number): boolean {
    return !this.#taken.has(`${row} ${column}`)
  }

  all(): Cell[] {
    return [...this.cells.values()]
  }

  of(keys: readonly string[]): Cell[] {
    return keys.flatMap((key) => this.cells.get(key) ?? [])
  }

  lastColumn(): number {
    return largest(
      this.all().map((one) => one.column),
      -1,
    )
  }

  firstRow(): number {
    return Math.min(0, ...this.all().map((one) => one.row))
  }
}

/** Levels as rows from 0, the same for all grids. */
function rowsOf(grids: readonly DiagramGrid[]): ReadonlyMap<number, number> {
  const levels = new Set(grids.flatMap((grid) => grid.cells.map((cell) => cell.level)))
  return new Map([...levels].sort((a, b) => a - b).map((level, row) => [level, row]))
}

function placeGrid(
  grid: DiagramGrid,
  board: Board,
  rows: ReadonlyMap<number, number>,
  keyOfPath: ReadonlyMap<string, string>,
  corners: Set<string>,
): void {
  const offset = board.lastColumn() + 1
  const stages = [...new Set(grid.cells.map((cell) => cell.stage))].sort((a, b) => a - b)
  const columnOf = grid.form === 'u' ? uColumns(grid.cells) : (cell: GridCell) => stages.indexOf(cell.stage)
  for (const cell of grid.cells) {
    const key = keyOfPath.get(cell.path)
    if (key === undefined) continue
    board.put(key, { row: rows.get(cell.level) ?? 0, column: offset + columnOf(cell) })
    if (grid.form === 'u') corners.add(key)
  }
}

/** The rows of the items that stand on a grid. */
export function rowsOnGrids(
  grids: readonly DiagramGrid[],
  keyOfPath: ReadonlyMap<string, string>,
): ReadonlyMap<string, number> {
  const rows = rowsOf(grids)
  const cells = grids.flatMap((grid) => grid.cells)
  return new Map(
    cells.flatMap(({ path, level }) => {
      const key = keyOfPath.get(path)
      return key === undefined ? [] : [[key, rows.get(level) ?? 0] as const]
    }),
  )
}

function placeRowed({ side, cells }: RowedRun, board: Board): void {
  const columns = board.all().map((one) => one.column)
  const beside = side === 'left' ? Math.min(0, ...columns) - 1 : largest(columns, -1) + 1
  for (const [key, { row, column }] of cells)
    board.put(key, { row, column: side === 'left' ? beside - column : beside + column })
}

/** Encoder left, decoder right, the deepest level between them where only the encoder has it. */
function uColumns(cells: readonly GridCell[]): (cell: GridCell) => number {
  const right = new Set(cells.filter((one) => one.stage === 1).map((one) => one.level))
  const deepest = largest(
    cells.map((one) => one.level),
    Number.MIN_SAFE_INTEGER,
  )
  const isU = cells.some((one) => one.stage === 0) && right.size > 0
  if (!isU) return () => 0
  return ({ level, stage }) => (stage === 1 ? 2 : level === deepest && !right.has(level) ? 1 : 0)
}

// ---------------------------------------------------------------- what is on no grid

/** Connected items without a place, in the order in which they are given, which is that of the network. */
function runsOf(keys: readonly string[], links: readonly Link[], board: Board): Run[] {
  const free = keys.filter((key) => !board.cells.has(key))
  const isFree = new Set(free)
  return componentsOf(free, links).map((members) => {
    const before = links.flatMap(({ from, to }) =>
      to !== undefined && members.has(to) && from !== undefined && !isFree.has(from) ? [from] : [],
    )
    const after = links.flatMap(({ from, to }) =>
      from !== undefined && members.has(from) && to !== undefined && !isFree.has(to) ? [to] : [],
    )
    return {
      keys: free.filter((key) => members.has(key)),
      before: [...new Set(before)],
      after: [...new Set(after)],
    }
  })
}

/** Connected items without a place that are more than one after the other: they are laid out in layers and placed as one. */
export function branchedRuns(
  keys: readonly string[],
  links: readonly Link[],
  placed: ReadonlyMap<string, unknown>,
): string[][] {
  const free = keys.filter((key) => !placed.has(key))
  return componentsOf(free, links)
    .map((members) => free.filter((key) => members.has(key)))
    .filter((run) => run.length > 2 && isBranched(run, links))
}

function isBranched(run: readonly string[], links: readonly Link[]): boolean {
  const members = new Set(run)
  const pairs = new Set(
    links.flatMap(({ from, to }) =>
      from !== undefined && to !== undefined && members.has(from) && members.has(to) ? [`${from} ${to}`] : [],
    ),
  )
  return pairs.size >= run.length || run.some((key, k) => k > 0 && !pairs.has(`${run[k - 1]} ${key}`))
}

function componentsOf(free: readonly string[], links: readonly Link[]): ReadonlySet<string>[] {
  const run = new Map(free.map((key) => [key, new Set([key])]))
  for (const { from, to } of links) {
    const [a, b] = [run.get(from ?? ''), run.get(to ?? '')]
    if (a === undefined || b === undefined || a === b) continue
    for (const key of b) {
      a.add(key)
      run.set(key, a)
    }
  }
  return [...new Set(run.values())]
}

/** To the left of what it feeds; between two columns where something feeds it too. */
function placeBefore({ keys, before, after }: Run, board: Board): void {
  const sources = board.of(before)
  const targets = board.of(after)
  const row = Math.min(...targets.map((one) => one.row))
  const column = Math.min(...targets.filter((one) => one.row === row).map((one) => one.column))
  if (sources.length === 0) {
    const leftmost = Math.min(0, ...board.all().map((one) => one.column))
    const start = Math.min(column, leftmost) - keys.length
    const line = freeRow(board, row, start, keys.length)
    keys.forEach((key, k) => board.put(key, { row: line, column: start + k }))
    return
  }
  const left = Math.max(...sources.map((one) => one.column))
  if (keys.length === 1 && column - left >= 2 && board.isFree(row, left + 1)) {
    board.put(keys[0] ?? '', { row, column: left + 1 })
    return
  }
  // A new column between two others, or one for each of them.
  let at = left < column ? column - 0.5 : left + 0.5
  while (keys.some((_, k) => !board.isFree(row, at + (0.5 * k) / keys.length))) at += 0.01
  keys.forEach((key, k) => board.put(key, { row, column: at + (0.4 * k) / keys.length }))
}

/** The first row, from the wanted one upwards, with room for so many items. */
function freeRow(board: Board, wanted: number, column: number, count: number): number {
  let row = wanted
  while (!isRowFree(board, row, column, count)) row -= 1
  return row
}

function isRowFree(board: Board, row: number, column: number, count: number): boolean {
  return Array.from({ length: count }, (_, k) => k).every((k) => board.isFree(row, column + k))
}

/** To the right of what feeds it; above, where the uppermost row has its next stage there; else to the far right. */
function placeTails(tails: readonly Run[], board: Board): void {
  const top = board.firstRow()
  const anchors = new Map(tails.map((one) => [one, anchorOf(board.of(one.before))]))
  const isBlocked = (one: Run): boolean => {
    const anchor = anchors.get(one)
    return anchor === undefined || !isRowFree(board, anchor.row, anchor.column + 1, one.keys.length)
  }
  const beyond = board.lastColumn() + 1
  const goesAbove = tails.some((one) => anchors.get(one)?.row === top && isBlocked(one))
  for (const one of tails) {
    const anchor = anchors.get(one) ?? { row: 0, column: 0 }
    const { keys } = one
    const above = keys.every((_, k) => board.isFree(top - 1 - k, anchor.column))
    if (goesAbove && anchor.row === top && above)
      keys.forEach((key, k) => board.put(key, { row: top - 1 - k, column: anchor.column }))
    else {
      let column = isBlocked(one) ? beyond : anchor.column + 1
      while (!isRowFree(board, anchor.row, column, keys.length)) column += 1
      const start = column
      keys.forEach((key, k) => board.put(key, { row: anchor.row, column: start + k }))
    }
  }
}

function anchorOf(cells: readonly Cell[]): Cell | undefined {
  return cells.toSorted((a, b) => b.column - a.column || a.row - b.row)[0]
}

function placeAlone({ keys }: Run, board: Board): void {
  const row = largest(board.all().map((one) => one.row)) + 1
  keys.forEach((key, column) => board.put(key, { row, column }))
}
