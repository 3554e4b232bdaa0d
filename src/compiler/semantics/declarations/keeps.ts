// `keep`: tensors that are built for their parameters, which count and are in checkpoints although no output reads them.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { NodeId } from '../../ir/graph.ts'
import type { KeepStmt } from '../../syntax/ast.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { typeName } from '../values/show.ts'
import { tensorsOf, type Env, type Value } from '../values/values.ts'
import { forEachMember } from './members.ts'

/** Evaluates what the statement keeps, and notes it for the graph. */
export function buildKept(statement: KeepStmt, env: Env): void {
  forEachMember(statement, 'what is kept', env, (name, at) => {
    const nodes = keptNodes(evaluate(statement.value, at), name, statement, at)
    if (nodes.length > 0)
      at.session.kept.push({ scope: at.scope, nodes, run: statement.run, span: statement.span })
  })
}

/** A tensor, or a list of tensors, which may be empty. */
function keptNodes(value: Value, name: string, statement: KeepStmt, env: Env): readonly NodeId[] {
  const nodes = tensorsOf(value)
  if (nodes !== undefined) return nodes
  const isNothing = value.kind === 'invalid' || (value.kind === 'list' && value.items.length === 0)
  if (!isNothing)
    report(
      env,
      statement.value.span,
      problem('member-not-a-tensor', { member: `keep ${name}`, actual: typeName(value) }),
    )
  return []
}
