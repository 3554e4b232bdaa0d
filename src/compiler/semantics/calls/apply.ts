// Blocks applied to tensors: operators become graph nodes; what is declared is elaborated on a higher floor.
import type { Problem } from '../../diagnostics/diagnostic.ts'
import type { Place } from '../../ir/builder.ts'
import type { NodeId } from '../../ir/graph.ts'
import { childScope, type Scope } from '../../ir/scope.ts'
import type { Plain } from '../../ops/attrs.ts'
import { callPrimitive } from '../../ops/call.ts'
import type { CompositeBuilder } from '../../ops/composite.ts'
import { compositeOf, type CompositeName } from '../../ops/composites.ts'
import { callComposite } from '../../ops/expand.ts'
import { primitiveOf, type PrimitiveName } from '../../ops/registry.ts'
import type { Span } from '../../text/source.ts'
import { nest } from '../values/env.ts'
import { charge, exhaust, report } from '../values/session.ts'
import {
  invalid,
  list,
  tensor,
  unseen,
  type BlockValue,
  type ConfiguredBlock,
  type Env,
  type SharedBlock,
  type Value,
} from '../values/values.ts'
import { operands, operatorArguments, reportFaults } from './operator-arguments.ts'

/** Sends tensors into a block. `span` is where the user wrote the application. */
export function applyBlock(block: BlockValue, inputs: readonly NodeId[], env: Env, span: Span): Value {
  if (env.session.look !== undefined) return unseen
  switch (block.form) {
    case 'configured':
      return applyConfigured(block, inputs, env, span)
    case 'composed':
      return applyComposed(block.stages, inputs, env, span)
    case 'shared':
      return applyShared(block, inputs, env, span)
  }
}

function applyComposed(
  stages: readonly BlockValue[],
  inputs: readonly NodeId[],
  env: Env,
  span: Span,
): Value {
  let value: Value = list(inputs.map(tensor))
  for (const stage of stages) {
    const tensors =
      value.kind === 'tensor' ? [value.node] : value.kind === 'list' ? nodesOf(value.items) : undefined
    if (tensors === undefined) return invalid
    value = applyBlock(stage, tensors, env, stage.form === 'configured' ? stage.span : span)
  }
  return value
}

function nodesOf(items: readonly Value[]): NodeId[] | undefined {
  const nodes = items.flatMap((item) => (item.kind === 'tensor' ? [item.node] : []))
  return nodes.length === items.length ? nodes : undefined
}

/** The first application makes the weights; the others take them in the same order. */
function applyShared(block: SharedBlock, inputs: readonly NodeId[], env: Env, span: Span): Value {
  const { weights } = block
  const outer = env.sharing
  const scope = weights.complete ? childScope(block.scope, 'reuse') : block.scope
  if (!weights.complete && outer?.weights.complete === true) {
    // Inside a further application of an outer shared block, even the first use takes weights: the outer's.
    const start = outer.cursor
    const value = applyBlock(block.inner, inputs, nest(env, { scope }), span)
    for (const id of outer.weights.parameters.slice(start, outer.cursor)) weights.parameters.push(id)
    weights.complete = true
    return value
  }
  const value = applyBlock(block.inner, inputs, nest(env, { scope, sharing: { weights, cursor: 0 } }), span)
  if (!weights.complete) for (const id of weights.parameters) outer?.weights.parameters.push(id)
  weights.complete = true
  return value
}

function applyConfigured(block: ConfiguredBlock, inputs: readonly NodeId[], env: Env, span: Span): Value {
  if (!charge(env, span, 1 + inputs.length)) return invalid
  const { callee } = block
  switch (callee.kind) {
    case 'primitive':
      return applyPrimitive(block, callee.name, inputs, env, span)
    case 'composite':
      return applyComposite(block, callee.name, inputs, env, span)
    case 'declared':
      return env.session.elaborator.applyDeclared(block, inputs, env, span)
  }
}

function placeOf(env: Env, scope: Scope, span: Span): Place {
  return { scope, span, calls: env.calls, indices: env.indices, sharing: env.sharing, coverage: env.coverage }
}

function applyPrimitive(
  block: ConfiguredBlock,
  name: PrimitiveName,
  inputs: readonly NodeId[],
  env: Env,
  span: Span,
): Value {
  const args = operatorArguments(block, env)
  if (args === undefined) return invalid
  const { builder } = env.session
  const called = callPrimitive(
    primitiveOf(name),
    inputs.map((id) => builder.typeOf(id)),
    args,
  )
  if (called.kind === 'faults') {
    reportFaults(called.faults, block, inputs, env, span)
    return invalid
  }
  if (!charge(env, span, called.inference.output.shape.length)) return invalid
  const added = builder.add(name, inputs, called.inference, placeOf(env, childScope(env.scope, name), span))
  return typeof added === 'number' ? tensor(added) : refused(added, inputs, env, span)
}

/** The graph takes no more nodes, or shared weights do not fit. */
function refused(found: Problem, inputs: readonly NodeId[], env: Env, span: Span): Value {
  if (found.name === 'too-many-nodes') exhaust(env, span, found)
  else report(env, span, found, operands(inputs, env))
  return invalid
}

function applyComposite(
  block: ConfiguredBlock,
  name: CompositeName,
  inputs: readonly NodeId[],
  env: Env,
  span: Span,
): Value {
  const args = operatorArguments(block, env)
  if (args === undefined) return invalid
  const expanded = callComposite(compositeOf(name), expansionIn(env, name, span), inputs, args)
  switch (expanded.kind) {
    case 'one':
      return tensor(expanded.tensor)
    case 'many':
      return list(expanded.tensors.map(tensor))
    case 'faults':
      reportFaults(expanded.faults, block, inputs, env, span)
      return invalid
  }
}

/** A composite's primitives stand in a scope of its name, made only when the first one comes. */
function expansionIn(env: Env, name: CompositeName, span: Span): CompositeBuilder<NodeId> {
  const { builder } = env.session
  let scope: Scope | undefined
  return {
    typeOf: (node) => builder.typeOf(node),
    apply: (op, inputs, attributes) => {
      scope ??= childScope(env.scope, name)
      // Explicit attributes are themselves valid arguments.
      const args = { positional: [], named: attributes as Readonly<Record<string, Plain>> }
      const called = callPrimitive(
        primitiveOf(op),
        inputs.map((id) => builder.typeOf(id)),
        args,
      )
      if (called.kind === 'inferred')
        return builder.add(op, inputs, called.inference, placeOf(env, childScope(scope, op), span))
      const [fault] = called.faults
      if (fault === undefined) throw new Error(`${op} was refused without a fault`)
      return fault.problem
    },
  }
}
