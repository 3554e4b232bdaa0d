// Liveness of a training step: the forward pass with what autograd keeps, then the gradients of the outputs, then the nodes in reverse as
// autograd's engine takes them. Gradients of parameters are counted apart, since they outlive the step.
import type { Graph, GraphNode, NodeId } from '../ir/graph.ts'
import { elementCount } from '../ir/tensor.ts'
import type { PrimitiveName } from '../ops/registry.ts'
import { bytesBeforeResult, bytesOfBackward, type AttentionContext } from './attention-memory.ts'
import {
  elementsBytes,
  touchedBy,
  Walk,
  type Schedule,
  type Setting,
  type Storage,
  type Storages,
} from './liveness.ts'
import { differentiableInputs, learnedNodes, repeatedBias, savedOf } from './saved-tensors.ts'
import type { Saved } from './saved.ts'

export interface TrainingSchedule extends Schedule {
  /** What autograd keeps when the forward pass is over, inputs and parameters aside. */
  readonly saved: readonly Storage[]
  /** The same with the outputs that the loss reads: what is allocated then. */
  readonly held: readonly Storage[]
}

export function trainingSchedule(graph: Graph, storages: Storages, setting: Setting): TrainingSchedule {
  const keeping = new Keeping(graph, storages, setting)
  const walk = new Walk()
  forward(graph, storages, keeping, walk)
  const inputs = new Set(graph.inputs.map((one) => storages.of[one.node]))
  const own = (one: Storage): boolean => !inputs.has(one) && one.bytes > 0
  const saved = keeping.all().filter(own)
  const held = walk.live().filter(own)
  backward(graph, storages, keeping, walk)
  return { ...walk.finish(), saved, held }
}

function forward(graph: Graph, { nodes, of, lastUse }: Storages, keeping: Keeping, walk: Walk): void {
  const kept = new Set([...graph.inputs, ...graph.outputs].map((one) => of[one.node]))
  const dies = (storage: Storage, at: NodeId): boolean =>
    lastUse.get(storage) === at && !kept.has(storage) && !keeping.has(storage)
  for (const node of nodes) {
    const own = of[node.id]
    walk.with({ node: node.id, kind: 'working', bytes: keeping.forwardWork(node) }, () => walk.note())
    if (own !== undefined) walk.add(own)
    for (const extra of keeping.extrasOf(node.id)) walk.add(extra)
    keeping.keep(node)
    const work: Storage = { node: node.id, kind: 'working', bytes: repeatedBias(node, keeping.setting) }
    walk.with(work, () => walk.step('forward', node.id))
    for (const storage of touchedBy(node, of)) if (dies(storage, node.id)) walk.drop(storage)
  }
}

// ---------------------------------------------------------------- the backward pass

/** Gradients that are another look at the gradient of the result: nothing is computed for them. */
const passesGradient: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  'add',
  'sum',
  'concat',
  'reshape',
  'permute',
  // Repeated without a copy.
  'reduce_sum',
])

/**
 * As autograd's engine does it: nodes in reverse, each given the sum of what its readers sent. The gradients of all outputs are there when
 * it begins; what a node kept is freed when it is done. Gradients of parameters are counted apart, as they outlive the step.
 */
function backward(graph: Graph, { nodes, of }: Storages, keeping: Keeping, walk: Walk): void {
  const gradients = new Gradients(walk, keeping.setting.sumsApart === true)
  const ends = new Set(graph.outputs.map((one) => one.node))
  for (const node of ends) {
    const bytes = sizeOf(graph, keeping, node)
    gradients.send(node, gradients.hold({ node, kind: 'gradient', bytes }), bytes)
  }
  const stays = new Set([...graph.inputs, ...graph.outputs].map((one) => of[one.node]))
  walk.step('loss', undefined)
  for (const node of nodes.toReversed()) {
    const own = gradients.of(node.id)
    if (!keeping.isLearned(node.id) || own === undefined) continue
    if (node.op === 'attention') {
      const bytes = keeping.attentionWork(node)
      walk.with({ node: node.id, kind: 'working', bytes }, () => walk.note())
      gradients.release(node.id)
    }
    const sent = differentiableInputs(node)
      .filter((id) => keeping.isLearned(id))
      .map((id) => {
        const bytes = sizeOf(graph, keeping, id)
        const shared = passesGradient.has(node.op) && !isReduced(graph, node, id)
        return { id, bytes, storage: gradients.hold(shared ? own : { node: id, kind: 'gradient', bytes }) }
      })
    walk.with({ node: node.id, kind: 'working', bytes: keeping.backwardWork(node) }, () => walk.note())
    gradients.release(node.id)
    for (const freed of keeping.release(node.id)) if (!stays.has(freed)) walk.drop(freed)
    for (const one of sent) gradients.send(one.id, one.storage, one.bytes)
    walk.step('backward', node.id)
  }
}

