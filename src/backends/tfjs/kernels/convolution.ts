// Convolution with its gradients, in the compiler's layout of weights: `[out, in / groups, …kernel]`.
import { reshape, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { addedPerColumn, columnSums } from './sums.ts'
import { backwardInput, backwardWeight, forward, type Geometry } from './grouped.ts'
import { kept, withGradient } from './with-gradient.ts'
import { rowsOf } from './windows.ts'

/**
 * Saves the image and the weight. The bias is part of it because its gradient is a sum over voxels, slow in the stock
 * form. `isFirst` leaves the image's gradient out, which at full resolution costs as much as the value.
 */
export function convolution(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  geometry: Geometry,
  isFirst = false,
): Tensor {
  const operands = [...(isFirst ? [] : [x]), weight, ...(bias === undefined ? [] : [bias])]
  return withGradient(operands, () => ({
    value: withBias(forward(x, flatTaps(weight), geometry), bias),
    saved: [x, weight],
    gradient: (dy, saved) => {
      const [image, full] = [kept(saved, 0), kept(saved, 1)]
      return [
        ...(isFirst ? [] : [tidy(() => backwardInput(dy, flatTaps(full), geometry))]),
        tidy(() => reshape(backwardWeight(image, dy, geometry), full.shape)),
        ...(bias === undefined ? [] : [columnSums(rowsOf(dy))]),
      ]
    },
  }))
}

export function withBias(x: Tensor, bias: Tensor | undefined): Tensor {
  return bias === undefined ? x : reshape(addedPerColumn(rowsOf(x), bias), x.shape)
}

/** `[out, in, …kernel]` as `[out, in, taps]`. */
export function flatTaps(weight: Tensor): Tensor {
  const [outputs = 1, inputs = 1] = weight.shape
  return reshape(weight, [outputs, inputs, -1])
}
