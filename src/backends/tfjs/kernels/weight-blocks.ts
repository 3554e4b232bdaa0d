// The kernels of a weight that are there, in blocks of outputs, each of which has a matrix of kernels of its own.
import {
  concat,
  gatherND,
  keep,
  reshape,
  scatterND,
  tensor2d,
  tidy,
  dispose,
  type Tensor,
} from '@tensorflow/tfjs-core'

export interface WeightBlock {
  /** Outputs: the first, and the one after the last. */
  readonly outputs: readonly [start: number, end: number]
  /** Inputs of the weight, whose axis 1 they lie along. */
  readonly inputs: readonly number[]
}

export interface WeightBlocks {
  /** Of each block. */
  readonly outputs: readonly (readonly [start: number, end: number])[]
  /** `[out, in, taps]` as `[outs, ins, taps]` of each block. */
  cut(weight: Tensor): Tensor[]
  /** The way back, zeros where no block has a kernel. */
  joined(parts: readonly Tensor[], shape: readonly number[]): Tensor
  dispose(): void
}

/** The weight as one block: nothing is cut. */
export const wholeWeight = (outputs: number): WeightBlocks => ({
  outputs: [[0, outputs]],
  cut: (weight) => [weight],
  joined: ([part], shape) => {
    if (part === undefined) throw new Error('a weight has a block')
    return reshape(part, [...shape])
  },
  dispose: () => {},
})

/** Rows of taps are gathered and put back: the indices are made once. `width` is that of the weight: its inputs. */
export function weightBlocks(blocks: readonly WeightBlock[], width: number): WeightBlocks {
  const rows = blocks.map(({ outputs: [start, end], inputs }) =>
    Array.from({ length: end - start }, (_, output) =>
      inputs.map((input) => (start + output) * width + input),
    ).flat(),
  )
  const places = rows.map((own) => tidy(() => keep(tensor2d(own, [own.length, 1], 'int32'))))
  const all = rows.flat()
  const every = tidy(() => keep(tensor2d(all, [all.length, 1], 'int32')))
  return {
    outputs: blocks.map(({ outputs }) => outputs),
    cut: (weight) => {
      const [outputs = 1, inputs = 1, taps = 1] = weight.shape
      const kernels = reshape(weight, [outputs * inputs, taps])
      return blocks.map(({ outputs: [start, end], inputs: own }, block) => {
        const indices = places[block]
        if (indices === undefined) throw new Error(`there is no block ${block}`)
        return reshape(gatherND(kernels, indices), [end - start, own.length, taps])
      })
    },
    joined: (parts, shape) => {
      const [outputs = 1, inputs = 1, taps = 1] = shape
      const kernels = concat(
        parts.map((one) => reshape(one, [-1, taps])),
        0,
      )
      return reshape(scatterND(every, kernels, [outputs * inputs, taps]), [...shape])
    },
    dispose: () => {
      dispose([...places, every])
    },
  }
}
