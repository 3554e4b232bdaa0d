// An example of each operator and of each declaration of the standard library: small networks that compile.
import type { CompositeName } from '../compiler/ops/composites.ts'
import type { PrimitiveName } from '../compiler/ops/registry.ts'

/** A network of one input, `x`, and what is computed of it. */
const network = (extents: string, result: string, imported?: string): string =>
  [
    ...(imported === undefined ? [] : [`import ${imported}`, '']),
    'network Example {',
    `  input x: [${extents}]`,
    `  output y = ${result}`,
    '}',
    '',
  ].join('\n')

const volume = (result: string): string => network('4, 16, 32, 32', result)
const image = (result: string): string => network('4, 32, 32', result)
const ofTokens = (result: string): string => network('4, 8, 8', result)

export const operatorExamples: Readonly<Record<PrimitiveName | CompositeName, string>> = {
  input: image('x -> relu'),
  parameter: image('add(x, parameter([4, 32, 32], init = trunc_normal(0.02)))'),
  constant: image('mul(x, constant([[[1]], [[2]], [[3]], [[4]]]))'),
  conv: volume('x -> conv(8, [1, 3, 3], stride = [1, 2, 2])'),
  conv_transpose: volume('x -> conv_transpose(2, 2, stride = 2)'),
  conv_with: image('conv_with(x, parameter([8, 4, 3, 3], init = normal(0.1)) -> tanh, stride = 2)'),
  linear: ofTokens('x -> tokens -> linear(16)'),
  matmul: ofTokens('matmul(x -> tokens, x -> tokens, transpose_b = true)'),
  attention: ofTokens('attention(x -> tokens -> linear(8), x -> tokens -> linear(8), x -> tokens)'),
  instance_norm: volume('x -> conv(8, 3, bias = false) -> instance_norm'),
  batch_norm: volume('x -> conv(8, 3, bias = false) -> batch_norm'),
  group_norm: volume('x -> group_norm(2)'),
  layer_norm: ofTokens('x -> tokens -> layer_norm'),
  relu: image('x -> relu'),
  leaky_relu: image('x -> leaky_relu(0.01)'),
  elu: image('x -> elu'),
  prelu: image('x -> prelu(shared = false)'),
  gelu: image('x -> gelu'),
  sigmoid: image('x -> conv(1, 1) -> sigmoid'),
  tanh: image('x -> tanh'),
  silu: image('x -> silu'),
  hard_sigmoid: image('x -> hard_sigmoid'),
  hard_swish: image('x -> hard_swish'),
  relu6: image('x -> relu6'),
  softplus: image('x -> conv(1, 1) -> softplus'),
  exp: image('x -> exp'),
  log: image('x -> softplus -> log'),
  sqrt: image('x -> relu -> sqrt'),
  rsqrt: image('x -> softplus -> rsqrt'),
  abs: image('x -> abs'),
  clip: image('x -> clip(min = -1, max = 1)'),
  softmax: image('x -> conv(3, 1) -> softmax'),
  max_pool: volume('x -> max_pool([1, 2, 2])'),
  max_unpool: image('max_unpool(x -> max_pool(2) -> conv(4, 3), x, 2)'),
  avg_pool: volume('x -> avg_pool(2)'),
  mean: volume('x -> mean'),
  reduce_sum: image('divide(x, x -> exp -> reduce_sum(axes = channel))'),
  reduce_max: volume('concat(x -> mean, x -> reduce_max)'),
  reduce_min: image('x - (x -> reduce_min)'),
  variance: image('x -> variance(axes = [channel, height, width])'),
  resize: volume('x -> resize(scale = 2, mode = linear)'),
  grid_sample: image('grid_sample(x, x -> conv(2, 3) -> tanh -> permute([1, 2, 0]))'),
  concat: image('concat(x, x -> conv(8, 3))'),
  add: image('add(x, x -> conv(4, 3))'),
  sub: image('sub(x, x -> mean)'),
  divide: image('divide(x, x -> exp -> mean)'),
  maximum: image('maximum(x, x -> conv(4, 3))'),
  minimum: image('minimum(x, 6)'),
  mul: image('mul(x, x -> mean -> conv(4, 1) -> sigmoid)'),
  sum: image('sum(x, x -> conv(4, 1), x -> conv(4, 3))'),
  scale: image('x -> scale(0.5)'),
  pad: image('x -> pad(low = 1, high = [0, 1])'),
  slice: image('x -> slice(channel, end = 2)'),
  shift: volume('x -> shift(axis = depth, offsets = [-1, 0, 1])'),
  roll: volume('x -> roll(axis = width, offset = 4)'),
  gather: image('x -> gather([3, 2, 1, 0], axis = channel)'),
  scan: ofTokens('scan(x -> tokens -> sigmoid, x -> tokens, axis = 0)'),
  reshape: image('x -> reshape([4, 16, 64])'),
  permute: image('x -> permute([0, 2, 1])'),
  dropout: image('x -> conv(8, 3) -> dropout(0.2)'),
  gaussian_noise: image('x -> gaussian_noise(0.1) -> conv(8, 3)'),
  identity: image('x -> identity'),
  split: image('concat(split(x, 2))'),
  adaptive_avg_pool: image('x -> adaptive_avg_pool(3)'),
  adaptive_max_pool: volume('x -> adaptive_max_pool([1, 2, 3])'),
  crop: image('x -> crop(low = 2, high = 2)'),
  crop_like: image('crop_like(x, x -> conv(4, 3, padding = valid))'),
  resize_like: image('resize_like(x -> max_pool(2), x, mode = linear)'),
  flip: image('concat(x, x -> flip(width))'),
  tile: image('x -> conv(1, 1) -> tile(3)'),
  pixel_shuffle: image('x -> conv(8, 3) -> pixel_shuffle(2)'),
  pixel_unshuffle: volume('x -> pixel_unshuffle([1, 2, 2]) -> conv(8, 1)'),
  flatten: image('x -> flatten'),
  tokens: ofTokens('x -> tokens'),
  image_like: ofTokens('image_like(x -> tokens -> layer_norm, x)'),
}

