// Operators on numbers, extents, strings, lists and bools. Whole numbers stay exact: past 2^53 is a mistake, not a rounding.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { orderOf } from '../../ir/bounds.ts'
import { equalDims, scaleDim, type Dim } from '../../ir/tensor.ts'
import type { BinaryExpr, BinaryOperator, Expr, UnaryExpr } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { evaluate } from '../values/evaluation.ts'
import { bounded, charge, report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import {
  bool,
  float,
  hasUnseen,
  int,
  invalid,
  list,
  type Env,
  type Value,
  type Words,
} from '../values/values.ts'
import { extentArithmetic, undecided } from './extent-arithmetic.ts'
import { logical } from './logic.ts'

type Arithmetic = Exclude<BinaryOperator, 'and' | 'or'>

/** Evaluates a binary expression, walking its left spine without recursion. */
export function binary(expr: BinaryExpr, env: Env, words: Words | undefined): Value {
  const spine: BinaryExpr[] = []
  let head: Expr = expr
  while (head.kind === 'BinaryExpr' && head.operator !== 'and' && head.operator !== 'or') {
    spine.push(head)
    head = head.left
  }
  if (spine.length === 0) return logical(expr, env)
  let value = evaluate(head, env, words)
  for (const link of spine.reverse()) {
    const right = evaluate(link.right, env, words)
    value = combine(link, value, right, env)
  }
  return value
}

export function unary(expr: UnaryExpr, operand: Value, env: Env): Value {
  if (operand.kind === 'invalid') return invalid
  if (expr.operator === 'not' && operand.kind === 'bool') return bool(!operand.value)
  if (expr.operator === '-' && operand.kind === 'int') return int(operand.value === 0 ? 0 : -operand.value)
  if (expr.operator === '-' && operand.kind === 'float') return float(-operand.value)
  if (expr.operator === '-' && operand.kind === 'dim') return dimValue(scaleDim(operand.dim, -1))
  if (expr.operator === '-' && operand.kind === 'tensor')
    return env.session.elaborator.tensorArithmetic('*', operand, int(-1), env, expr.span) ?? invalid
  const expected = expr.operator === 'not' ? 'bool' : 'int or float'
  const parts = {
    what: `the operand of \`${expr.operator}\``,
    expected,
    actual: typeName(operand),
    value: showValue(operand),
  }
  report(env, expr.operand.span, problem('wrong-type', parts))
  return invalid
}

function combine(expr: BinaryExpr, left: Value, right: Value, env: Env): Value {
  if (left.kind === 'invalid' || right.kind === 'invalid') return invalid
  if (hasUnseen(left) || hasUnseen(right)) return invalid
  const operator = expr.operator as Arithmetic
  if (!charge(env, expr.span, sizeOf(left) + sizeOf(right))) return invalid
  if (operator === '==' || operator === '!=') return equality(operator, left, right, expr, env)
  const found =
    ofTensors(operator, left, right, expr, env) ??
    numbers(operator, left, right, expr, env) ??
    others(operator, left, right, expr, env)
  if (found !== undefined) return bounded(found, env, expr.span)
  const parts = { operator, left: typeName(left), right: typeName(right) }
  report(env, expr.span, problem('wrong-operands', parts))
  return invalid
}

/** Decided where it is the same for all that free extents may be. */
function equality(operator: '==' | '!=', left: Value, right: Value, expr: BinaryExpr, env: Env): Value {
  const found = sameness(left, right)
  if (typeof found === 'boolean') return bool(found === (operator === '=='))
  report(env, expr.span, found)
  return invalid
}

/** Whether two values are equal; the problem of extents that may be or not. */
export function sameness(a: Value, b: Value): boolean | Problem {
  if (a.kind === 'list' && b.kind === 'list') {
    const { items } = b
    if (a.items.length !== items.length) return false
    const found = a.items.map((item, k) => sameness(item, items[k] ?? invalid))
    return !found.includes(false) && (found.find((one) => one !== true) ?? true)
  }
  const [left, right] = [dimOf(a), dimOf(b)]
  if (left === undefined || right === undefined) return equalValues(a, b)
  const order = orderOf(left, right)
  if (order === 'equal') return true
  return order === 'a' || order === 'b' ? false : undecided(left, right)
}

/** `+ - * /` of tensors are the operators of graphs. */
function ofTensors(
  operator: Arithmetic,
  left: Value,
  right: Value,
  expr: BinaryExpr,
  env: Env,
): Value | undefined {
  if (operator !== '+' && operator !== '-' && operator !== '*' && operator !== '/') return undefined
  return env.session.elaborator.tensorArithmetic(operator, left, right, env, expr.span)
}

/** Texts that are cut short say nothing of the rest. */
const sameText = (a: string, b: string): boolean => a === b && !a.includes('…')

const sizeOf = (value: Value): number => (value.kind === 'list' ? value.size : 0)

export function equalValues(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return a.value === b.value
  if (a.kind === 'list' && b.kind === 'list') {
    return (
      a.items.length === b.items.length &&
      a.items.every((item, k) => equalValues(item, b.items[k] ?? invalid))
    )
  }
  if ((a.kind === 'bool' && b.kind === 'bool') || (a.kind === 'string' && b.kind === 'string'))
    return a.value === b.value
  const dims = [dimOf(a), dimOf(b)] as const
  if (dims[0] !== undefined && dims[1] !== undefined) return equalDims(dims[0], dims[1])
  if (a.kind === 'tensor' && b.kind === 'tensor') return a.node === b.node
  if (a.kind === 'term' && b.kind === 'term') return showValue(a) === showValue(b)
  if (a.kind === 'block' && b.kind === 'block') return a === b || sameText(showValue(a), showValue(b))
  return false
}

type NumberValue = Extract<Value, { kind: 'int' | 'float' }>

const isNumber = (value: Value): value is NumberValue => value.kind === 'int' || value.kind === 'float'

export function dimOf(value: Value): Dim | undefined {
  if (value.kind === 'int') return value.value
  return value.kind === 'dim' ? value.dim : undefined
}

/** A symbolic extent as a value; a concrete one is an int. */
export function dimValue(dim: Dim): Value {
  return typeof dim === 'number' ? int(dim) : { kind: 'dim', dim }
}

function numbers(
  operator: Arithmetic,
  left: Value,
  right: Value,
  expr: BinaryExpr,
  env: Env,
): Value | undefined {
  if (!isNumber(left) || !isNumber(right)) return undefined
  const [a, b] = [left.value, right.value]
  const dividing = operator === '/' || operator === 'div' || operator === '%'
  if (dividing && b === 0) {
    report(env, expr.span, problem('division-by-zero', { left: showValue(left) }))
    return invalid
  }
  const whole = left.kind === 'int' && right.kind === 'int'
  return numeric(operator, a, b, whole, expr.span, env)
}

function numeric(operator: Arithmetic, a: number, b: number, whole: boolean, span: Span, env: Env): Value {
  const number = (value: number, stayWhole = whole): Value => {
    if (stayWhole && !Number.isSafeInteger(value)) return overflow(`${a} ${operator} ${b}`, span, env)
    if (!Number.isFinite(value)) return overflow(`${a} ${operator} ${b}`, span, env)
    return stayWhole ? int(value === 0 ? 0 : value) : float(value)
  }
  switch (operator) {
    case '+':
      return number(a + b)
    case '-':
      return number(a - b)
    case '*':
      return number(a * b)
    case '/':
      return number(a / b, whole && Number.isInteger(a / b))
    case 'div':
      return number(Math.floor(a / b))
    case '%':
      return number(a - b * Math.floor(a / b))
    case '^':
      return number(a ** b, whole && b >= 0)
    case '<':
      return bool(a < b)
    case '<=':
      return bool(a <= b)
    case '>':
      return bool(a > b)
    case '>=':
      return bool(a >= b)
    case '==':
    case '!=':
      return bool((a === b) === (operator === '=='))
  }
}

function overflow(expression: string, span: Span, env: Env): Value {
  report(env, span, problem('integer-overflow', { what: expression }))
  return invalid
}

/** Extents with symbols, strings and lists; undefined where the operator has no meaning for the pair. */
function others(
  operator: Arithmetic,
  left: Value,
  right: Value,
  expr: BinaryExpr,
  env: Env,
): Value | undefined {
  const a = dimOf(left)
  const b = dimOf(right)
  if (a !== undefined && b !== undefined) {
    const found = extentArithmetic(operator, a, b)
    if (found === undefined) return undefined
    if (!isProblem(found)) return typeof found === 'boolean' ? bool(found) : dimValue(found)
    report(env, expr.span, found)
    return invalid
  }
  if (operator !== '+') return undefined
  if (left.kind === 'string' && right.kind === 'string')
    return { kind: 'string', value: left.value + right.value }
  if (left.kind === 'list' && right.kind === 'list') return list([...left.items, ...right.items])
  return undefined
}
