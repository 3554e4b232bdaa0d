// Convolutions and transposed convolutions.
import type { NodeOf } from '../../../backend.ts'
import type { ConvWithAttributes } from '../../../../compiler/ops/primitive/conv-with.ts'
import type { LiveBlock } from '../../live-blocks.ts'
import { concat, take, transposed } from '../axes.ts'
import type { GraphBuilder, Handle, Piece } from '../builder.ts'
import { convolved, type Window } from '../convolve.ts'
import {
  channelParts,
  framed,
  imageOf,
  imageResult,
  joinedChannels,
  tripleOf,
  volume,
  type Image,
  type Triple,
} from '../images.ts'
import { elementsOf } from '../model.ts'
import { pickedChannels } from '../picks.ts'
import type { Entries, Step } from '../step.ts'
import type { Value } from '../value.ts'

const trivial: Window = { kernel: 1, stride: 1, dilation: 1, low: 0, high: 0 }

export const convolutions: Entries<'conv' | 'conv_transpose' | 'conv_with'> = {
  conv: ({ attributes }, step) => {
    const { kernel, groups } = attributes
    const bias = attributes.bias ? step.parameter(1) : undefined
    const windows = windowsOf(attributes, kernel)
    const x = imageOf(step.input())
    const live = step.live(0)
    if (live !== undefined) return imageResult(step, convolvedBlocks(step, x, { live, windows, bias }))
    return imageResult(step, grouped(step, x, learned(step), { windows, groups, bias, adjoint: false }))
  },
  conv_with: ({ attributes }, step) => {
    const weight = computed(step, step.input(1))
    const windows = windowsOf(attributes, weight.shape.slice(2))
    const way = { windows, groups: attributes.groups, bias: undefined, adjoint: false }
    return imageResult(step, grouped(step, imageOf(step.input()), weight, way))
  },
  conv_transpose: (node, step) =>
    isUpsampling(node.attributes) ? upsampled(node, step) : spread(node, step),
}

/** Each block of outputs by itself, of the channels that it reads. */
function convolvedBlocks(
  step: Step,
  x: Image,
  {
    live,
    windows,
    bias,
  }: {
    readonly live: readonly LiveBlock[]
    readonly windows: Triple<Window>
    readonly bias: Handle | undefined
  },
): Image {
  const { builder } = step
  const kernel = windows.map((one) => one.kernel)
  const [depth = 1, height = 1, width = 1] = kernel
  const [out = 1, given = 1] = step.parameterShape(0)
  const arrangement = {
    view: [out, given, ...kernel],
    order: [2, 3, 4, 1, 0],
    reversed: [],
    blocks: { outputAxis: 0, parts: live.map(({ outputs, inputs }) => ({ outputs, inputs })) },
  } as const
  const pieces = live.flatMap(({ outputs: [start, end], inputs }, block) =>
    Array.from({ length: depth }, (_, tap) => ({
      label: `block${block}${depth > 1 ? `/depth${tap}` : ''}`,
      dims: [height, width, inputs.length, end - start],
    })),
  )
  const taps = step.arranged(0, arrangement, pieces)
  const picked = pickedChannels(
    builder,
    x,
    live.map(({ channels }) => channels),
  )
  const parts = picked.map((image, block) => {
    const [start = 0, end = 0] = live[block]?.outputs ?? []
    const own = { windows, perChannel: false, bias: undefined, channels: end - start }
    return convolved(builder, image, { ...own, taps: taps.slice(block * depth, (block + 1) * depth) })
  })
  const joined = parts.length === 1 && parts[0] !== undefined ? parts[0] : joinedChannels(builder, parts)
  if (bias === undefined) return joined
  return { ...joined, handle: builder.op('AddV2', [joined.handle, bias], joined.handle.dims) }
}

