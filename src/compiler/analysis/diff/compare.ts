// Two networks compared: what differs in the architecture, what that costs, and whether a checkpoint of the one loads in the other.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Graph, GraphNode, NodeId } from '../../ir/graph.ts'
import type { Recipe } from '../../semantics/declarations/train.ts'
import type { Sources } from '../charge.ts'
import { cost, type CostReport } from '../cost.ts'
import { checkpointOf } from './checkpoint.ts'
import { costDelta, sideCosts, type SideCosts } from './costs.ts'
import type { Architecture, DiffDocument, EdgeChange, FusionChange, SideData } from './document.ts'
import { matchModules, type Matching } from './match.ts'
import { loneModules, renamedModules } from './modules.ts'
import { operatorChanges, wiringChanges, type Explained } from './operators.ts'
import { recipeChanges } from './recipes.ts'
import { showIndex } from './show.ts'
import {
  argumentTable,
  backboneChanges,
  budgetChanges,
  fusionChanges,
  inputTable,
  outputChanges,
  pathsInB,
  tableChanges,
} from './structure.ts'

export interface DiffSide {
  /** As the comparison names it: a file, `HEAD~1:net.weft`. */
  readonly name: string
  readonly graph: Graph
  readonly sources: Sources
  /** Recipes that train the network; compared where both sides have some. */
  readonly recipes?: readonly Recipe[]
}

export interface Comparison {
  /** Absent when a count of either side is too large to be exact. */
  readonly document?: DiffDocument
  readonly a: readonly Diagnostic[]
  readonly b: readonly Diagnostic[]
}

/** Near-linear in the size of the graphs. */
export function compareNetworks(a: DiffSide, b: DiffSide): Comparison {
  const [costA, costB] = [cost(a.graph, a.sources), cost(b.graph, b.sources)]
  const found = { a: costA.diagnostics, b: costB.diagnostics }
  if (costA.report === undefined || costB.report === undefined) return found
  return { ...found, document: compared(a, costA.report, b, costB.report) }
}

function compared(a: DiffSide, reportA: CostReport, b: DiffSide, reportB: CostReport): DiffDocument {
  const matching = matchModules(a.graph, b.graph)
  const [costsA, costsB] = [sideCosts(a.graph, reportA, matching.a), sideCosts(b.graph, reportB, matching.b)]
  const architecture = architectureOf({ a, b, matching, costsA, costsB, reportA, reportB })
  const recipes = recipeChanges(a.recipes ?? [], b.recipes ?? [])
  return {
    schema: 'weft-diff/1',
    same:
      recipes.length === 0 &&
      Object.values(architecture).every((changes: readonly unknown[]) => changes.length === 0),
    a: sideData(a),
    b: sideData(b),
    architecture,
    cost: costDelta(matching, costsA, costsB),
    checkpoint: checkpointOf(a.graph, b.graph, matching),
    recipes,
  }
}

function sideData({ name, graph }: DiffSide): SideData {
  return { name, network: graph.network, arguments: Object.fromEntries(argumentTable(graph)) }
}

interface Sides {
  readonly a: DiffSide
  readonly b: DiffSide
  readonly matching: Matching
  readonly costsA: SideCosts
  readonly costsB: SideCosts
  readonly reportA: CostReport
  readonly reportB: CostReport
}

function architectureOf({ a, b, matching, costsA, costsB, reportA, reportB }: Sides): Architecture {
  const [before, after] = [a.graph, b.graph]
  const pathInB = pathsInB(matching)
  const fusions = fusionChanges(before, after, pathInB)
  return {
    arguments: tableChanges(argumentTable(before), argumentTable(after)),
    inputs: tableChanges(inputTable(before), inputTable(after)),
    outputs: outputChanges(before, after, matching),
    removed: loneModules(matching.a.top, matching.toB, (one) => costsA.byModule.get(one)?.parameters ?? 0),
    added: loneModules(matching.b.top, matching.toA, (one) => costsB.byModule.get(one)?.parameters ?? 0),
    renamed: renamedModules(matching),
    operators: operatorChanges(before, after, matching),
    wiring: wiringChanges(before, after, matching, edgesExplain(before, after, fusions, pathInB)),
    backbones: backboneChanges(before, after, pathInB),
    fusions,
    budgets: budgetChanges([before, reportA], [after, reportB]),
  }
}

/** An operator that begins a node's `fuse` reads what its edges bring: where those changed, that is told already. */
function edgesExplain(
  a: Graph,
  b: Graph,
  fusions: readonly FusionChange[],
  pathInB: (path: string) => string,
): Explained {
  const changed = new Map(fusions.map((one) => [one.path, edgesByNode(one.edges)]))
  const brought = (graph: Graph, inB: (path: string) => string): Map<string, Set<NodeId>> => {
    const found = new Map<string, Set<NodeId>>()
    for (const { path, nodes } of graph.fusions)
      for (const { index, edges } of nodes)
        found.set(`${inB(path)}.${showIndex('node', index)}`, new Set(edges.map((one) => one.node)))
    return found
  }
  const [old, now] = [brought(a, pathInB), brought(b, (path) => path)]
  const within = (inputs: readonly NodeId[], edges: ReadonlySet<NodeId> | undefined): boolean =>
    inputs.every((id) => edges?.has(id))
  return (before: GraphNode, after: GraphNode) => {
    const [, path = '', node = ''] = /^(.*)\.(node(?:\[[^\]]*\])?)\.fuse\./.exec(after.origin.path) ?? []
    if (changed.get(path)?.has(node) !== true) return false
    const key = `${path}.${node}`
    return within(before.inputs, old.get(key)) && within(after.inputs, now.get(key))
  }
}

function edgesByNode(edges: readonly EdgeChange[]): Set<string> {
  return new Set(edges.map((one) => one.node))
}
