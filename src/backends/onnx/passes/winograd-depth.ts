// A 3×3×3 convolution as Winograd's minimal algorithm along the depth: F(m, 3) makes m slices of the result from m + 2 of the input with
// m + 2 2D convolutions instead of 3m, half of them for m = 4. Transforms are products with small constant matrices along the depth. What
// lies between them is half as large again as the volume, so it goes slab by slab; the transformed weight is written, not computed.
import type { Graph, GraphNode } from '../../../compiler/ir/graph.ts'
import type { AttributesOf } from '../../../compiler/ops/registry.ts'
import { int, ints, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../model.ts'
import { pickedBefore } from './pick-live.ts'
import type { Replacement } from './rewrite.ts'
import {
  channelsOf,
  knownVolume,
  replaceConvs,
  rowPlaces,
  rowsOf,
  sourcesOf,
  turnBack,
  Uses,
  type ConvUnit,
  type RowOf,
} from './rows.ts'
import { slabsOf, type Slab } from './slabs.ts'
import {
  banded,
  biasProduct,
  minimal2,
  minimal4,
  spreadWeight,
  type Matrix,
  type Minimal,
} from './winograd-matrices.ts'

export function winogradDepth(model: OnnxGraph, graph: Graph, bounds: Bounds): OnnxGraph {
  const tensors = new Map(model.tensors.map((tensor) => [tensor.name, tensor]))
  const uses = new Uses(model)
  const units = graph.nodes
    .map((node) => unitOf(node, { graph, model, uses, bounds }))
    .filter((unit) => unit !== undefined)
  const chosen = new Map(affordable(units, model, bounds).map((unit) => [unit.conv.id, unit]))
  return replaceConvs(
    model,
    graph,
    (node) => chosen.get(node.id),
    (unit, node, draft) => emitUnit(unit, node, draft, tensors),
  )
}

interface Unit extends ConvUnit {
  readonly attributes: AttributesOf<'conv'>
  readonly minimal: Minimal
  readonly bounds: Bounds
  /** Slices of the result that share the transform of their inputs. */
  readonly block: number
  /** `[C, D, H, W]` of what is convolved, `[O, D, H, W]` of the result. */
  readonly volume: readonly [number, number, number, number]
  readonly result: readonly [number, number, number, number]
}

// ---------------------------------------------------------------- finding them

/** Runtimes' fast 2D kernels want whole blocks of channels; with fewer the transforms cost more than they save. */
const channelBlock = 16
/** With fewer values to a channel of the result, reading a weight of twice the size takes what fewer multiplications save. */
const leastVoxels = 512

interface Surroundings {
  readonly graph: Graph
  readonly model: OnnxGraph
  readonly uses: Uses
  readonly bounds: Bounds
}

function unitOf(conv: GraphNode, { graph, model, uses, bounds }: Surroundings): Unit | undefined {
  if (conv.op !== 'conv' || !model.valueOf.has(conv.id)) return undefined
  if (pickedBefore(uses.makers.get(model.valueOf.get(conv.id) ?? ''), model, uses) !== undefined)
    return undefined
  if (model.kept?.has(conv.id) === true) return undefined
  const attributes = conv.attributes as AttributesOf<'conv'>
  const source = conv.inputs[0] ?? -1
  const [volume, result] = [knownVolume(graph.nodes[source]?.type.shape ?? []), knownVolume(conv.type.shape)]
  if (volume === undefined || result === undefined || !isFullDepth(attributes)) return undefined
  const [channels, depth] = volume
  const [outputs, , height, width] = result
  if (channels % channelBlock !== 0 || outputs % channelBlock !== 0 || depth % 2 !== 0) return undefined
  if (depth * height * width < leastVoxels) return undefined
  const minimal = depth % 4 === 0 ? minimal4 : minimal2
  const block = blockOf(depth, minimal.outputs, bounds)
  const found = { conv, attributes, minimal, bounds, block, volume, result }
  return { ...found, ...sourcesOf(source, graph, model, uses) }
}

function isFullDepth({ kernel, stride, dilation, padding, groups }: AttributesOf<'conv'>): boolean {
  const isCube = kernel.length === 3 && kernel.every((taps) => taps === 3)
  const isPlain = stride[0] === 1 && dilation[0] === 1 && groups === 1
  return isCube && isPlain && padding[0]?.every((one) => one === 1) === true
}

/** The greatest multiple of `outputs` that divides the depth, up to what is allowed. */
function blockOf(depth: number, outputs: number, { greatestBlock }: Bounds): number {
  let block = outputs
  for (let more = outputs; more <= greatestBlock; more += outputs) if (depth % more === 0) block = more
  return block
}

// ---------------------------------------------------------------- what they may cost

interface Bounds {
  /** So much more for weights is never worth saving. */
  readonly smallBytes: number
  /** What transformed weights may add, of the bytes of all weights and of the greatest input and result of a convolution. */
  readonly weightShare: number
  readonly valueShare: number
  /** The share of the convolution's input and result that a slab may need beside them. */
  readonly slabShare: number
  /** Of slices that share a transform: no slab is smaller. */
  readonly greatestBlock: number
}

/** As fast as it gets, within half as much memory again as the plain file takes. */
export const generous: Bounds = {
  smallBytes: 2 ** 24,
  weightShare: 0.5,
  valueShare: 1,
  slabShare: 1 / 4,
  greatestBlock: 8,
}
/** What costs next to no memory: few channels of large volumes, where most of the time goes, and small slabs. */
export const frugal: Bounds = {
  smallBytes: 2 ** 22,
  weightShare: 0,
  valueShare: 0,
  slabShare: 0,
  greatestBlock: 4,
}

/** A runtime that brings the weights of 2D convolutions into an order of its own has them three times while it opens the file. */
const copies = 3

/** Those with most values to a weight, which gain most for the memory of the transformed ones, as far as that goes. */
function affordable(
  units: readonly Unit[],
  { tensors }: OnnxGraph,
  { smallBytes, weightShare, valueShare }: Bounds,
): readonly Unit[] {
  const weights = tensors.filter(({ content }) => content.kind === 'parameter')
  const weightBytes = weights.reduce((sum, { shape }) => sum + 4 * product(shape), 0)
  const valueBytes = Math.max(...units.map(({ volume, result }) => 4 * (product(volume) + product(result))))
  let left = Math.max(smallBytes, weightShare * weightBytes + valueShare * valueBytes)
  return units
    .toSorted((a, b) => voxels(b) - voxels(a))
    .filter((unit) => {
      const added = addedBytes(unit)
      if (added > left) return false
      left -= added
      return true
    })
}

const product = (extents: readonly number[]): number => extents.reduce((all, extent) => all * extent, 1)
const voxels = ({ result }: Unit): number => product(result.slice(1))

function addedBytes({ attributes, volume, result, minimal }: Unit): number {
  const bytes = 4 * volume[0] * result[0] * product(attributes.kernel)
  return bytes * ((copies * (minimal.outputs + 2)) / 3 - 1)
}

/** A slab that takes no more has all that it can have of the processor's caches. */
const smallSlab = 2 ** 22

/** Slices whose intermediate values, of which three are there at a time at most, take no more than their share. */
function slabDepth({ volume, result, bounds: { slabShare } }: Unit): number {
  const [ins, outs] = [volume, result].map(([channels, , height, width]) => 4 * channels * height * width)
  const [inBytes = 0, outBytes = 0] = [ins, outs]
  const allowed = Math.max(smallSlab, slabShare * volume[1] * (inBytes + outBytes))
  return Math.floor(allowed / (3 * Math.max(inBytes, outBytes)))
}

// ---------------------------------------------------------------- writing them

/** What all slabs of a convolution read. */
interface Shared {
  /** Per source: its rows, `[N, C·D, H·W]`. */
  readonly rows: readonly string[]
  /** The transformed weight, and the bias if there is one. */
  readonly parameters: readonly string[]
  readonly resultTransform: string
}

function emitUnit(
  unit: Unit,
  node: OnnxNode,
  draft: Replacement,
  tensors: ReadonlyMap<string, OnnxTensor>,
): void {
  const { sources, volume, minimal, block } = unit
  const [weight, bias] = node.inputs.slice(1).map((name) => tensors.get(name))
  if (weight === undefined) throw new Error('a convolution has a weight')
  const shared = {
    rows: rowsOf(draft, sources, volume[1]),
    parameters: [
      transformedWeight(unit, weight, draft),
      ...(bias === undefined ? [] : [spreadBias(unit, bias, draft)]),
    ],
    resultTransform: matrix(draft, 'result_transform', minimal.result),
  }
  const slabs = slabsOf(volume[1], block, slabDepth(unit))
  const [first] = slabs
  if (first !== undefined && slabs.length === 1) {
    draft.finish('Reshape', emitSlab(unit, first, draft, shared))
    return
  }
  const parts = slabs.map((slab, at) => {
    const part = draft.part(`slab[${at}]`)
    return part.prepare('result', 'Reshape', emitSlab(unit, slab, part, shared))
  })
  draft.finish('Concat', parts, { axis: int(2) })
}

/** `[N, O, d, H·W]`, d slices of the result, and the extents `[N, O, d, H, W]` that it is to have. */
function emitSlab(
  unit: Unit,
  slab: Slab,
  draft: Replacement,
  shared: Shared,
): readonly [planes: string, extents: string] {
  const { volume, result, minimal, block, attributes } = unit
  const [channels, , height, width] = volume
  const [outputs, , rows, columns] = result
  const products = minimal.outputs + 2
  const transform = matrix(draft, 'input_transform', banded(minimal, block, slab))
  const spread = draft.prepare('spread', 'MatMul', [transform, gatherBlocks(unit, slab, draft, shared)])
  const slices = reshape(draft, 'slices', spread, [-1, products * channels, height, width])
  const plane = attributes.padding.slice(1)
  const wide = draft.prepare('conv', 'Conv', [slices, ...shared.parameters], {
    kernel_shape: ints(attributes.kernel.slice(1)),
    strides: ints(attributes.stride.slice(1)),
    dilations: ints(attributes.dilation.slice(1)),
    pads: ints([...plane.map(([low]) => low), ...plane.map(([, high]) => high)]),
    group: int(products),
  })
  const parts = reshape(draft, 'parts', wide, [-1, products, outputs * rows * columns])
  const made = draft.prepare('made', 'MatMul', [shared.resultTransform, parts])
  const extents = [outputs, slab.blocks * block, rows, columns] as const
  return [turnBack(draft, made, extents), draft.ints('shape', [-1, ...extents])]
}

/** The slices that each block of the slab needs, `[N·blocks, slices, C·H·W]`. */
function gatherBlocks(unit: Unit, slab: Slab, draft: Replacement, { rows }: Shared): string {
  const { sources, volume, block } = unit
  const [, depth, height, width] = volume
  const slices = block + Number(slab.before) + Number(slab.after)
  const gathered = sources.map((source, at) => {
    const index = draft.places(`index${at}`, blockRows(unit, slab, rowPlaces(source, depth)))
    const taken = draft.prepare(`gathered${at}`, 'Gather', [rows[at] ?? '', index], { axis: int(1) })
    return reshape(draft, `blocks${at}`, taken, [-1, slices, source.channels * height * width])
  })
  const [only = ''] = gathered
  return gathered.length === 1 ? only : draft.prepare('blocks', 'Concat', gathered, { axis: int(2) })
}

/** For each block of the slab, each slice that it needs and each channel: which row it is. */
function blockRows({ block }: Unit, slab: Slab, rows: readonly RowOf[]): number[] {
  const starts = Array.from({ length: slab.blocks }, (_, at) => slab.start + at * block)
  return starts.flatMap((start) => {
    const [from, to] = [start - Number(slab.before), start + block + Number(slab.after)]
    const slices = Array.from({ length: to - from }, (_, at) => from + at)
    return slices.flatMap((slice) => rows.map((row) => row(slice)))
  })
}

function reshape(draft: Replacement, label: string, value: string, shape: readonly number[]): string {
  return draft.prepare(label, 'Reshape', [value, draft.ints(`${label}/shape`, shape)])
}

function matrix(draft: Replacement, label: string, rows: Matrix): string {
  return draft.floats(label, rows.flat(), [rows.length, rows[0]?.length ?? 0])
}

/** `[O, C, 3, 3, 3]` as `[products·O, C, 3, 3]`. */
function transformedWeight(
  { minimal, result, sources, attributes }: Unit,
  weight: OnnxTensor,
  draft: Replacement,
): string {
  const [, height = 1, width = 1] = attributes.kernel
  const shape = [(minimal.outputs + 2) * result[0], channelsOf(sources), height, width]
  return draft.derived(weight, `winograd${minimal.outputs}`, shape, (numbers) =>
    spreadWeight(minimal, numbers, height * width),
  )
}

/** The bias where it reaches every slice of the result once, zeros elsewhere. */
function spreadBias({ minimal, result }: Unit, bias: OnnxTensor, draft: Replacement): string {
  const [outputs] = result
  const count = (minimal.outputs + 2) * outputs
  return draft.derived(bias, `winograd${minimal.outputs}`, [count], (numbers) => {
    const spread = new Float64Array(count)
    spread.set(numbers, biasProduct * outputs)
    return spread
  })
}
