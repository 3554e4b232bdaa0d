// The boxes of a diagram and the groups around them, with what they cost.
import type { Graph, GraphNode, NodeId } from '../../ir/graph.ts'
import type { Shape } from '../../ir/tensor.ts'
import type { Span } from '../../text/source.ts'
import { plus } from '../amounts.ts'
import { lineOf, type Sources } from '../charge.ts'
import type { CostReport, NodeCost } from '../cost.ts'
import type { ModuleCost } from '../module-tree.ts'
import type { BoxAmounts, BoxOfNode, DiagramBox, DiagramGroup } from './model.ts'
import type { Outline } from './outline.ts'
import { labelOf, summaryOf } from './texts.ts'

interface Boxes {
  readonly boxes: readonly DiagramBox[]
  readonly groups: readonly DiagramGroup[]
  readonly boxOfNode: BoxOfNode
}

interface Draft {
  readonly path: string
  readonly isPort: boolean
  readonly members: GraphNode[]
}

export function boxesOf(graph: Graph, report: CostReport, sources: Sources, outline: Outline): Boxes {
  const drafts = draftsOf(graph, outline)
  const inside = thingsInside(drafts, outline)
  const groups = groupsOf(drafts, outline, inside)
  const groupIds = new Map(groups.map((one) => [one.path, one.id]))
  const describe = new Describer(graph, report, sources, outline)
  const boxOfNode: (number | undefined)[] = graph.nodes.map(() => undefined)
  const boxes = drafts.map((draft, id): DiagramBox => {
    for (const member of draft.members) boxOfNode[member.id] = id
    const around = outline.groupPaths(draft.path).findLast((path) => groupIds.has(path))
    const group = draft.isPort || around === undefined ? undefined : groupIds.get(around)
    const bare = draft.isPort ? undefined : bareAround(draft.path, outline, inside)
    return { ...describe.box(draft, bare ?? draft.path), id, group }
  })
  const outputs = outline.within === undefined ? outputBoxes(graph, boxes.length, describe) : []
  return { boxes: [...boxes, ...outputs], groups, boxOfNode }
}

function draftsOf(graph: Graph, outline: Outline): Draft[] {
  const drafts = new Map<string, Draft>()
  const near = outline.within === undefined ? undefined : neighbours(graph, outline)
  for (const node of graph.nodes) {
    const path = outline.boxPath(node.origin.path)
    const isPort = outline.isOutside(path)
    if (isPort && near?.has(node.id) !== true) continue
    const before = drafts.get(path)
    if (before === undefined) drafts.set(path, { path, isPort, members: [node] })
    else before.members.push(node)
  }
  return [...drafts.values()]
}

/** Operators outside of the module that is drawn, which it reads or which read it. */
function neighbours(graph: Graph, outline: Outline): Set<NodeId> {
  const isOutside = graph.nodes.map((node) => outline.isOutside(outline.boxPath(node.origin.path)))
  const found = new Set<NodeId>()
  for (const node of graph.nodes)
    for (const input of node.inputs) {
      if (isOutside[input] === isOutside[node.id]) continue
      found.add(isOutside[input] ? input : node.id)
    }
  return found
}

/** Opened modules with more than one thing inside: a frame around one box says nothing. */
function groupsOf(drafts: readonly Draft[], outline: Outline, inside: Inside): DiagramGroup[] {
  const groups = new Map<string, DiagramGroup>()
  for (const draft of drafts) {
    if (draft.isPort) continue
    let group: number | undefined
    for (const path of outline.groupPaths(draft.path)) {
      if (isBare(path, outline, inside)) continue
      const before = groups.get(path)
      const label = labelOf(bareAround(path, outline, inside) ?? path)
      const kind = outline.families.has(path) ? 'family' : 'opened'
      const made: DiagramGroup = before ?? { id: groups.size, path, label, kind, group }
      groups.set(path, made)
      group = made.id
    }
  }
  return [...groups.values()]
}

/** By module: the paths right inside it. */
type Inside = ReadonlyMap<string, ReadonlySet<string>>

/** An opened module with one thing inside: that one stands for it. */
function isBare(path: string, outline: Outline, inside: Inside): boolean {
  return !outline.families.has(path) && inside.get(path)?.size === 1
}

function thingsInside(drafts: readonly Draft[], outline: Outline): Inside {
  const inside = new Map<string, Set<string>>()
  for (const draft of drafts) {
    if (draft.isPort) continue
    const paths = [...outline.groupPaths(draft.path), draft.path]
    paths.forEach((path, k) => {
      const around = paths[k - 1]
      if (around !== undefined) inside.set(around, (inside.get(around) ?? new Set()).add(path))
    })
  }
  return inside
}

/** The outermost of the modules that a box stands for, besides being inside them. */
function bareAround(path: string, outline: Outline, inside: Inside): string | undefined {
  const around = outline.groupPaths(path)
  const framed = around.findLastIndex((one) => !isBare(one, outline, inside))
  return around[framed + 1]
}

