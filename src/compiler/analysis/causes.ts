// Why a tensor is in memory: the one reason that a designer can act on.
import type { Graph, GraphNode, NodeId } from '../ir/graph.ts'
import { elementCount } from '../ir/tensor.ts'
import type { PrimitiveName } from '../ops/registry.ts'
import type { Storage, Storages } from './liveness.ts'
import { reachOf } from './reach.ts'

export const causes = [
  'inputs',
  'outputs',
  'deep supervision',
  'concat copies',
  'shift copies',
  'long skips',
  'norm inputs',
  'layer inputs',
  'activation results',
  'other results',
  'pool indices',
  'dropout masks',
  'statistics',
  'padded copies',
  'working space',
  'gradients',
] as const
export type Cause = (typeof causes)[number]

/** What each cause means, for people. */
export const causeTexts: Readonly<Record<Cause, string>> = {
  inputs: 'the images',
  outputs: 'results that are asked for',
  'deep supervision': 'what only auxiliary outputs need',
  'concat copies': 'results of concat: copies of tensors that exist apart',
  'shift copies': 'results of shift, roll and pad',
  'long skips': 'results that wait while coarser levels are computed',
  'norm inputs': 'inputs of norms',
  'layer inputs': 'inputs of convolutions, linear layers and products',
  'activation results': 'what the gradient of an activation function needs',
  'other results': 'all other results',
  'pool indices': 'places of the maxima, 8 bytes each',
  'dropout masks': 'what dropout multiplies by',
  statistics: 'means and deviations of norms',
  'padded copies': 'inputs of convolutions that pad unevenly',
  'working space': 'what an operator needs for a moment',
  gradients: 'gradients of activations on their way back',
}

const ofKind: Readonly<Record<Exclude<Storage['kind'], 'result'>, Cause>> = {
  gradient: 'gradients',
  working: 'working space',
  statistics: 'statistics',
  indices: 'pool indices',
  mask: 'dropout masks',
  padded: 'padded copies',
}

const ofOperator: Partial<Record<PrimitiveName, Cause>> = {
  concat: 'concat copies',
  shift: 'shift copies',
  roll: 'shift copies',
  pad: 'shift copies',
}

const norms: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  'instance_norm',
  'batch_norm',
  'group_norm',
  'layer_norm',
])
const activations: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  'relu',
  'leaky_relu',
  'elu',
  'prelu',
  'gelu',
  'sigmoid',
  'tanh',
  'softmax',
])
const layers: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  'conv',
  'conv_transpose',
  'linear',
  'matmul',
])

/** The first cause, in the order of the list, that fits a tensor; the same tensor has the same at every step. */
export function causesOf(graph: Graph, storages: Storages): (storage: Storage) => Cause {
  const reach = reachOf(graph)
  const inputs = new Set(graph.inputs.map((one) => storages.of[one.node]))
  const outputs = new Set(graph.outputs.filter((one) => !one.aux).map((one) => storages.of[one.node]))
  const skips = longSkips(storages)
  const readBy = readersOf(storages)
  const active = storages.nodes.filter((node) => activations.has(node.op))
  const activated = new Set(
    active.flatMap(({ id, inputs: read }) => [id, ...read].map((one) => storages.of[one])),
  )
  return (storage) => {
    if (storage.kind !== 'result') return ofKind[storage.kind]
    if (inputs.has(storage)) return 'inputs'
    if (outputs.has(storage)) return 'outputs'
    if (reach.inference[storage.node] !== true) return 'deep supervision'
    const copied = ofOperator[graph.nodes[storage.node]?.op ?? 'input']
    if (copied !== undefined) return copied
    if (skips.has(storage)) return 'long skips'
    const readers = readBy.get(storage)
    if (readers?.some((node) => norms.has(node.op)) === true) return 'norm inputs'
    if (readers?.some((node) => layers.has(node.op)) === true) return 'layer inputs'
    return activated.has(storage) ? 'activation results' : 'other results'
  }
}

function readersOf({ nodes, of }: Storages): Map<Storage, GraphNode[]> {
  const readers = new Map<Storage, GraphNode[]>()
  for (const node of nodes) {
    for (const id of node.inputs) {
      const storage = of[id]
      if (storage === undefined) continue
      const list = readers.get(storage)
      if (list === undefined) readers.set(storage, [node])
      else list.push(node)
    }
  }
  return readers
}

/** Results that somebody still reads after a tensor with fewer positions has been computed. */
function longSkips({ nodes, firstRead, lastUse }: Storages): Set<Storage> {
  const found = new Set<Storage>()
  const place = new Map<NodeId, number>(nodes.map((node, at) => [node.id, at]))
  const positions = nodes.map(positionsOf)
  for (const [storage, first] of firstRead) {
    const last = place.get(lastUse.get(storage) ?? first) ?? 0
    const own = positions[place.get(storage.node) ?? 0] ?? 0
    for (let at = place.get(first) ?? 0; at < last; at += 1) {
      if ((positions[at] ?? own) >= own) continue
      found.add(storage)
      break
    }
  }
  return found
}

const positionsOf = ({ type }: GraphNode): number => elementCount(type.shape.slice(1)) ?? 0
