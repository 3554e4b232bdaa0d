// Convolutions over three axes as 2D ones: the depth is folded into the batch, one convolution for each tap of the depth, their sum. The stock
// wasm kernel of Conv3D is fifty times slower than that.
import type { GraphBuilder, Handle } from './builder.ts'
import { framed, leavesNothing, slices, taken, type Image, type Triple } from './images.ts'
import type { TfAttribute, TfAttributes } from './model.ts'

export interface Window {
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  /** Zeros before and after; negative amounts are cut off. */
  readonly low: number
  readonly high: number
}

export interface Filter {
  readonly windows: Triple<Window>
  /** One for each tap of the depth: `[kh, kw, in, out]`, or `[kh, kw, in, multiplier]` where each channel has filters of its own. */
  readonly taps: readonly Handle[]
  readonly perChannel: boolean
  readonly bias: Handle | undefined
  readonly channels: number
}

export function convolved(builder: GraphBuilder, image: Image, filter: Filter): Image {
  const [depth, height, width] = filter.windows
  // Kernels refuse a stride together with a dilation: then every place is computed and most are left out.
  const isBoth = (height.stride > 1 || width.stride > 1) && (height.dilation > 1 || width.dilation > 1)
  if (isBoth) {
    const windows = [depth, { ...height, stride: 1 }, { ...width, stride: 1 }] as const
    const all = convolved(builder, image, { ...filter, windows })
    const rows = thinned(builder, all, 1, height.stride)
    return thinned(builder, rows, 2, width.stride)
  }
  const deep = framed(builder, image, 0, depth)
  const count = placesOf(depth, image.extents[0])
  const extents = [count, placesOf(height, image.extents[1]), placesOf(width, image.extents[2])] as const
  const parts = tapsThatRead(depth, image.extents[0], count).map((tap, at) => {
    const places = { start: tap * depth.dilation, count, step: depth.stride }
    const plane = taken(builder, deep, 0, places)
    return planeConvolved(builder, plane, { filter, tap, extents, isFirst: at === 0 })
  })
  const handle = parts.reduce((sum, part) => builder.op('AddV2', [sum, part], part.dims))
  return { handle, extents, channels: filter.channels }
}

/** How many places a window has on an axis. */
export function placesOf({ kernel, stride, dilation, low, high }: Window, extent: number): number {
  return Math.floor((extent + low + high - dilation * (kernel - 1) - 1) / stride) + 1
}

function thinned(builder: GraphBuilder, image: Image, axis: number, step: number): Image {
  const count = Math.ceil((image.extents[axis] ?? 1) / step)
  return taken(builder, image, axis, { start: 0, count, step })
}

/** Taps that read padding alone add nothing; of a kernel that does so altogether the first is left, for its bias. */
function tapsThatRead({ kernel, stride, dilation, low }: Window, extent: number, count: number): number[] {
  const reads = (tap: number): boolean =>
    Array.from({ length: count }, (_, place) => place * stride + tap * dilation - low).some(
      (source) => source >= 0 && source < extent,
    )
  const taps = Array.from({ length: kernel }, (_, tap) => tap).filter(reads)
  return taps.length === 0 ? [0] : taps
}

interface PlaneTask {
  readonly filter: Filter
  readonly tap: number
  readonly extents: Triple<number>
  readonly isFirst: boolean
}

function planeConvolved(
  builder: GraphBuilder,
  plane: Image,
  { filter, tap, extents, isFirst }: PlaneTask,
): Handle {
  const [, height, width] = filter.windows
  const weight = filter.taps[tap]
  if (weight === undefined) throw new Error(`the filter has no tap ${tap}`)
  const dims = [-1, extents[1], extents[2], filter.channels]
  const steps = {
    strides: ints([1, height.stride, width.stride, 1]),
    dilations: ints([1, height.dilation, width.dilation, 1]),
    data_format: text('NHWC'),
  }
  if (filter.perChannel) {
    // Padded apart: not every backend takes explicit paddings here.
    const padded = framed(builder, framed(builder, plane, 1, height), 2, width)
    const attributes = { ...steps, padding: text('VALID') }
    const x = slices(builder, padded)
    const plain = builder.op('DepthwiseConv2dNative', [x, weight], dims, attributes)
    if (!isFirst || filter.bias === undefined) return plain
    return builder.op('AddV2', [plain, filter.bias], dims)
  }
  const high = cutOff(builder, plane, 1, height)
  const cut = cutOff(builder, high.image, 2, width)
  const inputs = [slices(builder, cut.image), weight]
  const attributes = { ...steps, ...paddingOf(high.window, cut.window) }
  if (!isFirst || filter.bias === undefined) return builder.op('Conv2D', inputs, dims, attributes)
  const fused = {
    ...attributes,
    num_args: { kind: 'int', value: 1 },
    fused_ops: { kind: 'strings', values: ['BiasAdd'] },
  } as const
  return builder.op('_FusedConv2D', [...inputs, filter.bias], dims, fused)
}

/** A negative amount cannot be said of a padding, so it is cut off before; what is left to say is in the window. */
function cutOff(
  builder: GraphBuilder,
  image: Image,
  axis: 1 | 2,
  window: Window,
): { readonly image: Image; readonly window: Window } {
  const { low, high } = window
  if (leavesNothing(image.extents[axis], window))
    return { image: framed(builder, image, axis, window), window: { ...window, low: 0, high: 0 } }
  const cut = framed(builder, image, axis, { low: Math.min(0, low), high: Math.min(0, high) })
  return { image: cut, window }
}

/** The words where they say it, since every backend knows them; else the amounts. */
function paddingOf(height: Window, width: Window): TfAttributes {
  const windows = [height, width]
  if (windows.every(({ low, high }) => low <= 0 && high <= 0)) return { padding: text('VALID') }
  if (windows.every(isSame)) return { padding: text('SAME') }
  const amounts = [0, 0, ...windows.flatMap(({ low, high }) => [low, high]), 0, 0]
  return { padding: text('EXPLICIT'), explicit_paddings: ints(amounts.map((one) => Math.max(0, one))) }
}

/** At stride 1, what is missing on both sides, the odd one on the high side. */
function isSame({ kernel, stride, dilation, low, high }: Window): boolean {
  const total = dilation * (kernel - 1)
  return stride === 1 && low === Math.floor(total / 2) && high === total - low
}

export const ints = (values: readonly number[]): TfAttribute => ({ kind: 'ints', values })
export const text = (value: string): TfAttribute => ({ kind: 'string', value })
