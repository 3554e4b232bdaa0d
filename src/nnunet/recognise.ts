// Which of nnU-Net's U-Nets a network may be, with which arguments: read off the shape of its U-Net. Guesses, which are compared afterwards.
import type { Graph, GraphNode } from '../compiler/ir/graph.ts'
import type { Architecture } from './plans.ts'
import type { UNetShape } from './unet-shape.ts'

const unets = 'dynamic_network_architectures.architectures.unet'
const residual = 'dynamic_network_architectures.building_blocks.residual'

/** What the classes are made of. */
const operators = ['input', 'conv', 'conv_transpose', 'concat', 'add', 'avg_pool']

/** An operator that none of the classes has. */
export function foreignOperator({ nodes }: Graph): GraphNode | undefined {
  const modules = [norms, activations, drops].flatMap((one) => Object.keys(one))
  const known: ReadonlySet<string> = new Set([...operators, ...modules])
  return nodes.find(({ op }) => !known.has(op))
}

/** The likeliest first. */
export function guesses(shape: UNetShape): readonly Architecture[] {
  const [first] = shape.encoder
  const addsIn = (nodes: readonly GraphNode[]): number => nodes.filter(({ op }) => op === 'add').length
  if (first === undefined || addsIn(first.nodes) === 0) return [plain(shape)]
  const isResidual = shape.decoder.some((nodes) => addsIn(nodes) > 0)
  const kwargs = {
    ...common(shape),
    n_blocks_per_stage: shape.encoder.map(({ nodes }) => addsIn(nodes)),
    n_conv_per_stage_decoder: shape.decoder
      .map((nodes) => (isResidual ? addsIn : convsIn)(nodes))
      .toReversed(),
    stem_channels: Number(convs(first.nodes)[0]?.attributes['channels']),
  }
  const className = `${unets}.${isResidual ? 'ResidualUNet' : 'ResidualEncoderUNet'}`
  return [
    { className, kwargs: withoutDefaultStem(kwargs, first.width), imports },
    {
      className,
      kwargs: {
        ...withoutDefaultStem(kwargs, first.width),
        block: `${residual}.BottleneckD`,
        bottleneck_channels: shape.encoder.map(({ nodes }) => Number(widest(nodes)?.attributes['channels'])),
      },
      imports: [...imports, 'block'],
    },
  ]
}

const imports = ['conv_op', 'norm_op', 'dropout_op', 'nonlin']

function withoutDefaultStem<T extends { readonly stem_channels: number }>(
  kwargs: T,
  width: number,
): Partial<T> {
  const { stem_channels: stem, ...others } = kwargs
  return (stem === width ? others : kwargs) as Partial<T>
}

const convs = (nodes: readonly GraphNode[]): readonly GraphNode[] => nodes.filter(({ op }) => op === 'conv')
const convsIn = (nodes: readonly GraphNode[]): number => convs(nodes).length

function plain(shape: UNetShape): Architecture {
  const nodes = shape.encoder[0]?.nodes ?? []
  const norm = nodes.findIndex(({ op }) => op in norms)
  const act = nodes.findIndex(({ op }) => op in activations)
  return {
    className: `${unets}.PlainConvUNet`,
    kwargs: {
      ...common(shape),
      n_conv_per_stage: shape.encoder.map((stage) => convsIn(stage.nodes)),
      n_conv_per_stage_decoder: shape.decoder.map(convsIn).toReversed(),
      ...(act !== -1 && act < norm ? { nonlin_first: true } : {}),
    },
    imports,
  }
}

const kernelOf = (node: GraphNode | undefined): readonly number[] =>
  (node?.attributes['kernel'] ?? []) as readonly number[]
const volume = (node: GraphNode): number => kernelOf(node).reduce((product, k) => product * k, 1)

/** Projections have kernels of one voxel; what a stage is named by has the largest. The last of them, since a stem comes first. */
const widest = (nodes: readonly GraphNode[]): GraphNode | undefined =>
  convs(nodes)
    .toSorted((a, b) => volume(a) - volume(b))
    .at(-1)

function common({ encoder, patch }: UNetShape): Readonly<Record<string, unknown>> {
  const rank = patch.length
  const nodes = encoder[0]?.nodes ?? []
  return {
    n_stages: encoder.length,
    features_per_stage: encoder.map(({ width }) => width),
    conv_op: `torch.nn.modules.conv.Conv${rank}d`,
    kernel_sizes: encoder.map((stage) => kernelOf(widest(stage.nodes))),
    strides: encoder.map(({ stride }) => stride),
    conv_bias: convs(nodes)[0]?.attributes['bias'] === true,
    ...moduleArguments('norm_op', norms, nodes, rank),
    ...moduleArguments('dropout_op', drops, nodes, rank),
    ...moduleArguments('nonlin', activations, nodes, rank),
  }
}

type Named = (node: GraphNode, rank: number) => readonly [className: string, kwargs: object]

const norms: Readonly<Record<string, Named>> = {
  instance_norm: ({ attributes: { eps, affine } }, rank) => [
    `torch.nn.modules.instancenorm.InstanceNorm${rank}d`,
    { eps, affine },
  ],
  batch_norm: ({ attributes: { eps, momentum, affine } }, rank) => [
    `torch.nn.modules.batchnorm.BatchNorm${rank}d`,
    { eps, momentum, affine },
  ],
}

const drops: Readonly<Record<string, Named>> = {
  dropout: ({ attributes: { rate, each } }, rank) => [
    `torch.nn.modules.dropout.Dropout${each === 'channel' ? `${rank}d` : ''}`,
    { p: rate, inplace: true },
  ],
}

const inPlace =
  (className: string): Named =>
  () => [`torch.nn.${className}`, { inplace: true }]

const activations: Readonly<Record<string, Named>> = {
  leaky_relu: ({ attributes: { slope } }) => [
    'torch.nn.LeakyReLU',
    slope === 0.01 ? { inplace: true } : { negative_slope: slope, inplace: true },
  ],
  relu: inPlace('ReLU'),
  relu6: inPlace('ReLU6'),
  elu: ({ attributes: { alpha } }) => ['torch.nn.ELU', { alpha, inplace: true }],
  prelu: ({ attributes: { start } }) => ['torch.nn.PReLU', { init: start }],
  gelu: ({ attributes: { approximate } }) => ['torch.nn.GELU', { approximate }],
  silu: inPlace('SiLU'),
  hard_swish: inPlace('Hardswish'),
  sigmoid: () => ['torch.nn.Sigmoid', {}],
  tanh: () => ['torch.nn.Tanh', {}],
}

/** `norm_op` and `norm_op_kwargs`, of the first such operator of the network. */
function moduleArguments(
  key: string,
  known: Readonly<Record<string, Named>>,
  nodes: readonly GraphNode[],
  rank: number,
): Readonly<Record<string, unknown>> {
  const node = nodes.find(({ op }) => Object.hasOwn(known, op))
  const [className, kwargs] = (node === undefined ? undefined : known[node.op]?.(node, rank)) ?? [null, null]
  return { [key]: className, [`${key}_kwargs`]: kwargs }
}
