// What a declaration beside a network is about: the network that it names, and the arguments that it gives it.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Argument, Ident, NetworkDecl } from '../../syntax/ast.ts'
import { force } from '../values/demands.ts'
import { lookup } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { typeName } from '../values/show.ts'
import { invalid, type Env, type GivenArgument } from '../values/values.ts'
import { wordsFor } from './arguments.ts'

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

/** An argument for it, written where `env` is. Words are those that the parameter's type knows: `axis = depth`. */
export function givenArgument(arg: Argument, { declaration }: DeclaredNetwork, env: Env): GivenArgument {
  const words = arg.name === undefined ? undefined : wordsFor(arg.name.name, declaration)
  return {
    name: arg.name?.name,
    value: evaluate(arg.value, env, words),
    span: arg.value.span,
    nameSpan: arg.name?.span,
  }
}
