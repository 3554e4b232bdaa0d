// Images while windows move over them: channels last, one and two spatial axes as three with leading extents of 1.
import { concat, pad, take } from './axes.ts'
import type { GraphBuilder, Handle } from './builder.ts'
import type { Step } from './step.ts'
import type { Value } from './value.ts'

export type Triple<T> = readonly [depth: T, height: T, width: T]

export interface Image {
  readonly handle: Handle
  readonly extents: Triple<number>
  readonly channels: number
}

/** The last three of up to three, the first ones filled in. */
export function tripleOf<T>(values: readonly T[], filler: T): Triple<T> {
  return [values.at(-3) ?? filler, values.at(-2) ?? filler, values.at(-1) ?? filler]
}

export function imageOf(value: Value): Image {
  const [channels = 1, ...spatial] = value.shape
  return { handle: value.in('last'), extents: tripleOf(spatial, 1), channels }
}

export function imageResult(step: Step, image: Image): Value {
  return step.result('last', image.handle)
}

/** `[N, D, H, W, C]`. */
export function volume(builder: GraphBuilder, { handle, extents, channels }: Image): Handle {
  return builder.as(handle, [-1, ...extents, channels])
}

/** `[N·D, H, W, C]`: what 2D kernels take. */
export function slices(builder: GraphBuilder, { handle, extents, channels }: Image): Handle {
  const [, height, width] = extents
  return builder.as(handle, [-1, height, width, channels])
}

/** The image along one spatial axis as the rows of `[N, D, H·W, C]` or the like: a plane that a 2D kernel of width 1 can move along. */
export function alongRows(builder: GraphBuilder, image: Image, axis: number): Handle {
  const inner = image.extents.slice(axis + 1).reduce((all, one) => all * one, 1)
  return builder.as(image.handle, [-1, image.extents[axis] ?? 1, inner, image.channels])
}

const withExtent = (extents: Triple<number>, axis: number, extent: number): Triple<number> => {
  const [depth, height, width] = extents.with(axis, extent)
  return [depth ?? 1, height ?? 1, width ?? 1]
}

/** Places `start, start + step, …` of a spatial axis. */
export function taken(
  builder: GraphBuilder,
  image: Image,
  axis: number,
  places: { readonly start: number; readonly count: number; readonly step: number },
): Image {
  const handle = take(builder, volume(builder, image), axis + 1, places)
  return { ...image, handle, extents: withExtent(image.extents, axis, places.count) }
}

/** What is cut off one end of an axis takes all of it, and some of what is added at the other. */
export function leavesNothing(extent: number, { low, high }: { low: number; high: number }): boolean {
  return extent + Math.min(0, low) + Math.min(0, high) <= 0
}

/** Elements added to both ends of a spatial axis; negative amounts are cut off. */
export function framed(
  builder: GraphBuilder,
  image: Image,
  axis: number,
  { low, high, value = 0 }: { readonly low: number; readonly high: number; readonly value?: number },
): Image {
  const extent = image.extents[axis] ?? 1
  if (leavesNothing(extent, { low, high })) {
    const added = framed(builder, image, axis, { low: Math.max(0, low), high: Math.max(0, high), value })
    return taken(builder, added, axis, { start: Math.max(0, -low), count: extent + low + high, step: 1 })
  }
  const kept = { start: Math.max(0, -low), count: extent + Math.min(0, low) + Math.min(0, high), step: 1 }
  const cut = low < 0 || high < 0 ? taken(builder, image, axis, kept) : image
  const amounts = { low: Math.max(0, low), high: Math.max(0, high), value }
  const handle = pad(builder, volume(builder, cut), axis + 1, amounts)
  return {
    ...cut,
    handle,
    extents: withExtent(cut.extents, axis, (cut.extents[axis] ?? 1) + amounts.low + amounts.high),
  }
}

/** Ranges of channels, side by side again. */
export function channelParts(builder: GraphBuilder, image: Image, count: number): Image[] {
  const channels = image.channels / count
  const whole = volume(builder, image)
  return Array.from({ length: count }, (_, part) => ({
    ...image,
    channels,
    handle: take(builder, whole, 4, { start: part * channels, count: channels, step: 1 }),
  }))
}

export function joinedChannels(builder: GraphBuilder, parts: readonly Image[]): Image {
  const [first] = parts
  if (first === undefined) throw new Error('no parts')
  const channels = parts.reduce((sum, one) => sum + one.channels, 0)
  const handles = parts.map((one) => volume(builder, one))
  return { ...first, channels, handle: concat(builder, handles, 4) }
}
