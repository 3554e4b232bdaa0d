// Environments: names to slots, and where in the module tree, the call chain and the recurrences evaluation stands.
import { childScope, type Scope } from '../../ir/scope.ts'
import type { Span } from '../../text/source.ts'
import { invalid, type Env, type Slot, type Value } from './values.ts'

/** A nested environment; what is not given stays as in `parent`. */
export function nest(
  parent: Env,
  changes: Partial<Pick<Env, 'scope' | 'calls' | 'indices' | 'sharing' | 'coverage'>> = {},
): Env {
  return {
    session: parent.session,
    first: undefined,
    others: undefined,
    parent,
    scope: changes.scope ?? parent.scope,
    calls: changes.calls ?? parent.calls,
    indices: changes.indices ?? parent.indices,
    sharing: 'sharing' in changes ? changes.sharing : parent.sharing,
    coverage: 'coverage' in changes ? changes.coverage : parent.coverage,
  }
}

/** The scope of a part. What is only looked at has none of its own: ordinals count what is built. */
export function partScope(env: Env, parent: Scope, segment: string): Scope {
  return env.session.look === undefined ? childScope(parent, segment) : parent
}

/**
 * The environment of a declaration's body: names as where it was declared, but place, calls and sharing as where it is used.
 * `call` is where the user wrote the use; absent for a network that is compiled.
 */
export function enter(declared: Env, caller: Env, scope: Scope, call: Span | undefined): Env {
  return {
    session: caller.session,
    first: undefined,
    others: undefined,
    parent: declared,
    scope,
    calls: call === undefined ? caller.calls : [...caller.calls, call],
    indices: caller.indices,
    sharing: caller.sharing,
    coverage: caller.coverage,
  }
}

export function define(env: Env, name: string, span: Span, value: Value): void {
  put(env, { name, span, state: 'done', value, evaluate: undefined })
}

export function defer(env: Env, name: string, span: Span, evaluate: () => Value): Slot {
  const slot = newSlot(env, name, span, evaluate)
  put(env, slot)
  return slot
}

/** A value that is found on demand; no name leads to it. */
export function newSlot({ session }: Env, name: string, span: Span, evaluate: () => Value): Slot {
  const slot: Slot = { name, span, state: 'pending', value: invalid, evaluate }
  session.look?.made.add(slot)
  return slot
}

function put(env: Env, slot: Slot): void {
  if (env.first === undefined || env.first.name === slot.name) env.first = slot
  else (env.others ??= new Map<string, Slot>()).set(slot.name, slot)
}

/** The name as this very environment has it. */
export function ownSlot(env: Env, name: string): Slot | undefined {
  return env.first?.name === name ? env.first : env.others?.get(name)
}

export function lookup(env: Env, name: string): Slot | undefined {
  for (let at: Env | undefined = env; at !== undefined; at = at.parent) {
    const slot = ownSlot(at, name)
    if (slot !== undefined) return slot
  }
  return undefined
}

export function visibleNames(env: Env): Set<string> {
  const names = new Set<string>()
  for (let at: Env | undefined = env; at !== undefined; at = at.parent) {
    if (at.first !== undefined) names.add(at.first.name)
    for (const name of at.others?.keys() ?? []) names.add(name)
  }
  return names
}