/** An operand that was broadcast: its gradient is a sum over the result's. */
function isReduced(graph: Graph, node: GraphNode, id: NodeId): boolean {
  if (node.op !== 'add' && node.op !== 'sum') return false
  return elementCount(graph.nodes[id]?.type.shape ?? []) !== elementCount(node.type.shape)
}

function sizeOf(graph: Graph, { setting }: Keeping, id: NodeId): number {
  const node = graph.nodes[id]
  return node === undefined || node.op === 'parameter' || node.op === 'constant'
    ? 0
    : elementsBytes(node, setting)
}

/** The sums of gradients that wait for their node. */
class Gradients {
  readonly #walk: Walk
  readonly #sumsApart: boolean
  readonly #waiting = new Map<NodeId, Storage>()
  readonly #holders = new Map<Storage, number>()

  constructor(walk: Walk, sumsApart: boolean) {
    this.#walk = walk
    this.#sumsApart = sumsApart
  }

  of(node: NodeId): Storage | undefined {
    return this.#waiting.get(node)
  }

  /** Kept until it is sent on. */
  hold(storage: Storage): Storage {
    const holders = this.#holders.get(storage) ?? 0
    if (holders === 0) this.#walk.add(storage)
    this.#holders.set(storage, holders + 1)
    return storage
  }

  /** Adds a gradient that is held to what waits for the node. */
  send(node: NodeId, more: Storage, bytes: number): void {
    const before = this.#waiting.get(node)
    if (before === undefined) this.#waiting.set(node, more)
    else this.#sum(node, before, more, bytes)
  }

  release(node: NodeId): void {
    const storage = this.#waiting.get(node)
    if (storage !== undefined) this.#letGo(storage)
    this.#waiting.delete(node)
  }

  /** Into the older one where nobody else holds it, else into a third. */
  #sum(node: NodeId, before: Storage, more: Storage, bytes: number): void {
    if (!this.#sumsApart && this.#holders.get(before) === 1 && before.bytes === bytes) {
      this.#walk.note()
      this.#letGo(more)
      return
    }
    const sum = this.hold({ node, kind: 'gradient', bytes })
    this.#walk.note()
    this.#letGo(before)
    this.#letGo(more)
    this.#waiting.set(node, sum)
  }

  #letGo(storage: Storage): void {
    const holders = (this.#holders.get(storage) ?? 0) - 1
    this.#holders.set(storage, holders)
    if (holders === 0) this.#walk.drop(storage)
  }
}

/** What the backward pass of each node still needs. */
class Keeping {
  readonly setting: Setting
  readonly #graph: Graph
  readonly #storages: Storages
  readonly #learned: readonly boolean[]
  readonly #context: AttentionContext
  /** By node id: what it makes for itself, and all that it keeps. */
  readonly #extras: (readonly Storage[])[] = []
  readonly #kept: (readonly Storage[])[] = []
  readonly #holders = new Map<Storage, number>()

  constructor(graph: Graph, storages: Storages, setting: Setting) {
    const learned = learnedNodes(graph)
    const context = { ...setting, graph, learned, inPlace: false }
    const overwriting = { ...context, inPlace: true }
    this.setting = setting
    this.#graph = graph
    this.#storages = storages
    this.#learned = learned
    this.#context = context
    for (const node of storages.nodes) {
      const saved = savedOf(node, storages.inPlace[node.id] === true ? overwriting : context)
      const extras = extrasFor(node, saved)
      this.#extras[node.id] = extras
      this.#kept[node.id] = keptFor(node, saved, extras, storages.of)
    }
  }

  isLearned(id: NodeId): boolean {
    return this.#learned[id] === true
  }

