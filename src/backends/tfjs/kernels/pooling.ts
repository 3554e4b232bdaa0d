// Greatest value and mean of windows, one axis after the other: a window is the product of its axes. Stock pools in 3D start from a small
// positive number on wasm, which is wrong where a window has negative values only.
import {
  add,
  maximum,
  maxPool as stockMaxPool,
  mul,
  reshape,
  step,
  sub,
  tensor,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import { joinedAlong, takenAlong } from './rearrange.ts'
import { alongAxis } from './views.ts'
import { kept, withGradient } from './with-gradient.ts'
import { extentsOf, framed, highOf, spreadAlong, type Triple, type Windows } from './windows.ts'

type Axis = 0 | 1 | 2
const axes: readonly Axis[] = [2, 1, 0]

/** Padding never wins. Of equal values the first one in the window (row-major) gets the gradient, as in PyTorch. */
export function maxPool(x: Tensor, windows: Windows, places: Triple): Tensor {
  return axes.reduce((image, axis) => {
    const line = lineOf(image, windows, axis, places)
    return isIdentity(line) ? image : greatestAlong(image, line)
  }, x)
}

/** What a window is on one axis. */
export interface Line {
  /** In `[N, D, H, W, C]`. */
  readonly axis: number
  readonly extent: number
  readonly places: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly low: number
  /** Behind the axis, so that exactly `places` windows fit; negative where the last elements are never read. */
  readonly high: number
}

export function lineOf(image: Tensor, windows: Windows, axis: Axis, places: Triple): Line {
  const extent = extentsOf(image)[axis]
  return {
    axis: axis + 1,
    extent,
    places: places[axis],
    kernel: windows.kernel[axis],
    stride: windows.stride[axis],
    dilation: windows.dilation[axis],
    low: windows.low[axis],
    high: highOf(windows, axis, extent, places[axis]),
  }
}

export function isIdentity({ kernel, stride, extent, places, low }: Line): boolean {
  return kernel === 1 && stride === 1 && low === 0 && extent === places
}

/** For each tap, what the windows read there. */
export function tapsOf(x: Tensor, line: Line, filler: number): Tensor[] {
  const whole = framed(x, line.axis, line.low, line.high, filler)
  return Array.from({ length: line.kernel }, (_, tap) =>
    takenAlong(whole, line.axis, tap * line.dilation, line.places, line.stride),
  )
}

/** The way back: gradients of the taps, each added where it was read. */
export function fromTaps(gradients: readonly Tensor[], line: Line): Tensor {
  const { axis, low, high, extent, kernel, stride, dilation, places } = line
  const span = extent + low + high
  if (kernel === stride && dilation === 1) return framed(interleaved(gradients, axis), axis, -low, -high)
  const [first, ...rest] = gradients.map((one, tap) => spreadAlong(one, axis, tap * dilation, stride, span))
  if (first === undefined) throw new Error(`a window over ${places} places has no tap`)
  const sum = rest.reduce((all, one) => add(all, one), first)
  return framed(sum, axis, -low, -high)
}

/** Windows that stand side by side: their elements in turns. */
function interleaved(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts
  if (first === undefined) throw new Error('nothing to join')
  const apart = parts.map((part) => reshape(part, [...rowShape(part.shape, axis)]))
  return reshape(joinedAlong(apart, 1), first.shape.with(axis, (first.shape[axis] ?? 1) * parts.length))
}

function rowShape(shape: readonly number[], axis: number): [number, number] {
  const inner = shape.slice(axis + 1).reduce((all, extent) => all * extent, 1)
  return [shape.reduce((all, extent) => all * extent, 1) / inner, inner]
}

function greatestAlong(x: Tensor, line: Line): Tensor {
  return withGradient([x], () => {
    const value = greatest(x, line)
    return {
      value,
      saved: [x, value],
      gradient: (dy, saved) => {
        const taps = tapsOf(kept(saved, 0), line, -Infinity)
        return [fromTaps(shares(taps, kept(saved, 1), dy), line)]
      },
    }
  })
}

/** A pool in 2D of height `kernel` over the axis. With a dilation, which stock pools do not have, tap by tap. */
export function greatest(x: Tensor, line: Line): Tensor {
  const { axis, kernel, stride, dilation, low, high } = line
  if (dilation > 1 && kernel > 1) return tapsOf(x, line, -Infinity).reduce((most, tap) => maximum(most, tap))
  const whole = framed(x, axis, low, high, -Infinity)
  return alongAxis(whole, axis, (view, [outer, extent, inner]) => {
    const planes: Tensor4D = reshape(view, [outer, extent, 1, inner])
    return stockMaxPool(planes, [kernel, 1], [stride, 1], 'valid')
  })
}

/** What of `dy` goes to each tap: all of it to the first one that is the greatest. */
export function shares(taps: readonly Tensor[], greatest: Tensor, dy: Tensor): Tensor[] {
  let rest = dy
  return taps.map((tap, k) => {
    if (k === taps.length - 1) return rest
    // step(greatest - tap) is 0 where the tap is the greatest: comparisons are 20 times slower on wasm.
    const left = mul(rest, step(sub(greatest, tap)))
    const share = sub(rest, left)
    rest = left
    return share
  })
}

export type Divisor = 'with padding' | 'without padding'

/** A window of padding alone has the mean 0. Nothing is saved. */
export function averagePool(x: Tensor, windows: Windows, places: Triple, divisor: Divisor): Tensor {
  return axes.reduce((image, axis) => {
    const line = lineOf(image, windows, axis, places)
    return isIdentity(line) ? image : meanAlong(image, line, divisor)
  }, x)
}

function meanAlong(x: Tensor, line: Line, divisor: Divisor): Tensor {
  const weights = reciprocals(line, divisor)
  const shape = Array.from({ length: x.rank }, (_, axis) => (axis === line.axis ? line.places : 1))
  const weighted = (image: Tensor): Tensor =>
    typeof weights === 'number' ? mul(image, weights) : mul(image, tensor(weights, shape))
  return withGradient([x], () => ({
    value: weighted(tapsOf(x, line, 0).reduce((sum, tap) => add(sum, tap))),
    saved: [],
    gradient: (dy) => {
      const share = weighted(dy)
      return [fromTaps(Array<Tensor>(line.kernel).fill(share), line)]
    },
  }))
}

/** What each place's sum is multiplied with; one number where it is the same everywhere. */
function reciprocals(line: Line, divisor: Divisor): number | number[] {
  const counts = Array.from({ length: line.places }, (_, place) => {
    const first = place * line.stride - line.low
    const end = Math.min(first + line.kernel, line.extent + (divisor === 'with padding' ? line.low : 0))
    return end - (divisor === 'with padding' ? first : Math.max(0, first))
  })
  const each = counts.map((count) => (count > 0 ? 1 / count : 0))
  const [one = 1] = each
  return each.every((value) => value === one) ? one : each
}
