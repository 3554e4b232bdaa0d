// One point of a fit: compiled, counted, and held against its limits.
import { budgetName, budgetResults, type BudgetResult } from '../analysis/budgets.ts'
import type { CostReport } from '../analysis/cost.ts'
import { measure, type MetricValues } from '../analysis/sweep/measure.ts'
import { costMetric, defaultMetrics } from '../analysis/sweep/metrics.ts'
import { compileToCount, type ReadSpec } from '../compile.ts'
import { diagnose, isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import type { Graph } from '../ir/graph.ts'
import { pointArguments, type Given } from '../point-arguments.ts'
import { findingsOf, type Finding } from '../sweep.ts'
import type { FitPlan } from './fit-plan.ts'

/** A limit and what a point spends of it. */
export interface Spending {
  /** `memory(training, batch = 2)`. */
  readonly name: string
  readonly unit: 'count' | 'bytes'
  readonly limit: number
  readonly actual: number
}

export interface CountedPoint {
  /** Every argument in force. */
  readonly arguments: Graph['arguments']
  /** Undefined where the objective is a measured figure. */
  readonly value: number | undefined
  /** In the order of `within`. */
  readonly within: readonly Spending[]
  /** The spec's own budgets. */
  readonly own: readonly Spending[]
}

export interface FailedPoint {
  readonly findings: readonly Finding[]
}

export function countPoint(plan: FitPlan, spec: ReadSpec, given: Given): CountedPoint | FailedPoint {
  const { entry, network, within } = plan
  const args = pointArguments(spec, network, { ...plan.arguments, ...given })
  if (isProblem(args)) return failed(args, entry)
  const { graph, diagnostics, sources } = compileToCount(spec, { network, arguments: args, budgets: within })
  if (graph === undefined) return { findings: findingsOf(diagnostics, sources) }
  const metric = plan.figures === undefined ? costMetric(plan.objective.name) : undefined
  const metrics = metric === undefined || isProblem(metric) ? [] : [metric]
  const {
    values,
    report,
    diagnostics: found,
  } = measure(graph, { entry, files: sources }, metrics, plan.memory)
  if (values === undefined || report === undefined) return { findings: findingsOf(found, sources) }
  const value = metrics.length === 0 ? undefined : values[plan.objective.name]
  if (value === null)
    return failed(problem('fit-metric-unknown', { metric: plan.objective.name, network }), entry)
  const spent = spendings(graph, report)
  if (isProblem(spent)) return failed(spent, entry)
  const ownCount = spent.length - within.length
  return {
    arguments: graph.arguments,
    value,
    own: spent.slice(0, ownCount),
    within: spent.slice(ownCount),
  }
}

/** What a sweep counts by default, of a point that has been counted. */
export function totalsOf(plan: FitPlan, spec: ReadSpec, args: Given): MetricValues {
  const { graph, sources } = compileToCount(spec, { network: plan.network, arguments: args })
  if (graph === undefined) throw new Error('the point was counted before')
  const metrics = defaultMetrics.map(costMetric).filter((one) => !isProblem(one))
  return measure(graph, { entry: plan.entry, files: sources }, metrics, plan.memory).values ?? {}
}

const failed = (found: Problem, entry: string): FailedPoint => ({
  findings: findingsOf([diagnose(found, { file: entry, start: 0, end: 0 })], new Map()),
})

function spendings(graph: Graph, report: CostReport): readonly Spending[] | Problem {
  const all: Spending[] = []
  for (const result of budgetResults(graph, report)) {
    const one = spending(result, report)
    if (isProblem(one)) return one
    all.push(one)
  }
  return all
}

function spending(result: BudgetResult, { symbols }: CostReport): Spending | Problem {
  const { budget, actual } = result
  const name = budgetName(result)
  if (actual === undefined) return problem('budget-needs-extents', { what: name, symbols })
  if (!Number.isSafeInteger(actual)) return problem('integer-overflow', { what: name })
  return { name, unit: budget.metric === 'memory' ? 'bytes' : 'count', limit: budget.limit, actual }
}
