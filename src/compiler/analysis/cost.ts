// Exact costs of a graph as plain data: per operator, module, operator kind and source line, with and without masks.
// Training counts every parameter once, and the MACs of every output and of what runs for none; inference counts what the outputs without
// `aux` need.
import { diagnose, problem, type Diagnostic } from '../diagnostics/diagnostic.ts'
import { keptWeights } from '../ir/connections.ts'
import type { Graph, GraphNode, NodeId, Parameter, ParameterId } from '../ir/graph.ts'
import { symbolsOfDim, type Shape } from '../ir/tensor.ts'
import { primitiveOf, type PrimitiveName } from '../ops/registry.ts'
import type { Span } from '../text/source.ts'
import { addTo, newTallies, newTally, type Amounts, type BothAmounts, type BothTallies } from './amounts.ts'
import { callSpans, chargedSpan, lineOf, type Line, type Sources } from './charge.ts'
import { conventions, countOf, type Convention } from './conventions/conventions.ts'
import { termsOf, type Terms } from './conventions/terms.ts'
import { ModuleTree, type ModuleCost } from './module-tree.ts'
import { parametersNeeded, reachOf, runIn, type Reach } from './reach.ts'

/** What one operator is made of, for every convention; undefined where it depends on a symbolic extent. */
export interface TermCounts {
  readonly terms: Terms | undefined
  /** Without the weights that masks remove. */
  readonly effectiveTerms: Terms | undefined
}

/** One operator. Its parameters are charged to the first operator that uses them, its MACs each time. */
export interface NodeCost extends Amounts, TermCounts {
  readonly id: NodeId
  readonly path: string
  readonly op: PrimitiveName
  readonly span: Span
  readonly shape: Shape
  /** Reached by any output. */
  readonly training: boolean
  /** Computed, for an output or to be thrown away; the MACs of others count nowhere. */
  readonly run: boolean
  /** Reached by an output that is not auxiliary. */
  readonly inference: boolean
}

export interface OperatorCost extends BothAmounts {
  readonly operator: PrimitiveName
  readonly count: number
}

export interface LineCost extends BothAmounts, Line {}

export interface CostReport {
  readonly network: string
  /** What `counted` counts. */
  readonly convention: Convention
  readonly totals: BothAmounts
  /** Of the parameters, those that no output reads: they are in checkpoints, and nothing trains them. */
  readonly unreadParameters: number
  /** Of the training totals, what is computed for results that no output reads. */
  readonly unread: Pick<Amounts, 'macs' | 'counted'>
  readonly nodes: readonly NodeCost[]
  readonly modules: readonly ModuleCost[]
  /** In alphabetical order. */
  readonly operators: readonly OperatorCost[]
  /** In order of file and line; each operator is charged to one. */
  readonly lines: readonly LineCost[]
  /** In the same order: lines with all that their calls lead to, so that an operator is in each line that it is reached through. */
  readonly callSites: readonly LineCost[]
  /** The free extents that keep MACs unknown. */
  readonly symbols: readonly string[]
}

export interface Costing {
  /** Absent when a count is too large to be exact. */
  readonly report?: CostReport
  readonly diagnostics: readonly Diagnostic[]
}

/** What a target runs, by node; undefined for one whose extents are free. Nodes that it does not run are not there. */
export type Executed = ReadonlyMap<NodeId, number | undefined>

/** Linear in the size of the graph. A convention changes what `counted` is, never MACs or budgets. */
export function cost(
  graph: Graph,
  sources: Sources,
  convention: Convention = conventions.mac,
  executed?: Executed,
): Costing {
  const reach = reachOf(graph)
  const nodes = nodeCosts(graph, reach, { entry: sources.entry, convention, executed })
  const overflow = findOverflow(nodes)
  if (overflow !== undefined) return { diagnostics: [overflow] }
  const symbols = symbolsOf(graph)
  const report = {
    network: graph.network,
    convention,
    unreadParameters: unreadOf(graph),
    unread: thrownAway(nodes),
    nodes,
    symbols,
    ...sums(graph, nodes, reach, sources),
  }
  const unknown = report.totals.training.macs === undefined
  const place = graph.outputs[0]?.span
  return {
    report,
    diagnostics:
      unknown && place !== undefined ? [diagnose(problem('macs-need-extents', { symbols }), place)] : [],
  }
}

function unreadOf(graph: Graph): number {
  const needed = parametersNeeded(graph, 'all')
  return graph.parameters.reduce(
    (sum, { id, buffer, shape }) => (buffer || needed.has(id) ? sum : sum + elementCount(shape)),
    0,
  )
}

function thrownAway(nodes: readonly NodeCost[]): CostReport['unread'] {
  const sum = newTally()
  for (const node of nodes) if (node.run && !node.training) addTo(sum, node)
  return { macs: sum.macs, counted: sum.counted }
}

// ---------------------------------------------------------------- one operator

