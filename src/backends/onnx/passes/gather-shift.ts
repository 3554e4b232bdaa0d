// Concat, depth shift and a convolution that is flat along the depth, as one copy and a 2D convolution. Every row (one channel of one
// depth slice) is an element of a Gather, whose constant index says which row of which source stands where after the shift, with the
// depth stride taken and the depth folded into the batch; a row of zeros stands where the shift leaves room. What would be a dozen
// slices, pads and concats is one pass over the data, and the 2D convolution runs on the runtime's fast kernels.
import type { Graph, GraphNode, NodeId } from '../../../compiler/ir/graph.ts'
import type { AttributesOf } from '../../../compiler/ops/registry.ts'
import { shiftChunks } from '../../../compiler/ops/primitive/shift.ts'
import { int, ints, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../model.ts'
import { Replacement } from './rewrite.ts'

export function gatherShift(model: OnnxGraph, graph: Graph): OnnxGraph {
  const uses = new Uses(model)
  const units = graph.nodes
    .map((node) => unitOf(node, graph, model, uses))
    .filter((unit) => unit !== undefined)
  const byConv = new Map(units.map((unit) => [unit.conv.id, unit]))
  const merged = new Set(units.flatMap((unit) => unit.merged))
  const taken = new Set(units.flatMap(({ sources }) => sources.flatMap(({ replaces }) => replaces ?? [])))
  const tensors: OnnxTensor[] = [...model.tensors]
  const nodes = model.nodes.flatMap((node): OnnxNode[] => {
    if (merged.has(node.origin) || node.outputs.some((output) => taken.has(output))) return []
    const unit = byConv.get(node.origin)
    if (unit === undefined || node.op !== 'Conv') return [node]
    const draft = new Replacement(node)
    emitUnit(unit, node, draft)
    tensors.push(...draft.tensors)
    return draft.nodes
  })
  const gone = new Set([...merged].map((id) => model.valueOf.get(id) ?? ''))
  for (const value of taken) gone.add(value)
  const valueOf = new Map([...model.valueOf].filter(([, value]) => !gone.has(value)))
  const types = new Map([...model.types].filter(([value]) => !gone.has(value)))
  return { ...model, nodes, tensors, valueOf, types }
}

/** Where rows come from. */
interface Source {
  readonly value: string
  readonly channels: number
  /** Rows channel by channel, as in `[N, C, D, H, W]`, or slice by slice, as before a transposition back. */
  readonly order: 'channels' | 'slices'
  /** The value that is no longer made where the rows are taken from before its transposition. */
  readonly replaces?: string
}

interface Unit {
  readonly conv: GraphNode
  readonly attributes: AttributesOf<'conv'>
  readonly offsets: readonly number[]
  readonly sources: readonly Source[]
  /** Weft nodes that are computed here and nowhere else. */
  readonly merged: readonly NodeId[]
  readonly depth: number
  /** Height and width of what is convolved. */
  readonly plane: readonly number[]
  /** `[O, D, H, W]` of the result. */
  readonly result: readonly [number, number, number, number]
}

// ---------------------------------------------------------------- finding them

/** Who makes and who reads the values of the ONNX graph. */
class Uses {
  readonly makers: ReadonlyMap<string, OnnxNode>
  readonly #counts = new Map<string, number>()

  constructor({ nodes, outputs }: OnnxGraph) {
    this.makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
    for (const name of readings(nodes)) this.#count(name)
    for (const { name } of outputs) this.#count(name)
  }

  #count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  /** How many Weft nodes and outputs read the value. */
  of(value: string): number {
    return this.#counts.get(value) ?? 0
  }
}

/** Each value once for each Weft node that reads it. */
function readings(nodes: readonly OnnxNode[]): string[] {
  const readers = new Map<NodeId, Set<string>>()
  for (const { origin, inputs } of nodes)
    readers.set(origin, new Set([...(readers.get(origin) ?? []), ...inputs]))
  return [...readers.values()].flatMap((names) => [...names])
}

const depthAxis = 1

function unitOf(conv: GraphNode, graph: Graph, model: OnnxGraph, uses: Uses): Unit | undefined {
  if (conv.op !== 'conv' || !model.valueOf.has(conv.id)) return undefined
  const attributes = conv.attributes as AttributesOf<'conv'>
  const shift = nodeAt(graph, conv.inputs[0])
  const shiftAttributes = shift?.attributes as AttributesOf<'shift'> | undefined
  if (shift?.op !== 'shift' || shiftAttributes?.axis !== depthAxis || !isFlat(attributes)) return undefined
  const isPrivate = (node: GraphNode): boolean => uses.of(model.valueOf.get(node.id) ?? '') === 1
  const result = known(conv.type.shape)
  const moved = known(shift.type.shape)
  if (result === undefined || moved === undefined || !isPrivate(shift)) return undefined
  const before = nodeAt(graph, shift.inputs[0])
  if (before === undefined) return undefined
  const joins =
    before.op === 'concat' && isPrivate(before) && (before.attributes as AttributesOf<'concat'>).axis === 0
  const read = joins ? before.inputs : [before.id]
  const sources = read.map((id) => sourceOf(id, graph, model, uses))
  return {
    conv,
    attributes,
    offsets: shiftAttributes.offsets,
    sources,
    merged: joins ? [shift.id, before.id] : [shift.id],
    depth: moved[1],
    plane: moved.slice(2),
    result,
  }
}

const nodeAt = (graph: Graph, id: NodeId | undefined): GraphNode | undefined => graph.nodes[id ?? -1]

function isFlat({ kernel, padding }: AttributesOf<'conv'>): boolean {
  return kernel.length === 3 && kernel[0] === 1 && padding[0]?.every((one) => one === 0) === true
}

function known(shape: GraphNode['type']['shape']): readonly [number, number, number, number] | undefined {
  const [channels, depth, height, width] = shape
  const numbers = [channels, depth, height, width].every((one) => typeof one === 'number')
  return numbers ? (shape as readonly [number, number, number, number]) : undefined
}

/** A value that was only transposed back from slices for this reader is read as slices. */
function sourceOf(id: NodeId, graph: Graph, model: OnnxGraph, uses: Uses): Source {
  const value = model.valueOf.get(id) ?? ''
  const channels = graph.nodes[id]?.type.shape[0]
  if (typeof channels !== 'number') throw new Error('channels are always known')
  const maker = uses.makers.get(value)
  const [slices] = maker?.inputs ?? []
  const perm = maker?.attributes['perm']
  const isTurned = maker?.op === 'Transpose' && perm?.kind === 'ints' && perm.values.join() === '0,2,1,3,4'
  if (!isTurned || slices === undefined || uses.of(value) !== 1 || maker.origin !== id)
    return { value, channels, order: 'channels' }
  return { value: slices, channels, order: 'slices', replaces: value }
}

// ---------------------------------------------------------------- writing them

function emitUnit(unit: Unit, node: OnnxNode, draft: Replacement): void {
  const { sources, depth, result, attributes } = unit
  const [channels, slices, height, width] = result
  const rows = sources.map(({ value, channels: own }, at) =>
    draft.prepare(`rows${at}`, 'Reshape', [value, draft.ints(`rows${at}/shape`, [0, own * depth, -1])]),
  )
  const all = draft.prepare('rows', 'Concat', [...rows, zeroRow(draft, rows[0] ?? '')], { axis: int(1) })
  const gathered = draft.prepare('shifted', 'Gather', [all, draft.ints('index', rowIndex(unit))], {
    axis: int(1),
  })
  const total = sources.reduce((sum, one) => sum + one.channels, 0)
  const folded = draft.prepare('slices', 'Reshape', [
    gathered,
    draft.ints('slices/shape', [-1, total, ...unit.plane]),
  ])
  const wide = draft.prepare(
    'conv',
    'Conv',
    [folded, flatWeight(unit, node, draft), ...node.inputs.slice(2)],
    {
      kernel_shape: ints(attributes.kernel.slice(1)),
      strides: ints(attributes.stride.slice(1)),
      dilations: ints(attributes.dilation.slice(1)),
      pads: ints([
        ...attributes.padding.slice(1).map(([low]) => low),
        ...attributes.padding.slice(1).map(([, high]) => high),
      ]),
      group: int(attributes.groups),
    },
  )
  const planes = draft.prepare('planes', 'Reshape', [
    wide,
    draft.ints('planes/shape', [-1, slices, channels, height * width]),
  ])
  const turned = draft.prepare('turned', 'Transpose', [planes], { perm: ints([0, 2, 1, 3]) })
  draft.finish('Reshape', [turned, draft.ints('shape', [-1, ...result])])
}

function flatWeight({ attributes, sources, result }: Unit, node: OnnxNode, draft: Replacement): string {
  const total = sources.reduce((sum, one) => sum + one.channels, 0)
  const shape = [result[0], total / attributes.groups, ...attributes.kernel.slice(1)]
  return draft.prepare('weight_2d', 'Reshape', [node.inputs[1] ?? '', draft.ints('weight_2d/shape', shape)])
}

/** `[N, 1, H·W]` of zeros. */
function zeroRow(draft: Replacement, rows: string): string {
  const shape = draft.prepare('zero/of', 'Shape', [rows])
  const cut = (label: string, from: number): string =>
    draft.prepare(label, 'Slice', [
      shape,
      draft.ints(`${label}/from`, [from]),
      draft.ints(`${label}/to`, [from + 1]),
    ])
  const parts = [cut('zero/batch', 0), draft.ints('zero/one', [1]), cut('zero/length', 2)]
  const extents = draft.prepare('zero/shape', 'Concat', parts, { axis: int(0) })
  return draft.prepare('zero', 'Expand', [draft.floats('zero/value', [0]), extents])
}

/** For each slice of the result and each channel: which row it is. */
function rowIndex(unit: Unit): number[] {
  const { depth, sources, offsets, attributes, result } = unit
  const total = sources.reduce((sum, one) => sum + one.channels, 0)
  const zero = total * depth
  const moved = new Int32Array(total)
  for (const { start, end, offset } of shiftChunks(total, offsets)) moved.fill(offset, start, end)
  const rows = rowPlaces(sources, depth)
  const index: number[] = []
  for (let slice = 0; slice < result[1]; slice++) {
    for (const [channel, row] of rows.entries()) {
      const from = slice * (attributes.stride[0] ?? 1) - (moved[channel] ?? 0)
      index.push(from >= 0 && from < depth ? row(from) : zero)
    }
  }
  return index
}

/** For each channel of the joined sources: the row of one of its slices. */
function rowPlaces(sources: readonly Source[], depth: number): ((slice: number) => number)[] {
  let begin = 0
  return sources.flatMap(({ channels, order }) => {
    const base = begin
    begin += channels * depth
    return Array.from({ length: channels }, (_, channel) =>
      order === 'channels'
        ? (slice: number) => base + channel * depth + slice
        : (slice: number) => base + slice * channels + channel,
    )
  })
}
