// Concat, depth shift and a convolution that is flat along the depth, as one copy and a 2D convolution. Every row (one channel of one
// depth slice) is an element of a Gather, whose constant index says which row of which source stands where after the shift, with the
// depth stride taken and the depth folded into the batch; a row of zeros stands where the shift leaves room. What would be a dozen
// slices, pads and concats is one pass over the data, and the 2D convolution runs on the runtime's fast kernels.
import type { Graph, GraphNode } from '../../../compiler/ir/graph.ts'
import { shiftChunks } from '../../../compiler/ops/primitive/shift.ts'
import type { AttributesOf } from '../../../compiler/ops/registry.ts'
import { int, intOf, ints, type OnnxGraph, type OnnxNode } from '../model.ts'
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

export function gatherShift(model: OnnxGraph, graph: Graph): OnnxGraph {
  return replaceConvs(model, graph, (node, uses) => unitOf(node, graph, model, uses), emitUnit)
}

interface Unit extends ConvUnit {
  readonly attributes: AttributesOf<'conv'>
  readonly offsets: readonly number[]
  /** Those that the convolution reads, in its order. */
  readonly channels: readonly number[]
  /** `[C, D, H, W]` of what is convolved. */
  readonly volume: readonly [number, number, number, number]
  /** `[O, D, H, W]` of the result. */
  readonly result: readonly [number, number, number, number]
}

// ---------------------------------------------------------------- finding them

const depthAxis = 1

function unitOf(conv: GraphNode, graph: Graph, model: OnnxGraph, uses: Uses): Unit | undefined {
  if (conv.op !== 'conv' || !model.valueOf.has(conv.id)) return undefined
  const attributes = conv.attributes as AttributesOf<'conv'>
  const shift = graph.nodes[conv.inputs[0] ?? -1]
  const shiftAttributes = shift?.attributes as AttributesOf<'shift'> | undefined
  if (shift?.op !== 'shift' || shiftAttributes?.axis !== depthAxis || !isFlat(attributes)) return undefined
  const [volume, result] = [knownVolume(shift.type.shape), knownVolume(conv.type.shape)]
  const isPrivate = uses.of(model.valueOf.get(shift.id) ?? '') === 1
  if (volume === undefined || result === undefined || !isPrivate) return undefined
  const { sources, merged } = sourcesOf(shift.inputs[0] ?? -1, graph, model, uses)
  const { offsets } = shiftAttributes
  const picked = pickedBefore(uses.makers.get(model.valueOf.get(conv.id) ?? ''), model, uses)
  return {
    conv,
    attributes,
    offsets,
    sources,
    merged: [shift.id, ...merged],
    volume,
    result,
    channels: picked?.channels ?? Array.from({ length: volume[0] }, (_, channel) => channel),
    ...(picked === undefined ? {} : { picked: picked.value }),
  }
}

function isFlat({ kernel, padding }: AttributesOf<'conv'>): boolean {
  return kernel.length === 3 && kernel[0] === 1 && padding[0]?.every((one) => one === 0) === true
}

// ---------------------------------------------------------------- writing them

function emitUnit(unit: Unit, node: OnnxNode, draft: Replacement): void {
  const { sources, volume, result, attributes } = unit
  const group = intOf(node, 'group', 1)
  const index = (rows: readonly RowOf[], zero: number): number[] => shiftedRows(unit, rows, zero)
  const gathered = gatherRows(draft, { sources, depth: volume[1], index })
  const [, , height, width] = volume
  const slices = draft.prepare('slices', 'Reshape', [
    gathered,
    draft.ints('slices/shape', [-1, unit.channels.length, height, width]),
  ])
  const inputs = [slices, flatWeight(unit, node, draft), ...node.inputs.slice(2)]
  const wide = draft.prepare('conv', 'Conv', inputs, { ...planar(attributes), group: int(group) })
  const turned = turnBack(draft, wide, result)
  draft.finish('Reshape', [turned, draft.ints('shape', [-1, ...result])])
}

/** The attributes without the depth. */
function planar({ kernel, stride, dilation, padding }: AttributesOf<'conv'>): OnnxNode['attributes'] {
  const plane = padding.slice(1)
  return {
    kernel_shape: ints(kernel.slice(1)),
    strides: ints(stride.slice(1)),
    dilations: ints(dilation.slice(1)),
    pads: ints([...plane.map(([low]) => low), ...plane.map(([, high]) => high)]),
  }
}

function flatWeight({ attributes, channels, result }: Unit, node: OnnxNode, draft: Replacement): string {
  const perGroup = channels.length / intOf(node, 'group', 1)
  const shape = [result[0], perGroup, ...attributes.kernel.slice(1)]
  return draft.prepare('weight_2d', 'Reshape', [node.inputs[1] ?? '', draft.ints('weight_2d/shape', shape)])
}

/** For each slice of the result and each channel: which row it is. */
function shiftedRows(unit: Unit, rows: readonly RowOf[], zero: number): number[] {
  const { volume, offsets, attributes, result } = unit
  const [extent, depth] = volume
  const moved = new Int32Array(extent)
  for (const { start, end, offset } of shiftChunks(extent, offsets)) moved.fill(offset, start, end)
  return Array.from({ length: result[1] }, (_, slice) => slice * (attributes.stride[0] ?? 1)).flatMap(
    (slice) =>
      unit.channels.map((channel) => {
        const from = slice - (moved[channel] ?? 0)
        return from >= 0 && from < depth ? (rows[channel]?.(from) ?? zero) : zero
      }),
  )
}
