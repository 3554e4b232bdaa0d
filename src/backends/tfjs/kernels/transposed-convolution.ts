// Transposed convolution with its gradients; the weight is `[in, out / groups, …kernel]`. It is the input gradient of the convolution that
// reads its result, so the three products are those of that convolution with their roles exchanged.
import { reshape, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core'
import { columnSums } from './sums.ts'
import { flatTaps, withBias } from './convolution.ts'
import { depthToSpace, spaceToDepth } from './depth-to-space.ts'
import { backwardInput, backwardWeight, forward, type Geometry } from './grouped.ts'
import { multiplied } from './multiplied.ts'
import { kept, withGradient } from './with-gradient.ts'
import { isTrivial, rowsOf } from './windows.ts'

/** The geometry is that of the convolution: `extents` are the result's, `places` those of `x`. */
export function transposedConvolution(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  geometry: Geometry,
): Tensor {
  const products = areBlocks(geometry) ? blocks : general
  return withGradient(bias === undefined ? [x, weight] : [x, weight, bias], () => ({
    value: withBias(products.value(x, flatTaps(weight), geometry), bias),
    saved: [x, weight],
    gradient: (dy, saved) => {
      const [image, full] = [kept(saved, 0), kept(saved, 1)]
      const { dx, dw } = products.gradients(dy, image, flatTaps(full), geometry)
      const both = [dx, reshape(dw, full.shape)]
      return bias === undefined ? both : [...both, columnSums(rowsOf(dy))]
    },
  }))
}

interface Products {
  value(x: Tensor, weight: Tensor, geometry: Geometry): Tensor
  gradients(
    dy: Tensor,
    x: Tensor,
    weight: Tensor,
    geometry: Geometry,
  ): { readonly dx: Tensor; readonly dw: Tensor }
}

const general: Products = {
  value: backwardInput,
  gradients: (dy, x, weight, geometry) => ({
    dx: tidy(() => forward(dy, weight, geometry)),
    dw: tidy(() => backwardWeight(dy, x, geometry)),
  }),
}

/** Where the kernel is the stride, every input voxel fills a block of its own: one product of matrices, and the blocks laid out. */
const blocks: Products = {
  value(x, weight, { windows, places }) {
    const rows = multiplied(rowsOf(x), byTap(weight))
    return depthToSpace(rows, x.shape[0] ?? 1, places, windows.kernel)
  },
  gradients(dy, x, weight, { windows }) {
    const [inputs = 1, outputs = 1, taps = 1] = weight.shape
    const rows = spaceToDepth(dy, windows.kernel)
    const dw = reshape(multiplied(transpose(rowsOf(x)), rows), [inputs, taps, outputs])
    return {
      dx: reshape(multiplied(rows, transpose(byTap(weight))), x.shape),
      dw: transpose(dw, [0, 2, 1]),
    }
  },
}

/** `[in, out, taps]` as the matrix `[in, taps · out]`. */
function byTap(weight: Tensor): Tensor {
  return reshape(transpose(weight, [0, 2, 1]), [weight.shape[0] ?? 1, -1])
}

function areBlocks({ windows, groups, extents, places }: Geometry): boolean {
  const { kernel, stride, dilation, low } = windows
  const fits = kernel.every((taps, axis) => {
    const isFull = (extents[axis] ?? 0) === (places[axis] ?? 0) * taps
    return isFull && taps === stride[axis] && (taps === 1 || dilation[axis] === 1)
  })
  return fits && groups === 1 && isTrivial(low, 0)
}