interface Asked {
  readonly entry: string
  readonly convention: Convention
  readonly executed: Executed | undefined
}

function nodeCosts(graph: Graph, reach: Reach, { entry, convention, executed }: Asked): NodeCost[] {
  const run = runIn(reach, graph)
  const owners = ownersOf(graph)
  const learned = learnedNodes(graph)
  return graph.nodes.map((node): NodeCost => {
    // Named one by one: spreads cost more than the counting.
    const { parameters, effectiveParameters } = weigh(graph, node, owners)
    const done = work(graph, node, learned, convention)
    return {
      id: node.id,
      path: node.origin.path,
      op: node.op,
      span: chargedSpan(node.origin, entry),
      shape: node.type.shape,
      parameters,
      effectiveParameters,
      macs: done.macs,
      effectiveMacs: done.effectiveMacs,
      counted: done.counted,
      effectiveCounted: done.effectiveCounted,
      executedMacs: executed?.has(node.id) === false ? 0 : executed?.get(node.id),
      terms: done.terms,
      effectiveTerms: done.effectiveTerms,
      training: reach.training[node.id] === true,
      run: run[node.id] === true,
      inference: reach.inference[node.id] === true,
    }
  })
}

/** By parameter id: the first node that uses it. */
function ownersOf(graph: Graph): (NodeId | undefined)[] {
  const owners: (NodeId | undefined)[] = graph.parameters.map(() => undefined)
  for (const node of graph.nodes) for (const id of node.parameters) owners[id] ??= node.id
  return owners
}

export function parameterAt(graph: Graph, id: ParameterId): Parameter {
  const found = graph.parameters[id]
  if (found === undefined) throw new Error(`no parameter ${id}`)
  return found
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1)
}

/** How many of a parameter's elements its mask keeps. */
export function keptCount(parameter: Pick<Parameter, 'shape' | 'mask'>): number {
  const { shape, mask } = parameter
  return mask === undefined ? elementCount(shape) : keptWeights({ shape, mask })
}

type Weight = Pick<Amounts, 'parameters' | 'effectiveParameters'>

/** The parameters that are charged to a node. */
function weigh(graph: Graph, node: GraphNode, owners: readonly (NodeId | undefined)[]): Weight {
  let parameters = 0
  let effectiveParameters = 0
  for (const id of node.parameters) {
    const one = parameterAt(graph, id)
    if (owners[id] !== node.id || one.buffer) continue
    parameters += elementCount(one.shape)
    effectiveParameters += keptCount(one)
  }
  return { parameters, effectiveParameters }
}

/** By node id: its value depends on something trained, so that a backward pass goes through it. */
function learnedNodes(graph: Graph): boolean[] {
  const learned: boolean[] = []
  for (const node of graph.nodes) {
    const own = node.parameters.some((id) => !parameterAt(graph, id).buffer)
    learned.push(own || node.inputs.some((id) => learned[id] === true))
  }
  return learned
}

type Work = Omit<Amounts, keyof Weight | 'executedMacs'> & TermCounts

const unknownWork: Work = {
  macs: undefined,
  effectiveMacs: undefined,
  counted: undefined,
  effectiveCounted: undefined,
  terms: undefined,
  effectiveTerms: undefined,
}

function work(graph: Graph, node: GraphNode, learned: readonly boolean[], convention: Convention): Work {
  const inputs = node.inputs.map((id) => graph.nodes[id]?.type.shape ?? [])
  const { attributes, type } = node
  const output = type.shape
  if (!isConcrete(output) || !inputs.every(isConcrete)) return unknownWork
  const parameters = node.parameters.map((id) => parameterAt(graph, id))
  const { macs, weightUses } = primitiveOf(node.op).cost({ attributes, inputs, output, parameters })
  const weight = parameters[0]
  const weights = weight === undefined ? 0 : elementCount(weight.shape)
  const kept = weight === undefined ? 0 : keptCount(weight)
  const effectiveMacs = macs - weightUses * (weights - kept)
  const application = {
    attributes,
    inputs,
    output,
    parameters,
    learned: node.inputs.map((id) => learned[id] === true),
    weights,
    macs,
  }
  const terms = termsOf(node.op, application)
  const effectiveTerms =
    kept === weights ? terms : termsOf(node.op, { ...application, weights: kept, macs: effectiveMacs })
  const counted = countOf(convention, terms)
  const seesMasks = convention.sparsity === 'counted' && effectiveTerms !== terms
  const effectiveCounted = seesMasks ? countOf(convention, effectiveTerms) : counted
  return { macs, effectiveMacs, counted, effectiveCounted, terms, effectiveTerms }
}

function isConcrete(shape: Shape): boolean {
  return shape.every((dim) => typeof dim === 'number')
}

// ---------------------------------------------------------------- sums

type Sums = Pick<CostReport, 'totals' | 'modules' | 'operators' | 'lines' | 'callSites'>

