// Which tensors are live at each step of a schedule: operators in the graph's order at inference; forward, loss and backward in training.
// A tensor lives from the step that makes it to the last one that reads it. A symbolic extent has no bytes: callers ask first.
import type { Graph, GraphNode, NodeId } from '../ir/graph.ts'
import { elementCount } from '../ir/tensor.ts'
import { bytesBeforeResult, bytesBesideResult } from './attention-memory.ts'
import { reachedIn } from './reach.ts'
import { overwrites, repeatedBias, savedOf, views } from './saved-tensors.ts'
import type { ExtraKind } from './saved.ts'

export interface Setting {
  readonly batch: number
  /** Bytes per element of activations. */
  readonly activation: number
  /** Activations write over their input where they may. */
  readonly inPlace: boolean
  /** Attention never holds all of its scores. */
  readonly fusedAttention: boolean
  /**
   * A second gradient of the same tensor is added to the first in a third tensor. PyTorch adds in place, unless a dispatch mode watches it:
   * only for comparisons with what such a mode has seen.
   */
  readonly sumsApart?: boolean
}

/** A piece of memory; several nodes may share one. */
export interface Storage {
  /** The first node whose result it is, the node it was made for, or the one whose gradient it is. */
  readonly node: NodeId
  readonly kind: 'result' | 'gradient' | 'working' | ExtraKind
  readonly bytes: number
}

export interface Step {
  readonly phase: 'forward' | 'loss' | 'backward'
  readonly node: NodeId | undefined
  /** Bytes live while it runs. */
  readonly bytes: number
}

export interface Schedule {
  readonly steps: readonly Step[]
  /** The first of the steps with most bytes. */
  readonly peak: Step
  /** What is live there. */
  readonly live: readonly Storage[]
}

/** Results of some of a graph's nodes, by the memory they occupy. */
export interface Storages {
  readonly nodes: readonly GraphNode[]
  /** By node id. */
  readonly of: readonly (Storage | undefined)[]
  /** By node id: it writes over its input. */
  readonly inPlace: readonly boolean[]
  /** By storage: the last node of `nodes` that reads it, or the last that writes it. */
  readonly lastUse: ReadonlyMap<Storage, NodeId>
  /** By storage: the first node that reads it. */
  readonly firstRead: ReadonlyMap<Storage, NodeId>
}

export function storagesOf(graph: Graph, mode: 'inference' | 'training', setting: Setting): Storages {
  const reached = reachedIn(graph, mode)
  const nodes = graph.nodes.filter((node) => reached[node.id] === true)
  const readers = readerCounts(graph, nodes)
  const of: (Storage | undefined)[] = graph.nodes.map(() => undefined)
  const inPlace = graph.nodes.map(() => false)
  for (const node of nodes) {
    const [source = -1] = node.inputs
    const overwritten =
      setting.inPlace && overwrites(node, graph.nodes[source], readers.get(source) ?? 0) && source >= 0
    inPlace[node.id] = overwritten
    const shared = overwritten || isView(graph, node, mode) ? of[source] : undefined
    of[node.id] = shared ?? { node: node.id, kind: 'result', bytes: resultBytes(node, setting) }
  }
  return { nodes, of, inPlace, ...uses(nodes, of) }
}

/** Inputs and the outputs that are asked for live to the end. */
export function inferenceSchedule(graph: Graph, storages: Storages, setting: Setting): Schedule {
  const { nodes, of, lastUse } = storages
  const kept = new Set(
    [...graph.inputs, ...graph.outputs.filter((one) => !one.aux)].map((one) => of[one.node]),
  )
  const walk = new Walk()
  const context = { ...setting, graph, learned: graph.nodes.map(() => true), inPlace: false }
  for (const node of nodes) {
    const own = of[node.id]
    const work = (bytes: number): Storage => ({ node: node.id, kind: 'working', bytes })
    if (node.op === 'attention')
      walk.with(work(bytesBeforeResult(node, context, 'inference')), () => walk.note())
    if (own !== undefined) walk.add(own)
    walk.with(work(bytesBeside(node, context)), () => walk.step('forward', node.id))
    for (const storage of touchedBy(node, of))
      if (lastUse.get(storage) === node.id && !kept.has(storage)) walk.drop(storage)
  }
  return walk.finish()
}

/** What an operator needs for itself while it makes its result. */
function bytesBeside(node: GraphNode, context: Parameters<typeof savedOf>[1]): number {
  if (node.op === 'attention') return bytesBesideResult(node, context)
  let bytes = repeatedBias(node, context)
  for (const extra of savedOf(node, context).extras) if (extra.kind !== 'mask') bytes += extra.bytes
  return bytes
}

