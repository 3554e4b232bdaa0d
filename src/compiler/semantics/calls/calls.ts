// Calls: of functions, of blocks with tensors or without, and of words that have arguments.
import { problem } from '../../diagnostics/diagnostic.ts'
import { primitives } from '../../ops/registry.ts'
import type { Argument, CallExpr } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { guarded } from '../values/demands.ts'
import { enter } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { charge, report } from '../values/session.ts'
import { calleeName, showValue, typeName } from '../values/show.ts'
import { fits, noWords, showType } from '../values/types.ts'
import {
  invalid,
  tensorsOf,
  type BlockValue,
  type Builtin,
  type Env,
  type GivenArgument,
  type Value,
  type Words,
} from '../values/values.ts'
import { applyBlock } from './apply.ts'
import { builtins, callBuiltin } from './builtins.ts'
import { argumentWords, configure, parameterNames } from './configure.ts'
import { bindParameters } from './parameters.ts'
import { takesNumbers, withConstants } from './tensor-arithmetic.ts'

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

function callFunction(
  callee: Extract<Value, { kind: 'function' }>,
  given: readonly GivenArgument[],
  env: Env,
  span: Span,
): Value {
  const { declaration } = callee
  return guarded(env, declaration.name.name, span, () => {
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

/** Leading tensors are inputs, the rest configures: `conv(x, 32, 3)` applies, `conv(32, 3)` configures. */
function callBlock(block: BlockValue, expr: CallExpr, env: Env): Value {
  const evaluated = evaluateArguments(expr.args, env, argumentWords(block))
  if (evaluated === undefined || evaluated.some((one) => one.value.kind === 'invalid')) return invalid
  const numeric = block.form === 'configured' && takesNumbers.has(calleeName(block.callee))
  const given = numeric ? withConstants(evaluated, env) : evaluated
  if (blockForTensor(block, given, env)) return invalid
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

/** `add(x, conv(8, 3))`: operators take no blocks, so one that stands where a tensor may is one that nothing was sent into. */
function blockForTensor(block: BlockValue, given: readonly GivenArgument[], env: Env): boolean {
  if (block.form !== 'configured' || block.callee.kind === 'declared') return false
  const alone = given.every((one) => tensorsOf(one.value) === undefined)
  const isForTensors = parameterNames(block).length === 0 || !alone
  const found = given.find((one) => one.name === undefined && one.value.kind === 'block')
  if (!isForTensors || found?.value.kind !== 'block') return false
  const { value, span } = found
  const inputless = inputlessOf(value)
  const parts = { operator: block.callee.name, block: showValue(value), inputless, alone }
  report(env, span, problem('block-for-tensor', parts))
  return true
}

/** A block that takes no tensor; `block Pos(c: int) = parameter([c, 1, 1])` would be one if its body were no expression. */
function inputlessOf(
  block: BlockValue,
): { readonly name: string; readonly isExpression: boolean } | undefined {
  if (block.form !== 'configured' || block.callee.kind !== 'declared') return undefined
  const name = calleeName(block.callee)
  if (!takesTensors(block)) return { name, isExpression: false }
  const { body } = block.callee.declaration
  if (body.kind !== 'ExprBody') return undefined
  let head = body.value
  while (head.kind === 'PipeExpr') head = head.left
  const isTable =
    head.kind === 'CallExpr' && head.callee.kind === 'NameExpr' && head.callee.name === 'parameter'
  return isTable ? { name, isExpression: true } : undefined
}

/** `sum([1, 2])` is a number though `sum` alone is the operator: a function of the same name serves where no tensor is given. */
function numericOverload(block: BlockValue, given: readonly GivenArgument[]): Builtin | undefined {
  if (block.form !== 'configured' || block.callee.kind === 'declared' || given.length === 0) return undefined
  if (given.some((one) => one.name !== undefined || tensorsOf(one.value) !== undefined)) return undefined
  const { name } = block.callee
  return builtins.find((one) => one.name === name)
}

/** `parameter([8, 49])` and a block without `in` are tensors once they are called: nothing can be sent into them. */
function takesTensors(block: BlockValue): boolean {
  if (block.form === 'shared') return takesTensors(block.inner)
  if (block.form === 'composed') return block.stages.slice(0, 1).every(takesTensors)
  const { callee } = block
  if (callee.kind === 'primitive') return primitives[callee.name].arity.max > 0
  if (callee.kind === 'composite' || callee.declaration.kind === 'NetworkDecl') return true
  const { body } = callee.declaration
  return body.kind === 'ExprBody' || body.statements.some(({ kind }) => kind === 'InStmt')
}
