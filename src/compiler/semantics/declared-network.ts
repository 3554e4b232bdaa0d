// What a declaration beside a network is about: the network that it names, and the arguments that it gives it.
import { problem } from '../diagnostics/diagnostic.ts'
import type { Ident, NetworkDecl } from '../syntax/ast.ts'
import { force, lookup, type Env } from './env.ts'
import { report } from './session.ts'
import { invalid, typeName } from './values.ts'

export interface DeclaredNetwork {
  readonly declaration: NetworkDecl
  /** Where it is declared. */
  readonly env: Env
}

/** The network of this name; undefined after a report, as `otherwise` says it. */
export function declaredNetwork(
  network: Ident,
  env: Env,
  otherwise: 'train-needs-network' | 'results-need-network',
): DeclaredNetwork | undefined {
  const slot = lookup(env, network.name)
  const value = slot === undefined ? invalid : force(env, slot, network.span)
  if (
    value.kind === 'block' &&
    value.form === 'configured' &&
    value.callee.kind === 'declared' &&
    value.callee.declaration.kind === 'NetworkDecl'
  )
    return { declaration: value.callee.declaration, env: value.callee.env }
  if (value.kind !== 'invalid')
    report(env, network.span, problem(otherwise, { name: network.name, actual: typeName(value) }))
  return undefined
}
