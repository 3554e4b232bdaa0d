// Operators that move elements without changing them.
import type { NodeOf } from '../../backend.ts'
import { leastExtent } from '../../../compiler/ir/bounds.ts'
import { type Dim, type Shape } from '../../../compiler/ir/tensor.ts'
import { extentsIn, numbersIn } from '../../../compiler/ops/nested-lists.ts'
import { shiftChunks, type ShiftChunk } from '../../../compiler/ops/primitive/shift.ts'
import type { Step } from '../builder.ts'
import { int, ints, string } from '../model.ts'
import { axisAt, batchedShape, extentVector } from './extents.ts'

export function lowerConcat({ attributes }: NodeOf<'concat'>, step: Step): string {
  return step.finish('Concat', step.inputs(), { axis: int(axisAt(attributes.axis, step.inputType())) })
}

export function lowerPad({ attributes, type }: NodeOf<'pad'>, step: Step): string {
  const none = Array<number>(axisAt(1, type)).fill(0)
  const pads = extentVector(step, 'pads', [...none, ...attributes.low, ...none, ...attributes.high])
  if (attributes.mode === 'constant')
    return step.finish('Pad', [step.input(), pads, step.floats('pad_value', [attributes.value])])
  const mode = attributes.mode === 'reflect' ? 'reflect' : 'edge'
  return step.finish('Pad', [step.input(), pads], { mode: string(mode) })
}

export function lowerSlice({ attributes }: NodeOf<'slice'>, step: Step): string {
  const { axis, start, end, step: stride } = attributes
  return step.finish('Slice', [
    step.input(),
    extentVector(step, 'start', [start]),
    extentVector(step, 'end', [end]),
    step.ints('axis', [axisAt(axis, step.inputType())]),
    step.ints('step', [stride]),
  ])
}

export function lowerReshape(node: NodeOf<'reshape'>, step: Step): string {
  return step.finish('Reshape', [
    step.input(),
    batchedShape(step, 'shape', node.attributes.shape, node.type.batched),
  ])
}

export function lowerPermute({ attributes }: NodeOf<'permute'>, step: Step): string {
  const { batched } = step.inputType()
  const perm = batched ? [0, ...attributes.order.map((axis) => axis + 1)] : attributes.order
  return step.finish('Transpose', [step.input()], { perm: ints(perm) })
}

export function lowerGather({ attributes }: NodeOf<'gather'>, step: Step): string {
  const { indices, axis } = attributes
  const table = step.ints('indices', numbersIn(indices), extentsIn(indices))
  return step.finish('Gather', [step.input(), table], { axis: int(axisAt(axis, step.inputType())) })
}

/** The axis cut in two, the parts in the other order. */
export function lowerRoll({ attributes }: NodeOf<'roll'>, step: Step): string {
  const type = step.inputType()
  const axis = axisAt(attributes.axis, type)
  const [at, axes] = [
    rollPoint(step, attributes.offset, type.shape[attributes.axis] ?? 0),
    step.ints('axis', [axis]),
  ]
  const tail = step.prepare('tail', 'Slice', [step.input(), at, step.ints('end', [endOfAxis]), axes])
  const head = step.prepare('head', 'Slice', [step.input(), step.ints('start', [0]), at, axes])
  return step.finish('Concat', [tail, head], { axis: int(axis) })
}

/** Where the axis is cut: `extent - offset mod extent`. */
function rollPoint(step: Step, offset: number, extent: Dim): string {
  if (typeof extent === 'number') return step.ints('cut', [extent - (((offset % extent) + extent) % extent)])
  const known = extentVector(step, 'extent', [extent])
  const moved = step.prepare('moved', 'Mod', [step.ints('offset', [offset]), known])
  return step.prepare('cut', 'Sub', [known, moved])
}

/** Slice takes any end past the axis for its end. */
const endOfAxis = Number.MAX_SAFE_INTEGER

/** Each chunk of channels cut where it loses its end, and padded where zeros move in; then side by side again. */
export function lowerShift(node: NodeOf<'shift'>, step: Step): string {
  const { shape } = node.type
  const chunks = shiftChunks(channelCount(shape), node.attributes.offsets)
  const extent = shape[node.attributes.axis] ?? 0
  const parts = chunks.map((chunk, at) => shiftedChunk(step, { chunk, at, extent, node }))
  return step.finish('Concat', parts, { axis: int(1) })
}

interface ChunkPlace {
  readonly chunk: ShiftChunk
  readonly at: number
  readonly extent: Dim
  readonly node: NodeOf<'shift'>
}

function shiftedChunk(step: Step, place: ChunkPlace): string {
  const { chunk, at, extent } = place
  const channels = { axis: 1, start: chunk.start, end: chunk.end }
  if (chunk.offset === 0) return cut(step, `chunk${at}`, step.input(), [channels])
  const axis = place.node.attributes.axis + 1
  const amount = Math.abs(chunk.offset)
  // A chunk that is moved out altogether still has an extent: pad first, then cut.
  if (amount >= leastExtent(extent)) {
    const all = cut(step, `chunk${at}`, step.input(), [channels])
    const padded = padEnd(step, `padded${at}`, all, place)
    const kept = chunk.offset > 0 ? { axis, start: 0, end: -amount } : { axis, start: amount, end: endOfAxis }
    return cut(step, `shifted${at}`, padded, [kept])
  }
  const kept = chunk.offset > 0 ? { axis, start: 0, end: -amount } : { axis, start: amount, end: endOfAxis }
  return padEnd(step, `shifted${at}`, cut(step, `chunk${at}`, step.input(), [channels, kept]), place)
}

interface Range {
  readonly axis: number
  readonly start: number
  readonly end: number
}

function cut(step: Step, label: string, value: string, ranges: readonly Range[]): string {
  return step.prepare(label, 'Slice', [
    value,
    step.ints(
      `${label}/start`,
      ranges.map((one) => one.start),
    ),
    step.ints(
      `${label}/end`,
      ranges.map((one) => one.end),
    ),
    step.ints(
      `${label}/axes`,
      ranges.map((one) => one.axis),
    ),
  ])
}

/** Zeros where the shift leaves room: at the beginning of the axis for a positive offset, else at its end. */
function padEnd(step: Step, label: string, value: string, { chunk, node }: ChunkPlace): string {
  const rank = node.type.shape.length + 1
  const pads = Array<number>(2 * rank).fill(0)
  pads[node.attributes.axis + 1 + (chunk.offset > 0 ? 0 : rank)] = Math.abs(chunk.offset)
  return step.prepare(label, 'Pad', [value, step.ints(`${label}/pads`, pads)])
}

function channelCount(shape: Shape): number {
  const [channels] = shape
  if (typeof channels !== 'number') throw new Error('channels are always known')
  return channels
}
