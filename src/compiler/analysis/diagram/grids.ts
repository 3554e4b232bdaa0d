// Where boxes stand on the grids of backbones and fusions: levels downwards, stages to the right.
import type { Graph } from '../../ir/graph.ts'
import { latticesOf } from '../lattice.ts'
import type { BoxOfNode, DiagramBox, DiagramGroup } from './diagram.ts'

export interface GridCell {
  /** Of a box, or of the opened module that stands in its place. */
  readonly path: string
  readonly level: number
  readonly stage: number
}

export interface DiagramGrid {
  readonly name: string
  /** A triangle of levels and stages; an encoder and a decoder that make a U; or one column. */
  readonly form: 'lattice' | 'u' | 'column'
  /** What the columns are called, where they have names. */
  readonly columns: readonly string[]
  readonly cells: readonly GridCell[]
}

export function gridsOf(
  graph: Graph,
  boxes: readonly DiagramBox[],
  groups: readonly DiagramGroup[],
  boxOfNode: BoxOfNode,
): DiagramGrid[] {
  const placed = new Set<string>()
  return latticesOf(graph).map((lattice): DiagramGrid => {
    const { columns, name } = lattice
    const form = columns === undefined ? 'lattice' : columns.length === 2 ? 'u' : 'column'
    const cells = lattice.points.flatMap(({ level, stage, node }): GridCell[] => {
      const box = boxes[boxOfNode[node] ?? -1]
      const path = box === undefined ? undefined : standingPath(box, groups)
      if (path === undefined || box?.kind === 'input' || placed.has(path)) return []
      placed.add(path)
      return [{ path, level, stage }]
    })
    return { name, form, columns: columns ?? [], cells }
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
