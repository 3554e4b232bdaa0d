// `budget` lines: a metric, which totals it reads, and a limit.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Budget } from '../../ir/graph.ts'
import type { Argument, BudgetStmt, Expr, NumberLiteral } from '../../syntax/ast.ts'
import { cover, type Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { showValue } from '../values/show.ts'
import type { Env } from '../values/values.ts'

const metrics = ['params', 'macs', 'memory'] as const
const modes = new Set(['training', 'inference'])

/** The budget with its limit evaluated, or undefined after a report. */
export function evaluateBudget(statement: BudgetStmt, env: Env): Budget | undefined {
  const [first, second, ...more] = statement.metric
  const metric = metrics.find((one) => one === first?.name)
  const dense = second?.name === 'dense'
  if (metric === undefined || more.length > 0 || (second !== undefined && (!dense || metric === 'memory'))) {
    const written = statement.metric.map((one) => one.name).join('.')
    const known = ['params', 'params.dense', 'macs', 'macs.dense', 'memory(training, batch = 2)']
    report(
      env,
      metricSpan(statement),
      problem('unknown-metric', { metric: written, known, suggestion: suggest(written, known) }),
    )
    return undefined
  }
  if (!hasOwnUnits(metric, statement.limit, env)) return undefined
  const limit = evaluate(statement.limit, env)
  if (limit.kind !== 'int' && limit.kind !== 'float') {
    if (limit.kind !== 'invalid')
      report(env, statement.limit.span, problem('wrong-limit', { value: showValue(limit) }))
    return undefined
  }
  const args = budgetArguments(statement.args, env)
  return args === undefined ? undefined : { metric, dense, limit: limit.value, span: statement.span, ...args }
}

const decimal = ['K', 'M', 'G', 'T'] as const
const binary = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/**
 * Memory is in bytes, everything else in numbers; false after a report. Factors are not looked at: `24GiB / 4` is how many float32
 * parameters fit into 24 GiB.
 */
function hasOwnUnits(metric: Budget['metric'], limit: Expr, env: Env): boolean {
  const units: readonly string[] = metric === 'memory' ? binary : decimal
  const wrong = summands(limit).filter(({ text }) => {
    const unit = unitOf(text)
    return unit !== '' && !units.includes(unit)
  })
  for (const { text, span } of wrong) {
    const unit = unitOf(text)
    const at = [...decimal, ...binary].findIndex((one) => one === unit) % decimal.length
    const same = at < 0 ? {} : { suggestion: `${text.slice(0, -unit.length)}${units[at] ?? ''}` }
    const shown = metric === 'memory' ? ['bytes', ...units] : units
    report(env, span, problem('wrong-unit', { name: metric, unit, units: shown, ...same }))
  }
  return wrong.length === 0
}

const unitOf = (text: string): string => /(?:%|[KMGT](?:iB)?)?$/.exec(text)?.[0] ?? ''

/** The numbers that are of the same unit as the whole. */
function summands(limit: Expr): readonly NumberLiteral[] {
  switch (limit.kind) {
    case 'NumberLiteral':
      return [limit]
    case 'UnaryExpr':
      return summands(limit.operand)
    case 'BinaryExpr':
      return limit.operator === '+' || limit.operator === '-'
        ? [...summands(limit.left), ...summands(limit.right)]
        : []
    case 'ConditionalExpr':
      return [...summands(limit.whenTrue), ...summands(limit.whenFalse)]
    default:
      return []
  }
}

function metricSpan({ metric, span }: BudgetStmt): Span {
  const [first] = metric
  const last = metric.at(-1)
  return first === undefined || last === undefined ? span : cover(first.span, last.span)
}

function budgetArguments(args: readonly Argument[], env: Env): Pick<Budget, 'mode' | 'batch'> | undefined {
  const found: { mode?: 'training' | 'inference'; batch?: number } = {}
  for (const arg of args) {
    if (arg.name === undefined && arg.value.kind === 'NameExpr' && !modes.has(arg.value.name)) {
      report(
        env,
        arg.span,
        problem('wrong-budget-argument', {
          value: arg.value.name,
          suggestion: suggest(arg.value.name, modes),
        }),
      )
      return undefined
    }
    const value = evaluate(arg.value, env, modes)
    if (value.kind === 'invalid') return undefined
    const mode = value.kind === 'term' && arg.name === undefined ? value.word : undefined
    if (found.mode === undefined && (mode === 'training' || mode === 'inference')) found.mode = mode
    else if (arg.name?.name === 'batch' && value.kind === 'int' && value.value > 0) found.batch = value.value
    else {
      report(
        env,
        arg.span,
        problem('wrong-budget-argument', {
          value: `${arg.name === undefined ? '' : `${arg.name.name} = `}${showValue(value)}`,
          suggestion: undefined,
        }),
      )
      return undefined
    }
  }
  return found
}
