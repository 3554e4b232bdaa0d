// Which class of the Primus family a transformer may be, with which arguments: read off its operators. A guess, which is compared afterwards.
import type { Graph, GraphNode } from '../compiler/ir/graph.ts'
import { equalShapes } from '../compiler/ir/tensor.ts'
import type { Architecture } from './plans.ts'

/** What a candidate is built for, and the class. */
export interface PrimusGuess {
  readonly channels: number
  readonly classes: number
  readonly patch: readonly number[]
  readonly architecture: Architecture
}

/** Undefined where nothing attends, or the network does not end as these do. */
export function primusGuess(graph: Graph): PrimusGuess | undefined {
  const { nodes, inputs, outputs } = graph
  const image = nodes[inputs[0]?.node ?? -1]
  const logits = nodes[outputs[0]?.node ?? -1]
  const attentions = nodes.filter(({ op }) => op === 'attention')
  const [attention] = attentions
  if (image === undefined || attention === undefined || logits?.op !== 'conv_transpose') return undefined
  const [channels = 0, ...patch] = numbersOf(image)
  const [heads = 0, tokens = 1, features = 0] = numbersOf(attention)
  const width = heads * features
  const token = Math.round(Math.cbrt(product(patch) / tokens))
  const common = {
    embed_dim: width,
    patch_embed_size: [token, token, token],
    eva_depth: attentions.length,
    eva_numheads: heads,
    input_shape: patch,
    ...ratioOf(nodes, width),
    init_values: scaleOf(nodes, width),
    scale_attn_inner: isNormed(nodes, attention),
    drop_path_rate: Math.max(0, ...nodes.filter(({ op }) => op === 'dropout').map(rateOf)),
  }
  const embed = embedOf(nodes, image)
  return {
    channels,
    classes: numbersOf(logits)[0] ?? 0,
    patch,
    architecture: {
      className: `dynamic_network_architectures.architectures.primus.${embed.name}`,
      kwargs: { ...common, ...embed.kwargs },
      imports: Object.hasOwn(embed.kwargs, 'nonlin') ? ['nonlin'] : [],
    },
  }
}

/** Tokens by one convolution; or by residual blocks, whose widths and activation only version 3 says. */
function embedOf(
  nodes: readonly GraphNode[],
  image: GraphNode,
): { readonly name: string; readonly kwargs: Readonly<Record<string, unknown>> } {
  const sums = new Set(nodes.filter(({ op }) => op === 'add').map(({ id }) => id))
  const blocks = nodes.filter(
    ({ op, inputs }) => (op === 'relu' || op === 'leaky_relu') && sums.has(inputs[0] ?? -1),
  )
  const [first] = blocks
  if (first === undefined || image.type.shape.length !== first.type.shape.length)
    return { name: 'Primus', kwargs: {} }
  const widths = blocks.map((one) => numbersOf(one)[0])
  const hasSkips = nodes.some((one) => isParameterOf(one, 1))
  if (first.op === 'relu' && !hasSkips && widths.join() === '32,32,64,128')
    return { name: 'PrimusV2', kwargs: {} }
  const nonlin = first.op === 'relu' ? 'torch.nn.ReLU' : 'torch.nn.LeakyReLU'
  return { name: 'PrimusV3', kwargs: { ch_per_level: widths, nonlin, add_skips: hasSkips } }
}

/** Of the features inside the perceptrons, which nnU-Net rounds down; nothing where it is the classes' own, 8/3. */
function ratioOf(nodes: readonly GraphNode[], width: number): { readonly mlp_ratio?: number } {
  const inside = nodes.find(({ op, attributes }) => op === 'linear' && attributes['features'] !== width)
  const hidden = Number(inside?.attributes['features'] ?? width)
  if (hidden === Math.floor((8 * width) / 3)) return {}
  const exact = hidden / width
  return { mlp_ratio: Math.trunc(width * exact) === hidden ? exact : (hidden + 0.5) / width }
}

/** What the scale of a residual begins with; null where there are no scales. */
function scaleOf(nodes: readonly GraphNode[], width: number): number | null {
  const scale = nodes.find((one) => isParameterOf(one, width))
  if (scale === undefined) return null
  const { named } = scale.attributes['init'] as { readonly named: { readonly value?: number } }
  return named.value ?? 1
}

/** Whether the attention's result is normalised before it is projected. */
function isNormed(nodes: readonly GraphNode[], attention: GraphNode): boolean {
  let at = attention
  for (;;) {
    const next = nodes.find(({ inputs }) => inputs.includes(at.id))
    if (next === undefined || next.op === 'linear') return false
    if (next.op === 'layer_norm') return true
    at = next
  }
}

/** Whether it is as many learned numbers of one axis. */
const isParameterOf = ({ op, type }: GraphNode, count: number): boolean =>
  op === 'parameter' && equalShapes(type.shape, [count])

const rateOf = ({ attributes }: GraphNode): number => Number(attributes['rate'])
const product = (numbers: readonly number[]): number => numbers.reduce((all, one) => all * one, 1)

const numbersOf = ({ type }: GraphNode): readonly number[] =>
  type.shape.map((extent) => (typeof extent === 'number' ? extent : 0))
