// What the language itself gives every file: its operators, its functions and the words of their arguments.
import { rootScope } from '../../ir/scope.ts'
import { composites, type CompositeName } from '../../ops/composites.ts'
import { primitives, type PrimitiveName } from '../../ops/registry.ts'
import type { Span } from '../../text/source.ts'
import { define } from '../values/env.ts'
import { operatorTables } from '../values/operator-tables.ts'
import { float, type Callee, type Env, type Session, type Value } from '../values/values.ts'
import { builtins } from './builtins.ts'

const nowhere: Span = { file: '', start: 0, end: 0 }

/** Names that every file sees, any of which it may give another meaning; `input` is a statement, not an operator to call. */
export const languageNames: readonly string[] = [
  ...builtins.map((one) => one.name),
  'pi',
  ...Object.keys(primitives).filter((name) => name !== 'input'),
  ...Object.keys(composites),
]

/** Words that some operator's argument or parameter type knows: which of them a place takes, evaluation tells. */
export const languageWords: ReadonlySet<string> = new Set(
  [...operatorTables.values()].flatMap(({ words }) => [...words.values()].flatMap((of) => [...of])),
)

export function languageEnv(session: Session): Env {
  const env: Env = {
    session,
    first: undefined,
    others: undefined,
    parent: undefined,
    scope: rootScope(),
    calls: [],
    indices: [],
    sharing: undefined,
    coverage: undefined,
  }
  for (const builtin of builtins) define(env, builtin.name, nowhere, { kind: 'builtin', builtin })
  define(env, 'pi', nowhere, float(Math.PI))
  for (const name of Object.keys(primitives) as PrimitiveName[])
    if (name !== 'input') define(env, name, nowhere, operator({ kind: 'primitive', name }))
  for (const name of Object.keys(composites) as CompositeName[])
    define(env, name, nowhere, operator({ kind: 'composite', name }))
  return env
}

function operator(callee: Callee): Value {
  return { kind: 'block', form: 'configured', callee, args: [], span: nowhere }
}