function windowsOf(
  { stride, dilation, padding }: ConvWithAttributes,
  kernel: readonly number[],
): Triple<Window> {
  const windows = kernel.map((taps, axis): Window => {
    const [low = 0, high = 0] = padding[axis] ?? []
    return { kernel: taps, stride: stride[axis] ?? 1, dilation: dilation[axis] ?? 1, low, high }
  })
  return tripleOf(windows, trivial)
}

/** A weight in the compiler's layout, and its elements in other orders. */
interface Weight {
  readonly shape: readonly number[]
  arranged(arrangement: Order, pieces: readonly Piece[]): readonly Handle[]
}

/** A parameter: its elements are put in order when the file is written. */
function learned(step: Step): Weight {
  return {
    shape: step.parameterShape(0),
    arranged: (arrangement, pieces) => step.arranged(0, arrangement, pieces),
  }
}

/** A tensor: its elements are put in order when the model runs. Nothing that is computed is read backwards. */
function computed({ builder }: Step, value: Value): Weight {
  return {
    shape: value.shape,
    arranged: ({ view, order }, pieces) => {
      const turned = transposed(builder, builder.as(value.in('first'), view), order)
      const rows = builder.as(turned, [pieces.length, elementsOf(view) / pieces.length])
      return pieces.map(({ dims }, start) =>
        builder.as(take(builder, rows, 0, { start, count: 1, step: 1 }), dims),
      )
    },
  }
}

interface Convolution {
  readonly windows: Triple<Window>
  readonly groups: number
  readonly bias: Handle | undefined
  /** The weight is `[in, out/groups, k…]` and is read backwards. */
  readonly adjoint: boolean
}

function grouped(
  step: Step,
  x: Image,
  weight: Weight,
  { windows, groups, bias, adjoint }: Convolution,
): Image {
  const { builder } = step
  const [channels = 1] = step.shape
  const perChannel = groups > 1 && groups === x.channels
  const taps = adjoint
    ? adjointTaps(weight, windows, groups, perChannel)
    : plainTaps(weight, windows, groups, perChannel)
  if (groups === 1 || perChannel)
    return convolved(builder, x, { windows, taps: taps[0] ?? [], perChannel, bias, channels })
  const own = { windows, perChannel: false, channels: channels / groups, bias: undefined }
  const parts = channelParts(builder, x, groups).map((part, group) =>
    convolved(builder, part, { ...own, taps: taps[group] ?? [] }),
  )
  const joined = joinedChannels(builder, parts)
  if (bias === undefined) return joined
  const handle = builder.op('AddV2', [joined.handle, bias], joined.handle.dims)
  return { ...joined, handle }
}

type Taps = readonly (readonly Handle[])[]

/** `[out, in/groups, kd, kh, kw]` as `[groups, kd]` filters of `[kh, kw, in/groups, out/groups]`. */
function plainTaps(weight: Weight, windows: Triple<Window>, groups: number, perChannel: boolean): Taps {
  const [out = 1, given = 1] = weight.shape
  const kernel = windows.map((one) => one.kernel)
  const view = [groups, out / groups, given, ...kernel]
  // A filter for each channel has the channels where others have what they read.
  const order = perChannel ? [3, 4, 5, 0, 2, 1] : [0, 3, 4, 5, 2, 1]
  return cut(weight, { view, order, reversed: [] }, perChannel)
}

/** `[in, out/groups, kd, kh, kw]`, turned round, as filters of `[kh, kw, in/groups, out/groups]`. */
function adjointTaps(weight: Weight, windows: Triple<Window>, groups: number, perChannel: boolean): Taps {
  const [given = 1, out = 1] = weight.shape
  const kernel = windows.map((one) => one.kernel)
  const view = [groups, given / groups, out, ...kernel]
  const order = perChannel ? [3, 4, 5, 0, 1, 2] : [0, 3, 4, 5, 1, 2]
  return cut(weight, { view, order, reversed: perChannel ? [0, 1, 2] : [1, 2, 3] }, perChannel)
}

interface Order {
  readonly view: readonly number[]
  readonly order: readonly number[]
  readonly reversed: readonly number[]
}

