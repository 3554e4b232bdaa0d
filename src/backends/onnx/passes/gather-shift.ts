// Concat, depth shift and a convolution that is flat along the depth, as one copy and a 2D convolution. Every row (one channel of one
// depth slice) is an element of a Gather, whose constant index says which row of which source stands where after the shift, with the
// depth stride taken and the depth folded into the batch; a row of zeros stands where the shift leaves room. What would be a dozen
// slices, pads and concats is one pass over the data, and the 2D convolution runs on the runtime's fast kernels.
import type { Graph, GraphNode, NodeId } from '../../../compiler/ir/graph.ts'
import { shiftChunks } from '../../../compiler/ops/primitive/shift.ts'
import type { AttributesOf } from '../../../compiler/ops/registry.ts'
import { elementCount } from '../../../weights/numbers.ts'
import { int, intOf, ints, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../model.ts'
import { pickedBefore } from './pick-live.ts'
import type { Replacement } from './rewrite.ts'
import {
  joinRows,
  knownVolume,
  replaceConvs,
  sourcesOf,
  turnBack,
  type ConvUnit,
  type JoinedRows,
  Uses,
} from './rows.ts'
import { inWholeVectors } from './whole-vectors.ts'

export function gatherShift(model: OnnxGraph, graph: Graph): OnnxGraph {
  const tensors = new Map(model.tensors.map((tensor) => [tensor.name, tensor]))
  const emit = (unit: Unit, node: OnnxNode, draft: Replacement): void => {
    const weight = tensors.get(node.inputs[1] ?? '')
    if (weight === undefined) throw new Error('a convolution has a weight')
    emitUnit(unit, node, draft, weight)
  }
  return replaceConvs(model, graph, (node, uses) => unitOf(node, graph, model, uses), emit)
}

/** The shifts that become part of a gather. */
export function mergedShifts(model: OnnxGraph, graph: Graph): ReadonlySet<NodeId> {
  const uses = new Uses(model)
  return new Set(graph.nodes.flatMap((node) => unitOf(node, graph, model, uses)?.merged ?? []))
}

interface Unit extends ConvUnit {
  readonly attributes: AttributesOf<'conv'>
  readonly offsets: readonly number[]
  /** Those that the convolution reads, in its order, by their places among those that are there. */
  readonly channels: readonly number[]
  /** Which those are, if not all. */
  readonly present: readonly number[] | undefined
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
  const outputs = model.kept?.get(conv.id)?.length ?? conv.type.shape[0] ?? 0
  const volume = knownVolume(shift.type.shape)
  const result = knownVolume(conv.type.shape.with(0, outputs))
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
    present: model.kept?.get(shift.id),
    channels: picked?.channels ?? Array.from({ length: volume[0] }, (_, channel) => channel),
    ...(picked === undefined ? {} : { picked: picked.value }),
  }
}

function isFlat({ kernel, padding }: AttributesOf<'conv'>): boolean {
  return kernel.length === 3 && kernel[0] === 1 && padding[0]?.every((one) => one === 0) === true
}

// ---------------------------------------------------------------- writing them

function emitUnit(unit: Unit, node: OnnxNode, draft: Replacement, weight: OnnxTensor): void {
  const rows = joinRows(draft, unit.sources, unit.volume[1])
  const turned = turnBack(draft, emitConvs({ unit, node, draft, weight, rows }), unit.result)
  draft.finish('Reshape', [turned, draft.ints('shape', [-1, ...unit.result])])
}

interface Writing {
  readonly unit: Unit
  /** The convolution that is written anew, and its weight. */
  readonly node: OnnxNode
  readonly weight: OnnxTensor
  readonly draft: Replacement
  readonly rows: JoinedRows
}

/** The slices of the result: of one convolution, or of one with whole vectors of channels and one of what is left over. */
function emitConvs(writing: Writing): string {
  const { unit, node, draft, weight } = writing
  const bias = node.inputs.slice(2)
  const group = intOf(node, 'group', 1)
  const parts = group === 1 ? undefined : inWholeVectors(groupsOf(unit.channels, group))
  if (parts === undefined) {
    const shape = [unit.result[0], unit.channels.length / group, ...unit.attributes.kernel.slice(1)]
    const flat = draft.derived(weight, 'flat', shape, (numbers) => numbers)
    return emitConv(writing, { draft, channels: unit.channels, group, operands: [flat, ...bias] })
  }
  const main = parts.main.flat()
  const weightOf = (channels: number, make: typeof parts.weightOfMain, label: string): string => {
    const [, ...kernel] = unit.attributes.kernel
    const shape = [unit.result[0], channels, ...kernel]
    return draft.derived(weight, label, shape, (numbers) =>
      make(numbers, unit.result[0], elementCount(kernel)),
    )
  }
  const sum = [
    emitConv(writing, {
      draft,
      channels: main,
      group,
      operands: [weightOf(main.length / group, parts.weightOfMain, 'vectors'), ...bias],
    }),
    emitConv(writing, {
      draft: draft.part('rest'),
      channels: parts.rest,
      group: 1,
      operands: [weightOf(parts.rest.length, parts.weightOfRest, 'rest')],
    }),
  ]
  return draft.prepare('sum', 'Add', sum)
}

interface Part {
  readonly draft: Replacement
  readonly channels: readonly number[]
  readonly group: number
  /** The weight, and the bias if there is one. */
  readonly operands: readonly string[]
}

function emitConv({ unit, rows }: Writing, { draft, channels, group, operands }: Part): string {
  const [, , height, width] = unit.volume
  const index = draft.places('index', shiftedRows(unit, channels, rows))
  const gathered = draft.prepare('gathered', 'Gather', [rows.value, index], { axis: int(1) })
  const shape = draft.ints('slices/shape', [-1, channels.length, height, width])
  const slices = draft.prepare('slices', 'Reshape', [gathered, shape])
  return draft.prepare('conv', 'Conv', [slices, ...operands], {
    ...planar(unit.attributes),
    group: int(group),
  })
}

const groupsOf = (channels: readonly number[], group: number): number[][] => {
  const width = channels.length / group
  return Array.from({ length: group }, (_, at) => channels.slice(at * width, (at + 1) * width))
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

/** For each slice of the result and each of the channels: which row it is. */
function shiftedRows(unit: Unit, channels: readonly number[], { places, zero }: JoinedRows): number[] {
  const { volume, offsets, attributes, result } = unit
  const [extent, depth] = volume
  const moved = new Int32Array(extent)
  for (const { start, end, offset } of shiftChunks(extent, offsets)) moved.fill(offset, start, end)
  return Array.from({ length: result[1] }, (_, slice) => slice * (attributes.stride[0] ?? 1)).flatMap(
    (slice) =>
      channels.map((channel) => {
        const from = slice - (moved[unit.present?.[channel] ?? channel] ?? 0)
        return from >= 0 && from < depth ? (places[channel]?.(from) ?? zero) : zero
      }),
  )
}