  /** Bytes that an operator needs before there is a result. */
  forwardWork(node: GraphNode): number {
    return node.op === 'attention' ? bytesBeforeResult(node, this.#context, 'training') : 0
  }

  /** Bytes that attention needs backwards before the gradients of queries and keys are there. */
  attentionWork(node: GraphNode): number {
    return bytesOfBackward(node, elementsBytes(node, this.setting), this.#context)
  }

  /** Bytes that the gradient's own computation needs, beside what it reads and makes. */
  backwardWork(node: GraphNode): number {
    const own = elementsBytes(node, this.setting)
    const both = node.inputs.every((id) => this.isLearned(id))
    if (node.op === 'divide') return both ? 2 * own : 0
    // For each operand that is learned, what it was given and a mask of a byte per element.
    if (node.op === 'maximum' || node.op === 'minimum')
      return (both ? 2 : 1) * (own + own / this.setting.activation)
    const producer = this.#node(node.inputs[0] ?? -1)
    const given = producer === undefined ? 0 : elementsBytes(producer, this.setting)
    // The distances from the mean, the mean and the scaled gradient.
    if (node.op === 'variance') return given + 2 * own
    // A mask of a byte per element, how many of them are equal, 8 bytes each, and the share of one.
    if (node.op === 'reduce_max' || node.op === 'reduce_min')
      return (given + 8 * own) / this.setting.activation + own
    const inPlace = this.#storages.inPlace[node.id] === true
    return backwardWork(node, { setting: this.setting, producer, inPlace, extras: this.extrasOf(node.id) })
  }

  extrasOf(id: NodeId): readonly Storage[] {
    return this.#extras[id] ?? none
  }

  keep(node: GraphNode): void {
    for (const one of this.#kept[node.id] ?? none) this.#holders.set(one, (this.#holders.get(one) ?? 0) + 1)
  }

  has(storage: Storage): boolean {
    return this.#holders.has(storage)
  }

  all(): Storage[] {
    return [...this.#holders.keys()]
  }

  /** The storages that nobody needs any more. */
  release(id: NodeId): Storage[] {
    return (this.#kept[id] ?? none).filter((one) => {
      const holders = (this.#holders.get(one) ?? 0) - 1
      this.#holders.set(one, holders)
      return holders === 0
    })
  }

  #node(id: NodeId): GraphNode | undefined {
    return this.#graph.nodes[id]
  }
}

const none: readonly Storage[] = []

function extrasFor({ id }: GraphNode, { extras }: Saved): readonly Storage[] {
  return extras.length === 0 ? none : extras.map(({ kind, bytes }) => ({ node: id, kind, bytes }))
}

/** Each once. */
function keptFor(
  node: GraphNode,
  { inputs, result }: Saved,
  extras: readonly Storage[],
  of: Storages['of'],
): readonly Storage[] {
  if (inputs.length === 0 && !result) return extras
  const found = new Set<Storage>()
  for (const at of inputs) {
    const storage = of[node.inputs[at] ?? -1]
    if (storage !== undefined) found.add(storage)
  }
  const own = result ? of[node.id] : undefined
  if (own !== undefined) found.add(own)
  return [...found, ...extras]
}

interface Work {
  readonly setting: Setting
  readonly producer: GraphNode | undefined
  readonly inPlace: boolean
  readonly extras: readonly Storage[]
}

/**
 * A norm over instances gives a view of what batch norm computed; writing over a view costs two copies of the gradient (`CopySlices`).
 * The gradients of roots and of `abs` are composed of several operations. The slopes of `prelu` are summed from a gradient per element, and the gradient of a padded copy is as large as the copy.
 */
function backwardWork(node: GraphNode, { setting, producer, inPlace, extras }: Work): number {
  const own = elementsBytes(node, setting)
  if (inPlace && producer?.op === 'instance_norm') return 2 * own
  if (node.op === 'rsqrt') return 2 * own
  if (node.op === 'prelu' || node.op === 'sqrt' || node.op === 'abs') return own
  // What was padded is freed before the gradient is cut to the input's extents.
  const cut = producer === undefined ? 0 : elementsBytes(producer, setting)
  return extras.reduce((sum, one) => sum + (one.kind === 'padded' ? Math.max(0, one.bytes - cut) : 0), 0)
}
