// What networks have beside operators: arguments, inputs, outputs, backbones, fusions with their edges, budgets.
import type { Backbone, BackboneLevel, Fusion, FusionEdge, FusionNode, Graph } from '../../ir/graph.ts'
import { formatShape } from '../../ir/tensor.ts'
import { budgetName, budgetResults } from '../budgets.ts'
import type { CostReport } from '../cost.ts'
import type {
  BackboneChange,
  BudgetData,
  Change,
  EdgeChange,
  FusionChange,
  NamedChange,
  OutputData,
} from './document.ts'
import { counterpart, type Matching } from './match.ts'
import { nodeAt, showIndex, showValue } from './show.ts'

/** What differs between two tables, in the order of B with what only A has at the end. */
export function tableChanges<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  equal: (x: T, y: T) => boolean = (x, y) => x === y,
): NamedChange<T>[] {
  const changes: NamedChange<T>[] = []
  for (const [name, now] of after) {
    const old = before.get(name)
    if (old === undefined) changes.push({ name, before: null, after: now })
    else if (!equal(old, now)) changes.push({ name, before: old, after: now })
  }
  for (const [name, old] of before) if (!after.has(name)) changes.push({ name, before: old, after: null })
  return changes
}

export function argumentTable(graph: Graph): Map<string, string> {
  return new Map(graph.arguments.map(({ name, value }) => [name, showValue(value)]))
}

export function inputTable(graph: Graph): Map<string, string> {
  return new Map(graph.inputs.map(({ name, node }) => [name, formatShape(nodeAt(graph, node).type.shape)]))
}

export function outputChanges(a: Graph, b: Graph, matching: Matching): NamedChange<OutputData>[] {
  const table = (graph: Graph): Map<string, OutputData & { readonly node: number }> =>
    new Map(
      graph.outputs.map(({ name, aux, node }) => {
        const { type, origin } = nodeAt(graph, node)
        return [name, { shape: formatShape(type.shape), aux, from: origin.path, node }]
      }),
    )
  const changes = tableChanges(
    table(a),
    table(b),
    (x, y) => x.shape === y.shape && x.aux === y.aux && counterpart(matching, x.node, 'a') === y.node,
  )
  const shown = (one: OutputData | null): OutputData | null =>
    one === null ? null : { shape: one.shape, aux: one.aux, from: one.from }
  return changes.map(({ name, before, after }) => ({ name, before: shown(before), after: shown(after) }))
}

// ---------------------------------------------------------------- backbones and fusions

/** The path in B of what stands at a path in A; the path itself where nothing does. */
export type PathInB = (path: string) => string

export function pathsInB({ toB }: Matching): PathInB {
  const known = new Map([...toB].map(([before, after]) => [before.path, after.path]))
  return (path) => known.get(path) ?? path
}

export function backboneChanges(a: Graph, b: Graph, pathInB: PathInB): BackboneChange[] {
  const old = new Map(a.backbones.map((one) => [pathInB(one.path), one]))
  const now = new Map(b.backbones.map((one) => [one.path, one]))
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((path) => {
    const changes = tableChanges(strides(old.get(path)), strides(now.get(path)))
    const names = (ofSide: 'before' | 'after'): string[] =>
      changes.filter((one) => one[ofSide] === null).map((one) => one.name)
    const kept = changes.filter((one) => one.before !== null && one.after !== null)
    return changes.length === 0
      ? []
      : [{ path, removed: names('after'), added: names('before'), strides: kept }]
  })
}

function strides(backbone: Backbone | undefined): Map<string, string> {
  const text = ({ stride }: BackboneLevel): string => stride.map((one) => one ?? '?').join('×')
  return new Map(backbone?.levels.map((one) => [showIndex('level', one.index), text(one)]))
}

