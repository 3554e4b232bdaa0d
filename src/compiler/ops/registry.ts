// Every primitive operator. A new one is a file under primitive/ and a line here; each backend's table then fails to compile until it knows it.
import type { AnyPrimitive, CostInput } from './op.ts'
import { abs } from './primitive/abs.ts'
import { add } from './primitive/add.ts'
import { attention } from './primitive/attention.ts'
import { avgPool } from './primitive/avg-pool.ts'
import { batchNorm } from './primitive/batch-norm.ts'
import { clip } from './primitive/clip.ts'
import { concat } from './primitive/concat.ts'
import { constant } from './primitive/constant.ts'
import { convTranspose } from './primitive/conv-transpose.ts'
import { conv } from './primitive/conv.ts'
import { convWith } from './primitive/conv-with.ts'
import { divide } from './primitive/divide.ts'
import { dropout } from './primitive/dropout.ts'
import { elu } from './primitive/elu.ts'
import { exp } from './primitive/exp.ts'
import { gather } from './primitive/gather.ts'
import { gaussianNoise } from './primitive/gaussian-noise.ts'
import { gelu } from './primitive/gelu.ts'
import { gridSample } from './primitive/grid-sample.ts'
import { groupNorm } from './primitive/group-norm.ts'
import { hardSigmoid } from './primitive/hard-sigmoid.ts'
import { hardSwish } from './primitive/hard-swish.ts'
import { input } from './primitive/input.ts'
import { instanceNorm } from './primitive/instance-norm.ts'
import { layerNorm } from './primitive/layer-norm.ts'
import { leakyRelu } from './primitive/leaky-relu.ts'
import { linear } from './primitive/linear.ts'
import { log } from './primitive/log.ts'
import { matmul } from './primitive/matmul.ts'
import { maxPool } from './primitive/max-pool.ts'
import { maxUnpool } from './primitive/max-unpool.ts'
import { maximum } from './primitive/maximum.ts'
import { mean } from './primitive/mean.ts'
import { minimum } from './primitive/minimum.ts'
import { mul } from './primitive/mul.ts'
import { pad } from './primitive/pad.ts'
import { parameter } from './primitive/parameter.ts'
import { permute } from './primitive/permute.ts'
import { prelu } from './primitive/prelu.ts'
import { reduceMax } from './primitive/reduce-max.ts'
import { reduceMin } from './primitive/reduce-min.ts'
import { reduceSum } from './primitive/reduce-sum.ts'
import { relu } from './primitive/relu.ts'
import { relu6 } from './primitive/relu6.ts'
import { reshape } from './primitive/reshape.ts'
import { resize } from './primitive/resize.ts'
import { roll } from './primitive/roll.ts'
import { rsqrt } from './primitive/rsqrt.ts'
import { scale } from './primitive/scale.ts'
import { scan } from './primitive/scan.ts'
import { shift } from './primitive/shift.ts'
import { sigmoid } from './primitive/sigmoid.ts'
import { silu } from './primitive/silu.ts'
import { slice } from './primitive/slice.ts'
import { softmax } from './primitive/softmax.ts'
import { softplus } from './primitive/softplus.ts'
import { sqrt } from './primitive/sqrt.ts'
import { sub } from './primitive/sub.ts'
import { sum } from './primitive/sum.ts'
import { tanh } from './primitive/tanh.ts'
import { variance } from './primitive/variance.ts'

export const primitives = {
  input,
  parameter,
  constant,
  conv,
  conv_transpose: convTranspose,
  conv_with: convWith,
  linear,
  matmul,
  attention,
  instance_norm: instanceNorm,
  batch_norm: batchNorm,
  group_norm: groupNorm,
  layer_norm: layerNorm,
  relu,
  leaky_relu: leakyRelu,
  elu,
  prelu,
  gelu,
  sigmoid,
  tanh,
  silu,
  hard_sigmoid: hardSigmoid,
  hard_swish: hardSwish,
  relu6,
  softplus,
  exp,
  log,
  sqrt,
  rsqrt,
  abs,
  clip,
  softmax,
  max_pool: maxPool,
  max_unpool: maxUnpool,
  avg_pool: avgPool,
  mean,
  reduce_sum: reduceSum,
  reduce_max: reduceMax,
  reduce_min: reduceMin,
  variance,
  resize,
  grid_sample: gridSample,
  concat,
  add,
  sub,
  mul,
  divide,
  maximum,
  minimum,
  sum,
  scale,
  pad,
  slice,
  shift,
  roll,
  gather,
  scan,
  reshape,
  permute,
  dropout,
  gaussian_noise: gaussianNoise,
} as const satisfies Readonly<Record<string, AnyPrimitive>>

export type PrimitiveName = keyof typeof primitives

/** Each element of the result depends on the element in its place alone, and the other way round. */
export const pointwise: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  'relu',
  'leaky_relu',
  'elu',
  'gelu',
  'sigmoid',
  'tanh',
  'silu',
  'hard_sigmoid',
  'hard_swish',
  'relu6',
  'softplus',
  'exp',
  'log',
  'sqrt',
  'rsqrt',
  'abs',
  'clip',
])
/** The attributes of a finished node: explicit, as inference left them. */
export type AttributesOf<K extends PrimitiveName> =
  Parameters<(typeof primitives)[K]['cost']>[0] extends CostInput<infer A> ? A : never
/** The attributes as read from a call, before inference. */
export type RequestOf<K extends PrimitiveName> = Parameters<(typeof primitives)[K]['infer']>[0]['attributes']

/** The primitive by a name that is known at run time only. */
export function primitiveOf(name: PrimitiveName): AnyPrimitive {
  return primitives[name]
}

export function isPrimitiveName(name: string): name is PrimitiveName {
  return Object.hasOwn(primitives, name)
}
