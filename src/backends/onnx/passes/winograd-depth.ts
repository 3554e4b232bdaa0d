// A 3×3×3 convolution as Winograd's minimal algorithm along the depth: F(m, 3) makes m slices of the result from m + 2 of the input with
// m + 2 2D convolutions instead of 3m, half of them for m = 4. Transforms are products with small constant matrices along the depth
// (Winograd 1980; the matrices are those of Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, section 4).
import type { Graph, GraphNode, NodeId } from '../../../compiler/ir/graph.ts'
import type { AttributesOf } from '../../../compiler/ops/registry.ts'
import { int, ints, type OnnxGraph, type OnnxNode } from '../model.ts'
import { pickedBefore } from './pick-live.ts'
import type { Replacement } from './rewrite.ts'
import {
  gatherRows,
  knownVolume,
  replaceConvs,
  sourcesOf,
  turnBack,
  type ConvUnit,
  type RowOf,
  type Uses,
} from './rows.ts'

type Matrix = readonly (readonly number[])[]

interface Minimal {
  /** Slices of the result made at a time. */
  readonly outputs: 2 | 4
  readonly input: Matrix
  readonly weight: Matrix
  readonly result: Matrix
}

const minimal2: Minimal = {
  outputs: 2,
  input: [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, 1, 0, -1],
  ],
  weight: [
    [1, 0, 0],
    [1 / 2, 1 / 2, 1 / 2],
    [1 / 2, -1 / 2, 1 / 2],
    [0, 0, 1],
  ],
  result: [
    [1, 1, 1, 0],
    [0, 1, -1, -1],
  ],
}

const minimal4: Minimal = {
  outputs: 4,
  input: [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ],
  weight: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  result: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
}

export function winogradDepth(model: OnnxGraph, graph: Graph): OnnxGraph {
  return replaceConvs(model, graph, (node, uses) => unitOf(node, graph, model, uses), emitUnit)
}

interface Unit extends ConvUnit {
  readonly attributes: AttributesOf<'conv'>
  readonly minimal: Minimal
  /** Slices of the result whose inputs are gathered together. */
  readonly block: number
  /** `[C, D, H, W]` of what is convolved, `[O, D, H, W]` of the result. */
  readonly volume: readonly [number, number, number, number]
  readonly result: readonly [number, number, number, number]
  /** An instance norm follows, which takes the bias away again: it is left out. */
  readonly isPartial: boolean
}

// ---------------------------------------------------------------- finding them

/** Runtimes' fast 2D kernels want whole blocks of channels; with fewer the transforms cost more than they save. */
const channelBlock = 16
const greatestBlock = 8
/** The transformed weight is made when the model is loaded, at twice the size: of a huge one that takes long and much memory. */
const greatestWeight = 2 ** 23

function unitOf(conv: GraphNode, graph: Graph, model: OnnxGraph, uses: Uses): Unit | undefined {
  if (conv.op !== 'conv' || !model.valueOf.has(conv.id)) return undefined
  if (pickedBefore(uses.makers.get(model.valueOf.get(conv.id) ?? ''), model, uses) !== undefined)
    return undefined
  const attributes = conv.attributes as AttributesOf<'conv'>
  const source = conv.inputs[0] ?? -1
  const [volume, result] = [knownVolume(graph.nodes[source]?.type.shape ?? []), knownVolume(conv.type.shape)]
  if (volume === undefined || result === undefined || !isFullDepth(attributes)) return undefined
  const [channels, depth] = volume
  if (channels % channelBlock !== 0 || result[0] % channelBlock !== 0 || depth % 2 !== 0) return undefined
  if (channels * result[0] * 27 > greatestWeight) return undefined
  const minimal = depth % 4 === 0 ? minimal4 : minimal2
  return {
    conv,
    attributes,
    minimal,
    block: blockOf(depth, minimal.outputs),
    volume,
    result,
    isPartial: attributes.bias && isNormed(conv.id, graph, model, uses),
    ...sourcesOf(source, graph, model, uses),
  }
}

function isFullDepth({ kernel, stride, dilation, padding, groups }: AttributesOf<'conv'>): boolean {
  const isCube = kernel.length === 3 && kernel.every((taps) => taps === 3)
  const isPlain = stride[0] === 1 && dilation[0] === 1 && groups === 1
  return isCube && isPlain && padding[0]?.every((one) => one === 1) === true
}

/** The greatest multiple of `outputs` up to eight that divides the depth. */
function blockOf(depth: number, outputs: number): number {
  let block = outputs
  for (let more = outputs; more <= greatestBlock; more += outputs) if (depth % more === 0) block = more
  return block
}

