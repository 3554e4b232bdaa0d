// Calls: arguments to parameters, for functions, blocks, networks and operators.
import { problem } from '../diagnostics/diagnostic.ts'
import { primitives } from '../ops/registry.ts'
import type { Argument, CallExpr, Expr, Param } from '../syntax/ast.ts'
import type { Span } from '../text/source.ts'
import { suggest } from '../text/suggest.ts'
import { applyBlock } from './apply.ts'
import { builtins, callBuiltin, type Builtin } from './builtins.ts'
import { define, defer, enter, guarded, type Env } from './env.ts'
import { evaluate, tensorsOf, type Words } from './evaluate.ts'
import { operatorTables } from './operator-tables.ts'
import { charge, report } from './session.ts'
import { fits, showType, wordsOfType } from './types.ts'
import {
  calleeName,
  invalid,
  showValue,
  typeName,
  type BlockValue,
  type ConfiguredBlock,
  type GivenArgument,
  type Value,
} from './values.ts'

const noWords: Words = new Set()

export function evaluateCall(expr: CallExpr, env: Env, words: Words | undefined): Value {
  const { callee } = expr
  if (callee.kind === 'NameExpr' && words?.has(callee.name) === true)
    return termCall(callee.name, expr, env, words)
  const value = evaluate(callee, env, words)
  switch (value.kind) {
    case 'invalid':
      return invalid
    case 'function': {
      const given = evaluateArguments(expr.args, env, () => noWords)
      return given === undefined ? invalid : callFunction(value, given, env, expr.span)
    }
    case 'builtin': {
      const given = evaluateArguments(expr.args, env, () => noWords)
      return given === undefined ? invalid : callBuiltin(value.builtin, given, env, expr.span)
    }
    case 'block':
      return callBlock(value, expr, env)
    default:
      report(env, callee.span, problem('not-callable', { actual: typeName(value) }))
      return invalid
  }
}

function termCall(word: string, expr: CallExpr, env: Env, words: Words): Value {
  const given = evaluateArguments(expr.args, env, () => words)
  if (given === undefined || given.some((one) => one.value.kind === 'invalid')) return invalid
  const positional = given.filter((one) => one.name === undefined).map((one) => one.value)
  const named = new Map(
    given.flatMap((one) => (one.name === undefined ? [] : [[one.name, one.value] as const])),
  )
  return { kind: 'term', word, positional, named }
}

/** Evaluates arguments in order; `wordsOf` tells which words the place of an argument knows. Undefined after a report. */
function evaluateArguments(
  args: readonly Argument[],
  env: Env,
  wordsOf: (name: string | undefined, position: number) => Words,
): GivenArgument[] | undefined {
  const given: GivenArgument[] = []
  let position = 0
  for (const arg of args) {
    const name = arg.name?.name
    const value = evaluate(arg.value, env, wordsOf(name, position))
    if (arg.spread) {
      if (value.kind === 'invalid') return undefined
      if (value.kind !== 'list') {
        const parts = {
          what: 'a spread argument',
          expected: 'a list',
          actual: typeName(value),
          value: showValue(value),
        }
        report(env, arg.span, problem('wrong-type', parts))
        return undefined
      }
      if (!charge(env, arg.span, value.items.length)) return undefined
      for (const item of value.items) given.push({ name: undefined, value: item, span: arg.span })
      position += value.items.length
      continue
    }
    given.push({ name, value, span: arg.value.span, nameSpan: arg.name?.span })
    if (name === undefined && tensorsOf(value) === undefined) position += 1
  }
  return given
}

// ---------------------------------------------------------------- functions

function callFunction(
  callee: Extract<Value, { kind: 'function' }>,
  given: readonly GivenArgument[],
  env: Env,
  span: Span,
): Value {
  const { declaration } = callee
  return guarded(env, {}, declaration.name.name, span, () => {
    const inner = enter(callee.env, env, env.scope, span)
    if (!bindParameters(declaration.name.name, declaration.params, given, inner, env, span)) return invalid
    const result = evaluate(declaration.body, inner)
    const { returns } = declaration
    if (returns === undefined || fits(result, returns)) return result
    const parts = {
      what: `the result of \`${declaration.name.name}\``,
      expected: showType(returns),
      actual: typeName(result),
      value: showValue(result),
    }
    report(inner, declaration.body.span, problem('wrong-type', parts))
    return invalid
  })
}

