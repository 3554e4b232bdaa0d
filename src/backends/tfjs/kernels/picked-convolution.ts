// A convolution of channels that are picked from its images, block by block of its outputs: the kernels of a weight that are there, and the
// channels that they read, without the concat and the shift that would bring all of them together first.
import { reshape, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { flatTaps, withBias } from './convolution.ts'
import { backwardInput, backwardWeight, forward, type Geometry } from './grouped.ts'
import type { Picker } from './picks.ts'
import { columnSums } from './sums.ts'
import type { WeightBlocks } from './weight-blocks.ts'
import { channelSlice, joinedChannels, rowsOf } from './windows.ts'
import { withGradient } from './with-gradient.ts'

export interface PickedWay {
  readonly picker: Picker
  readonly weights: WeightBlocks
  /** Of each block; without groups. */
  readonly geometry: Geometry
}

/** `weight` is the whole one, and so is its gradient: 0 where no block has a kernel. */
export function pickedConvolution(
  images: readonly Tensor[],
  weight: Tensor,
  bias: Tensor | undefined,
  { picker, weights, geometry }: PickedWay,
): Tensor {
  const operands = [...images, weight, ...(bias === undefined ? [] : [bias])]
  return withGradient(operands, () => {
    const picked = picker.picked(images)
    const kernels = weights.cut(flatTaps(weight))
    const parts = picked.map((one, block) => tidy(() => forward(one, at(kernels, block), geometry)))
    const kept = picker.keeps === 'images' ? images : picked
    return {
      value: withBias(joined(parts), bias),
      saved: [...kept, weight],
      gradient: (dy, saved) => {
        const whole = at(saved, kept.length)
        const read = picker.keeps === 'images' ? picker.picked(saved.slice(0, -1)) : saved.slice(0, -1)
        const all = weights.cut(flatTaps(whole))
        const slopes = weights.outputs.map(([start, end]) => channelSlice(dy, start, end - start))
        const inputs = slopes.map((one, block) => tidy(() => backwardInput(one, at(all, block), geometry)))
        const own = slopes.map((one, block) => tidy(() => backwardWeight(at(read, block), one, geometry)))
        return [
          ...picker.spread(inputs),
          reshape(weights.joined(own, flatTaps(whole).shape), whole.shape),
          ...(bias === undefined ? [] : [columnSums(rowsOf(dy))]),
        ]
      },
    }
  })
}

const joined = (parts: readonly Tensor[]): Tensor =>
  parts.length === 1 ? at(parts, 0) : joinedChannels(parts)

function at(tensors: readonly Tensor[], position: number): Tensor {
  const found = tensors[position]
  if (found === undefined) throw new Error(`there is no tensor ${position}`)
  return found
}
