// Channels that nobody reads, where every reader picks: they are not computed, back to the convolution that would have made them. Which channels
// are read goes from readers to what they read, which are left from there back to the readers, whose picks then count among those.
import type { Graph, GraphNode, NodeId } from '../../../compiler/ir/graph.ts'
import type { Numbers } from '../../../weights/weights.ts'
import { int, intOf, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../model.ts'
import { pickedBefore } from './pick-live.ts'
import { rewrite, type Replacement } from './rewrite.ts'
import { Uses } from './rows.ts'
import { vector } from './whole-vectors.ts'

/** `isMerged`: which shifts a later pass makes part of a gather. Others cut their channels at fixed places. */
export function liveChannels(
  model: OnnxGraph,
  graph: Graph,
  isMerged: (shift: NodeId) => boolean,
): OnnxGraph {
  const setting: Setting = {
    model,
    graph,
    uses: new Uses(model),
    isMerged,
    tensors: new Map(model.tensors.map((tensor) => [tensor.name, tensor])),
  }
  const kept = keptChannels(setting, readChannels(setting))
  return kept.size === 0 ? model : narrowed(setting, kept)
}

interface Setting {
  readonly model: OnnxGraph
  readonly graph: Graph
  readonly uses: Uses
  readonly tensors: ReadonlyMap<string, OnnxTensor>
  isMerged(shift: NodeId): boolean
}

/** Channels, in order. */
type Channels = readonly number[]

const channelCount = ({ type }: GraphNode): number => {
  const extent = type.shape[0]
  return typeof extent === 'number' ? extent : 0
}

/** The node that computes the Weft node, if it is a convolution. */
function convOf({ id }: GraphNode, { model, uses }: Setting): OnnxNode | undefined {
  const maker = uses.makers.get(model.valueOf.get(id) ?? '')
  return maker?.op === 'Conv' || maker?.op === 'ConvTranspose' ? maker : undefined
}

// ---------------------------------------------------------------- what is read

type Read = ReadonlySet<number> | 'all'

/** Each channel is computed of the same channel of the input alone. */
const channelwise: ReadonlySet<string> = new Set([
  'avg_pool',
  'batch_norm',
  'instance_norm',
  'leaky_relu',
  'max_pool',
  'relu',
])

function readChannels(setting: Setting): ReadonlyMap<NodeId, Read> {
  const { model, graph } = setting
  const given = new Set(model.outputs.map(({ name }) => name))
  const outputs = graph.outputs.filter(({ name }) => given.has(name))
  const reads = new Map<NodeId, Read>(outputs.map(({ node }) => [node, 'all']))
  const add = (id: NodeId, more: Read): void => {
    const before = reads.get(id) ?? new Set()
    reads.set(id, before === 'all' || more === 'all' ? 'all' : new Set([...before, ...more]))
  }
  for (const node of graph.nodes.toReversed()) {
    const own = reads.get(node.id)
    if (own === undefined) continue
    // What is computed along with another node has no value to keep channels of.
    const ofInputs = model.valueOf.has(node.id) ? readOfInputs(node, own, setting) : []
    node.inputs.forEach((id, at) => add(id, ofInputs[at] ?? 'all'))
  }
  return reads
}

/** Of each input, what is read of it for what is read of the node. */
function readOfInputs(node: GraphNode, own: Read, setting: Setting): readonly Read[] {
  const { graph, model, uses } = setting
  const isShift = node.op === 'shift' && setting.isMerged(node.id)
  if (channelwise.has(node.op) || isShift) return [own]
  if (node.op === 'concat' && node.attributes['axis'] === 0 && own !== 'all') {
    let begin = 0
    return node.inputs.map((id) => {
      const [from, count] = [begin, channelCount(nodeAt(id, graph))]
      begin += count
      return new Set([...own].map((one) => one - from).filter((one) => one >= 0 && one < count))
    })
  }
  const picked = pickedBefore(convOf(node, setting), model, uses)
  return picked === undefined ? [] : [new Set(picked.channels)]
}

function nodeAt(id: NodeId, { nodes }: Graph): GraphNode {
  const node = nodes[id]
  if (node === undefined) throw new Error(`there is no node ${id}`)
  return node
}

// ---------------------------------------------------------------- what is kept

/** Of a pooled image whose other channels somebody else reads: up to here a copy of what is read costs less than to pool the rest. */
const greatestPooledShare = 0.5

/** Of each node that has not all of its channels: those that it has. */
function keptChannels(setting: Setting, reads: ReadonlyMap<NodeId, Read>): ReadonlyMap<NodeId, Channels> {
  const { graph, model } = setting
  const kept = new Map<NodeId, Channels>()
  for (const node of graph.nodes) {
    if (!model.valueOf.has(node.id)) continue
    const found = keptOf(node, reads.get(node.id) ?? 'all', { setting, kept })
    if (found !== undefined) kept.set(node.id, found)
  }
  return kept
}

interface Keeping {
  readonly setting: Setting
  readonly kept: ReadonlyMap<NodeId, Channels>
}

function keptOf(node: GraphNode, read: Read, { setting, kept }: Keeping): Channels | undefined {
  const before = node.inputs.map((id) => kept.get(id))
  const isNarrow = before.some((one) => one !== undefined)
  if (node.op === 'concat') return isNarrow ? keptOfConcat(node, before, setting.graph) : undefined
  if (node.op === 'shift') return before[0]
  if (channelwise.has(node.op)) return before[0] ?? pooledAlone(node, read)
  const conv = convOf(node, setting)
  return conv === undefined || read === 'all' ? undefined : keptOfConv(conv, read, setting)
}

function keptOfConcat(
  { inputs }: GraphNode,
  before: readonly (Channels | undefined)[],
  graph: Graph,
): Channels {
  let begin = 0
  return inputs.flatMap((id, at) => {
    const [from, count] = [begin, channelCount(nodeAt(id, graph))]
    begin += count
    const own = before[at] ?? Array.from({ length: count }, (_, channel) => channel)
    return own.map((channel) => from + channel)
  })
}

function pooledAlone(node: GraphNode, read: Read): Channels | undefined {
  const isPool = node.op === 'max_pool' || node.op === 'avg_pool'
  if (!isPool || read === 'all' || read.size > greatestPooledShare * channelCount(node)) return undefined
  return read.size === 0 ? [0] : sorted(read)
}

const sorted = (channels: Iterable<number>): number[] => [...channels].sort((a, b) => a - b)

/** Equally many of each group, one at least, filled up with dead ones; of groups of whole vectors, whole vectors. */
function keptOfConv(conv: OnnxNode, read: ReadonlySet<number>, setting: Setting): Channels | undefined {
  const weight = setting.tensors.get(conv.inputs[1] ?? '')
  const carried = conv.inputs.slice(1)
  if (weight === undefined || carried.some((name) => setting.uses.of(name) !== 1)) return undefined
  const groups = intOf(conv, 'group', 1)
  const width = outputsPerGroup(conv, weight)
  const all = Array.from({ length: groups }, (_, group) =>
    Array.from({ length: width }, (__, at) => group * width + at),
  )
  const live = all.map((channels) => channels.filter((channel) => read.has(channel)))
  const most = Math.max(1, ...live.map(({ length }) => length))
  const isInVectors = conv.op === 'Conv' && groups > 1 && width % vector === 0
  const count = isInVectors ? vector * Math.ceil(most / vector) : most
  if (count === width) return undefined
  return all.flatMap((channels, group) => {
    const own = live[group] ?? []
    const dead = channels.filter((channel) => !read.has(channel))
    return sorted([...own, ...dead.slice(0, count - own.length)])
  })
}

function outputsPerGroup(conv: OnnxNode, { shape }: OnnxTensor): number {
  const [first = 1, second = 1] = shape
  return conv.op === 'ConvTranspose' ? second : first / intOf(conv, 'group', 1)
}

// ---------------------------------------------------------------- writing it

function narrowed(setting: Setting, kept: ReadonlyMap<NodeId, Channels>): OnnxGraph {
  const { model, graph, tensors, uses } = setting
  const passed = rewrite(model, (node, draft) => {
    const origin = nodeAt(node.origin, graph)
    const [own, before] = [kept.get(origin.id), kept.get(origin.inputs[0] ?? -1)]
    const picked = pickedBefore(convOf(origin, setting), model, uses)
    if (before !== undefined && picked !== undefined && node.outputs[0] === picked.value)
      return pickAmong(node, draft, { picked: picked.channels, among: before })
    if (own === undefined) return false
    if (node === convOf(origin, setting)) return keepOutputs(node, draft, { kept: own, tensors })
    if (node.op === 'InstanceNormalization' || node.op === 'BatchNormalization') {
      const [x = '', ...vectors] = node.inputs
      // Norms that share a vector may keep other places of it.
      const labelOf = (name: string): string => (uses.of(name) === 1 ? 'kept' : `kept/${draft.prefix}`)
      return draft.finish(
        node.op,
        [x, ...vectors.map((name) => keepElements(tensors.get(name), own, draft, labelOf(name)))],
        node.attributes,
      )
    }
    const whole = model.valueOf.get(origin.inputs[0] ?? -1) ?? ''
    if (before !== undefined || !channelwise.has(origin.op) || !node.inputs.includes(whole)) return false
    const some = draft.prepare('live', 'Gather', [whole, draft.places('live/channels', own)], {
      axis: int(1),
    })
    return draft.finish(
      node.op,
      node.inputs.map((name) => (name === whole ? some : name)),
      node.attributes,
    )
  })
  const types = new Map(passed.types)
  for (const [id, channels] of kept) {
    const name = model.valueOf.get(id) ?? ''
    const type = types.get(name)
    if (type !== undefined) types.set(name, { ...type, shape: type.shape.with(0, channels.length) })
  }
  return { ...passed, types, kept }
}

interface Picking {
  readonly picked: Channels
  readonly among: Channels
}

function pickAmong(node: OnnxNode, draft: Replacement, { picked, among }: Picking): true {
  const channels = picked.map((channel) => among.indexOf(channel))
  return draft.finish(node.op, [node.inputs[0] ?? '', draft.places('channels', channels)], node.attributes)
}

interface Outputs {
  readonly kept: Channels
  readonly tensors: ReadonlyMap<string, OnnxTensor>
}

function keepOutputs(node: OnnxNode, draft: Replacement, { kept, tensors }: Outputs): true {
  const [x = '', weightName = '', ...biases] = node.inputs
  const weight = tensors.get(weightName)
  if (weight === undefined) throw new Error('a convolution has a weight')
  const of = node.op === 'Conv' ? keepElements(weight, kept, draft) : keepColumns(node, weight, kept, draft)
  const bias = biases.map((name) => keepElements(tensors.get(name), kept, draft))
  return draft.finish(node.op, [x, of, ...bias], node.attributes)
}

/** Some places of the first axis. */
function keepElements(
  of: OnnxTensor | undefined,
  kept: Channels,
  draft: Replacement,
  label = 'kept',
): string {
  if (of === undefined) throw new Error('it reads a tensor of the file')
  const [first = 1, ...rest] = of.shape
  return draft.derived(of, label, [kept.length, ...rest], (numbers) =>
    places(numbers, kept, numbers.length / first),
  )
}

/** `[in, out / groups, …]`: for each input those of its group. */
function keepColumns(node: OnnxNode, of: OnnxTensor, kept: Channels, draft: Replacement): string {
  const [inputs = 1, width = 1, ...kernel] = of.shape
  const groups = intOf(node, 'group', 1)
  const count = kept.length / groups
  return draft.derived(of, 'kept', [inputs, count, ...kernel], (numbers) => {
    const rows = Array.from({ length: inputs }, (_, input) => {
      const group = Math.floor((input * groups) / inputs)
      return kept
        .slice(group * count, (group + 1) * count)
        .map((channel) => input * width + channel - group * width)
    })
    return places(numbers, rows.flat(), numbers.length / (inputs * width))
  })
}

/** Runs of `length` numbers. */
function places(numbers: Numbers, wanted: readonly number[], length: number): Numbers {
  const found = new Float64Array(wanted.length * length)
  wanted.forEach((from, to) => found.set(numbers.subarray(from * length, (from + 1) * length), to * length))
  return found
}
