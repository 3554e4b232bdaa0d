// Places of an axis by a list of indices. The stock gradient needs a kernel that wasm has not; here what was looked up several times is
// added up by scatterND.
import { gather, scatterND, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core'
import { paddedPlaces } from '../../../compiler/ops/primitive/pad.ts'
import { reshape } from './reshape.ts'
import { alongAxis } from './views.ts'
import { withGradient } from './with-gradient.ts'

/** `out[k] = x[indices[k]]` along an axis. */
export function gatheredAlong(x: Tensor, axis: number, indices: readonly number[]): Tensor {
  return alongAxis(x, axis, (view, [outer, extent, inner]) =>
    withGradient([view], () => ({
      value: gather(view, tensor1d([...indices], 'int32'), 1),
      saved: [],
      gradient: (dy) => {
        const count = indices.length
        const rows = Int32Array.from(
          { length: outer * count },
          (_, k) => Math.floor(k / count) * extent + (indices[k % count] ?? 0),
        )
        const sums = scatterND(
          tensor2d(rows, [rows.length, 1], 'int32'),
          reshape(dy, [outer * count, inner]),
          [outer * extent, inner],
        )
        return [reshape(sums, [outer, extent, inner])]
      },
    })),
  )
}

/** An axis with elements of its own around it. */
export function repeatedAlong(
  x: Tensor,
  axis: number,
  amounts: { readonly low: number; readonly high: number },
  mode: 'reflect' | 'replicate',
): Tensor {
  if (amounts.low === 0 && amounts.high === 0) return x
  return gatheredAlong(x, axis, paddedPlaces(x.shape[axis] ?? 0, amounts, mode))
}