/** What a node reads and makes, each once. */
export function touchedBy(node: GraphNode, of: Storages['of']): ReadonlySet<Storage> {
  const found = new Set<Storage>()
  for (const id of node.inputs) {
    const storage = of[id]
    if (storage !== undefined) found.add(storage)
  }
  const own = of[node.id]
  if (own !== undefined) found.add(own)
  return found
}

// ---------------------------------------------------------------- the walk

/** Adds up what is live, step by step, and remembers what there was at the peak. */
export class Walk {
  readonly #live = new Set<Storage>()
  /** What began or ceased to live, in order: what was live at the peak is read from it at the end, since peaks may rise at every step. */
  readonly #events: Storage[] = []
  readonly #steps: Step[] = []
  #bytes = 0
  /** The most within the step that is under way, and how many events there were then. */
  #most = 0
  #mostAt = 0
  #peak: { readonly step: Step; readonly at: number } | undefined

  add(storage: Storage): void {
    if (this.#live.has(storage)) return
    this.#live.add(storage)
    this.#events.push(storage)
    this.#bytes += storage.bytes
  }

  drop(storage: Storage): void {
    if (!this.#live.delete(storage)) return
    this.#events.push(storage)
    this.#bytes -= storage.bytes
  }

  /** Live for the time of an action. */
  with(storage: Storage, action: () => void): void {
    if (storage.bytes > 0) this.add(storage)
    action()
    this.drop(storage)
  }

  live(): Storage[] {
    return [...this.#live]
  }

  /** A moment within a step. */
  note(): void {
    if (this.#bytes <= this.#most) return
    this.#most = this.#bytes
    this.#mostAt = this.#events.length
  }

  step(phase: Step['phase'], node: NodeId | undefined): void {
    this.note()
    const step: Step = { phase, node, bytes: this.#most }
    this.#steps.push(step)
    if (this.#most > (this.#peak?.step.bytes ?? 0)) this.#peak = { step, at: this.#mostAt }
    this.#most = 0
  }

  finish(): Schedule {
    const { step, at } = this.#peak ?? { step: { phase: 'forward', node: undefined, bytes: 0 }, at: 0 }
    const live = new Set<Storage>()
    for (const storage of this.#events.slice(0, at)) if (!live.delete(storage)) live.add(storage)
    return { steps: this.#steps, peak: step, live: [...live] }
  }
}

// ---------------------------------------------------------------- sizes and uses

/** A learned table is its parameter, and a constant is there anyway: neither has an activation of its own. */
function resultBytes(node: GraphNode, setting: Setting): number {
  return node.inputs.length === 0 && node.op !== 'input' ? 0 : elementsBytes(node, setting)
}

/** What the gradient of a result, or the result itself where nothing shares it, takes. */
export function elementsBytes({ type }: GraphNode, { batch, activation }: Setting): number {
  return (elementCount(type.shape) ?? 0) * activation * (type.batched ? batch : 1)
}

/** A reshape of what was permuted has to copy; dropout and noise are the identity at inference. */
function isView(graph: Graph, node: GraphNode, mode: 'inference' | 'training'): boolean {
  if (node.op === 'dropout' || node.op === 'gaussian_noise') return mode === 'inference'
  if (!views.has(node.op)) return false
  const source = graph.nodes[node.inputs[0] ?? -1]
  return node.op !== 'reshape' || source?.op !== 'permute'
}

/** How often each result is read, an output counting as a reader. */
function readerCounts(graph: Graph, nodes: readonly GraphNode[]): Map<NodeId, number> {
  const counts = new Map<NodeId, number>()
  const read = (id: NodeId): void => void counts.set(id, (counts.get(id) ?? 0) + 1)
  for (const { inputs } of nodes)
    if (inputs.length === 1) inputs.forEach(read)
    else new Set(inputs).forEach(read)
  for (const output of graph.outputs) read(output.node)
  return counts
}

function uses(
  nodes: readonly GraphNode[],
  of: readonly (Storage | undefined)[],
): Pick<Storages, 'lastUse' | 'firstRead'> {
  const lastUse = new Map<Storage, NodeId>()
  const firstRead = new Map<Storage, NodeId>()
  for (const node of nodes) {
    const own = of[node.id]
    for (const id of node.inputs) {
      const storage = of[id]
      if (storage === undefined) continue
      lastUse.set(storage, node.id)
      if (storage !== own && !firstRead.has(storage)) firstRead.set(storage, node.id)
    }
    if (own !== undefined) lastUse.set(own, node.id)
  }
  return { lastUse, firstRead }
}
