// A linear recurrence by a parallel prefix: two steps in a row are one step of the same kind, so that half as many are left; what lies between
// them follows from its neighbour. As many operations as twice the logarithm of the extent, of half as many elements each time.
import { add, concat, mul, pad, slice, zeros, type Tensor } from '@tensorflow/tfjs-core'
import { reshape } from './reshape.ts'
import { alongAxis } from './views.ts'
import { kept, withGradient } from './with-gradient.ts'

/** `h[t] = a[t] · h[t - 1] + b[t]` along an axis; from its end with `reverse`. */
export function recurrence(a: Tensor, b: Tensor, axis: number, reverse: boolean): Tensor {
  const { shape } = a
  return withGradient([a, b], () => {
    const value = states(a, b, axis, reverse)
    return {
      value,
      saved: [a, value],
      gradient: (dy, saved) => {
        const [factors, found] = [kept(saved, 0), kept(saved, 1)]
        // Each state goes into the next one with that one's factor, so gradients recur the other way.
        const next = moved(factors, axis, reverse ? 1 : -1)
        const gradient = states(next, dy, axis, !reverse)
        const before = moved(found, axis, reverse ? -1 : 1)
        return [reshape(mul(reshape(gradient, [-1]), reshape(before, [-1])), shape), gradient]
      },
    }
  })
}

function states(a: Tensor, b: Tensor, axis: number, reverse: boolean): Tensor {
  return alongAxis(a, axis, (view, extents) => prefix(view, reshape(b, [...extents]), reverse))
}

/** Of `[outer, extent, inner]`. */
function prefix(a: Tensor, b: Tensor, reverse: boolean): Tensor {
  const [outer = 1, extent = 1, inner = 1] = a.shape
  if (extent === 1) return b
  const half = Math.ceil(extent / 2)
  const [evenA, oddA] = pairs(a, half)
  const [evenB, oddB] = pairs(b, half)
  const [firstA, firstB, lastA, lastB] = reverse ? [oddA, oddB, evenA, evenB] : [evenA, evenB, oddA, oddB]
  const last = prefix(mul(lastA, firstA), add(mul(lastA, firstB), lastB), reverse)
  const first = add(mul(firstA, moved(last, 1, reverse ? -1 : 1)), firstB)
  const both = (reverse ? [last, first] : [first, last]).map((one) => reshape(one, [outer * half, inner]))
  return cut(reshape(concat(both, 1), [outer, 2 * half, inner]), extent)
}

/** The elements at even and at odd places, `[outer, half, inner]` each; zeros where the last pair is incomplete. */
function pairs(x: Tensor, half: number): [even: Tensor, odd: Tensor] {
  const [outer = 1, extent = 1, inner = 1] = x.shape
  const whole = 2 * half === extent ? x : pad(x, [[0, 0], [0, 1], [0, 0]]) // prettier-ignore
  const rows = reshape(whole, [outer * half, 2 * inner])
  const part = (start: number): Tensor =>
    reshape(slice(rows, [0, start], [outer * half, inner]), [outer, half, inner])
  return [part(0), part(inner)]
}

/** One place on along an axis, or back; a zero comes in. */
function moved(x: Tensor, axis: number, by: 1 | -1): Tensor {
  return alongAxis(x, axis, (view, [outer, extent, inner]) => {
    if (extent === 1) return zeros([outer, 1, inner])
    const kept = slice(view, [0, by === 1 ? 0 : 1, 0], [outer, extent - 1, inner])
    return pad(kept, [[0, 0], by === 1 ? [1, 0] : [0, 1], [0, 0]]) // prettier-ignore
  })
}

function cut(x: Tensor, count: number): Tensor {
  const [outer = 1, extent = 1, inner = 1] = x.shape
  return count === extent ? x : slice(x, [0, 0, 0], [outer, count, inner])
}
