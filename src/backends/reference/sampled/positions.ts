// Which positions of a tensor are looked at: all borders (corners, edges, faces), and the rest evenly along every axis.
import { countOf } from '../tensor.ts'
import { stepsOf } from './coordinates.ts'

/** At each place so many channels are looked at: what a window reads serves them all. */
const channelsPerPlace = 8

/**
 * About `count` positions in order, all of them where there are no more. Which ones depends on the shape and the seed alone. Axis 1 is that of
 * channels: each place is looked at in the first and the last, and some between.
 */
export function chosenPositions(shape: readonly number[], count: number, seed: number): Int32Array {
  const all = countOf(shape)
  if (all <= count) return Int32Array.from({ length: all }, (_, position) => position)
  const channels = shape.length > 1 ? (shape[1] ?? 1) : 1
  const each = Math.min(channels, channelsPerPlace)
  const [steps, places] = [
    stepsOf(shape),
    shape.with(Math.min(1, shape.length - 1), shape.length > 1 ? 1 : all),
  ]
  const chosen = new Set<number>()
  placesOf(places, Math.ceil(count / each), seed).forEach((place, k) => {
    const start = indicesOf(place, places).reduce((sum, index, axis) => sum + index * (steps[axis] ?? 1), 0)
    for (const channel of someOf(channels, each, k)) chosen.add(start + channel * (steps[1] ?? 1))
  })
  return Int32Array.from(chosen).sort()
}

/** The first, the last, and others that go on from place to place. */
function someOf(channels: number, count: number, k: number): number[] {
  if (channels <= count) return Array.from({ length: channels }, (_, channel) => channel)
  const between = Array.from(
    { length: count - 2 },
    (_, one) => 1 + ((k * (count - 2) + one) % (channels - 2)),
  )
  return [0, channels - 1, ...between]
}

function indicesOf(position: number, shape: readonly number[]): number[] {
  return stepsOf(shape).map((step, axis) => Math.floor(position / step) % (shape[axis] ?? 1))
}

/** Half of them on borders. */
function placesOf(shape: readonly number[], count: number, seed: number): readonly number[] {
  const chosen = new Set<number>()
  const borders = bordersOf(shape)
  const each = Math.max(1, Math.floor(count / 2 / borders.length))
  const stride = Math.max(1, borders.length / (count / 2))
  for (let k = 0; k < borders.length; k += stride) {
    const border = borders[Math.floor(k)] ?? []
    for (const place of evenly(shape, border, each, seed + k)) chosen.add(place)
  }
  for (const place of evenly(shape, [], Math.max(0, count - chosen.size), seed)) chosen.add(place)
  return [...chosen]
}

/** By axis: the index where it is fixed, undefined where any other than the ends will do; past the end of the list, any at all. */
type Border = readonly (number | undefined)[]

/** Every choice of first, last or neither on each axis: 8 corners, 12 edges, 6 faces and the inside of a cube. */
function bordersOf(shape: readonly number[]): readonly Border[] {
  return shape.reduce<readonly Border[]>(
    (borders, extent) => {
      const ends: (number | undefined)[] = extent === 1 ? [0] : [0, extent - 1]
      if (extent > 2) ends.push(undefined)
      return borders.flatMap((border) => ends.map((end) => [...border, end]))
    },
    [[]],
  )
}

/**
 * A lattice whose projection on each axis is even, so that with as many positions as an axis is long no slice is left out: multiples of the
 * powers of a root (M. Roberts, The Unreasonable Effectiveness of Quasirandom Sequences, 2018), from a place that the seed gives.
 */
function evenly(shape: readonly number[], border: Border, count: number, seed: number): number[] {
  const ratios = latticeOf(shape.length)
  const starts = ratios.map((ratio, axis) => (seed * ratio * 17 + (axis + 1) * 0.618) % 1)
  const steps = stepsOf(shape)
  return Array.from({ length: count }, (_, k) =>
    shape.reduce((position, extent, axis) => {
      const share = ((starts[axis] ?? 0) + (k + 1) * (ratios[axis] ?? 0)) % 1
      return position + (border[axis] ?? spread(share, extent, axis < border.length)) * (steps[axis] ?? 1)
    }, 0),
  )
}

function spread(share: number, extent: number, isInside: boolean): number {
  return isInside ? 1 + Math.floor(share * (extent - 2)) : Math.floor(share * extent)
}

/** Powers of the inverse of the root of `x ^ (axes + 1) = x + 1`. */
function latticeOf(axes: number): readonly number[] {
  let root = 2
  for (let k = 0; k < 40; k++) root = (1 + root) ** (1 / (axes + 1))
  return Array.from({ length: axes }, (_, axis) => root ** -(axis + 1))
}
