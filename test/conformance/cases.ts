// The cases of every primitive: a primitive without cases does not compile.
import type { PrimitiveName } from '../../src/compiler/ops/registry.ts'
import type { ConformanceCase } from './case.ts'
import { absCases } from './cases/abs.ts'
import { addCases } from './cases/add.ts'
import { attentionCases } from './cases/attention.ts'
import { avgPoolCases } from './cases/avg_pool.ts'
import { batchNormCases } from './cases/batch_norm.ts'
import { clipCases } from './cases/clip.ts'
import { concatCases } from './cases/concat.ts'
import { constantCases } from './cases/constant.ts'
import { convCases } from './cases/conv.ts'
import { convTransposeCases } from './cases/conv_transpose.ts'
import { convWithCases } from './cases/conv_with.ts'
import { divideCases } from './cases/divide.ts'
import { dropoutCases } from './cases/dropout.ts'
import { eluCases } from './cases/elu.ts'
import { expCases } from './cases/exp.ts'
import { gatherCases } from './cases/gather.ts'
import { gaussianNoiseCases } from './cases/gaussian_noise.ts'
import { geluCases } from './cases/gelu.ts'
import { gridSampleCases } from './cases/grid_sample.ts'
import { groupNormCases } from './cases/group_norm.ts'
import { hardSigmoidCases } from './cases/hard_sigmoid.ts'
import { hardSwishCases } from './cases/hard_swish.ts'
import { inputCases } from './cases/input.ts'
import { instanceNormCases } from './cases/instance_norm.ts'
import { layerNormCases } from './cases/layer_norm.ts'
import { leakyReluCases } from './cases/leaky_relu.ts'
import { linearCases } from './cases/linear.ts'
import { logCases } from './cases/log.ts'
import { matmulCases } from './cases/matmul.ts'
import { maxPoolCases } from './cases/max_pool.ts'
import { maxUnpoolCases } from './cases/max_unpool.ts'
import { maximumCases } from './cases/maximum.ts'
import { meanCases } from './cases/mean.ts'
import { minimumCases } from './cases/minimum.ts'
import { mulCases } from './cases/mul.ts'
import { padCases } from './cases/pad.ts'
import { parameterCases } from './cases/parameter.ts'
import { permuteCases } from './cases/permute.ts'
import { preluCases } from './cases/prelu.ts'
import { reduceMaxCases } from './cases/reduce_max.ts'
import { reduceMinCases } from './cases/reduce_min.ts'
import { reduceSumCases } from './cases/reduce_sum.ts'
import { reluCases } from './cases/relu.ts'
import { relu6Cases } from './cases/relu6.ts'
import { reshapeCases } from './cases/reshape.ts'
import { resizeCases } from './cases/resize.ts'
import { rollCases } from './cases/roll.ts'
import { rsqrtCases } from './cases/rsqrt.ts'
import { scaleCases } from './cases/scale.ts'
import { scanCases } from './cases/scan.ts'
import { shiftCases } from './cases/shift.ts'
import { sigmoidCases } from './cases/sigmoid.ts'
import { siluCases } from './cases/silu.ts'
import { sliceCases } from './cases/slice.ts'
import { softmaxCases } from './cases/softmax.ts'
import { softplusCases } from './cases/softplus.ts'
import { sqrtCases } from './cases/sqrt.ts'
import { subCases } from './cases/sub.ts'
import { sumCases } from './cases/sum.ts'
import { tanhCases } from './cases/tanh.ts'
import { varianceCases } from './cases/variance.ts'

export const casesOf: Readonly<Record<PrimitiveName, readonly ConformanceCase[]>> = {
  abs: absCases,
  add: addCases,
  attention: attentionCases,
  avg_pool: avgPoolCases,
  batch_norm: batchNormCases,
  clip: clipCases,
  concat: concatCases,
  constant: constantCases,
  conv: convCases,
  conv_transpose: convTransposeCases,
  conv_with: convWithCases,
  divide: divideCases,
  dropout: dropoutCases,
  elu: eluCases,
  exp: expCases,
  gather: gatherCases,
  gaussian_noise: gaussianNoiseCases,
  gelu: geluCases,
  grid_sample: gridSampleCases,
  group_norm: groupNormCases,
  hard_sigmoid: hardSigmoidCases,
  hard_swish: hardSwishCases,
  input: inputCases,
  instance_norm: instanceNormCases,
  layer_norm: layerNormCases,
  leaky_relu: leakyReluCases,
  linear: linearCases,
  log: logCases,
  matmul: matmulCases,
  max_pool: maxPoolCases,
  max_unpool: maxUnpoolCases,
  maximum: maximumCases,
  mean: meanCases,
  minimum: minimumCases,
  mul: mulCases,
  pad: padCases,
  parameter: parameterCases,
  permute: permuteCases,
  prelu: preluCases,
  relu6: relu6Cases,
  reduce_max: reduceMaxCases,
  reduce_min: reduceMinCases,
  reduce_sum: reduceSumCases,
  relu: reluCases,
  reshape: reshapeCases,
  resize: resizeCases,
  roll: rollCases,
  rsqrt: rsqrtCases,
  scale: scaleCases,
  scan: scanCases,
  shift: shiftCases,
  sigmoid: sigmoidCases,
  silu: siluCases,
  slice: sliceCases,
  softmax: softmaxCases,
  softplus: softplusCases,
  sqrt: sqrtCases,
  sub: subCases,
  sum: sumCases,
  tanh: tanhCases,
  variance: varianceCases,
}
