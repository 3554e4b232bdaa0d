// Expressions to values: one function per construct. Pure but for the graph builder that operators add to.
import { problem } from '../diagnostics/diagnostic.ts'
import type {
  ComprehensionExpr,
  ConditionalExpr,
  Expr,
  ForClause,
  IndexExpr,
  ListExpr,
  NameExpr,
  NumberLiteral,
  PipeExpr,
  RangeExpr,
} from '../syntax/ast.ts'
import { suggest } from '../text/suggest.ts'
import { applyBlock } from './apply.ts'
import { binary, unary } from './arithmetic.ts'
import { evaluateCall } from './calls.ts'
import { define, force, lookup, nest, visibleNames, type Env } from './env.ts'
import { findMember, memberExists, memberValue, type Family } from './families.ts'
import { bounded, charge, exhaust, report, unknownKey } from './session.ts'
import {
  bool,
  float,
  int,
  invalid,
  list,
  showValue,
  typeName,
  type BlockValue,
  type Value,
} from './values.ts'

/** Words that a bare name means in this place before any variable: `axis = depth`, `init = he(0.01)`. */
export type Words = ReadonlySet<string>

/** The value of an expression; a mistake is reported once and gives `invalid`. */
export function evaluate(expr: Expr, env: Env, words?: Words): Value {
  if (!charge(env, expr.span, 1)) return invalid
  const { session } = env
  const nesting = nestingOf(expr)
  if (session.nesting + nesting > session.limits.nesting) return tooNested(expr, env)
  session.nesting += nesting
  const value = valueOf(expr, env, words)
  session.nesting -= nesting
  return value
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

function tooNested(expr: Expr, env: Env): Value {
  const { forcing } = env.session
  exhaust(
    env,
    expr.span,
    problem('too-deep', { limit: forcing.length, name: forcing.at(-1)?.name ?? 'this' }),
  )
  return invalid
}

function valueOf(expr: Expr, env: Env, words: Words | undefined): Value {
  switch (expr.kind) {
    case 'NumberLiteral':
      return numberValue(expr)
    case 'StringLiteral':
      return { kind: 'string', value: expr.value }
    case 'BoolLiteral':
      return bool(expr.value)
    case 'NameExpr':
      return nameValue(expr, env, words)
    case 'ListExpr':
      return listValue(expr, env, words)
    case 'ComprehensionExpr':
      return comprehension(expr, env, words)
    case 'RangeExpr':
      return range(expr, env)
    case 'UnaryExpr':
      return unary(expr, evaluate(expr.operand, env), env)
    case 'BinaryExpr':
      return binary(expr, env, words)
    case 'ConditionalExpr':
      return conditional(expr, env, words)
    case 'PipeExpr':
      return pipe(expr, env)
    case 'CallExpr':
      return evaluateCall(expr, env, words)
    case 'IndexExpr':
      return index(expr, env)
    case 'ExistsExpr':
      return exists(expr.member, env)
    case 'InvalidExpr':
      return invalid
  }
}

function numberValue(literal: NumberLiteral): Value {
  return literal.type === 'int' ? int(literal.value) : float(literal.value)
}

function nameValue(expr: NameExpr, env: Env, words: Words | undefined): Value {
  if (words?.has(expr.name) === true)
    return { kind: 'term', word: expr.name, positional: [], named: new Map() }
  const slot = lookup(env, expr.name)
  if (slot !== undefined) return placed(force(env, slot, expr.span), expr)
  const key = unknownKey(expr.span.file, expr.name)
  const { unknownNames } = env.session
  if (unknownNames.has(key)) {
    env.session.silenced = true
    return invalid
  }
  unknownNames.add(key)
  report(
    env,
    expr.span,
    problem('unknown-name', {
      name: expr.name,
      suggestion: suggest(expr.name, [...(words ?? []), ...visibleNames(env)]),
    }),
  )
  return invalid
}

/** A block that is named stands where its name does: that is where its operators will be said to come from. */
function placed(value: Value, expr: NameExpr): Value {
  return value.kind === 'block' && value.form === 'configured' ? { ...value, span: expr.span } : value
}

// ---------------------------------------------------------------- lists, ranges, comprehensions

function listValue(expr: ListExpr, env: Env, words: Words | undefined): Value {
  const items: Value[] = []
  for (const item of expr.items) {
    if (item.kind === 'EntryItem') {
      report(env, item.span, problem('entry-outside-settings', {}))
      return invalid
    }
    if (item.kind !== 'SpreadItem') {
      items.push(evaluate(item, env, words))
      continue
    }
    const spread = evaluate(item.value, env, words)
    if (spread.kind === 'list') for (const one of spread.items) items.push(one)
    else if (spread.kind === 'invalid') return invalid
    else {
      report(
        env,
        item.span,
        problem('wrong-type', {
          what: 'a spread',
          expected: 'a list',
          actual: typeName(spread),
          value: showValue(spread),
        }),
      )
      return invalid
    }
  }
  return items.some((item) => item.kind === 'invalid') ? invalid : bounded(list(items), env, expr.span)
}

function range(expr: RangeExpr, env: Env): Value {
  const from = wholeNumber(expr.from, env, 'the start of a range')
  const to = wholeNumber(expr.to, env, 'the end of a range')
  if (from === undefined || to === undefined) return invalid
  const length = Math.max(0, to - from + (expr.inclusive ? 1 : 0))
  const limit = env.session.limits.listLength
  if (length > limit) {
    report(env, expr.span, problem('value-too-large', { what: `a list of ${length} items`, limit }))
    return invalid
  }
  if (!charge(env, expr.span, length)) return invalid
  return list(Array.from({ length }, (_, k) => int(from + k)))
}

/** An int, or undefined after a report. */
export function wholeNumber(expr: Expr, env: Env, what: string): number | undefined {
  const value = evaluate(expr, env)
  if (value.kind === 'int') return value.value
  if (value.kind !== 'invalid') {
    report(
      env,
      expr.span,
      problem('wrong-type', { what, expected: 'int', actual: typeName(value), value: showValue(value) }),
    )
  }
  return undefined
}

function comprehension(expr: ComprehensionExpr, env: Env, words: Words | undefined): Value {
  const items: Value[] = []
  const done = forEachBinding(expr.clause, env, (inner) => {
    const item = evaluate(expr.body, inner, words)
    items.push(item)
    return item.kind !== 'invalid' && items.length <= env.session.limits.listLength
  })
  if (!done && items.length > env.session.limits.listLength) return bounded(list(items), env, expr.span)
  return done ? bounded(list(items), env, expr.span) : invalid
}

/**
 * Runs `visit` for every binding of a `for` clause, in order, inside an environment that has the names and indices.
 * Stops and gives false when `visit` does or when a range is not valid.
 */
export function forEachBinding(clause: ForClause, env: Env, visit: (inner: Env) => boolean): boolean {
  const step = (at: number, outer: Env): boolean => {
    const binding = clause.bindings[at]
    if (binding === undefined) {
      const there = passes(clause, outer)
      return there === true ? visit(outer) : there !== undefined
    }
    const over = evaluate(binding.range, outer)
    if (over.kind !== 'list') {
      if (over.kind !== 'invalid') {
        const parts = {
          what: `the range of \`${binding.name.name}\``,
          expected: 'a range or list',
          actual: typeName(over),
          value: showValue(over),
        }
        report(outer, binding.range.span, problem('wrong-type', parts))
      }
      return false
    }
    for (const item of over.items) {
      if (!charge(outer, binding.range.span, 1)) return false
      const indices =
        item.kind === 'int'
          ? [...outer.indices, { name: binding.name.name, value: item.value }]
          : outer.indices
      const inner = nest(outer, { indices })
      define(inner, binding.name.name, binding.name.span, item)
      if (!step(at + 1, inner)) return false
    }
    return true
  }
  if (clause.bindings.length <= maxBindings) return step(0, env)
  exhaust(
    env,
    clause.span,
    problem('value-too-large', {
      what: `a \`for\` over ${clause.bindings.length} names`,
      limit: maxBindings,
    }),
  )
  return false
}

/** Names bound by one `for`. */
const maxBindings = 32

function passes(clause: ForClause, env: Env): boolean | undefined {
  return clause.condition === undefined ? true : truth(clause.condition, env, 'the condition of `for`')
}

/** A bool, or undefined after a report. */
export function truth(expr: Expr, env: Env, what: string): boolean | undefined {
  const value = evaluate(expr, env)
  if (value.kind === 'bool') return value.value
  if (value.kind !== 'invalid') {
    report(
      env,
      expr.span,
      problem('wrong-type', { what, expected: 'bool', actual: typeName(value), value: showValue(value) }),
    )
  }
  return undefined
}

function conditional(expr: ConditionalExpr, env: Env, words: Words | undefined): Value {
  const condition = truth(expr.condition, env, 'the condition of `? :`')
  if (condition === undefined) return invalid
  return evaluate(condition ? expr.whenTrue : expr.whenFalse, env, words)
}

// ---------------------------------------------------------------- pipes

/** Left to right along the chain, without recursion on its length. */
function pipe(expr: PipeExpr, env: Env): Value {
  const chain: PipeExpr[] = []
  let head: Expr = expr
  while (head.kind === 'PipeExpr') {
    chain.push(head)
    head = head.left
  }
  let value = evaluate(head, env)
  for (const link of chain.reverse()) {
    if (value.kind === 'invalid') return invalid // Reported; what follows often fails for the same reason.
    value = send(value, link, env)
  }
  return value
}

function send(left: Value, link: PipeExpr, env: Env): Value {
  const right = evaluate(link.right, env)
  if (left.kind === 'invalid' || right.kind === 'invalid') return invalid
  if (right.kind !== 'block') {
    report(env, link.right.span, problem('not-a-block', { actual: typeName(right) }))
    return invalid
  }
  if (left.kind === 'block') return compose(left, right, link, env)
  const tensors = tensorsOf(left)
  if (tensors !== undefined) return applyBlock(right, tensors, env, link.right.span)
  report(env, link.left.span, problem('not-a-tensor', { actual: typeName(left) }))
  return invalid
}

function compose(left: BlockValue, right: BlockValue, link: PipeExpr, env: Env): Value {
  const stages = [...stagesOf(left), ...stagesOf(right)]
  const limit = env.session.limits.compositionLength
  if (stages.length <= limit) return { kind: 'block', form: 'composed', stages }
  report(
    env,
    link.span,
    problem('value-too-large', { what: `a composition of ${stages.length} blocks`, limit }),
  )
  return invalid
}

const stagesOf = (block: BlockValue): readonly BlockValue[] =>
  block.form === 'composed' ? block.stages : [block]

/** The tensors of a tensor or of a list of nothing but tensors; undefined for anything else. */
export function tensorsOf(value: Value): number[] | undefined {
  if (value.kind === 'tensor') return [value.node]
  if (value.kind !== 'list' || value.items.length === 0) return undefined
  const nodes: number[] = []
  for (const item of value.items) {
    if (item.kind !== 'tensor') return undefined
    nodes.push(item.node)
  }
  return nodes
}

// ---------------------------------------------------------------- indexing

function index(expr: IndexExpr, env: Env): Value {
  const target = evaluate(expr.target, env)
  if (target.kind === 'invalid') return invalid
  if (target.kind === 'family') return familyMember(target.family, expr, env)
  if (target.kind === 'list') return listItem(target.items, expr, env)
  report(env, expr.span, problem('not-indexable', { actual: typeName(target) }))
  return invalid
}

/** The evaluated int indices of `family[i, j]`, or undefined after a report. */
function memberIndex(expr: IndexExpr, env: Env): number[] | undefined {
  const found: number[] = []
  for (const one of expr.indices) {
    const value = wholeNumber(one, env, 'an index of a family')
    if (value === undefined) return undefined
    found.push(value)
  }
  return found
}

function familyMember(family: Family, expr: IndexExpr, env: Env): Value {
  const at = memberIndex(expr, env)
  if (at === undefined) return invalid
  const member = findMember(family, at, env, expr.span)
  return member === undefined ? invalid : memberValue(member, env, expr.span)
}

function exists(expr: Expr, env: Env): Value {
  if (expr.kind !== 'IndexExpr') {
    report(env, expr.span, problem('exists-needs-member', {}))
    return invalid
  }
  const target = evaluate(expr.target, env)
  if (target.kind !== 'family') {
    if (target.kind !== 'invalid') report(env, expr.span, problem('exists-needs-member', {}))
    return invalid
  }
  const at = memberIndex(expr, env)
  return at === undefined ? invalid : memberExists(target.family, at, env, expr.span)
}

function listItem(items: readonly Value[], expr: IndexExpr, env: Env): Value {
  let value: Value = list(items)
  for (const one of expr.indices) {
    if (value.kind !== 'list') {
      report(env, expr.span, problem('not-indexable', { actual: typeName(value) }))
      return invalid
    }
    const at = evaluate(one, env)
    value = at.kind === 'list' ? slice(value.items, at.items, one, env) : itemAt(value.items, at, one, env)
  }
  return value
}

function itemAt(items: readonly Value[], at: Value, expr: Expr, env: Env): Value {
  if (at.kind === 'int') {
    const item = items[at.value]
    if (item !== undefined) return item
    report(env, expr.span, problem('index-out-of-list', { index: at.value, length: items.length }))
  } else if (at.kind !== 'invalid') {
    const parts = { what: 'an index', expected: 'int or range', actual: typeName(at), value: showValue(at) }
    report(env, expr.span, problem('wrong-type', parts))
  }
  return invalid
}

function slice(items: readonly Value[], at: readonly Value[], expr: Expr, env: Env): Value {
  if (!charge(env, expr.span, at.length)) return invalid
  const taken = at.map((one) => itemAt(items, one, expr, env))
  return taken.some((item) => item.kind === 'invalid') ? invalid : list(taken)
}
