// `for` clauses: every binding of their names, in order.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { ForClause } from '../../syntax/ast.ts'
import { define, nest } from '../values/env.ts'
import { evaluate, maxBindings } from '../values/evaluation.ts'
import { charge, exhaust, report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import type { Env } from '../values/values.ts'
import { truth } from './typed.ts'

/**
 * Runs `visit` for every binding of a `for` clause, in order, inside an environment that has the names and indices.
 * Stops and gives false when `visit` does or when a range is not valid.
 */
export function forEachBinding(clause: ForClause, env: Env, visit: (inner: Env) => boolean): boolean {
  const step = (at: number, outer: Env): boolean => {
    const binding = clause.bindings[at]
    if (binding === undefined) {
      const there = passes(clause, outer)
      return there === true ? visit(outer) : there !== undefined
    }
    const over = evaluate(binding.range, outer)
    if (over.kind !== 'list') {
      if (over.kind !== 'invalid') {
        const parts = {
          what: `the range of \`${binding.name.name}\``,
          expected: 'a range or list',
          actual: typeName(over),
          value: showValue(over),
        }
        report(outer, binding.range.span, problem('wrong-type', parts))
      }
      return false
    }
    for (const item of over.items) {
      if (!charge(outer, binding.range.span, 1)) return false
      const indices =
        item.kind === 'int'
          ? [...outer.indices, { name: binding.name.name, value: item.value }]
          : outer.indices
      const inner = nest(outer, { indices })
      define(inner, binding.name.name, binding.name.span, item)
      if (!step(at + 1, inner)) return false
    }
    return true
  }
  if (clause.bindings.length <= maxBindings) return step(0, env)
  exhaust(
    env,
    clause.span,
    problem('value-too-large', {
      what: `a \`for\` over ${clause.bindings.length} names`,
      limit: maxBindings,
    }),
  )
  return false
}

function passes(clause: ForClause, env: Env): boolean | undefined {
  return clause.condition === undefined ? true : truth(clause.condition, env, 'the condition of `for`')
}
