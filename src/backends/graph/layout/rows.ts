// Items beside a grid that stand in its rows, though they branch and join: heads of several levels that make one map, stems of
// several scales that begin at one image.
import { largest } from '../../../compiler/text/numbers.ts'
import type { Cell } from './geometry.ts'
import type { Link } from './scene.ts'

/** Connected items without a place on the grid, all to the left of it or all to the right. */
export interface RowedRun {
  readonly side: 'left' | 'right'
  readonly keys: readonly string[]
  /** Columns count from the grid: the nearest is 0. */
  readonly cells: ReadonlyMap<string, Cell>
}

/**
 * The run in rows, where two of its items or more touch the grid, each of them one row of its own, and all from one side. `rows` are
 * those of the items on the grid; `keys` are in the order of the network.
 */
export function rowedRun(
  keys: readonly string[],
  links: readonly Link[],
  rows: ReadonlyMap<string, number>,
): RowedRun | undefined {
  const members = new Set(keys)
  const comes = neighbours(links, 'to', 'from')
  const goes = neighbours(links, 'from', 'to')
  const feeds = keys.some((key) => (goes.get(key) ?? []).some((other) => rows.has(other)))
  const isFed = keys.some((key) => (comes.get(key) ?? []).some((other) => rows.has(other)))
  if (feeds === isFed) return undefined
  // Away from the grid: from what touches it to what hangs on that.
  const [toward, order] = feeds ? [goes, keys.toReversed()] : [comes, keys]
  const touched = new Map(
    keys.flatMap((key) => {
      const own = (toward.get(key) ?? []).flatMap((other) => rows.get(other) ?? [])
      return own.length === 0 ? [] : [[key, own] as const]
    }),
  )
  const first = [...touched.values()].map(([row]) => row)
  const isRowed =
    touched.size > 1 &&
    new Set(first).size === touched.size &&
    [...touched.values()].every((own) => own.length === 1)
  if (!isRowed) return undefined
  const cells = cellsOf(order, (key) => (toward.get(key) ?? []).filter((one) => members.has(one)), touched)
  return { side: feeds ? 'left' : 'right', keys, cells }
}

/** Each item one column further than what it hangs on, in the uppermost row of that, or just above where that is taken. */
function cellsOf(
  order: readonly string[],
  supports: (key: string) => readonly string[],
  touched: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, Cell> {
  const columns = new Map<string, number>()
  for (const key of order)
    columns.set(
      key,
      1 +
        largest(
          supports(key).map((one) => columns.get(one) ?? 0),
          -1,
        ),
    )
  const columnOf = (key: string): number => columns.get(key) ?? 0
  // In a column, what joins several comes before what hangs on one of them, so that it has the row.
  const sorted = order.toSorted(
    (a, b) => columnOf(a) - columnOf(b) || supports(b).length - supports(a).length,
  )
  const cells = new Map<string, Cell>()
  const taken = new Set<string>()
  let lowest = largest([...touched.values()].flat())
  for (const key of sorted) {
    const column = columnOf(key)
    const below = supports(key).flatMap((one) => cells.get(one)?.row ?? [])
    let row = touched.get(key)?.[0] ?? (below.length > 0 ? Math.min(...below) : ++lowest)
    while (taken.has(`${row} ${column}`)) row -= 0.5
    taken.add(`${row} ${column}`)
    cells.set(key, { row, column })
  }
  return cells
}

function neighbours(
  links: readonly Link[],
  of: 'from' | 'to',
  other: 'from' | 'to',
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const link of links) {
    const [key, neighbour] = [link[of], link[other]]
    if (key === undefined || neighbour === undefined) continue
    const known = found.get(key)
    if (known === undefined) found.set(key, [neighbour])
    else if (!known.includes(neighbour)) known.push(neighbour)
  }
  return found
}
