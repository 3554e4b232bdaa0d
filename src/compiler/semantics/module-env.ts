// The environment of a file: operators and functions of the language, then imports, then its own declarations.
import { rootScope } from '../ir/scope.ts'
import { composites, type CompositeName } from '../ops/composites.ts'
import { primitives, type PrimitiveName } from '../ops/registry.ts'
import type { Declaration } from '../syntax/ast.ts'
import type { Span } from '../text/source.ts'
import { builtins } from './builtins.ts'
import { define, defer, force, lookup, nest, type Env } from './env.ts'
import { evaluate } from './evaluate.ts'
import type { Module } from './modules.ts'
import { operatorTables } from './operator-tables.ts'
import type { Session } from './session.ts'
import { invalid, type Callee, type Value } from './values.ts'

const nowhere: Span = { file: '', start: 0, end: 0 }

/** Names that every file sees; `input` is a statement, not an operator to call. */
export const languageNames: readonly string[] = [
  ...builtins.map((one) => one.name),
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
  for (const name of Object.keys(primitives) as PrimitiveName[])
    if (name !== 'input') define(env, name, nowhere, operator({ kind: 'primitive', name }))
  for (const name of Object.keys(composites) as CompositeName[])
    define(env, name, nowhere, operator({ kind: 'composite', name }))
  return env
}

function operator(callee: Callee): Value {
  return { kind: 'block', form: 'configured', callee, args: [], span: nowhere }
}

/** Environments of a module and of what it imports, each made once. */
export function moduleEnv(module: Module, language: Env, made: Map<Module, Env>): Env {
  const known = made.get(module)
  if (known !== undefined) return known
  const env = nest(language)
  made.set(module, env)
  for (const [local, { module: from, name, span }] of module.imports) {
    defer(env, local, span, () => {
      const slot = lookup(moduleEnv(from, language, made), name)
      return slot === undefined ? invalid : force(env, slot, span)
    })
  }
  for (const declaration of module.syntax.declarations) declare(declaration, env)
  return env
}

function declare(declaration: Declaration, env: Env): void {
  const { name, span } = declaration.name
  switch (declaration.kind) {
    case 'FnDecl':
      define(env, name, span, { kind: 'function', declaration, env })
      return
    case 'BlockDecl':
    case 'NetworkDecl':
      define(env, name, span, {
        kind: 'block',
        form: 'configured',
        callee: { kind: 'declared', declaration, env },
        args: [],
        span,
      })
      return
    case 'ConstDecl':
      defer(env, name, span, () => evaluate(declaration.value, env))
      return
    case 'TrainDecl':
    case 'ResultsDecl':
  }
}
