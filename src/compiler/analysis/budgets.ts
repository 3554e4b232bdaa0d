// Budgets against the counts: what each one allows, what the network spends, and which modules spend it.
import { diagnose, problem, type Diagnostic, type Related } from '../diagnostics/diagnostic.ts'
import type { Budget, Graph } from '../ir/graph.ts'
import { formatBytes, formatCount } from '../text/numbers.ts'
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
    return { budget, mode, batch, actual, kept: actual !== undefined && actual <= budget.limit }
  })
}

/** A diagnostic for each budget that is broken or cannot be checked; and for counts too large to be exact. */
export function checkBudgets(graph: Graph, sources: Sources): readonly Diagnostic[] {
  if (graph.budgets.length === 0) return []
  const { report, diagnostics } = cost(graph, sources)
  if (report === undefined) return diagnostics
  return budgetResults(graph, report)
    .filter((result) => !result.kept)
    .map((result) => brokenBudget(graph, result, report, sources))
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

function brokenBudget(graph: Graph, result: BudgetResult, report: CostReport, sources: Sources): Diagnostic {
  const { budget, actual } = result
  const what = budgetName(result)
  if (actual === undefined)
    return diagnose(problem('budget-needs-extents', { what, symbols: report.symbols }), budget.span, {
      related: networkOf(graph, budget),
    })
  const show = budget.metric === 'memory' ? formatBytes : formatCount
  const parts = { what, actual: show(actual), limit: show(budget.limit), excess: show(actual - budget.limit) }
  const related =
    budget.metric === 'memory'
      ? largestTensors(graph, result, actual, sources)
      : spenders(result, actual, report)
  return diagnose(problem('budget-exceeded', parts), budget.span, {
    related: [...networkOf(graph, budget), ...related],
  })
}

/** A budget from outside stands in no network: it has to be said which one breaks it. */
function networkOf({ network, outputs }: Graph, { span }: Budget): Related[] {
  const [output] = outputs
  return output === undefined || !span.file.startsWith('<')
    ? []
    : [{ span: output.span, message: `in the network ${network}` }]
}

const spendersShown = 5

/** The modules that spend most: the largest is split into its parts until there are enough to name. */
function spenders(result: BudgetResult, total: number, report: CostReport): Related[] {
  const amount = (one: ModuleCost): number => amountOf(result.budget, one[result.mode]) ?? 0
  const descending = (a: ModuleCost, b: ModuleCost): number => amount(b) - amount(a)
  let modules = report.modules.filter((one) => amount(one) > 0).sort(descending)
  for (let at = 0; modules.length < spendersShown && at < modules.length;) {
    const parts = modules[at]?.children.filter((one) => amount(one) > 0) ?? []
    if (parts.length === 0) at += 1
    else modules = [...modules.toSpliced(at, 1), ...parts].sort(descending)
  }
  return modules.slice(0, spendersShown).map((one) => {
    const share = `${((100 * amount(one)) / total).toFixed(1)} %`
    return { span: one.span, message: `${one.path} spends ${formatCount(amount(one))} (${share})` }
  })
}

/** What takes most at the peak, each at the line that the user's own file has for it. */
function largestTensors(
  graph: Graph,
  { mode, batch }: BudgetResult,
  total: number,
  { entry }: Sources,
): Related[] {
  const tensors = memory(graph, { batch })?.[mode].tensors ?? []
  return tensors.slice(0, spendersShown).map(({ node, kind, cause, bytes }) => {
    const share = `${((100 * bytes) / total).toFixed(1)} %`
    const what =
      kind === 'result'
        ? node.origin.path
        : `${kind === 'working' ? 'working space' : kind} of ${node.origin.path}`
    return {
      span: chargedSpan(node.origin, entry),
      message: `${what} takes ${formatBytes(bytes)} (${share}; ${cause})`,
    }
  })
}