export function fusionChanges(a: Graph, b: Graph, pathInB: PathInB): FusionChange[] {
  const backboneName = new Map(a.backbones.map((one) => [one.name, pathInB(one.path)]))
  const old = new Map(a.fusions.map((one, at) => [pathInB(one.path), { fusion: one, kept: keptOf(a, at) }]))
  const now = new Map(b.fusions.map((one, at) => [one.path, { fusion: one, kept: keptOf(b, at) }]))
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((path) => {
    const [before, after] = [old.get(path), now.get(path)]
    const rename = (name: string): string => backboneName.get(name) ?? name
    const change: FusionChange = {
      path,
      ...nodeChanges(before?.fusion, after?.fusion, rename),
      sparsity: tableChanges(sparsityTable(before?.fusion), sparsityTable(after?.fusion)),
      kept: { before: before?.kept ?? null, after: after?.kept ?? null },
    }
    return isNothing(change) ? [] : [change]
  })
}

function isNothing({ removedNodes, addedNodes, edges, sparsity, kept }: FusionChange): boolean {
  return (
    [removedNodes, addedNodes, edges, sparsity].every((one) => one.length === 0) && kept.before === kept.after
  )
}

/** `20,000 of 100,000`; undefined where no weight is masked. */
function keptOf(graph: Graph, fusion: number): string | null {
  const masks = graph.parameters.map((one) => one.mask).filter((one) => one?.fusion === fusion)
  let [kept, total] = [0, 0]
  for (const mask of masks) {
    kept += mask?.kept ?? 0
    total += mask?.total ?? 0
  }
  return masks.length === 0 ? null : `${kept}/${total}`
}

function sparsityTable(fusion: Fusion | undefined): Map<string, string> {
  return new Map(Object.entries(fusion?.sparsity ?? {}).map(([name, value]) => [name, showValue(value)]))
}

function nodeChanges(
  before: Fusion | undefined,
  after: Fusion | undefined,
  rename: (backbone: string) => string,
): Pick<FusionChange, 'removedNodes' | 'addedNodes' | 'edges'> {
  const table = (fusion: Fusion | undefined): Map<string, FusionNode> =>
    new Map(fusion?.nodes.map((one) => [showIndex('node', one.index), one]))
  const [old, now] = [table(before), table(after)]
  const edges = [...now].flatMap(([node, one]): EdgeChange[] => {
    const earlier = old.get(node)
    if (earlier === undefined) return []
    const changes = tableChanges(
      edgeTable(earlier, rename),
      edgeTable(one, (name) => name),
    )
    return changes.map((change) => ({ node, edge: change.name, before: change.before, after: change.after }))
  })
  return {
    removedNodes: [...old.keys()].filter((one) => !now.has(one)),
    addedNodes: [...now.keys()].filter((one) => !old.has(one)),
    edges,
  }
}

/** What each edge of a node reads. */
function edgeTable({ edges }: FusionNode, rename: (backbone: string) => string): Map<string, string> {
  const reads = ({ sources, levels }: FusionEdge): string => {
    const nodes = sources.map((index) => showIndex('node', index))
    const all = [...nodes, ...levels.map(({ backbone, index }) => showIndex(rename(backbone), index))]
    return all.length === 0 ? 'nothing of a fusion or backbone' : all.join(', ')
  }
  return new Map(edges.map((one) => [showIndex(one.name, one.index), reads(one)]))
}

// ---------------------------------------------------------------- budgets

export function budgetChanges(
  a: readonly [Graph, CostReport],
  b: readonly [Graph, CostReport],
): NamedChange<BudgetData>[] {
  const equal = (x: BudgetData, y: BudgetData): boolean => x.limit === y.limit && x.kept === y.kept
  return tableChanges(budgetTable(...a), budgetTable(...b), equal)
}

function budgetTable(graph: Graph, report: CostReport): Map<string, BudgetData> {
  return new Map(
    budgetResults(graph, report).map((one) => [
      budgetName(one),
      { metric: one.budget.metric, limit: one.budget.limit, actual: one.actual ?? null, kept: one.kept },
    ]),
  )
}

/** Whether a change says anything at all. */
export function differs({ before, after }: Change<unknown>): boolean {
  return before !== after
}
