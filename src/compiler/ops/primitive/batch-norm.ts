// Batch normalisation with running statistics.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { bool, float } from '../attribute-kinds.ts'
import { free, oneInput } from '../elementwise.ts'
import { imageChannels, operand, positions } from '../extents.ts'
import { affineInits, affineParameters, constantInit, type Affine } from '../init.ts'
import type { ParameterSpec, Primitive } from '../op.ts'

export type BatchNormAttributes = {
  readonly eps: number
  readonly momentum: number
} & Affine

export const batchNorm: Primitive<'batch_norm', BatchNormAttributes> = {
  name: 'batch_norm',
  doc: '`(x - mean) / √(var + eps)` per channel over batch and spatial axes; then `weight · x + bias` with `affine`. Inference uses the running statistics `running_mean` and `running_var`, which training moves by `momentum` (PyTorch: `running = (1 - momentum) · running + momentum · batch`, with the unbiased variance).',
  arity: oneInput,
  attributes: {
    eps: float({ min: 0, default: 1e-5, doc: 'Added to the variance.' }),
    momentum: float({
      min: 0,
      max: 1,
      default: 0.1,
      doc: 'Weight of the newest batch in the running statistics.',
    }),
    affine: bool({ default: true, doc: 'Scale and shift each channel by learned numbers.' }),
    ...affineInits,
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const channels = imageChannels('batch_norm', x)
    if (isProblem(channels)) return channels
    const statistics = [statistic('running_mean', channels, 0), statistic('running_var', channels, 1)]
    const affine = affineParameters('batch_norm', attributes, channels)
    return isProblem(affine) ? affine : { output: x, attributes, parameters: [...affine, ...statistics] }
  },
  cost: free,
  statistic: ({ output }) => ({ of: 'channel', values: positions(output), acrossBatch: true }),
}

function statistic(name: string, channels: number, value: number): ParameterSpec {
  return { name, shape: [channels], init: constantInit(value), buffer: true }
}
