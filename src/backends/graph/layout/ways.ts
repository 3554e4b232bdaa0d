// Which way a curve takes between two cells of a grid, so that it runs through no item.
import type { Cell } from './geometry.ts'
import type { Grid } from './grid.ts'
import type { Places } from './places.ts'
import type { Block, Link } from './scene.ts'

export type Way =
  | { readonly kind: 'across' | 'down' | 'bend' | 'corner-down' | 'corner-up' }
  | { readonly kind: 'arc'; readonly span: number }
  | { readonly kind: 'lanes'; readonly enters: 'top' | 'left' }

export interface Wire {
  readonly link: Link
  readonly from: Cell
  readonly to: Cell
  readonly way: Way
}

/** What a way may look like at its ends: opened modules are entered at their left and left at their right. */
interface Style {
  readonly from: 'box' | 'opened'
  readonly to: 'box' | 'opened'
  readonly turns: 'corners' | 'bends'
}

export function waysOf(
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
