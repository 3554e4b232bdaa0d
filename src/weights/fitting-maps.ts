// Which of several maps a checkpoint's names are of.
import type { Graph, Parameter } from '../compiler/ir/graph.ts'
import type { NamedTensors } from './named-tensors.ts'
import type { RenameMap } from './rename-map.ts'
import { placed } from './renamed.ts'

/**
 * The maps by which every required parameter has its tensor, whatever the shapes: with wrong arguments those are what is told. Best are those that
 * have a place for every tensor; where there are none, some may be left over, as a trainer keeps its loss beside the network. Of maps
 * that say the same of this network the first stands for all.
 */
export function fittingMaps(
  graph: Graph,
  tensors: NamedTensors,
  maps: readonly RenameMap[],
  required: (parameter: Parameter) => boolean,
): readonly RenameMap[] {
  const filling = maps
    .map((map) => ({ map, ...placed(graph, tensors, { map, required }) }))
    .filter(
      ({ sources, problems }) => sources.size > 0 && problems.every(({ name }) => name === 'weights-unused'),
    )
  const whole = filling.filter(({ problems }) => problems.length === 0)
  const meanings = new Map<string, RenameMap>()
  for (const { map, sources } of whole.length > 0 ? whole : filling) {
    const meaning = JSON.stringify([...sources].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    if (!meanings.has(meaning)) meanings.set(meaning, map)
  }
  return [...meanings.values()]
}
