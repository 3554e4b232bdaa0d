// The environment of a file: the language's own names, then imports, then its own declarations.
import type { Declaration } from '../../syntax/ast.ts'
import type { Module } from '../names/module.ts'
import { force } from '../values/demands.ts'
import { defer, define, lookup, nest } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { invalid, type Env } from '../values/values.ts'
import { declareLets } from './lets.ts'

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
  if (declaration.kind === 'UnpackStmt') {
    declareLets([declaration], env)
    return
  }
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