function cut(weight: Weight, { view, order, reversed }: Order, perChannel: boolean): Taps {
  const extents = order.map((axis) => view[axis] ?? 1)
  const [groups = 1, depth = 1] = perChannel ? [1, extents[0] ?? 1] : extents
  const [height = 1, width = 1, ...channels] = extents.slice(perChannel ? 1 : 2)
  const dims = perChannel
    ? [height, width, channels[0] ?? 1, (channels[1] ?? 1) * (channels[2] ?? 1)]
    : [height, width, ...channels]
  const label = (group: number, tap: number): string =>
    [...(groups > 1 ? [`group${group}`] : []), ...(depth > 1 ? [`depth${tap}`] : [])].join('/') || 'filter'
  const places = Array.from({ length: groups }, (_, group) =>
    Array.from({ length: depth }, (__, tap) => ({ label: label(group, tap), dims })),
  )
  const handles = weight.arranged({ view, order, reversed }, places.flat())
  return places.map((row, group) => handles.slice(group * row.length, (group + 1) * row.length))
}

// ---------------------------------------------------------------- transposed

type TransposeAttributes = NodeOf<'conv_transpose'>['attributes']

/** Every input value has a block of the result to itself. */
function isUpsampling({
  kernel,
  stride,
  padding,
  output_padding,
  dilation,
  groups,
}: TransposeAttributes): boolean {
  return (
    groups === 1 &&
    kernel.every(
      (taps, axis) =>
        taps === stride[axis] &&
        padding[axis] === 0 &&
        output_padding[axis] === 0 &&
        (dilation[axis] === 1 || taps === 1),
    )
  )
}

/** One matrix product gives each value its block; the blocks are then put in their places by exchanges of neighbouring axes. */
function upsampled({ attributes }: NodeOf<'conv_transpose'>, step: Step): Value {
  const { builder } = step
  const x = imageOf(step.input())
  const [given = 1, out = 1] = step.parameterShape(0)
  const kernel = tripleOf(attributes.kernel, 1)
  const live = step.live(0)
  if (live !== undefined) return upsampledBlocks({ attributes }, step, live)
  const block = elementsOf(kernel) * out
  const arrangement = {
    view: [given, out, ...kernel],
    order: [0, 2, 3, 4, 1],
    reversed: [],
  }
  const [weight] = step.arranged(0, arrangement, [{ label: 'blocks', dims: [given, block] }])
  if (weight === undefined) throw new Error('the weight is missing')
  const rows = builder.as(x.handle, [-1, given])
  const product = attributes.bias
    ? builder.op('_FusedMatMul', [rows, weight, repeatedBias(step, out, elementsOf(kernel))], [-1, block], {
        num_args: { kind: 'int', value: 1 },
        fused_ops: { kind: 'strings', values: ['BiasAdd'] },
      })
    : builder.op('MatMul', [rows, weight], [-1, block])
  return step.result('last', placed(builder, product, x.extents, kernel, out))
}

/** The same with a product for each block of outputs, of the channels that it reads. */
function upsampledBlocks(
  { attributes }: Pick<NodeOf<'conv_transpose'>, 'attributes'>,
  step: Step,
  live: readonly LiveBlock[],
): Value {
  const { builder } = step
  const x = imageOf(step.input())
  const [given = 1, out = 1] = step.parameterShape(0)
  const kernel = tripleOf(attributes.kernel, 1)
  const taps = elementsOf(kernel)
  const arrangement = {
    view: [given, out, ...kernel],
    order: [0, 2, 3, 4, 1],
    reversed: [],
    blocks: { outputAxis: 1, parts: live.map(({ outputs, inputs }) => ({ outputs, inputs })) },
  } as const
  const weights = step.arranged(
    0,
    arrangement,
    live.map(({ outputs: [start, end], inputs }, block) => ({
      label: `block${block}`,
      dims: [inputs.length, taps * (end - start)],
    })),
  )
  const picked = pickedChannels(
    builder,
    x,
    live.map(({ channels }) => channels),
  )
  const products = picked.map(({ handle, channels }, block) => {
    const [start = 0, end = 0] = live[block]?.outputs ?? []
    const rows = builder.as(handle, [-1, channels])
    const weight = weights[block]
    if (weight === undefined) throw new Error('the weight is missing')
    const product = builder.op('MatMul', [rows, weight], [-1, taps * (end - start)])
    return builder.as(product, [-1, taps, end - start])
  })
  const joined = builder.as(concat(builder, products, 2), [-1, taps * out])
  const all = attributes.bias
    ? builder.op('AddV2', [joined, repeatedBias(step, out, taps)], joined.dims)
    : joined
  return step.result('last', placed(builder, all, x.extents, kernel, out))
}

