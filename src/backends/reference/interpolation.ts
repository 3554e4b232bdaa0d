// `resize`: PyTorch's `interpolate`, one axis at a time, which for bilinear and trilinear interpolation is the same sum in another order.
import { at, viewOf, zeros, type Tensor } from './tensor.ts'

export interface Interpolation {
  readonly mode: 'nearest' | 'linear'
  readonly align_corners: boolean
  /** The factor of each spatial axis, where the result was asked for so: its inverse takes the place of `extent / result`. */
  readonly scale: readonly number[] | 'none'
}

/** A place between two elements: `1 - weight` of the lower one, `weight` of the upper one. */
interface Between {
  readonly lower: number
  readonly upper: number
  readonly weight: number
}

interface Axis {
  readonly extent: number
  readonly count: number
  /** Result `k` lies at source `k · over / under`: one division, so that whole numbers come out whole. */
  readonly over: number
  readonly under: number
}

/** A batched image with its spatial axes brought to those of `shape`. */
export function resized(x: Tensor, shape: readonly number[], interpolation: Interpolation): Tensor {
  const { scale } = interpolation
  let result = x
  for (const [axis, count] of shape.entries()) {
    const extent = x.shape[axis] ?? 0
    // PyTorch copies an axis that keeps its extent, also where the scale is not 1.
    if (axis < 2 || (count === extent && interpolation.mode === 'linear')) continue
    const factor = scale === 'none' ? undefined : scale[axis - 2]
    const over = factor === undefined ? extent : 1
    result = alongAxis(result, axis, { extent, count, over, under: factor ?? count }, interpolation)
  }
  return result
}

function alongAxis(x: Tensor, axis: number, way: Axis, interpolation: Interpolation): Tensor {
  const { outer, extent, inner } = viewOf(x.shape, axis)
  const places = Array.from({ length: way.count }, (_, k) => placeOf(k, way, interpolation))
  const result = zeros(x.shape.with(axis, way.count))
  let next = 0
  for (let block = 0; block < outer; block++) {
    for (const { lower, upper, weight } of places) {
      const [low, high] = [(block * extent + lower) * inner, (block * extent + upper) * inner]
      for (let k = 0; k < inner; k++)
        result.data[next++] = weighted(at(x.data, low + k), at(x.data, high + k), weight)
    }
  }
  return result
}

/** An element of weight 0 is not read, so that what is not finite stays where it is. */
function weighted(low: number, high: number, weight: number): number {
  return weight === 0 ? low : (1 - weight) * low + weight * high
}

function placeOf(k: number, way: Axis, { mode, align_corners }: Interpolation): Between {
  const { extent, count, over, under } = way
  if (mode === 'nearest') {
    const nearest = Math.min(Math.floor((k * over) / under), extent - 1)
    return { lower: nearest, upper: nearest, weight: 0 }
  }
  if (align_corners) return between(count === 1 ? 0 : (k * (extent - 1)) / (count - 1), extent)
  return between(Math.max(0, ((k + 0.5) * over) / under - 0.5), extent)
}

function between(source: number, extent: number): Between {
  const lower = Math.min(Math.floor(source), extent - 1)
  return { lower, upper: Math.min(lower + 1, extent - 1), weight: Math.min(source - lower, 1) }
}
