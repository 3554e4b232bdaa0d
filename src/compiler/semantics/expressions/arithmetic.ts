// Operators on numbers, extents, strings, lists and bools. Whole numbers stay exact: past 2^53 is a mistake, not a rounding.
import { problem, type Problem } from '../../diagnostics/diagnostic.ts'
import {
  addDims,
  decidingMultiple,
  equalDims,
  floorDivide,
  formatDim,
  multiplyDims,
  neededMultiple,
  orderOf,
  subtractDims,
  type Dim,
  type Order,
} from '../../ir/tensor.ts'
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
  if (operator === '==' || operator === '!=') return bool(equalValues(left, right) === (operator === '=='))
  const found =
    ofTensors(operator, left, right, expr, env) ??
    numbers(operator, left, right, expr, env) ??
    others(operator, left, right, expr, env)
  if (found !== undefined) return bounded(found, env, expr.span)
  const parts = { operator, left: typeName(left), right: typeName(right) }
  report(env, expr.span, problem('wrong-operands', parts))
  return invalid
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
    if (isComparison(operator)) return compared(operator, a, b, expr, env)
    const dim = extents(operator, a, b)
    if (dim !== undefined) return dimValue(dim)
    if (operator !== '*') return unknownQuotient(operator, a, b, expr, env)
    report(env, expr.span, noProduct('*', [a, b]))
    return invalid
  }
  if (operator !== '+') return undefined
  if (left.kind === 'string' && right.kind === 'string')
    return { kind: 'string', value: left.value + right.value }
  if (left.kind === 'list' && right.kind === 'list') return list([...left.items, ...right.items])
  return undefined
}

const comparisons = ['<', '<=', '>', '>='] as const
type Comparison = (typeof comparisons)[number]

const isComparison = (operator: Arithmetic): operator is Comparison =>
  comparisons.some((one) => one === operator)

/** Of extents with symbols: decided where it holds, or does not, whatever they are. */
function compared(operator: Comparison, a: Dim, b: Dim, expr: BinaryExpr, env: Env): Value {
  const order = orderOf(a, b)
  const holds = order === undefined ? undefined : outcomes[operator][order]
  if (holds !== undefined) return bool(holds)
  report(env, expr.span, undecided(a, b))
  return invalid
}

const outcomes: Readonly<Record<Comparison, Readonly<Record<Order, boolean | undefined>>>> = {
  '<': { a: false, 'a or equal': false, equal: false, 'b or equal': undefined, b: true },
  '<=': { a: false, 'a or equal': undefined, equal: true, 'b or equal': true, b: true },
  '>': { a: true, 'a or equal': undefined, equal: false, 'b or equal': false, b: false },
  '>=': { a: true, 'a or equal': true, equal: true, 'b or equal': undefined, b: false },
}

/** The problem of two extents either of which may be the greater. */
export function undecided(a: Dim, b: Dim): Problem {
  return problem('extent-undecided', { a: formatDim(a), b: formatDim(b), symbol: decidingMultiple(a, b) })
}

/** The problem of a product of several extents that are open: no sum of multiples of them. */
export function noProduct(operator: string, factors: readonly Dim[]): Problem {
  const text = factors.map(formatDim).map((one) => (one.includes(' ') ? `(${one})` : one))
  return problem('extent-not-affine', { operator, extent: text.join(' · ') })
}

/** A symbol that is not known to divide: says which multiple it would have to be. */
function unknownQuotient(
  operator: Arithmetic,
  a: Dim,
  b: Dim,
  expr: BinaryExpr,
  env: Env,
): Value | undefined {
  if (!['/', 'div', '%'].includes(operator) || typeof b !== 'number' || b === 0) return undefined
  const symbol = neededMultiple(a, b)
  if (symbol === undefined) return undefined
  report(
    env,
    expr.span,
    problem('symbol-not-divisible', {
      extent: formatDim(a),
      divisor: b,
      symbol: symbol.name,
      multiple: symbol.multiple,
    }),
  )
  return invalid
}

function extents(operator: Arithmetic, a: Dim, b: Dim): Dim | undefined {
  switch (operator) {
    case '+':
      return addDims(a, b)
    case '-':
      return subtractDims(a, b)
    case '*':
      return multiplyDims(a, b)
    case '/':
    case 'div':
      return typeof b === 'number' ? floorDivide(a, b) : undefined
    case '%':
      return remainder(a, b)
    default:
      return undefined
  }
}

function remainder(a: Dim, b: Dim): Dim | undefined {
  if (typeof b !== 'number') return undefined
  const quotient = floorDivide(a, b)
  const multiple = quotient === undefined ? undefined : multiplyDims(quotient, b)
  return multiple === undefined ? undefined : subtractDims(a, multiple)
}