function sums(graph: Graph, nodes: readonly NodeCost[], reach: Reach, sources: Sources): Sums {
  const totals = newTallies()
  const tree = new ModuleTree(graph, sources.entry)
  const operators = new Map<PrimitiveName, BothTallies & { count: number }>()
  const lines = new LineSums(sources)
  const callSites = new LineSums(sources)
  const used = parametersUsed(graph, reach)
  for (const node of nodes) {
    const share = shareOf(graph, node, used)
    const operator = operators.get(node.op) ?? { count: 0, ...newTallies() }
    operators.set(node.op, operator)
    operator.count += 1
    addBoth(operator, share)
    addBoth(lines.at(node.span), share)
    const origin = originOf(graph, node.id)
    for (const line of callSites.ofAll(callSpans(origin))) addBoth(line, share)
    tree.add(origin, share)
  }
  for (const sum of operators.values()) addBoth(totals, sum)
  return {
    totals,
    modules: tree.finish(),
    operators: [...operators]
      .map(([operator, sum]) => ({ operator, ...sum }))
      .sort((a, b) => (a.operator < b.operator ? -1 : 1)),
    lines: lines.list(),
    callSites: callSites.list(),
  }
}

function originOf(graph: Graph, id: NodeId): GraphNode['origin'] {
  const node = graph.nodes[id]
  if (node === undefined) throw new Error(`no node ${id}`)
  return node.origin
}

/** What one operator adds to the training totals and to the inference totals. */
function shareOf(graph: Graph, node: NodeCost, used: readonly boolean[]): BothAmounts {
  // Weights that a shared block owns may be made by an operator that only an auxiliary output needs.
  const infers =
    node.parameters === 0 || graph.nodes[node.id]?.parameters.some((id) => used[id] === true) === true
  return { training: node.run ? node : withoutMacs(node), inference: inferenceShare(node, infers) }
}

function inferenceShare(node: NodeCost, isUsed: boolean): Amounts {
  if (isUsed) return node.inference ? node : withoutMacs(node)
  return node.inference ? { ...node, parameters: 0, effectiveParameters: 0 } : nothing
}

const nothing: Amounts = newTally()

function withoutMacs({ parameters, effectiveParameters }: NodeCost): Amounts {
  return { ...nothing, parameters, effectiveParameters }
}

/** By parameter id: used by an operator that inference needs. */
function parametersUsed(graph: Graph, reach: Reach): boolean[] {
  const used = graph.parameters.map(() => false)
  for (const node of graph.nodes) {
    if (reach.inference[node.id] === true) for (const id of node.parameters) used[id] = true
  }
  return used
}

function addBoth(to: BothTallies, more: BothAmounts): void {
  addTo(to.training, more.training)
  addTo(to.inference, more.inference)
}

class LineSums {
  readonly #sources: Sources
  /** The operators of one call share its span. */
  readonly #bySpan = new Map<Span, BothTallies>()
  readonly #byLine = new Map<string, LineCost & BothTallies>()

  constructor(sources: Sources) {
    this.#sources = sources
  }

  at(span: Span): BothTallies {
    const before = this.#bySpan.get(span)
    if (before !== undefined) return before
    const line = lineOf(this.#sources, span)
    const lineKey = `${line.line}:${line.file}`
    const sum = this.#byLine.get(lineKey) ?? { ...line, ...newTallies() }
    this.#byLine.set(lineKey, sum)
    this.#bySpan.set(span, sum)
    return sum
  }

  /** Each line once, however many of the calls stand on it. */
  ofAll(spans: readonly Span[]): ReadonlySet<BothTallies> {
    return new Set(spans.map((span) => this.at(span)))
  }

  list(): LineCost[] {
    return [...this.#byLine.values()].sort((a, b) =>
      a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
    )
  }
}

// ---------------------------------------------------------------- what cannot be counted

function findOverflow(nodes: readonly NodeCost[]): Diagnostic | undefined {
  let parameters = 0
  let macs = 0
  let counted = 0
  for (const node of nodes) {
    parameters += node.parameters
    macs += node.macs ?? 0
    counted += node.counted ?? 0
    if (parameters > Number.MAX_SAFE_INTEGER) return overflowAt(node, 'the number of parameters')
    if (macs > Number.MAX_SAFE_INTEGER) return overflowAt(node, 'the number of MACs')
    if (counted > Number.MAX_SAFE_INTEGER) return overflowAt(node, 'what the convention counts')
  }
  return undefined
}

function overflowAt(node: NodeCost, what: string): Diagnostic {
  return diagnose(problem('integer-overflow', { what: `${what}, summed up to ${node.path},` }), node.span)
}

/** The names of the free extents in any shape, in alphabetical order. */
export function symbolsOf(graph: Graph): string[] {
  const names = new Set<string>()
  for (const { type } of graph.nodes) for (const { name } of type.shape.flatMap(symbolsOfDim)) names.add(name)
  return [...names].sort()
}
