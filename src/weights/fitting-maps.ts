// Which of several maps a checkpoint's names are of.
import type { Graph, Parameter } from '../compiler/ir/graph.ts'
import type { NamedTensors } from './named-tensors.ts'
import type { RenameMap } from './rename-map.ts'
import { placed } from './renamed.ts'

/**
 * The maps by which every tensor has its place and every required parameter its tensor, whatever the shapes: with wrong arguments those are
 * what is told. Of maps that say the same of this network the first stands for all.
 */
export function fittingMaps(
  graph: Graph,
  tensors: NamedTensors,
  maps: readonly RenameMap[],
  required: (parameter: Parameter) => boolean,
): readonly RenameMap[] {
  const fitting = new Map<string, RenameMap>()
  for (const map of maps) {
    const { sources, problems } = placed(graph, tensors, { map, required })
    const meaning = JSON.stringify([...sources].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    if (problems.length === 0 && sources.size > 0 && !fitting.has(meaning)) fitting.set(meaning, map)
  }
  return [...fitting.values()]
}