function isNormed(id: NodeId, graph: Graph, model: OnnxGraph, uses: Uses): boolean {
  if (uses.of(model.valueOf.get(id) ?? '') !== 1) return false
  return graph.nodes.some(
    (node) => node.op === 'instance_norm' && node.inputs[0] === id && model.valueOf.has(node.id),
  )
}

// ---------------------------------------------------------------- writing them

function emitUnit(unit: Unit, node: OnnxNode, draft: Replacement): void {
  const { sources, volume, result, minimal, block, attributes } = unit
  const [channels, depth, height, width] = volume
  const [outputs, , rows, columns] = result
  const taps = minimal.outputs + 2
  const index = (each: readonly RowOf[], zero: number): number[] => blockRows(unit, each, zero)
  const gathered = gatherRows(draft, { sources, depth, index })
  const blocks = reshape(draft, 'blocks', gathered, [-1, block + 2, channels * height * width])
  const spread = draft.prepare('spread', 'MatMul', [
    matrix(draft, 'input_transform', banded(minimal, block)),
    blocks,
  ])
  const slices = reshape(draft, 'slices', spread, [-1, taps * channels, height, width])
  const plane = attributes.padding.slice(1)
  const wide = draft.prepare('conv', 'Conv', [slices, transformedWeight(unit, node, draft)], {
    kernel_shape: ints(attributes.kernel.slice(1)),
    strides: ints(attributes.stride.slice(1)),
    dilations: ints(attributes.dilation.slice(1)),
    pads: ints([...plane.map(([low]) => low), ...plane.map(([, high]) => high)]),
    group: int(taps),
  })
  const parts = reshape(draft, 'parts', wide, [-1, taps, outputs * rows * columns])
  const made = draft.prepare('made', 'MatMul', [matrix(draft, 'result_transform', minimal.result), parts])
  const turned = turnBack(draft, made, result)
  const shape = draft.ints('shape', [-1, ...result])
  const bias = node.inputs[2]
  if (bias === undefined || unit.isPartial) draft.finish('Reshape', [turned, shape])
  else {
    const volumes = draft.prepare('volumes', 'Reshape', [turned, shape])
    draft.finish('Add', [volumes, reshape(draft, 'bias', bias, [-1, 1, 1, 1])])
  }
}

function reshape(draft: Replacement, label: string, value: string, shape: readonly number[]): string {
  return draft.prepare(label, 'Reshape', [value, draft.ints(`${label}/shape`, shape)])
}

function matrix(draft: Replacement, label: string, rows: Matrix): string {
  return draft.floats(label, rows.flat(), [rows.length, rows[0]?.length ?? 0])
}

/** The input's transform for a block: the small matrix once for each `outputs` slices, moved on by as many. */
function banded({ input, outputs }: Minimal, block: number): Matrix {
  return Array.from({ length: block / outputs }, (_, tile) => tile * outputs).flatMap((offset) =>
    input.map((row) => {
      const wide = Array<number>(block + 2).fill(0)
      row.forEach((value, at) => (wide[offset + at] = value))
      return wide
    }),
  )
}

/** `[O, C, 3, 3, 3]` as `[taps·O, C, 3, 3]`. Made of the weight in its own layout, which runtimes do once, when they load the model. */
function transformedWeight(
  { minimal, result, volume, attributes }: Unit,
  node: OnnxNode,
  draft: Replacement,
): string {
  const [, height = 1, width = 1] = attributes.kernel
  const depthFirst = draft.prepare('weight_t', 'Transpose', [node.inputs[1] ?? ''], {
    perm: ints([2, 0, 1, 3, 4]),
  })
  const flat = reshape(draft, 'weight_rows', depthFirst, [3, -1])
  const spread = draft.prepare('weight_spread', 'MatMul', [
    matrix(draft, 'weight_transform', minimal.weight),
    flat,
  ])
  return reshape(draft, 'weight_2d', spread, [(minimal.outputs + 2) * result[0], volume[0], height, width])
}

/** For each block, each slice that it needs and each channel: which row it is. */
function blockRows({ volume, block }: Unit, rows: readonly RowOf[], zero: number): number[] {
  const depth = volume[1]
  const starts = Array.from({ length: depth / block }, (_, at) => at * block - 1)
  return starts.flatMap((start) =>
    Array.from({ length: block + 2 }, (_, at) => start + at).flatMap((slice) =>
      rows.map((row) => (slice >= 0 && slice < depth ? row(slice) : zero)),
    ),
  )
}
