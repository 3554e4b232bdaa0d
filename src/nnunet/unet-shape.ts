// The shape of a U-Net in a graph: where its levels end, and what lies between two of them. Whether the network is one of nnU-Net's is said by
// comparing it with what is made of this, so that a wrong guess here is no wrong answer.
import type { Graph, GraphNode } from '../compiler/ir/graph.ts'

export interface Stage {
  /** Channels of the level that it ends in. */
  readonly width: number
  /** Extents that go in over those that come out, per axis. */
  readonly stride: readonly number[]
  readonly nodes: readonly GraphNode[]
}

export interface UNetShape {
  readonly channels: number
  readonly classes: number
  readonly patch: readonly number[]
  /** From the finest on. */
  readonly encoder: readonly Stage[]
  /** Operators between a level's concatenation and its result, from the finest on. */
  readonly decoder: readonly (readonly GraphNode[])[]
}

/** The shape, or what keeps the network from having one. */
export function unetShape(graph: Graph): UNetShape | string {
  const [input, second] = graph.inputs
  const logits = graph.outputs.find(({ aux }) => !aux)
  if (input === undefined || second !== undefined)
    return `it has ${graph.inputs.length} inputs, and nnU-Net gives one`
  const nodeAt = (id: number | undefined): GraphNode | undefined =>
    id === undefined ? undefined : graph.nodes[id]
  const image = nodeAt(input.node)
  const head = nodeAt(logits?.node)
  if (image === undefined || head === undefined) return 'it has no output that is not aux'
  if (!isFixed(image)) return 'its input has free extents: give them numbers with --set'
  const ups = graph.nodes.filter(({ op }) => op === 'conv_transpose').toReversed()
  if (ups.length === 0) return 'it has no transposed convolution, and by those the decoders of nnU-Net go up'
  const joints = ups.map((up) =>
    graph.nodes.find(({ op, inputs }) => op === 'concat' && inputs[0] === up.id && inputs.length === 2),
  )
  const stray = ups.find((_, i) => joints[i] === undefined)
  if (stray !== undefined)
    return `\`${stray.origin.path}\` does not end in a concatenation of itself and one skip, in this order`
  const levels = [...joints.map((joint) => nodeAt(joint?.inputs[1])), nodeAt(ups.at(-1)?.inputs[0])]
  const encoder = levels.map((level, i) =>
    stageOf(graph, i === 0 ? image : (levels[i - 1] ?? image), level ?? image),
  )
  const idle = encoder.findIndex(({ nodes }) => !nodes.some(({ op }) => op === 'conv'))
  if (idle !== -1)
    return `its decoder takes \`${levels[idle]?.origin.path}\` as a level, with no convolution between it and the finer one`
  const results = [nodeAt(head.inputs[0]), ...ups.slice(0, -1).map((up) => nodeAt(up.inputs[0]))]
  return {
    channels: numbersOf(image)[0] ?? 0,
    classes: numbersOf(head)[0] ?? 0,
    patch: numbersOf(image).slice(1),
    encoder,
    decoder: joints.map((joint, i) => between(graph, joint ?? image, results[i] ?? image)),
  }
}

const isFixed = ({ type }: GraphNode): boolean => type.shape.every((extent) => typeof extent === 'number')

const numbersOf = ({ type }: GraphNode): readonly number[] =>
  type.shape.map((extent) => (typeof extent === 'number' ? extent : 0))

function stageOf(graph: Graph, from: GraphNode, to: GraphNode): Stage {
  const [, ...before] = numbersOf(from)
  const [width = 0, ...after] = numbersOf(to)
  return {
    width,
    stride: before.map((extent, axis) => Math.round(extent / (after[axis] ?? 1))),
    nodes: between(graph, from, to),
  }
}

/** What `to` needs beyond `from`, with `to` and without `from`, in the order of the graph. */
function between({ nodes }: Graph, from: GraphNode, to: GraphNode): readonly GraphNode[] {
  const wanted = new Set([to.id])
  // Inputs have smaller ids, so that one pass from the end reaches everything.
  for (let id = to.id; id > from.id; id--)
    if (wanted.has(id)) for (const input of nodes[id]?.inputs ?? []) wanted.add(input)
  return nodes.filter(({ id }) => id > from.id && wanted.has(id))
}
