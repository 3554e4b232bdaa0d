// Declared blocks on tensors: their arguments bound, their bodies elaborated.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { DraftBlock } from '../../ir/builder.ts'
import type { NodeId } from '../../ir/graph.ts'
import { childScope } from '../../ir/scope.ts'
import type { Plain } from '../../ops/attrs.ts'
import type { BlockDecl, Expr, InStmt, Param, StatementBody, TypeExpr } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { applyBlock } from '../calls/apply.ts'
import { toPlain } from '../calls/operator-arguments.ts'
import { bindParameters } from '../calls/parameters.ts'
import { guarded } from '../values/demands.ts'
import { define, enter, ownSlot } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { typeName } from '../values/show.ts'
import {
  invalid,
  list,
  tensor,
  tensorsOf,
  type ConfiguredBlock,
  type Env,
  type Value,
} from '../values/values.ts'
import { assertionsHold } from './assertions.ts'
import { elaborateNetworkCall } from './networks.ts'
import { declareStatements } from './statements.ts'

export function applyDeclared(
  block: ConfiguredBlock,
  inputs: readonly NodeId[],
  env: Env,
  span: Span,
): Value {
  const { callee } = block
  if (callee.kind !== 'declared') return invalid
  const { declaration } = callee
  if (declaration.kind === 'NetworkDecl') return elaborateNetworkCall(block, inputs, env, span)
  const name = declaration.name.name
  return guarded(env, name, span, () => {
    const inner = enter(callee.env, env, childScope(env.scope, name), span)
    if (!bindParameters(name, declaration.params, block.args, inner, env, block.span)) return invalid
    env.session.builder.blocks.push(draftOf(declaration, inputs, inner))
    const { body } = declaration
    if (body.kind === 'StatementBody') return elaborateBlockBody(declaration, body, inputs, inner, env, span)
    const made = evaluate(body.value, inner)
    if (made.kind === 'block') return applyBlock(made, inputs, inner, body.value.span)
    if (made.kind !== 'invalid')
      report(inner, body.value.span, problem('block-body-not-a-block', { name, actual: made.kind }))
    return invalid
  })
}

const isBlockType = (type: TypeExpr | undefined): boolean =>
  type?.kind === 'UnionType'
    ? type.options.some(isBlockType)
    : type?.kind === 'NamedType' && type.name === 'block'

function draftOf(declaration: BlockDecl, inputs: readonly NodeId[], inner: Env): DraftBlock {
  const { name, doc, params, body, span } = declaration
  const ins = body.kind === 'StatementBody' ? body.statements.find((one) => one.kind === 'InStmt') : undefined
  return {
    scope: inner.scope,
    block: name.name,
    declared: span,
    ...(doc === undefined ? {} : { doc }),
    inputs,
    names: ins?.names.map((one) => one.name) ?? [],
    combines: params.some((param) => param.default === undefined && isBlockType(param.type)),
    readArguments: () => params.flatMap((param) => argumentOf(param, inner)),
  }
}

/** The value of a parameter, where it is data that something needed. */
function argumentOf({ name }: Param, env: Env): { readonly name: string; readonly value: Plain }[] {
  const slot = ownSlot(env, name.name)
  const value = slot?.state === 'done' ? toPlain(slot.value) : undefined
  return value === undefined ? [] : [{ name: name.name, value }]
}

/** Elaborates `{ in x … out expr }` on the given tensors; without an `in`, on none. */
export function elaborateBlockBody(
  declaration: BlockDecl,
  body: StatementBody,
  inputs: readonly NodeId[],
  inner: Env,
  caller: Env,
  span: Span,
): Value {
  const ins = body.statements.find((one): one is InStmt => one.kind === 'InStmt')
  const { names = [], rest } = ins ?? {}
  if (rest === undefined ? names.length !== inputs.length : names.length > inputs.length) {
    const parts = { expected: names.length, open: rest !== undefined, actual: inputs.length }
    report(caller, span, problem('wrong-input-count', { name: declaration.name.name, ...parts }), [
      { span: ins?.span ?? declaration.name.span, message: 'declared here' },
    ])
    return invalid
  }
  names.forEach((name, k) => define(inner, name.name, name.span, tensor(inputs[k] ?? 0)))
  if (rest !== undefined) define(inner, rest.name, rest.span, list(inputs.slice(names.length).map(tensor)))
  const builds = declareStatements(body.statements, inner)
  if (!assertionsHold(body.statements, inner)) return invalid
  for (const build of builds) build()
  const out = body.statements.find((one) => one.kind === 'OutStmt')
  return out === undefined ? invalid : blockResult(evaluate(out.value, inner), declaration, out.value, inner)
}

/** A block gives a tensor, or several as a list. */
function blockResult(value: Value, declaration: BlockDecl, expr: Expr, env: Env): Value {
  if (value.kind === 'invalid' || tensorsOf(value) !== undefined) return value
  report(
    env,
    expr.span,
    problem('member-not-a-tensor', {
      member: `the result of ${declaration.name.name}`,
      actual: typeName(value),
    }),
  )
  return invalid
}