/**
 * Binds given arguments to declared parameters in `inner`; defaults are found on demand and see the earlier parameters.
 * Mistakes are reported at the argument (in `caller`'s context); false when the body must not be evaluated.
 */
export function bindParameters(
  owner: string,
  params: readonly Param[],
  given: readonly GivenArgument[],
  inner: Env,
  caller: Env,
  span: Span,
): boolean {
  const assigned = assignArguments(owner, params, given, caller)
  if (assigned === undefined) return false
  let fine = true
  for (const param of params) {
    const argument = assigned.get(param.name.name)
    if (argument !== undefined) fine = bindGiven(owner, param, argument, inner, caller) && fine
    else if (param.default !== undefined) bindDefault(owner, param, param.default, inner)
    else {
      const related = [{ span: param.span, message: 'declared here, without a default' }]
      report(caller, span, problem('missing-argument', { owner, name: param.name.name }), related)
      fine = false
    }
  }
  return fine
}

function bindGiven(owner: string, param: Param, argument: GivenArgument, inner: Env, caller: Env): boolean {
  const { value } = argument
  define(inner, param.name.name, param.span, value)
  if (value.kind === 'invalid') return true
  if (value.kind === 'list' && !charge(caller, argument.span, value.size)) return false
  if (param.type === undefined || fits(value, param.type)) return true
  const parts = {
    what: `\`${param.name.name}\` of ${owner}`,
    expected: showType(param.type),
    actual: typeName(value),
    value: showValue(value),
  }
  report(caller, argument.span, problem('wrong-type', parts), [
    { span: param.span, message: 'declared here' },
  ])
  return false
}

function bindDefault(owner: string, param: Param, expr: Expr, inner: Env): void {
  const { type } = param
  const words = wordsOfType(type)
  defer(inner, param.name.name, param.span, () => {
    const value = evaluate(expr, inner, words)
    if (type === undefined || fits(value, type)) return value
    const parts = {
      what: `the default of \`${param.name.name}\` of ${owner}`,
      expected: showType(type),
      actual: typeName(value),
      value: showValue(value),
    }
    report(inner, expr.span, problem('wrong-type', parts))
    return invalid
  })
}

/** Which argument each parameter gets, by name; undefined after a report. */
function assignArguments(
  owner: string,
  params: readonly Param[],
  given: readonly GivenArgument[],
  caller: Env,
): Map<string, GivenArgument> | undefined {
  const names = params.map((param) => param.name.name)
  const assigned = new Map<string, GivenArgument>()
  let position = 0
  let fine = true
  for (const argument of given) {
    const name = argument.name ?? names[position]
    if (argument.name === undefined) position += 1
    if (name === undefined || !names.includes(name)) {
      reportUnplaced(owner, names, argument, given, caller)
      fine = false
    } else if (assigned.has(name)) {
      report(caller, argument.span, problem('argument-given-twice', { owner, name }))
      fine = false
    } else assigned.set(name, argument)
  }
  return fine ? assigned : undefined
}

function reportUnplaced(
  owner: string,
  names: readonly string[],
  argument: GivenArgument,
  given: readonly GivenArgument[],
  caller: Env,
): void {
  if (argument.name === undefined) {
    const actual = given.filter((one) => one.name === undefined).length
    report(caller, argument.span, problem('too-many-arguments', { owner, accepted: names.length, actual }))
    return
  }
  const parts = { owner, name: argument.name, suggestion: suggest(argument.name, names), known: names }
  report(caller, argument.nameSpan ?? argument.span, problem('unknown-parameter', parts))
}

// ---------------------------------------------------------------- blocks

/** Leading tensors are inputs, the rest configures: `conv(x, 32, 3)` applies, `conv(32, 3)` configures. */
function callBlock(block: BlockValue, expr: CallExpr, env: Env): Value {
  const given = evaluateArguments(expr.args, env, wordsFor(block))
  if (given === undefined || given.some((one) => one.value.kind === 'invalid')) return invalid
  const overload = numericOverload(block, given)
  if (overload !== undefined) return callBuiltin(overload, given, env, expr.span)
  const split = given.findIndex((one) => one.name !== undefined || tensorsOf(one.value) === undefined)
  const leading = split === -1 ? given : given.slice(0, split)
  const rest = split === -1 ? [] : given.slice(split)
  const configured = configure(block, rest, expr, env)
  if (configured === undefined) return invalid
  if (leading.length === 0)
    return takesTensors(configured) ? configured : applyBlock(configured, [], env, expr.span)
  return applyBlock(
    configured,
    leading.flatMap((one) => tensorsOf(one.value) ?? []),
    env,
    expr.span,
  )
}

