// What attention takes in memory, in either of two ways: its scores in full, as `softmax(scale · q · kᵀ + biases) · v` is written down, or by
// a fused kernel that makes them piece by piece (Dao et al., "FlashAttention", NeurIPS 2022) and keeps one number for each query.
import type { Graph, GraphNode, NodeId } from '../ir/graph.ts'
import { elementCount } from '../ir/tensor.ts'
import { attentionScores } from '../ops/primitive/attention.ts'
import type { Extra, Saved } from './saved.ts'

export interface AttentionContext {
  readonly graph: Graph
  readonly batch: number
  /** Bytes per element of activations. */
  readonly activation: number
  /** Scores are made piece by piece. */
  readonly fusedAttention: boolean
  /** By node id: a gradient flows into it. */
  readonly learned: readonly boolean[]
}

/** What autograd keeps. */
export function savedOfAttention(node: GraphNode, context: AttentionContext): Saved {
  const [q = -1, k = -1, v = -1, ...biases] = node.inputs
  const { scaled, scores, statistics, sum } = bytesOf(node, context)
  if (context.fusedAttention) {
    const inputs = node.inputs.map((_, at) => at).slice(0, biases.length > 1 ? 3 : undefined)
    const extras: Extra[] = [
      { kind: 'statistics', bytes: statistics },
      ...(biases.length > 1 ? [{ kind: 'weights', bytes: sum } as const] : []),
    ]
    return { inputs, result: true, extras }
  }
  const isLearned = (id: NodeId): boolean => context.learned[id] === true
  const scored = [q, k, ...biases].some(isLearned)
  const inputs = [...(isLearned(q) ? [1] : []), ...(scored ? [2] : [])]
  const extras: Extra[] = [{ kind: 'weights', bytes: scores }]
  if (isLearned(k)) extras.push({ kind: 'scaled', bytes: scaled })
  if (dropsSome(node) && scored) extras.push({ kind: 'mask', bytes: scores })
  if (dropsSome(node) && isLearned(v)) extras.push({ kind: 'weights', bytes: scores })
  return { inputs, result: false, extras }
}

/** What it needs for itself before there is a result: queries scaled and scores, then scores and what is made of them. */
export function bytesBeforeResult(
  node: GraphNode,
  context: AttentionContext,
  mode: 'inference' | 'training',
): number {
  const { scaled, scores, sum } = bytesOf(node, context)
  if (context.fusedAttention) return node.inputs.length > 4 ? sum : 0
  const isKept = mode === 'training' && context.learned[node.inputs[1] ?? -1] === true
  const dropping = mode === 'training' && dropsSome(node) ? 1 : 0
  return Math.max(scaled + scores, (isKept ? scaled : 0) + (2 + dropping) * scores)
}

/** What it needs for itself at inference beside its result: the weights that the values are added up with. */
export function bytesBesideResult(node: GraphNode, context: AttentionContext): number {
  const { scores, statistics, sum } = bytesOf(node, context)
  if (!context.fusedAttention) return scores
  return statistics + (node.inputs.length > 4 ? sum : 0)
}

/**
 * Beside what was kept and the gradient of the result: the gradients of the values and of the weights, then, once the gradient of the
 * result is gone, that of the scores.
 */
export function bytesOfBackward(node: GraphNode, own: number, context: AttentionContext): number {
  if (context.fusedAttention) return 0
  const values = nodeBytes(context, node.inputs[2] ?? -1)
  const { scores } = bytesOf(node, context)
  return values + (dropsSome(node) ? scores : Math.max(scores, 2 * scores - own))
}

const dropsSome = ({ attributes }: GraphNode): boolean => Number(attributes['dropout']) > 0

interface Bytes {
  /** Queries times the scale. */
  readonly scaled: number
  readonly scores: number
  /** A float32 for each query. */
  readonly statistics: number
  /** Of all biases. */
  readonly sum: number
}

function bytesOf({ inputs }: GraphNode, context: AttentionContext): Bytes {
  const typeAt = (at: number): GraphNode['type'] | undefined => context.graph.nodes[inputs[at] ?? -1]?.type
  const shape = attentionScores(typeAt(0)?.shape ?? [], typeAt(1)?.shape ?? [])
  const batched = (positions: readonly number[]): number =>
    positions.some((at) => typeAt(at)?.batched === true) ? context.batch : 1
  const positions = inputs.map((_, at) => at)
  const elements = elementCount(shape) ?? 0
  const count = elements * batched(positions.filter((at) => at !== 2))
  return {
    scaled: nodeBytes(context, inputs[0] ?? -1),
    scores: count * context.activation,
    statistics: (4 * count) / Number(shape.at(-1) ?? 1),
    sum: elements * batched(positions.slice(3)) * context.activation,
  }
}

function nodeBytes({ graph, batch, activation }: AttentionContext, id: NodeId): number {
  const type = graph.nodes[id]?.type
  return type === undefined ? 0 : (elementCount(type.shape) ?? 0) * activation * (type.batched ? batch : 1)
}
