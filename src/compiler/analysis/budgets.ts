// Budgets against the counts: what each one allows, what the network spends, and which modules spend it.
import { diagnose, problem, type Diagnostic, type Related } from '../diagnostics/diagnostic.ts'
import type { Budget, Graph } from '../ir/graph.ts'
import { formatBytes, formatCount } from '../text/numbers.ts'
import type { Span } from '../text/source.ts'
import type { Amounts } from './amounts.ts'
import { chargedSpan, type Sources } from './charge.ts'
import { cost, type CostReport } from './cost.ts'
import { inferenceMemory, memory, trainingMemory } from './memory.ts'
import type { ModuleCost } from './module-tree.ts'

type Mode = 'training' | 'inference'

/** One budget with its default mode in place and the amount it is about. */
export interface BudgetResult {
  readonly budget: Budget
  readonly mode: Mode
  readonly batch: number
  /** Undefined where it depends on a symbolic extent. */
  readonly actual: number | undefined
  readonly kept: boolean
}

export function budgetResults(graph: Graph, report: CostReport): BudgetResult[] {
  return graph.budgets.map((budget) => {
    const mode = budget.mode ?? (budget.metric === 'params' ? 'training' : 'inference')
    const batch = budget.batch ?? 1
    const actual =
      budget.metric === 'memory' ? memoryOf(graph, mode, batch) : amountOf(budget, report.totals[mode])
    return { budget, mode, batch, actual, kept: isExact(actual) && actual <= budget.limit }
  })
}

/**
 * A diagnostic for each budget that is broken or cannot be checked; and for counts too large to be exact. A budget that stands outside
 * `declaration`, in the network that a variant is made from for instance, is said to be broken by this network.
 */
export function checkBudgets(graph: Graph, sources: Sources, declaration?: Span): readonly Diagnostic[] {
  if (graph.budgets.length === 0) return []
  const { report, diagnostics } = cost(graph, sources)
  if (report === undefined) return diagnostics
  return budgetResults(graph, report)
    .filter((result) => !result.kept)
    .map((result) => brokenBudget(graph, result, report, sources, declaration))
}

function memoryOf(graph: Graph, mode: Mode, batch: number): number | undefined {
  const found = mode === 'training' ? trainingMemory(graph, batch) : inferenceMemory(graph, batch)
  return found.totalBytes
}

function amountOf({ metric, dense, batch = 1 }: Budget, amounts: Amounts): number | undefined {
  if (metric === 'params') return dense ? amounts.parameters : amounts.effectiveParameters
  const macs = dense ? amounts.macs : amounts.effectiveMacs
  return macs === undefined ? undefined : macs * batch
}

/** `params(training)`, `macs.dense(inference)`, `memory(inference, batch = 2)`: as a budget line would name it in full. */
export function budgetName({ budget, mode, batch }: BudgetResult): string {
  const metric = budget.dense ? `${budget.metric}.dense` : budget.metric
  const needsBatch = budget.metric === 'memory' || (budget.metric === 'macs' && batch !== 1)
  return needsBatch ? `${metric}(${mode}, batch = ${batch})` : `${metric}(${mode})`
}

function brokenBudget(
  graph: Graph,
  result: BudgetResult,
  report: CostReport,
  sources: Sources,
  declaration: Span | undefined,
): Diagnostic {
  const { budget, actual } = result
  const what = budgetName(result)
  const network = isWithin(budget.span, declaration) ? [] : networkOf(graph)
  if (actual === undefined)
    return diagnose(problem('budget-needs-extents', { what, symbols: report.symbols }), budget.span, {
      related: network,
    })
  if (!isExact(actual))
    return diagnose(problem('integer-overflow', { what }), budget.span, { related: network })
  const show = budget.metric === 'memory' ? formatBytes : formatCount
  const parts = { what, actual: show(actual), limit: show(budget.limit), excess: show(actual - budget.limit) }
  const spent = spenders(graph, result, report, sources).map(({ path, amount, cause, span }): Related => {
    const share = `${((100 * amount) / actual).toFixed(1)} %`
    const message =
      cause === undefined
        ? `${path} spends ${show(amount)} (${share})`
        : `${path} takes ${show(amount)} (${share}; ${cause})`
    return { span, message }
  })
  return diagnose(problem('budget-exceeded', parts), budget.span, { related: [...network, ...spent] })
}

const isExact = (actual: number | undefined): actual is number => Number.isSafeInteger(actual)

function isWithin(budget: Span, declaration: Span | undefined): boolean {
  if (declaration === undefined) return !budget.file.startsWith('<')
  const { file, start, end } = declaration
  return budget.file === file && budget.start >= start && budget.end <= end
}

const networkOf = ({ network, outputs }: Graph): Related[] =>
  outputs.slice(0, 1).map(({ span }) => ({ span, message: `in the network ${network}` }))

/** What spends most of a budget: a module, or with a cause a tensor at the peak of memory. */
export interface Spender {
  readonly path: string
  readonly amount: number
  readonly cause?: string
  /** In the user's own file. */
  readonly span: Span
}

/** The largest of them, descending. */
export function spenders(
  graph: Graph,
  result: BudgetResult,
  report: CostReport,
  sources: Sources,
): readonly Spender[] {
  return result.budget.metric === 'memory'
    ? largestTensors(graph, result, sources)
    : largestModules(result, report)
}

const spendersShown = 5
/** Of the whole. */
const worthNaming = 0.01

/** The modules that spend most: the largest is split into its parts until there are enough that are worth naming. */
function largestModules(result: BudgetResult, report: CostReport): Spender[] {
  const amount = (one: ModuleCost): number => amountOf(result.budget, one[result.mode]) ?? 0
  const descending = (a: ModuleCost, b: ModuleCost): number => amount(b) - amount(a)
  let modules = report.modules.filter((one) => amount(one) > 0).sort(descending)
  const least = worthNaming * modules.reduce((total, one) => total + amount(one), 0)
  const isEnough = (): boolean => modules.filter((one) => amount(one) >= least).length >= spendersShown
  for (let at = 0; !isEnough() && at < modules.length;) {
    const parts = modules[at]?.children.filter((one) => amount(one) > 0) ?? []
    // A module whose parts are all too small to name says more than they do.
    if (!parts.some((one) => amount(one) >= least)) at += 1
    else modules = [...modules.toSpliced(at, 1), ...parts].sort(descending)
  }
  return modules
    .slice(0, spendersShown)
    .map((one) => ({ path: one.path, amount: amount(one), span: one.span }))
}

/** What takes most at the peak, each at the line that the user's own file has for it. */
function largestTensors(graph: Graph, { mode, batch }: BudgetResult, { entry }: Sources): Spender[] {
  const tensors = memory(graph, { batch })?.[mode].tensors ?? []
  return tensors.slice(0, spendersShown).map(({ node, kind, cause, bytes }) => {
    const path =
      kind === 'result'
        ? node.origin.path
        : `${kind === 'working' ? 'working space' : kind} of ${node.origin.path}`
    return { path, amount: bytes, cause, span: chargedSpan(node.origin, entry) }
  })
}
