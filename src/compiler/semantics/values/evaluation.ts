// Expressions to values, within the bounds of the session. How each kind is evaluated is for higher floors: the session has them.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Expr } from '../../syntax/ast.ts'
import { charge, exhaust } from './session.ts'
import { invalid, type Env, type Value, type Words } from './values.ts'

/** The value of an expression; a mistake is reported once and gives `invalid`. */
export function evaluate(expr: Expr, env: Env, words?: Words): Value {
  if (!charge(env, expr.span, 1)) return invalid
  const { session } = env
  const nesting = nestingOf(expr)
  if (session.nesting + nesting > session.limits.nesting) return tooNested(expr, env)
  session.nesting += nesting
  if (session.nesting > session.peak.nesting) session.peak.nesting = session.nesting
  const value = session.elaborator.valueOf(expr, env, words)
  session.nesting -= nesting
  noteValue(expr, value, env)
  return value
}

/** An expression that is evaluated for every item of a long list has many values: so many are kept. */
const mostSeen = 64

/** Keeps the value for whoever shows it beside the text. */
export function noteValue(expr: Expr, value: Value, { session }: Env): void {
  const { trace, look } = session
  if (trace === undefined || look !== undefined || trace.file !== expr.span.file) return
  const values = trace.seen.get(expr)
  if (values === undefined) trace.seen.set(expr, [value])
  else if (values.length < mostSeen && !values.some((one) => isSame(one, value))) values.push(value)
}

function isSame(a: Value, b: Value): boolean {
  if (a === b) return true
  switch (a.kind) {
    case 'int':
    case 'float':
    case 'bool':
    case 'string':
      return a.kind === b.kind && a.value === b.value
    case 'tensor':
      return b.kind === 'tensor' && a.node === b.node
    case 'list':
    case 'dim':
    case 'term':
    case 'function':
    case 'builtin':
    case 'block':
    case 'family':
    case 'invalid':
      return false
  }
}

/**
 * About how much of the stack an expression takes while its parts are evaluated; a step into a call or a member (`guarded`) takes 4.
 * The default bound of 1200 is half of what V8's default stack of 984 KiB was measured to hold of the worst mixture.
 */
function nestingOf(expr: Expr): number {
  if (expr.kind === 'ComprehensionExpr') return 1 + Math.min(expr.clause.bindings.length, maxBindings)
  const heavy =
    expr.kind === 'CallExpr' ||
    (expr.kind === 'BinaryExpr' && (expr.operator === 'and' || expr.operator === 'or'))
  return heavy ? 2 : 1
}

/** Names bound by one `for`. */
export const maxBindings = 32

function tooNested(expr: Expr, env: Env): Value {
  const { forcing, depth } = env.session
  exhaust(env, expr.span, problem('too-deep', { limit: depth, name: forcing.at(-1)?.name ?? 'this' }))
  return invalid
}