const block = (name: string, result: string): string =>
  network('4, 16, 32, 32', result, `{ ${name} } from "std/blocks"`)
const features = (name: string, result: string): string =>
  network('8, 8, 8', result, `{ ${name} } from "std/blocks"`)
const states = (name: string, result: string): string =>
  network('8, 8, 8', result, `{ ${name} } from "std/state-space"`)
const places = (names: string, result: string): string =>
  network('8, 8, 8', result, `{ ${names} } from "std/deformable"`)

const ofTransformers = (extents: string, names: string, result: string): string =>
  network(extents, result, `{ ${names} } from "std/transformer"`)
/** Tokens. */
const sequence = (names: string, result: string): string => ofTransformers('64, 12', names, result)
/** A grid of tokens. */
const grid = (names: string, result: string): string => ofTransformers('8, 8, 12', names, result)

/** A token for each pixel of 8×8, turned by its row and its column. */
const turned = ofTransformers(
  '4, 8, 8',
  'Rotary, rotary_table',
  'x -> tokens -> Rotary(cosine = rotary_table(cos, [8, 8], 2), sine = rotary_table(sin, [8, 8], 2))',
)

const ofPrimus = (extents: string, name: string, result: string): string =>
  network(extents, result, `{ ${name} } from "std/primus"`)
/** A network as nnU-Net's plans have it. */
const planned = (network: string, strides = 'strides = [[1, 1], [2, 2], [2, 2]]'): string =>
  `import { ${network} } from "std/nnunet"

network Example = ${network}(in_channels = 1, classes = 3, patch = [32, 48], ${strides})
`

