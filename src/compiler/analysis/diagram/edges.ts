// The edges of a diagram: which tensors pass between boxes, in which direction of a fusion, through how dense weights.
import type { FusionEdge, Graph, NodeId } from '../../ir/graph.ts'
import { consumersOf, edgesInto, type EdgeWeights } from '../edge-weights.ts'
import type { BoxOfNode, DiagramBox, DiagramEdge, EdgeKind } from './model.ts'
import type { Outline } from './outline.ts'

interface Draft {
  readonly from: number
  readonly to: number
  readonly kind: EdgeKind
  readonly direction: string
  readonly weights: { kept: number; total: number }
  readonly passages: Set<Passage>
}

/** A direction that a tensor passes in, with the weights of that edge and its channels of what is fused. */
interface Passage {
  readonly direction: string
  readonly weights: EdgeWeights
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

const none: EdgeWeights = { kept: 0, total: 0 }
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
  for (const { path, node } of outline.fused.values())
    for (const { edge, crossings, readers, weights } of edgesInto(graph, path, node, consumers)) {
      const { name: direction, channels } = edge
      const passage = { direction, weights, ...(channels !== undefined && { channels }) }
      const entries = readers.map((id) => [edge.node, id] as const)
      for (const [from, to] of [...crossings, ...entries]) {
        const pair = passageKey(from, to)
        const known = passages.get(pair)
        if (known === undefined) passages.set(pair, [passage])
        else known.push(passage)
      }
    }
  return passages
}