type Described = Omit<DiagramBox, 'id' | 'group'>

class Describer {
  readonly #graph: Graph
  readonly #report: CostReport
  readonly #sources: Sources
  readonly #outline: Outline
  readonly #spans: ReadonlyMap<string, Span>
  readonly #results: ReadonlySet<NodeId>
  readonly #consumers: readonly (NodeId | undefined)[]

  constructor(graph: Graph, report: CostReport, sources: Sources, outline: Outline) {
    this.#graph = graph
    this.#report = report
    this.#sources = sources
    this.#outline = outline
    this.#spans = spansOf(report.modules)
    this.#results = resultsOf(graph)
    this.#consumers = lastConsumers(graph)
  }

  /** `named` is the path that the label is made from. */
  box({ path, isPort, members }: Draft, named: string): Described {
    const costs = members.map((one) => this.#cost(one.id))
    const amounts = sumOf(costs)
    const only = members.length === 1 ? members[0] : undefined
    const kind = isPort
      ? 'port'
      : only === undefined || only.origin.path !== path
        ? 'module'
        : only.op === 'input'
          ? 'input'
          : 'operator'
    return {
      kind,
      path,
      label: labelOf(named),
      summary: this.#summary(kind, path, members, named),
      shape: this.#result(members),
      operators: members.length,
      amounts,
      share: shareOf(amounts.effectiveMacs, this.#report.totals.inference.effectiveMacs),
      place: this.line(this.#spans.get(path) ?? members[0]?.origin.span),
      aux: costs.some((one) => one.training) && !costs.some((one) => one.inference),
      unread: (kind === 'module' || kind === 'operator') && !costs.some((one) => one.training),
    }
  }

  #summary(kind: DiagramBox['kind'], path: string, members: readonly GraphNode[], named: string): string {
    if (kind === 'input' || kind === 'port') return ''
    const isOther = named !== path && kind === 'operator'
    return summaryOf(isOther ? named : path, members, this.#outline.fused.get(path))
  }

  line(span: Span | undefined): DiagramBox['place'] {
    return span === undefined ? undefined : lineOf(this.#sources, span)
  }

  #cost(id: NodeId): NodeCost {
    const found = this.#report.nodes[id]
    if (found === undefined) throw new Error(`the report has no operator ${id}`)
    return found
  }

  /** What the box gives: the last of its tensors that something else reads, or a level, node or output is. */
  #result(members: readonly GraphNode[]): Shape {
    const own = new Set(members.map((one) => one.id))
    const given = members.findLast(
      ({ id }) =>
        this.#results.has(id) || !own.has(this.#consumers[id] ?? id) || this.#consumers[id] === undefined,
    )
    return (given ?? members.at(-1))?.type.shape ?? []
  }

  outputShape(node: NodeId): Shape {
    return this.#graph.nodes[node]?.type.shape ?? []
  }
}

function resultsOf(graph: Graph): Set<NodeId> {
  return new Set([
    ...graph.outputs.map((one) => one.node),
    ...graph.backbones.flatMap((one) => one.levels.map((level) => level.node)),
    ...graph.fusions.flatMap((one) => one.nodes.map((node) => node.node)),
  ])
}

/** By node: the last operator that reads it, which lies outside its module if any does. */
function lastConsumers(graph: Graph): readonly (NodeId | undefined)[] {
  const last: (NodeId | undefined)[] = graph.nodes.map(() => undefined)
  for (const node of graph.nodes) for (const input of node.inputs) last[input] = node.id
  return last
}

function spansOf(modules: readonly ModuleCost[]): Map<string, Span> {
  const spans = new Map<string, Span>()
  const visit = (one: ModuleCost): void => {
    spans.set(one.path, one.span)
    one.children.forEach(visit)
  }
  modules.forEach(visit)
  return spans
}

function sumOf(costs: readonly NodeCost[]): BoxAmounts {
  const sum: { -readonly [K in keyof BoxAmounts]: BoxAmounts[K] } = { ...free }
  for (const one of costs) {
    sum.parameters += one.parameters
    sum.effectiveParameters += one.effectiveParameters
    if (!one.inference) continue
    sum.macs = plus(sum.macs, one.macs)
    sum.effectiveMacs = plus(sum.effectiveMacs, one.effectiveMacs)
  }
  return sum
}

function shareOf(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined) return undefined
  return whole === 0 ? 0 : part / whole
}

const free: BoxAmounts = { parameters: 0, effectiveParameters: 0, macs: 0, effectiveMacs: 0 }

function outputBoxes(graph: Graph, first: number, describe: Describer): DiagramBox[] {
  return graph.outputs.map((output, k) => ({
    id: first + k,
    kind: 'output',
    path: output.name,
    label: output.name,
    summary: '',
    shape: describe.outputShape(output.node),
    operators: 0,
    amounts: free,
    share: 0,
    place: describe.line(output.span),
    aux: output.aux,
    unread: false,
    group: undefined,
  }))
}
