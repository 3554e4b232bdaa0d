// The edges of a diagram: which tensors pass between boxes, in which direction of a fusion, through how dense weights.
import type { FusionEdge, Graph, GraphNode, NodeId } from '../../ir/graph.ts'
import { elementCount, keptCount, parameterAt } from '../cost.ts'
import type { BoxOfNode, DiagramBox, DiagramEdge, EdgeKind } from './diagram.ts'
import { consumersOf, type Outline } from './outline.ts'

interface Weights {
  kept: number
  total: number
}

interface Draft {
  readonly from: number
  readonly to: number
  readonly kind: EdgeKind
  readonly direction: string
  readonly weights: Weights
  readonly passages: Set<Passage>
}

/** A direction that a tensor passes in, with the weights of that edge and its channels of what is fused. */
interface Passage {
  readonly direction: string
  readonly weights: Weights
  readonly channels?: FusionEdge['channels']
}

export function edgesOf(
  graph: Graph,
  outline: Outline,
  boxes: readonly DiagramBox[],
  boxOfNode: BoxOfNode,
): DiagramEdge[] {
  const passages = passagesOf(graph, outline)
  const backbones = graph.backbones.map((one) => `${one.path}.level[`)
  const drafts = new Map<string, Draft>()
  const add = (from: number, to: number, kind: EdgeKind, passage: Passage): void => {
    const key = `${from} ${to} ${kind} ${passage.direction}`
    const draft = drafts.get(key) ?? {
      from,
      to,
      kind,
      direction: passage.direction,
      weights: { kept: 0, total: 0 },
      passages: new Set(),
    }
    drafts.set(key, draft)
    draft.weights.kept += passage.weights.kept
    draft.weights.total += passage.weights.total
    draft.passages.add(passage)
  }
  for (const node of graph.nodes) {
    const to = boxOfNode[node.id]
    for (const input of node.inputs) {
      const from = boxOfNode[input]
      if (from === undefined || to === undefined || from === to) continue
      const named = passages.get(passageKey(input, node.id)) ?? []
      for (const passage of named) add(from, to, 'fusion', passage)
      if (named.length > 0) continue
      const isBackbone = backbones.some((one) => isIn(boxes[from], one) && isIn(boxes[to], one))
      add(from, to, isBackbone ? 'backbone' : 'flow', isBackbone ? backbonePassage : dataPassage)
    }
  }
  for (const [from, to] of outputPairs(graph, boxes, boxOfNode)) add(from, to, 'flow', dataPassage)
  return Array.from(drafts.values(), ({ weights, passages: passed, ...edge }) => ({
    ...edge,
    density: weights.total === 0 ? undefined : weights.kept / weights.total,
    channels: channelsOf(passed),
  }))
}

/** Of several tensors together; each counts once, however many operators read it. */
function channelsOf(passages: ReadonlySet<Passage>): number | undefined {
  const known = [...passages].flatMap(({ channels }) =>
    channels === undefined ? [] : [channels[1] - channels[0]],
  )
  return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0)
}

const none: Weights = { kept: 0, total: 0 }
const backbonePassage: Passage = { direction: 'backbone', weights: none }
const dataPassage: Passage = { direction: 'data', weights: none }

const isIn = (box: DiagramBox | undefined, prefix: string): boolean =>
  box !== undefined && box.kind !== 'port' && box.path.startsWith(prefix)

function outputPairs(
  graph: Graph,
  boxes: readonly DiagramBox[],
  boxOfNode: BoxOfNode,
): (readonly [number, number])[] {
  const first = boxes.findIndex((box) => box.kind === 'output')
  if (first < 0) return []
  return graph.outputs.flatMap((output, k) => {
    const from = boxOfNode[output.node]
    return from === undefined ? [] : [[from, first + k] as const]
  })
}

// ---------------------------------------------------------------- directions

const passageKey = (from: NodeId, to: NodeId): string => `${from}>${to}`

/** By pair of operators: the fusion edges along which the one feeds the other. */
function passagesOf(graph: Graph, outline: Outline): Map<string, Passage[]> {
  const passages = new Map<string, Passage[]>()
  const consumers = consumersOf(graph)
  for (const { path, node } of outline.fused.values()) {
    const inside = `${path}.`
    const walks = node.edges.map((edge) => walkBack(graph, edge.node, inside))
    const own = new Set(walks.flatMap((walk) => [...walk.own]))
    node.edges.forEach((edge, k) => {
      const readers = (consumers[edge.node] ?? []).filter(
        (id) => !own.has(id) && isInside(graph.nodes[id], inside),
      )
      const passage = {
        direction: edge.name,
        weights: weightsOf(graph, edge, walks[k], readers, consumers, inside),
        ...(edge.channels !== undefined && { channels: edge.channels }),
      }
      const pairs = [...(walks[k]?.crossings ?? []), ...readers.map((id) => passageKey(edge.node, id))]
      for (const pair of pairs) passages.set(pair, [...(passages.get(pair) ?? []), passage])
    })
  }
  return passages
}

interface Walk {
  /** The edge's own operators. */
  readonly own: ReadonlySet<NodeId>
  /** Where tensors from elsewhere enter them. */
  readonly crossings: readonly string[]
}

/** From the tensor that an edge brings, back to where it enters the fusion's node. */
function walkBack(graph: Graph, from: NodeId, inside: string): Walk {
  const own = new Set<NodeId>(isInside(graph.nodes[from], inside) ? [from] : [])
  const crossings: string[] = []
  for (const id of own)
    for (const input of graph.nodes[id]?.inputs ?? []) {
      if (isInside(graph.nodes[input], inside)) own.add(input)
      else crossings.push(passageKey(input, id))
    }
  return { own, crossings }
}

const isInside = (node: GraphNode | undefined, inside: string): boolean =>
  node?.origin.path.startsWith(inside) === true

// ---------------------------------------------------------------- weights

/** Of the edge's own operators, and its part of the fuse's first weight: the columns that read the edge's channels. */
function weightsOf(
  graph: Graph,
  edge: FusionEdge,
  walk: Walk | undefined,
  readers: readonly NodeId[],
  consumers: readonly NodeId[][],
  inside: string,
): Weights {
  const weights: Weights = { kept: 0, total: 0 }
  for (const id of walk?.own ?? []) addWeights(graph, id, 1, weights)
  const [joined] = readers
  if (edge.channels === undefined || joined === undefined) return weights
  const channels = graph.nodes[joined]?.type.shape[0]
  if (typeof channels !== 'number' || channels === 0) return weights
  const reader = firstWeighted(graph, joined, consumers, inside)
  if (reader !== undefined)
    addWeights(graph, reader, (edge.channels[1] - edge.channels[0]) / channels, weights)
  return weights
}

function addWeights(graph: Graph, id: NodeId, part: number, weights: Weights): void {
  for (const at of graph.nodes[id]?.parameters ?? []) {
    const parameter = parameterAt(graph, at)
    if (parameter.buffer || parameter.shape.length < 2) continue
    weights.kept += part * keptCount(parameter)
    weights.total += part * elementCount(parameter.shape)
  }
}

/** The first operator with a weight on the way from here, inside the node. */
function firstWeighted(
  graph: Graph,
  from: NodeId,
  consumers: readonly NodeId[][],
  inside: string,
): NodeId | undefined {
  const ahead = new Set([from])
  for (const id of ahead) {
    const node = graph.nodes[id]
    if (!isInside(node, inside)) continue
    if (node?.parameters.some((at) => parameterAt(graph, at).shape.length > 1) === true) return id
    for (const next of consumers[id] ?? []) ahead.add(next)
  }
  return undefined
}
