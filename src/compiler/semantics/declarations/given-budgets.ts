// Budgets from outside (`--budget 'params <= 12M'`): each is what follows `budget` in a network, with a source text of its own.
import { DiagnosticBag, problem } from '../../diagnostics/diagnostic.ts'
import type { Budget } from '../../ir/graph.ts'
import type { Declaration, Statement } from '../../syntax/ast.ts'
import { parse } from '../../syntax/parse.ts'
import { sourceFile, type SourceFile } from '../../text/source.ts'
import { report } from '../values/session.ts'
import type { Env } from '../values/values.ts'
import { evaluateBudget } from './budgets.ts'

/** The name under which a budget's text is shown in diagnostics. */
export const budgetFile = (text: string): string => `<budget ${text}>`

const before = 'network Given {\n  budget '

/** Evaluates the budgets where the language's own names are visible; undefined after a report. */
export function readBudgets(
  texts: readonly string[],
  env: Env,
  sources: Map<string, SourceFile>,
): Budget[] | undefined {
  const budgets = texts.map((text) => readBudget(text, env, sources))
  const read = budgets.filter((one) => one !== undefined)
  return read.length === budgets.length ? read : undefined
}

function readBudget(text: string, env: Env, sources: Map<string, SourceFile>): Budget | undefined {
  const file = sourceFile(budgetFile(text), `${before}${text}\n}\n`)
  sources.set(file.path, file)
  const bag = new DiagnosticBag()
  const { declarations } = parse(file, bag)
  for (const one of bag.list()) env.session.bag.add(one)
  if (bag.hasErrors) return undefined
  const [statement, ...more] = declarations.flatMap(statementsOf)
  if (statement?.kind === 'BudgetStmt' && more.length === 0 && declarations.length === 1)
    return evaluateBudget(statement, env)
  report(
    env,
    { file: file.path, start: before.length, end: before.length + text.length },
    problem('malformed-budget', { budget: text }),
  )
  return undefined
}

function statementsOf(declaration: Declaration): readonly Statement[] {
  if (declaration.kind !== 'NetworkDecl' || declaration.body.kind === 'ExprBody') return []
  return declaration.body.statements
}
