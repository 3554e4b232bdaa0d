// Why a tensor is in memory: the one reason that a designer can act on.
import type { Graph, GraphNode, NodeId } from '../ir/graph.ts'
import { pointwise, type PrimitiveName } from '../ops/registry.ts'
import type { Storage, Storages } from './liveness.ts'
import { reachedIn } from './reach.ts'

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
  'attention weights',
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
  'attention weights': 'scores of attention after the softmax, one for each query and key',
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
  weights: 'attention weights',
  scaled: 'layer inputs',
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
const activations: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([...pointwise, 'prelu', 'softmax'])
const layers: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  'conv',
  'conv_transpose',
  'conv_with',
  'linear',
  'matmul',
  'attention',
])

/** The first cause, in the order of the list, that fits a tensor; the same tensor has the same at every step. */
export function causesOf(graph: Graph, storages: Storages): (storage: Storage) => Cause {
  const inferred = reachedIn(graph, 'inference')
  const inputs = new Set(graph.inputs.map((one) => storages.of[one.node]))
  const outputs = new Set(graph.outputs.filter((one) => !one.aux).map((one) => storages.of[one.node]))
  const skips = longSkips(storages)
  const normed = new Set<Storage>()
  const layered = new Set<Storage>()
  const activated = new Set<Storage>()
  for (const node of storages.nodes) {
    if (norms.has(node.op)) addAll(normed, node.inputs, storages)
    if (layers.has(node.op)) addAll(layered, node.inputs, storages)
    if (activations.has(node.op)) addAll(activated, [node.id, ...node.inputs], storages)
  }
  return (storage) => {
    if (storage.kind !== 'result') return ofKind[storage.kind]
    if (inputs.has(storage)) return 'inputs'
    if (outputs.has(storage)) return 'outputs'
    if (inferred[storage.node] !== true) return 'deep supervision'
    const copied = ofOperator[graph.nodes[storage.node]?.op ?? 'input']
    if (copied !== undefined) return copied
    if (skips.has(storage)) return 'long skips'
    if (normed.has(storage)) return 'norm inputs'
    if (layered.has(storage)) return 'layer inputs'
    return activated.has(storage) ? 'activation results' : 'other results'
  }
}

function addAll(found: Set<Storage>, ids: readonly NodeId[], { of }: Storages): void {
  for (const id of ids) {
    const storage = of[id]
    if (storage !== undefined) found.add(storage)
  }
}

/** Results that somebody still reads after a tensor with fewer positions has been computed. */
function longSkips({ nodes, firstRead, lastUse }: Storages): Set<Storage> {
  const found = new Set<Storage>()
  const place: number[] = []
  for (const [at, node] of nodes.entries()) place[node.id] = at
  const positions = nodes.map(positionsOf)
  for (const [storage, first] of firstRead) {
    const last = place[lastUse.get(storage) ?? first] ?? 0
    const own = positions[place[storage.node] ?? 0] ?? 0
    for (let at = place[first] ?? 0; at < last; at += 1) {
      if ((positions[at] ?? own) >= own) continue
      found.add(storage)
      break
    }
  }
  return found
}

/** Elements of one channel; 0 where an extent is symbolic. */
function positionsOf({ type: { shape } }: GraphNode): number {
  let count = 1
  for (let axis = 1; axis < shape.length; axis += 1) {
    const extent = shape[axis]
    if (typeof extent !== 'number') return 0
    count *= extent
  }
  return count
}