export const libraryExamples: Readonly<Record<string, string>> = {
  round_up: block('round_up', 'x -> conv(round_up(30, 16), 1)'),
  multiples: block('multiples', 'x -> resize(size = multiples([10, 20, 20], 16))'),
  fitting: block('fitting', 'x -> resize(size = fitting([10, 20, 20], [[2, 2, 2], [1, 2, 2]]))'),
  Repeat: block('Repeat', 'x -> Repeat(2, conv(4, 3) -> relu)'),
  Residual: block('Residual', 'x -> Residual(conv(4, 3) -> relu -> conv(4, 3))'),
  ConvNormAct: block('ConvNormAct', 'x -> ConvNormAct(8, stride = 2)'),
  ConvStage: block('ConvStage', 'x -> ConvStage(2, 8, stride = 2)'),
  DoubleConv: block('DoubleConv', 'x -> DoubleConv(8, norm = batch_norm)'),
  UpConv: block('UpConv', 'x -> UpConv(2)'),
  StdConv: block('StdConv', 'x -> StdConv(8, stride = 2)'),
  rms_norm: features('rms_norm', 'x -> tokens -> rms_norm -> linear(16)'),
  rising_rates: features(
    'drop_path, rising_rates',
    'x + (x -> conv(8, 3) -> drop_path(rising_rates(4, 0.2)[3]))',
  ),
  drop_path: features('drop_path', 'x + (x -> conv(8, 3) -> drop_path(0.1))'),
  GLU: features('GLU', 'x -> tokens -> GLU(16)'),
  SelectiveScan: states('SelectiveScan', '[x -> tokens, x -> tokens] -> SelectiveScan(1)'),
  Mamba: states('Mamba', 'x -> tokens -> Mamba'),
  BasicBlock: block('BasicBlock', 'x -> BasicBlock(8, stride = 2)'),
  Bottleneck: block('Bottleneck', 'x -> Bottleneck(2, stride = 2)'),
  ConvNeXtBlock: block('ConvNeXtBlock', 'x -> ConvNeXtBlock(3)'),
  MBConv: block('MBConv', 'x -> MBConv(8, stride = 2)'),
  ASPP: block('ASPP', 'x -> ASPP(8)'),
  BasicBlockD: block('BasicBlockD', 'x -> BasicBlockD(8, [3, 3, 3], [1, 2, 2])'),
  BottleneckD: block('BottleneckD', 'x -> BottleneckD(2, 8, [3, 3, 3], [1, 2, 2])'),
  PreActBlock: block('PreActBlock', 'x -> PreActBlock(4, norm = group_norm(2))'),
  shift_conv: block('shift_conv', 'x -> shift_conv(8)'),
  SeparableConv: block('SeparableConv', 'x -> SeparableConv(8)'),
  SqueezeExcite: block('SqueezeExcite', 'x -> SqueezeExcite(2)'),
  AttentionGate: block('AttentionGate', 'AttentionGate(x, x -> max_pool(2), mid = 2)'),
  SwiGLU: sequence('SwiGLU', 'x -> SwiGLU(32)'),
  rotary_table: turned,
  Rotary: turned,
  AxialTable: places(
    'AxialTable',
    '(x -> tokens) + (x -> AxialTable([[[k] for k in 0..7] for side in size(x)]))',
  ),
  VoxelCentres: places('VoxelCentres', '(x -> tokens -> linear(2)) + (x -> VoxelCentres([1, 0]))'),
  wave: places('wave', '(x -> tokens) + constant([wave(k / 8, k) for k in 0..7])'),
  SinePositions: places('SinePositions', '(x -> tokens) + (x -> SinePositions)'),
  star: places('star', '(x -> tokens) + constant(star(heads = 2, levels = 1, points = 2, axes = 2))'),
  ray: places('ray', '(x -> tokens) + constant([...ray(pi / 3, 3), ...repeat(0, 5)])'),
  DeformableAttention: places(
    'DeformableAttention, VoxelCentres',
    'DeformableAttention(x -> tokens, x -> tokens, x -> VoxelCentres([1, 0]), heads = 2, points = 4, levels = [size(x)])',
  ),
  channels_last: ofTransformers('12, 8, 8', 'channels_last', 'x -> channels_last -> linear(4)'),
  channels_first: grid('channels_first', 'x -> channels_first -> conv(4, 3)'),
  SplitHeads: sequence('SplitHeads', 'x -> linear(36) -> SplitHeads(3, parts = 3) -> attention'),
  MergeHeads: sequence(
    'MergeHeads, SplitHeads',
    'x -> linear(36) -> SplitHeads(3, parts = 3) -> attention -> MergeHeads',
  ),
  SelfAttention: sequence('SelfAttention', 'x -> SelfAttention(3)'),
  CrossAttention: sequence('CrossAttention', 'CrossAttention(x -> slice(axis = 0, end = 4), x, heads = 3)'),
  Mlp: sequence('Mlp', 'x -> Mlp(4)'),
  TransformerBlock: sequence('TransformerBlock', 'x -> TransformerBlock(3, drop = dropout(0.1))'),
  PatchEmbed: ofTransformers('1, 32, 32', 'PatchEmbed', 'x -> PatchEmbed(12, 4) -> tokens'),
  in_turn: grid('in_turn', 'x -> reshape([...in_turn([2, 2], [4, 4]), 12]) -> permute([0, 2, 1, 3, 4])'),
  extents: grid('extents', 'x -> linear(product(extents(x)))'),
  GrowGrid: grid('GrowGrid', 'x -> GrowGrid([1, 2])'),
  certainly_none: grid(
    'GrowAxis, certainly_none, extents',
    'certainly_none(extents(x)[0] % 4) ? x : x -> GrowAxis(0, 4 - extents(x)[0] % 4)',
  ),
  GrowAxis: grid('GrowAxis', 'x -> GrowAxis(0, 1)'),
  CutGrid: grid('CutGrid', 'x -> CutGrid([7, 6])'),
  RollGrid: grid('RollGrid', 'x -> RollGrid([-2, -2])'),
  WindowPartition: grid('WindowPartition', 'x -> WindowPartition([4, 4], shift = [2, 2])'),
  WindowReverse: grid(
    'WindowPartition, WindowReverse',
    'x -> WindowPartition([4, 4]) -> WindowReverse([8, 8], [4, 4])',
  ),
  relative_bias: grid(
    'SelfAttention, WindowPartition, relative_bias',
    'x -> WindowPartition([4, 4]) -> SelfAttention(3, biases = [relative_bias([4, 4], 3)])',
  ),
  row_strides: grid('row_strides', 'x -> roll(axis = 0, offset = row_strides([2, 4])[0])'),
  rows: grid('rows', 'x + (parameter([9, 12]) -> gather(rows([2, 2], [3, 1])) -> slice(axis = 0, end = 8))'),
  pairwise: grid(
    'SelfAttention, WindowPartition, pairwise',
    'x -> WindowPartition([4, 4]) -> SelfAttention(3, biases = [pairwise(parameter([7, 7, 3]), [4, 4])])',
  ),
  looked_up: grid(
    'looked_up',
    'x + (looked_up(parameter([7, 7, 12]), [4, 4]) -> reshape([8, 32, 12]) -> slice(axis = 1, end = 8))',
  ),
  offsets: grid('offsets', 'x -> gather(offsets(4), axis = 0) -> slice(axis = 0, end = 2)'),
  shift_mask: grid(
    'SelfAttention, WindowPartition, shift_mask',
    'x -> WindowPartition([4, 4], [2, 2]) -> SelfAttention(3, biases = [shift_mask([8, 8], [4, 4], [2, 2])])',
  ),
  apart: grid(
    'SelfAttention, WindowPartition, apart',
    'x -> WindowPartition([4, 8]) -> SelfAttention(3, biases = [apart(constant([[k div 16 for k in 0..31] for w in 0..1]))])',
  ),
  regions: grid('regions', 'x + (regions([8, 8], [4, 4], [2, 2]) -> reshape([8, 8, 1]))'),
  regions_along: grid(
    'regions_along',
    'x + (regions_along([8, 8], [4, 4], [2, 2], 0) -> reshape([1, 8, 1]))',
  ),
  region_of: grid('region_of', 'x + region_of(8, 4, 2, 7)'),
  last: grid('last', 'x + (last(8, 2) -> reshape([8, 1, 1]))'),
  WindowAttention: grid('WindowAttention', 'x -> WindowAttention(3, [4, 4], shift = [2, 2])'),
  WindowCrossAttention: grid(
    'WindowCrossAttention',
    'WindowCrossAttention(x, x -> roll(axis = 0, offset = 1), heads = 3, window = [4, 4])',
  ),
  SwinBlock: grid('SwinBlock', 'x -> SwinBlock(3, [4, 4], shift = [2, 2])'),
  SwinStage: grid('SwinStage', 'x -> SwinStage(2, 3, [4, 4])'),
  PatchMerging: grid('PatchMerging', 'x -> PatchMerging([0, 2, 1, 3])'),
  Primus: `import { Primus } from "std/primus"

network Example = Primus(classes = 3, patch = [16, 16, 24], width = 24, depth = 2, heads = 2)
`,
  ResidualEmbed: ofPrimus('1, 16, 16, 24', 'ResidualEmbed', 'x -> ResidualEmbed(24, [3, 4, 5, 6])'),
  TurnedAttention: network(
    '64, 12',
    'x -> TurnedAttention(2, cosine = rotary_table(cos, [4, 4, 4], 3), sine = rotary_table(sin, [4, 4, 4], 3), std = 0.02)',
    '{ TurnedAttention } from "std/primus"\nimport { rotary_table } from "std/transformer"',
  ),
  Scaled: ofPrimus('64, 12', 'Scaled', 'x -> Scaled(linear(12))'),
  Transformer: ofPrimus('64, 12', 'Transformer', 'x -> Transformer(2, 2, [4, 4, 4])'),
  PatchDecode: ofPrimus('24, 2, 2, 3', 'PatchDecode', 'x -> PatchDecode(3, 3)'),
  NNUNet: planned('NNUNet'),
  ResEncUNet: planned('ResEncUNet'),
  NNUNetV1: planned('NNUNetV1', 'pools = [[2, 2], [2, 2]]'),
  ResidualStage: network(
    '4, 16, 32, 32',
    'x -> ResidualStage(2, [1, 2, 2], BasicBlockD(8, [3, 3, 3]))',
    '{ BasicBlockD } from "std/blocks"\nimport { ResidualStage } from "std/nnunet"',
  ),
  preset_blocks: network(
    '4, 16, 32, 32',
    'x -> Repeat(preset_blocks(2)[1], conv(4, 3))',
    '{ Repeat } from "std/blocks"\nimport { preset_blocks } from "std/nnunet"',
  ),
}
