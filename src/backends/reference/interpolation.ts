// `resize`: PyTorch's `interpolate`, one axis at a time, which for interpolation over several axes is the same sum in another order.
import { at, viewOf, zeros, type Tensor } from './tensor.ts'

export interface Interpolation {
  readonly mode: 'nearest' | 'linear' | 'cubic'
  readonly align_corners: boolean
  /** The factor of each spatial axis, where the result was asked for so: its inverse takes the place of `extent / result`. */
  readonly scale: readonly number[] | 'none'
}

/** An element of the axis, and how much it counts. */
export interface Share {
  readonly place: number
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
  return axisShares(x.shape, shape, interpolation).reduce<Tensor>(
    (result, shares, axis) => (shares === undefined ? result : alongAxis(result, axis, shares)),
    x,
  )
}

/** By axis and element of the result: what it is made of along that axis. Undefined of axes that stay as they are. */
export function axisShares(
  from: readonly number[],
  shape: readonly number[],
  interpolation: Interpolation,
): readonly ((readonly Share[])[] | undefined)[] {
  const { scale, mode } = interpolation
  return shape.map((count, axis) => {
    const extent = from[axis] ?? 0
    // Where it is linear, PyTorch copies an axis that keeps its extent, also where the scale is not 1.
    if (axis < 2 || (count === extent && mode === 'linear')) return undefined
    const factor = scale === 'none' ? undefined : scale[axis - 2]
    const way = { extent, count, over: factor === undefined ? extent : 1, under: factor ?? count }
    return Array.from({ length: count }, (_, k) => sharesOf(k, way, interpolation))
  })
}

function alongAxis(x: Tensor, axis: number, shares: readonly (readonly Share[])[]): Tensor {
  const { outer, extent, inner } = viewOf(x.shape, axis)
  const count = shares.length
  const result = zeros(x.shape.with(axis, count))
  for (let block = 0; block < outer; block++) {
    for (const [row, read] of shares.entries()) {
      const into = (block * count + row) * inner
      for (const { place, weight } of read) {
        // An element of weight 0 is not read, so that what is not finite stays where it is.
        if (weight === 0) continue
        const from = (block * extent + place) * inner
        for (let k = 0; k < inner; k++)
          result.data[into + k] = at(result.data, into + k) + weight * at(x.data, from + k)
      }
    }
  }
  return result
}

function sharesOf(k: number, way: Axis, { mode, align_corners }: Interpolation): Share[] {
  const { extent, count, over, under } = way
  const clamped = (place: number): number => Math.min(Math.max(place, 0), extent - 1)
  if (mode === 'nearest') return [{ place: clamped(Math.floor((k * over) / under)), weight: 1 }]
  const source = align_corners
    ? (k * (extent - 1)) / Math.max(1, count - 1)
    : ((k + 0.5) * over) / under - 0.5
  if (mode === 'linear') {
    const lower = Math.min(Math.floor(Math.max(0, source)), extent - 1)
    const upper = Math.min(Math.max(0, source) - lower, 1)
    return [
      { place: lower, weight: 1 - upper },
      { place: clamped(lower + 1), weight: upper },
    ]
  }
  const below = Math.floor(source)
  return [-1, 0, 1, 2].map((step) => ({
    place: clamped(below + step),
    weight: cubicWeight(Math.abs(source - below - step)),
  }))
}

/** Keys' kernel of cubic convolution (IEEE Trans. ASSP 29, 1981, equation 4) at a distance, with a = -0.75 as PyTorch has it. */
function cubicWeight(distance: number): number {
  const a = -0.75
  if (distance >= 2) return 0
  return distance <= 1
    ? (a + 2) * distance ** 3 - (a + 3) * distance ** 2 + 1
    : a * distance ** 3 - 5 * a * distance ** 2 + 8 * a * distance - 4 * a
}