/**
 * The bias at every place of a block: made when it runs, so that the parameter stays one. A join makes it a vector from the start: the fused
 * product of stock wasm takes no reshaped one.
 */
function repeatedBias(step: Step, out: number, repeat: number): Handle {
  const bias = step.parameter(1)
  if (repeat === 1) return bias
  const { builder } = step
  const copies = Array<Handle>(repeat).fill(bias)
  return builder.op('ConcatV2', [...copies, builder.int(0)], [out * repeat], {
    N: { kind: 'int', value: repeat },
  })
}

/** `[N·D·H·W, kd·kh·kw·C]` as `[N, D·kd, H·kh, W·kw, C]`. */
function placed(
  builder: GraphBuilder,
  blocks: Handle,
  [, height, width]: Triple<number>,
  [kd, kh, kw]: Triple<number>,
  out: number,
): Handle {
  const byDepth = builder.as(blocks, [-1, height * width, kd, kh * kw * out])
  const depth = kd === 1 ? blocks : transposed(builder, byDepth, [0, 2, 1, 3])
  const byRow = builder.as(depth, [-1, width, kh, kw * out])
  return kh === 1 ? depth : transposed(builder, byRow, [0, 2, 1, 3])
}

/** The general form: zeros between the values, then an ordinary convolution with the kernel turned round. */
function spread({ attributes }: NodeOf<'conv_transpose'>, step: Step): Value {
  const { kernel, stride, padding, output_padding, dilation, groups, bias } = attributes
  const windows = kernel.map((taps, axis): Window => {
    const reach = (dilation[axis] ?? 1) * (taps - 1) - (padding[axis] ?? 0)
    const high = reach + (output_padding[axis] ?? 0)
    return { kernel: taps, stride: 1, dilation: dilation[axis] ?? 1, low: reach, high }
  })
  const x = imageOf(step.input())
  const stuffed = tripleOf(stride, 1).reduce(
    (image, factor, axis) => stuffedAlong(step.builder, image, axis, factor),
    x,
  )
  const convolution: Convolution = {
    windows: tripleOf(windows, trivial),
    groups,
    bias: bias ? step.parameter(1) : undefined,
    adjoint: true,
  }
  return imageResult(step, grouped(step, stuffed, learned(step), convolution))
}

/** `factor - 1` zeros between neighbours of one axis. */
function stuffedAlong(builder: GraphBuilder, image: Image, axis: number, factor: number): Image {
  if (factor === 1) return image
  const extent = image.extents[axis] ?? 1
  const inner = elementsOf(image.extents.slice(axis + 1)) * image.channels
  // Seen as rows of one value each: zeros behind every one of them, those behind the last of the axis cut off again.
  const values: Image = {
    handle: builder.as(volume(builder, image), [-1, 1, 1, inner, 1]),
    extents: [1, 1, inner],
    channels: 1,
  }
  const rows = framed(builder, values, 1, { low: 0, high: factor - 1 })
  const [depth, height, width] = image.extents.with(axis, extent * factor)
  const whole: Image = {
    ...image,
    handle: rows.handle,
    extents: [depth ?? 1, height ?? 1, width ?? 1],
  }
  return framed(builder, whole, axis, { low: 0, high: 1 - factor })
}
