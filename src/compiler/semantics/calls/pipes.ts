// Pipes: tensors into blocks, and blocks composed with blocks.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Expr, PipeExpr } from '../../syntax/ast.ts'
import { evaluate, noteValue } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import { invalid, tensorsOf, type BlockValue, type Env, type Value } from '../values/values.ts'
import { applyBlock } from './apply.ts'

/** Left to right along the chain, without recursion on its length. */
export function pipe(expr: PipeExpr, env: Env): Value {
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
    if (link !== expr) noteValue(link, value, env)
  }
  return value
}

function send(left: Value, link: PipeExpr, env: Env): Value {
  const right = evaluate(link.right, env)
  if (left.kind === 'invalid' || right.kind === 'invalid') return invalid
  if (right.kind !== 'block') {
    report(
      env,
      link.right.span,
      problem('not-a-block', { actual: typeName(right), callee: calledIn(link.right) }),
    )
    return invalid
  }
  if (left.kind === 'block') return compose(left, right, link, env)
  const tensors = tensorsOf(left)
  if (tensors !== undefined) return applyBlock(right, tensors, env, link.right.span)
  const block = left.kind === 'list' ? left.items.find((item) => item.kind === 'block') : undefined
  const parts = { actual: typeName(left), block: block && showValue(block) }
  report(env, link.left.span, problem('not-a-tensor', parts))
  return invalid
}

const calledIn = (expr: Expr): string | undefined =>
  expr.kind === 'CallExpr' && expr.callee.kind === 'NameExpr' ? expr.callee.name : undefined

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
