// How each primitive is said in ONNX. A primitive that is missing here does not compile.
import { numbersIn } from '../../../compiler/ops/nested-lists.ts'
import type { LoweringTable } from '../../backend.ts'
import type { Step } from '../builder.ts'
import {
  clipped,
  gated,
  hardSigmoid,
  lowerElu,
  lowerGelu,
  lowerHardSwish,
  lowerLeakyRelu,
  lowerPrelu,
  lowerSoftmax,
  unary,
} from './activations.ts'
import { lowerAttention } from './attention.ts'
import { broadcasting } from './broadcast.ts'
import { lowerConv, lowerConvTranspose, lowerConvWith, lowerLinear, lowerMatmul } from './convolutions.ts'
import { lowerGridSample } from './grid-sample.ts'
import {
  lowerConcat,
  lowerGather,
  lowerPad,
  lowerPermute,
  lowerReshape,
  lowerRoll,
  lowerShift,
  lowerSlice,
} from './moves.ts'
import { lowerBatchNorm, lowerGroupNorm, lowerInstanceNorm, lowerLayerNorm } from './norms.ts'
import { lowerScan } from './recurrence.ts'
import { lowerVariance, reduction } from './reductions.ts'
import { lowerMaxUnpool } from './max-unpool.ts'
import { lowerAvgPool, lowerMaxPool, lowerResize } from './windows.ts'

/** Each entry emits what computes the node and gives the name of the value that holds its result. */
export const onnxLowerings: LoweringTable<Step, string> = {
  input: () => {
    throw new Error('inputs are values from the beginning')
  },
  parameter: (_, step) => step.parameter(0),
  constant: ({ attributes: { values }, type }, step) =>
    step.floats('values', numbersIn(values), type.shape.map(Number)),
  conv: lowerConv,
  conv_transpose: lowerConvTranspose,
  conv_with: lowerConvWith,
  linear: lowerLinear,
  matmul: lowerMatmul,
  attention: lowerAttention,
  instance_norm: lowerInstanceNorm,
  batch_norm: lowerBatchNorm,
  group_norm: lowerGroupNorm,
  layer_norm: lowerLayerNorm,
  relu: unary('Relu'),
  leaky_relu: lowerLeakyRelu,
  elu: lowerElu,
  prelu: lowerPrelu,
  gelu: lowerGelu,
  sigmoid: unary('Sigmoid'),
  tanh: unary('Tanh'),
  silu: (_, step) => gated(step, step.prepare('gate', 'Sigmoid', [step.input()])),
  hard_sigmoid: (_, step) => step.finish('HardSigmoid', [step.input()], hardSigmoid),
  hard_swish: lowerHardSwish,
  relu6: (_, step) => clipped(step, 0, 6),
  softplus: unary('Softplus'),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  rsqrt: (_, step) => step.finish('Reciprocal', [step.prepare('root', 'Sqrt', [step.input()])]),
  abs: unary('Abs'),
  clip: ({ attributes: { min, max } }, step) => clipped(step, min, max),
  softmax: lowerSoftmax,
  max_pool: lowerMaxPool,
  max_unpool: lowerMaxUnpool,
  avg_pool: lowerAvgPool,
  mean: reduction('ReduceMean'),
  reduce_sum: reduction('ReduceSum'),
  reduce_max: reduction('ReduceMax'),
  reduce_min: reduction('ReduceMin'),
  variance: lowerVariance,
  resize: lowerResize,
  grid_sample: lowerGridSample,
  concat: lowerConcat,
  add: broadcasting('Add'),
  sub: broadcasting('Sub'),
  mul: broadcasting('Mul'),
  divide: broadcasting('Div'),
  maximum: broadcasting('Max'),
  minimum: broadcasting('Min'),
  sum: (_, step) => step.finish('Sum', step.inputs()),
  scale: ({ attributes }, step) =>
    step.finish('Mul', [step.input(), step.floats('factor', [attributes.factor])]),
  pad: lowerPad,
  slice: lowerSlice,
  shift: lowerShift,
  roll: lowerRoll,
  gather: lowerGather,
  scan: lowerScan,
  reshape: lowerReshape,
  permute: lowerPermute,
  // The exported model infers; nothing is dropped.
  dropout: (_, step) => step.input(),
  gaussian_noise: (_, step) => step.input(),
}
