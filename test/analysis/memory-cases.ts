// Networks whose memory PyTorch has measured: one small one per operator, and the examples as they are published.
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { compileExample } from '../examples/compile-example.ts'
import { graphOf } from '../support/compile-text.ts'

export interface MemoryCase {
  readonly id: string
  /** What was measured: so that a changed case cannot be held to an old value. */
  readonly expression: string
  readonly batch: number
  readonly graph: Graph
}

/** Queries, keys and values. */
const heads = ['x -> conv(4, 3)', 'x -> conv(4, 1)', 'x']
  .map((one) => `${one} -> reshape([2, 32, 4])`)
  .join(', ')

/** `x` is learned and read by nobody else; what stands here makes the output's input from it. */
const operators: Readonly<Record<string, string>> = {
  conv: 'x -> conv(6, 3)',
  'conv, even kernel': 'x -> conv(6, 4, padding = same)',
  'conv, grouped': 'x -> conv(8, 3, groups = 2)',
  conv_transpose: 'x -> conv_transpose(6, 2, stride = 2)',
  linear: 'x -> reshape([4, 64]) -> permute([1, 0]) -> linear(7)',
  matmul: 'matmul(x -> reshape([4, 64]), parameter([64, 5], init = zeros))',
  'matmul of two': 'matmul(x -> reshape([4, 64]), x -> reshape([4, 64]), transpose_b = true)',
  attention: `attention(${heads})`,
  'attention, one bias': `attention(${heads}, parameter([2, 32, 32]))`,
  'attention, two biases and dropout': `attention(${heads}, parameter([2, 32, 32]), constant([[[k for k in 0..31]]]), dropout = 0.1)`,
  instance_norm: 'x -> instance_norm',
  'instance_norm, plain': 'x -> instance_norm(affine = false)',
  batch_norm: 'x -> batch_norm',
  group_norm: 'x -> group_norm(2)',
  layer_norm: 'x -> layer_norm',
  'relu in place': 'x -> relu',
  'relu, read twice': 'add(x -> relu, x)',
  'leaky_relu in place': 'x -> instance_norm -> leaky_relu(0.01)',
  'leaky_relu, read twice': 'add(x -> leaky_relu(0.01), x)',
  'elu in place': 'x -> elu',
  'elu, read twice': 'add(x -> elu, x)',
  'relu of what sigmoid keeps': 'x -> sigmoid -> relu',
  'relu of relu': 'x -> relu -> relu',
  prelu: 'x -> prelu',
  gelu: 'x -> gelu',
  sigmoid: 'x -> sigmoid',
  tanh: 'x -> tanh',
  silu: 'x -> silu',
  hard_sigmoid: 'x -> hard_sigmoid',
  hard_swish: 'x -> hard_swish',
  softplus: 'x -> softplus',
  exp: 'x -> exp',
  log: 'x -> log',
  sqrt: 'x -> sqrt',
  rsqrt: 'x -> rsqrt',
  abs: 'x -> abs',
  clip: 'x -> clip(-1, 1)',
  conv_with: 'conv_with(x, parameter([4, 4, 3, 3]) -> tanh)',
  relu6: 'x -> relu6',
  'relu of exp': 'x -> exp -> relu',
  softmax: 'x -> softmax',
  dropout: 'x -> dropout(0.5)',
  'dropout of channels': 'x -> dropout(0.5, each = channel)',
  'dropout of samples': 'x -> dropout(0.5, each = sample)',
  gaussian_noise: 'x -> gaussian_noise(0.5)',
  max_pool: 'x -> max_pool(2)',
  'max_pool of the image': 'image -> max_pool(2) -> conv(4, 3)',
  max_unpool: 'max_unpool(x -> max_pool(2), x, 2)',
  avg_pool: 'x -> avg_pool(2)',
  mean: 'x -> mean',
  reduce_sum: 'x - (x -> reduce_sum(axes = channel))',
  reduce_max: 'x -> reduce_max(axes = channel)',
  reduce_min: 'x -> reduce_min',
  variance: 'x -> variance(axes = channel)',
  'resize nearest': 'x -> resize(scale = 2)',
  'resize linear': 'x -> resize(scale = 2, mode = linear)',
  'resize cubic': 'x -> resize(scale = 2, mode = cubic)',
  grid_sample: 'grid_sample(x, x -> conv(2, 3) -> permute([1, 2, 0]))',
  concat: 'concat(x, x -> relu)',
  add: 'add(x, x -> conv(4, 3))',
  'add, broadcast': 'add(x, x -> mean)',
  mul: 'mul(x, x -> sigmoid)',
  'mul by the image': 'mul(x, image -> resize(scale = 1))',
  sub: 'sub(x, x -> conv(4, 3))',
  divide: 'divide(x, x -> conv(4, 3))',
  maximum: 'maximum(x, x -> conv(4, 3))',
  minimum: 'minimum(x, x -> conv(4, 3))',
  constant: 'x + constant([[[1]], [[2]], [[3]], [[4]]])',
  sum: 'sum(x, x -> conv(4, 3), x -> sigmoid)',
  scale: 'x -> scale(0.5)',
  pad: 'x -> pad(low = 1, high = 1)',
  'pad, reflected': 'x -> pad(low = 1, high = 1, mode = reflect)',
  'pad, ends repeated': 'x -> pad(low = 1, high = 2, mode = replicate)',
  slice: 'x -> slice(axis = channel, start = 1)',
  shift: 'x -> shift(axis = height, offsets = [-1, 0])',
  roll: 'x -> roll(axis = height, offset = 2)',
  scan: 'scan(x -> sigmoid, x, axis = height)',
  gather: 'x -> gather([3, 0, 0, 1])',
  reshape: 'x -> reshape([8, 4, 8])',
  permute: 'x -> permute([0, 2, 1])',
}

function operatorCase([name, expression]: readonly [string, string]): MemoryCase {
  const head = /linear\(|matmul|attention/.test(expression) ? '-> sigmoid' : '-> conv(2, 1)'
  const text = `network Net {
  input image: [4, 8, 8]
  let x = image -> conv(4, 3)
  output y = ${expression} ${head}
}`
  return { id: name, expression, batch: 2, graph: graphOf(text).graph }
}

interface ExampleCase {
  readonly file: string
  readonly network: string
  readonly args?: Readonly<Record<string, string>>
  readonly batch?: number
}

export const exampleCases: readonly ExampleCase[] = [
  { file: 'nnunet', network: 'NNUNetV1' },
  { file: 'nnunet', network: 'NNUNet', batch: 2 },
  { file: 'nnunet', network: 'NNUNet2D', batch: 12 },
  { file: 'nnunet-resenc', network: 'ResEncM', batch: 2 },
  { file: 'unetpp3d', network: 'UNetPlusPlus3D' },
  { file: 'e2enet', network: 'E2ENet' },
  { file: 'vnet', network: 'VNet' },
  { file: 'unet3d', network: 'UNet3D' },
  { file: 'unet', network: 'UNet', batch: 4 },
  { file: 'unetpp', network: 'UNetPlusPlus', batch: 4 },
]

function exampleCase({ file, network, args = {}, batch = 1 }: ExampleCase): MemoryCase {
  const { graph } = compileExample(`examples/${file}.weft`, network, args)
  return { id: `${network}, batch ${batch}`, expression: JSON.stringify(args), batch, graph }
}

export const memoryCases = (): MemoryCase[] => [
  ...Object.entries(operators).map(operatorCase),
  ...exampleCases.map(exampleCase),
]