/** `sum([1, 2])` is a number though `sum` alone is the operator: a function of the same name serves where no tensor is given. */
function numericOverload(block: BlockValue, given: readonly GivenArgument[]): Builtin | undefined {
  if (block.form !== 'configured' || block.callee.kind === 'declared' || given.length === 0) return undefined
  if (given.some((one) => one.name !== undefined || tensorsOf(one.value) !== undefined)) return undefined
  const { name } = block.callee
  return builtins.find((one) => one.name === name)
}

/** `parameter([8, 49])` is a tensor at once: nothing can be sent into it. */
function takesTensors(block: BlockValue): boolean {
  return (
    block.form !== 'configured' ||
    block.callee.kind !== 'primitive' ||
    primitives[block.callee.name].arity.max > 0
  )
}

function configure(
  block: BlockValue,
  rest: readonly GivenArgument[],
  expr: CallExpr,
  env: Env,
): BlockValue | undefined {
  if (block.form !== 'configured') {
    if (rest.length === 0) return block
    report(
      env,
      expr.span,
      problem('cannot-configure', {
        actual: block.form === 'shared' ? 'a shared block' : 'a composed block',
      }),
    )
    return undefined
  }
  const named = new Set(rest.flatMap((one) => (one.name === undefined ? [] : [one.name])))
  const kept = block.args.filter((one) => one.name === undefined || !named.has(one.name))
  const next: ConfiguredBlock = {
    kind: 'block',
    form: 'configured',
    callee: block.callee,
    args: [...kept, ...rest],
    span: expr.span,
  }
  return checkArgumentNames(next, rest, env) ? next : undefined
}

/** A misspelt or surplus argument is reported where it is written, even if the block is never applied. */
function checkArgumentNames(block: ConfiguredBlock, rest: readonly GivenArgument[], env: Env): boolean {
  if (
    block.callee.kind === 'declared' &&
    block.callee.declaration.body.kind === 'ExprBody' &&
    block.callee.declaration.kind === 'NetworkDecl'
  ) {
    return true // A variant takes its base's parameters too; they are checked where it is applied.
  }
  const names = parameterNames(block)
  const owner = calleeName(block.callee)
  let fine = true
  for (const argument of rest) {
    if (argument.name === undefined || names.includes(argument.name)) continue
    if (block.callee.kind === 'declared') reportUnplaced(owner, names, argument, rest, env)
    else reportUnknownAttribute(owner, names, argument.name, argument.nameSpan ?? argument.span, env)
    fine = false
  }
  const positional = block.args.filter((one) => one.name === undefined)
  if (fine && positional.length > names.length) {
    const surplus = rest.findLast((one) => one.name === undefined) ?? positional.at(-1)
    const found =
      block.callee.kind === 'declared'
        ? problem('too-many-arguments', { owner, accepted: names.length, actual: positional.length })
        : problem('too-many-attributes', { operator: owner, given: positional.length, known: names })
    report(env, surplus?.span ?? block.span, found)
    return false
  }
  return fine
}

function reportUnknownAttribute(
  operator: string,
  known: readonly string[],
  name: string,
  span: Span,
  env: Env,
): void {
  report(env, span, problem('unknown-attribute', { operator, name, known, suggestion: suggest(name, known) }))
}

/** The parameters of a block's callee, in positional order. */
export function parameterNames(block: ConfiguredBlock): readonly string[] {
  const { callee } = block
  if (callee.kind === 'declared') return callee.declaration.params.map((param) => param.name.name)
  return operatorTables.get(callee.name)?.names ?? []
}

/** Which words an argument's place knows, by the attribute or parameter it goes to. */
function wordsFor(block: BlockValue): (name: string | undefined, position: number) => Words {
  if (block.form !== 'configured') return () => noWords
  const { callee } = block
  const before = block.args.filter((one) => one.name === undefined).length
  if (callee.kind === 'declared') {
    const { params } = callee.declaration
    return (name, position) => {
      const param =
        name === undefined ? params[before + position] : params.find((one) => one.name.name === name)
      return wordsOfType(param?.type)
    }
  }
  const table = operatorTables.get(callee.name)
  return (name, position) => table?.words.get(name ?? table.names[before + position] ?? '') ?? noWords
}
