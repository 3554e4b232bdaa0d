// Some of the channels of a tensor, and a tensor of which only some are there.
import { countOf, type Tensor } from '../tensor.ts'
import { outside, type Samples, type Source } from './source.ts'

/** The channels, in this order, of a batched tensor. */
export function channelsOf(source: Source, channels: readonly number[]): Source {
  const [batch = 1, count = 1, ...rest] = source.shape
  const voxels = countOf(rest)
  const placeOf = (position: number): number => {
    const plane = Math.floor(position / voxels)
    const [sample, own] = [Math.floor(plane / channels.length), plane % channels.length]
    return (sample * count + (channels[own] ?? 0)) * voxels + (position % voxels)
  }
  return {
    shape: [batch, channels.length, ...rest],
    summands: source.summands,
    at: (positions) => source.at(positions.map((one) => (one < 0 ? outside : placeOf(one)))),
  }
}

/** The same of numbers that are all there. */
export function tensorChannels({ shape, data }: Tensor, channels: readonly number[]): Tensor {
  const [batch = 1, count = 1, ...rest] = shape
  const voxels = countOf(rest)
  const picked = new Float64Array(batch * channels.length * voxels)
  for (let sample = 0; sample < batch; sample++)
    channels.forEach((channel, own) => {
      const start = (sample * count + channel) * voxels
      picked.set(data.subarray(start, start + voxels), (sample * channels.length + own) * voxels)
    })
  return { shape: [batch, channels.length, ...rest], data: picked }
}

/** A batched tensor of `count` channels of which `part` has some: others are no numbers, and whoever reads them is told of. */
export function withChannels(
  part: Source,
  channels: readonly number[],
  count: number,
  onLacking: () => void,
): Source {
  const [batch = 1, , ...rest] = part.shape
  const voxels = countOf(rest)
  const places = new Map(channels.map((channel, own) => [channel, own]))
  const lacking = (found: Samples, positions: Int32Array, own: Int32Array): Samples => {
    const isThere = own.map((place, k) => ((positions[k] ?? outside) < 0 || place >= 0 ? 1 : 0))
    if (!isThere.includes(0)) return found
    onLacking()
    const marked = (data: Float64Array): Float64Array => data.map((one, k) => (isThere[k] === 1 ? one : NaN))
    return { values: marked(found.values), magnitudes: marked(found.magnitudes) }
  }
  return {
    shape: [batch, count, ...rest],
    summands: part.summands,
    held: part,
    at: (positions) => {
      const own = positions.map((position) => {
        if (position < 0) return outside
        const plane = Math.floor(position / voxels)
        const place = places.get(plane % count)
        if (place === undefined) return outside
        return (Math.floor(plane / count) * channels.length + place) * voxels + (position % voxels)
      })
      return lacking(part.at(own), positions, own)
    },
  }
}
