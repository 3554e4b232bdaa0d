// Where boxes stand on the grids of backbones and fusions: levels downwards, stages to the right.
import type { Backbone, Graph, NodeId } from '../../ir/graph.ts'
import { latticesOf } from '../lattice.ts'
import type { BoxOfNode, DiagramBox, DiagramGrid, DiagramGroup, GridCell } from './model.ts'

export function gridsOf(
  graph: Graph,
  boxes: readonly DiagramBox[],
  groups: readonly DiagramGroup[],
  boxOfNode: BoxOfNode,
): DiagramGrid[] {
  const placed = new Set<string>()
  const pathOf = (node: NodeId): string | undefined => {
    const box = boxes[boxOfNode[node] ?? -1]
    return box === undefined || box.kind === 'input' ? undefined : standingPath(box, groups)
  }
  const grids = latticesOf(graph).map((lattice): DiagramGrid => {
    const { columns, name } = lattice
    const form = columns === undefined ? 'lattice' : columns.length === 2 ? 'u' : 'column'
    const cells = lattice.points.flatMap(({ level, stage, node }): GridCell[] => {
      const path = pathOf(node)
      if (path === undefined || placed.has(path)) return []
      placed.add(path)
      return [{ path, level, stage }]
    })
    return { name, form, columns: columns ?? [], cells }
  })
  return graph.backbones.reduce(
    (all, backbone) => withLevels(all, strayLevels(backbone, pathOf, placed)),
    grids,
  )
}

type StrayLevel = Omit<GridCell, 'stage'>

/** Levels that no node of a fusion is: the fusion reads them, if anything does, by its edges. */
function strayLevels(
  { levels }: Backbone,
  pathOf: (node: NodeId) => string | undefined,
  placed: Set<string>,
): { readonly strays: readonly StrayLevel[]; readonly paths: ReadonlySet<string | undefined> } {
  const strays = levels.flatMap(({ index: [level, second], node }): StrayLevel[] => {
    const path = pathOf(node)
    if (level === undefined || second !== undefined || path === undefined || placed.has(path)) return []
    placed.add(path)
    return [{ path, level }]
  })
  return { strays, paths: new Set(levels.map((one) => pathOf(one.node))) }
}

/** In the column of the backbone's other levels, where there is room, else in one before all others. */
function withLevels(
  grids: readonly DiagramGrid[],
  { strays, paths }: ReturnType<typeof strayLevels>,
): DiagramGrid[] {
  if (strays.length === 0) return [...grids]
  const kin = grids.findIndex((grid) => grid.cells.some((cell) => paths.has(cell.path)))
  const at = kin < 0 ? grids.findIndex((grid) => grid.form === 'lattice') : kin
  return grids.map((grid, k) => {
    if (k !== at) return grid
    const first = Math.min(0, ...grid.cells.map((cell) => cell.stage))
    const own = grid.cells.find((cell) => paths.has(cell.path))?.stage ?? first - 1
    const isFree = strays.every(
      (one) => !grid.cells.some((cell) => cell.level === one.level && cell.stage === own),
    )
    const added = strays.map((one) => ({ ...one, stage: isFree ? own : first - 1 }))
    return { ...grid, cells: [...grid.cells, ...added] }
  })
}

/** The outermost opened module around a box, or the box itself. */
function standingPath(box: DiagramBox, groups: readonly DiagramGroup[]): string {
  let path = box.path
  let { group } = box
  while (group !== undefined) {
    const around: DiagramGroup | undefined = groups[group]
    if (around?.kind === 'opened') path = around.path
    group = around?.group
  }
  return path
}
