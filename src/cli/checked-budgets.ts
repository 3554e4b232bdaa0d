// Budgets of the command line against one network: how much is left of each, for people and for programs.
import { budgetName, budgetResults, spenders, type BudgetResult } from '../compiler/analysis/budgets.ts'
import type { Sources } from '../compiler/analysis/charge.ts'
import { cost, type CostReport } from '../compiler/analysis/cost.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { humanBytes, humanCount } from '../compiler/text/numbers.ts'
import type { Style } from '../compiler/text/style.ts'
import { align } from '../backends/report/text-layout.ts'
import { positionAt } from '../compiler/text/source.ts'
import type { CheckedBudgetData, SpenderData } from './check-document.ts'

/** Of the budgets that stand in no file. `nameOf` gives paths as they are shown. */
export function checkedBudgets(
  graph: Graph,
  sources: Sources,
  nameOf: (path: string) => string,
): CheckedBudgetData[] {
  const budgets = graph.budgets.filter((one) => one.span.file.startsWith('<'))
  const given = { ...graph, budgets }
  const { report } = budgets.length === 0 ? {} : cost(given, sources)
  if (report === undefined) return []
  return budgetResults(given, report).map((result) => {
    const { budget, actual, kept } = result
    const { metric, limit } = budget
    const slack = actual === undefined ? null : limit - actual
    return {
      network: graph.network,
      name: budgetName(result),
      metric,
      limit,
      actual: actual ?? null,
      slack,
      kept,
      ...(kept || actual === undefined
        ? {}
        : { spenders: spendersOf(graph, result, report, sources, actual, nameOf) }),
    }
  })
}

function spendersOf(
  graph: Graph,
  result: BudgetResult,
  report: CostReport,
  sources: Sources,
  actual: number,
  nameOf: (path: string) => string,
): SpenderData[] {
  return spenders(graph, result, report, sources).map(({ path, amount, cause, span }) => {
    const file = sources.files.get(span.file)
    return {
      path,
      amount,
      share: amount / actual,
      ...(cause === undefined ? {} : { cause }),
      file: nameOf(span.file),
      line: file === undefined ? 1 : positionAt(file, span.start).line,
    }
  })
}

/** `UNet  params(training)  31.03 M of 40.00 M  kept, 8.97 M left (22.4 %)` */
export function budgetLines(budgets: readonly CheckedBudgetData[], style: Style): string[] {
  const rows = budgets.map((one) => [one.network, one.name, spent(one), verdict(one)])
  const widths = [0, 1, 2, 3].map((column) =>
    rows.reduce((most, row) => Math.max(most, (row[column] ?? '').length), 0),
  )
  const padded = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)))
  return align(padded).map((line, at) =>
    (budgets[at]?.kept === true ? style.green : style.red)(line.trimEnd()),
  )
}

function spent({ metric, actual, limit }: CheckedBudgetData): string {
  const show = shown(metric)
  return `${actual === null ? 'unknown' : show(actual)} of ${show(limit)}`
}

function verdict({ metric, slack, limit, kept }: CheckedBudgetData): string {
  if (slack === null) return 'not checked: symbolic extents'
  const share = limit === 0 ? '' : ` (${((100 * Math.abs(slack)) / limit).toFixed(1)} %)`
  return `${kept ? 'kept' : 'broken'}, ${shown(metric)(Math.abs(slack))} ${kept ? 'left' : 'over'}${share}`
}

const shown = (metric: CheckedBudgetData['metric']): ((value: number) => string) =>
  metric === 'memory' ? humanBytes : humanCount
