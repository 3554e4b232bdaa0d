// Arguments to declared parameters, of functions, blocks and networks.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Expr, Param } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { defer, define } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { charge, report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import { fits, showType, wordsOfType } from '../values/types.ts'
import { invalid, type Env, type GivenArgument } from '../values/values.ts'

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

export function reportUnplaced(
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
