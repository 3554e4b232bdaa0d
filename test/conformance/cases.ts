// The cases of every primitive: a primitive without cases does not compile.
import type { PrimitiveName } from '../../src/compiler/ops/registry.ts'
import type { ConformanceCase } from './case.ts'
import { addCases } from './cases/add.ts'
import { avgPoolCases } from './cases/avg_pool.ts'
import { batchNormCases } from './cases/batch_norm.ts'
import { concatCases } from './cases/concat.ts'
import { convCases } from './cases/conv.ts'
import { convTransposeCases } from './cases/conv_transpose.ts'
import { dropoutCases } from './cases/dropout.ts'
import { eluCases } from './cases/elu.ts'
import { geluCases } from './cases/gelu.ts'
import { groupNormCases } from './cases/group_norm.ts'
import { inputCases } from './cases/input.ts'
import { instanceNormCases } from './cases/instance_norm.ts'
import { layerNormCases } from './cases/layer_norm.ts'
import { leakyReluCases } from './cases/leaky_relu.ts'
import { linearCases } from './cases/linear.ts'
import { matmulCases } from './cases/matmul.ts'
import { maxPoolCases } from './cases/max_pool.ts'
import { meanCases } from './cases/mean.ts'
import { mulCases } from './cases/mul.ts'
import { padCases } from './cases/pad.ts'
import { parameterCases } from './cases/parameter.ts'
import { permuteCases } from './cases/permute.ts'
import { preluCases } from './cases/prelu.ts'
import { reluCases } from './cases/relu.ts'
import { reshapeCases } from './cases/reshape.ts'
import { resizeCases } from './cases/resize.ts'
import { rollCases } from './cases/roll.ts'
import { scaleCases } from './cases/scale.ts'
import { shiftCases } from './cases/shift.ts'
import { sigmoidCases } from './cases/sigmoid.ts'
import { sliceCases } from './cases/slice.ts'
import { softmaxCases } from './cases/softmax.ts'
import { sumCases } from './cases/sum.ts'
import { tanhCases } from './cases/tanh.ts'

export const casesOf: Readonly<Record<PrimitiveName, readonly ConformanceCase[]>> = {
  add: addCases,
  avg_pool: avgPoolCases,
  batch_norm: batchNormCases,
  concat: concatCases,
  conv: convCases,
  conv_transpose: convTransposeCases,
  dropout: dropoutCases,
  elu: eluCases,
  gelu: geluCases,
  group_norm: groupNormCases,
  input: inputCases,
  instance_norm: instanceNormCases,
  layer_norm: layerNormCases,
  leaky_relu: leakyReluCases,
  linear: linearCases,
  matmul: matmulCases,
  max_pool: maxPoolCases,
  mean: meanCases,
  mul: mulCases,
  pad: padCases,
  parameter: parameterCases,
  permute: permuteCases,
  prelu: preluCases,
  relu: reluCases,
  reshape: reshapeCases,
  resize: resizeCases,
  roll: rollCases,
  scale: scaleCases,
  shift: shiftCases,
  sigmoid: sigmoidCases,
  slice: sliceCases,
  softmax: softmaxCases,
  sum: sumCases,
  tanh: tanhCases,
}
