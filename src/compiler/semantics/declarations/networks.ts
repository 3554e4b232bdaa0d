// Networks: a declaration and its arguments to a finished graph; variants resolve to the network they are made from.
import { isProblem, problem } from '../../diagnostics/diagnostic.ts'
import type { Budget, Graph, GraphInput, GraphOutput, NodeId } from '../../ir/graph.ts'
import { childScope } from '../../ir/scope.ts'
import { equalShapes, formatShape, type Dim } from '../../ir/tensor.ts'
import type { Plain } from '../../ops/attrs.ts'
import { primitives } from '../../ops/registry.ts'
import type { InputStmt, NetworkDecl, OutputStmt, StatementBody } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { toPlain } from '../calls/operator-arguments.ts'
import { bindParameters } from '../calls/parameters.ts'
import { force, guarded } from '../values/demands.ts'
import { define, enter, nest, ownSlot } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import {
  invalid,
  list,
  tensor,
  type ConfiguredBlock,
  type Env,
  type GivenArgument,
  type Value,
} from '../values/values.ts'
import { assertionsHold } from './assertions.ts'
import { evaluateBudget } from './budgets.ts'
import { forEachMember } from './members.ts'
import { declareStatements } from './statements.ts'

/** A network with a body, the environment of its parameters, and its arguments by name. */
interface Resolved {
  readonly declaration: NetworkDecl
  readonly body: StatementBody
  readonly env: Env
  readonly arguments: readonly { readonly name: string; readonly env: Env }[]
}

/**
 * Follows a chain of variants to the network with a body. Every argument goes to the first declaration on the way that has a parameter of
 * that name; the others fall through to the base, where they override the variant's own.
 */
function resolve(
  declaration: NetworkDecl,
  given: readonly GivenArgument[],
  moduleEnv: Env,
  caller: Env,
  span: Span,
  call?: Span,
): Resolved | undefined {
  const own = new Set(declaration.params.map((param) => param.name.name))
  const { body } = declaration
  const variant = body.kind === 'ExprBody'
  const mine = variant ? given.filter((one) => one.name === undefined || own.has(one.name)) : given
  const passed = variant ? given.filter((one) => !mine.includes(one)) : []
  const env = enter(moduleEnv, caller, caller.scope, call)
  if (!bindParameters(declaration.name.name, declaration.params, mine, env, caller, span)) return undefined
  const bound = declaration.params.map((param) => ({ name: param.name.name, env }))
  if (body.kind === 'StatementBody') return { declaration, body, env, arguments: bound }
  const base = evaluate(body.value, env)
  if (base.kind === 'invalid') return undefined
  if (
    base.kind !== 'block' ||
    base.form !== 'configured' ||
    base.callee.kind !== 'declared' ||
    base.callee.declaration.kind !== 'NetworkDecl'
  ) {
    report(
      env,
      body.value.span,
      problem('variant-needs-network', { name: declaration.name.name, actual: typeName(base) }),
    )
    return undefined
  }
  const { declaration: next, env: nextEnv } = base.callee
  const overridden = new Set(passed.map((one) => one.name))
  const args = [...base.args.filter((one) => one.name === undefined || !overridden.has(one.name)), ...passed]
  const inner = guardedResolve(next, args, nextEnv, env, span)
  if (inner === undefined) return undefined
  const hidden = new Set(bound.map((one) => one.name))
  return { ...inner, arguments: [...bound, ...inner.arguments.filter((one) => !hidden.has(one.name))] }
}

function guardedResolve(
  declaration: NetworkDecl,
  given: readonly GivenArgument[],
  moduleEnv: Env,
  caller: Env,
  span: Span,
): Resolved | undefined {
  let found: Resolved | undefined
  guarded(caller, declaration.name.name, span, () => {
    found = resolve(declaration, given, moduleEnv, caller, span)
    return invalid
  })
  return found
}

/** Elaborates a network with arguments from outside. Undefined after an error. */
export function elaborateNetwork(
  declaration: NetworkDecl,
  given: readonly GivenArgument[],
  moduleEnv: Env,
): Graph | undefined {
  const resolved = resolve(declaration, given, moduleEnv, moduleEnv, declaration.name.span)
  if (resolved === undefined) return undefined
  const { env, body } = resolved
  const inputs = body.statements
    .filter((one) => one.kind === 'InputStmt')
    .flatMap((one) => declareInput(one, env))
  const outputs = elaborateBody(body, env)
  if (outputs === undefined) return undefined
  const { session } = env
  if (outputs.length === 0 && !session.bag.hasErrors && !session.silenced)
    report(
      env,
      declaration.name.span,
      problem('missing-statement', { name: declaration.name.name, missing: ['output'], dropped: true }),
    )
  const budgets = body.statements
    .filter((one) => one.kind === 'BudgetStmt')
    .flatMap((one): Budget[] => listOf(evaluateBudget(one, env)))
  if (session.bag.hasErrors || session.silenced) return undefined
  return session.builder.finish({
    network: declaration.name.name,
    ...(declaration.doc === undefined ? {} : { doc: declaration.doc }),
    arguments: argumentsInForce(resolved),
    inputs,
    outputs,
    backbones: session.backbones,
    fusions: session.fusions,
    kept: session.kept,
    budgets,
  })
}

const listOf = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value])

/** A parameter of a network with the value that it has. */
export type NetworkArgument = Graph['arguments'][number]

/** The arguments of a network, defaults included, when it is given these; nothing is built. Undefined after a report, at `span` where none is better. */
export function networkArguments(
  declaration: NetworkDecl,
  given: readonly GivenArgument[],
  moduleEnv: Env,
  span: Span,
): readonly NetworkArgument[] | undefined {
  const resolved = resolve(declaration, given, moduleEnv, moduleEnv, span)
  return resolved === undefined ? undefined : argumentsInForce(resolved)
}

const argumentsInForce = (resolved: Resolved): NetworkArgument[] =>
  resolved.arguments.map(({ name, env }) => ({ name, value: argumentInForce(name, env) }))

function argumentInForce(name: string, env: Env): Plain {
  const slot = ownSlot(env, name)
  const value = slot === undefined ? invalid : force(env, slot, slot.span)
  return toPlain(value) ?? showValue(value)
}

/** Inputs are there; then assertions, then everything that is built, in the order it stands. */
function elaborateBody(body: StatementBody, env: Env): GraphOutput[] | undefined {
  const builds = declareStatements(body.statements, env)
  if (!assertionsHold(body.statements, env)) return undefined
  for (const build of builds) build()
  const statements = body.statements.filter((one) => one.kind === 'OutputStmt')
  return distinct(
    statements.flatMap((one) => evaluateOutput(one, env)),
    env,
  )
}

/** Families of outputs may overlap: two outputs of one name are reported. */
function distinct(outputs: readonly GraphOutput[], env: Env): GraphOutput[] {
  const byName = new Map<string, GraphOutput>()
  for (const one of outputs) {
    const before = byName.get(one.name)
    if (before === undefined) byName.set(one.name, one)
    else
      report(env, one.span, problem('duplicate-name', { name: one.name, kind: 'output' }), [
        { span: before.span, message: 'first declared here' },
      ])
  }
  return [...byName.values()]
}

function declareInput(statement: InputStmt, env: Env): GraphInput[] {
  const name = statement.name.name
  const shape = inputShape(statement, env)
  if (shape === undefined) {
    define(env, name, statement.name.span, invalid)
    return []
  }
  const inferred = primitives.input.infer({ attributes: { shape }, inputs: [] })
  if (isProblem(inferred)) throw new Error('an input of positive extents was refused')
  const { calls, indices } = env
  const place = {
    scope: childScope(env.scope, name),
    span: statement.name.span,
    calls,
    indices,
    sharing: undefined,
    coverage: undefined,
  }
  const added = env.session.builder.add('input', [], { ...inferred, attributes: { shape } }, place)
  if (typeof added !== 'number') throw new Error('the first node was refused')
  define(env, name, statement.name.span, tensor(added))
  return [{ name, node: added }]
}

/** `[channels, …extents]` as positive extents, or undefined after a report. */
function inputShape(statement: InputStmt, env: Env): Dim[] | undefined {
  const value = evaluate(statement.shape, env)
  if (value.kind === 'invalid') return undefined
  const items = value.kind === 'list' ? value.items : []
  const dims = items.flatMap((item): Dim[] =>
    item.kind === 'int' && item.value > 0 ? [item.value] : item.kind === 'dim' ? [item.dim] : [],
  )
  if (dims.length > 0 && dims.length === items.length) return dims
  report(
    env,
    statement.shape.span,
    problem('wrong-input-shape', { name: statement.name.name, value: showValue(value) }),
  )
  return undefined
}

// ---------------------------------------------------------------- outputs

function evaluateOutput(statement: OutputStmt, env: Env): GraphOutput[] {
  const outputs: GraphOutput[] = []
  forEachMember(statement, 'an output', env, (name, at) => {
    const node = outputNode(statement, name, at)
    if (node !== undefined) outputs.push({ name, node, aux: statement.aux, span: statement.span })
  })
  return outputs
}

function outputNode(statement: OutputStmt, name: string, env: Env): NodeId | undefined {
  const value = evaluate(statement.value, env)
  if (value.kind === 'tensor') return value.node
  if (value.kind !== 'invalid')
    report(
      env,
      statement.value.span,
      problem('member-not-a-tensor', { member: `output ${name}`, actual: typeName(value) }),
    )
  return undefined
}

// ---------------------------------------------------------------- a network inside another

/** `x -> UNet(base = 16)`: the inputs are the given tensors, the result its outputs that are not aux (one tensor, or a list). */
export function elaborateNetworkCall(
  block: ConfiguredBlock,
  inputs: readonly NodeId[],
  env: Env,
  span: Span,
): Value {
  const { callee } = block
  if (callee.kind !== 'declared' || callee.declaration.kind !== 'NetworkDecl') return invalid
  const { declaration, env: moduleEnv } = callee
  const name = declaration.name.name
  return guarded(env, name, span, () => {
    const caller = nest(env, { scope: childScope(env.scope, name) })
    const resolved = resolve(declaration, block.args, moduleEnv, caller, span, span)
    if (resolved === undefined || !bindInputs(resolved, inputs, env, span)) return invalid
    const outputs = elaborateBody(
      {
        ...resolved.body,
        statements: resolved.body.statements.filter((one) => one.kind !== 'OutputStmt' || !one.aux),
      },
      resolved.env,
    )
    const tensors = outputs?.map((one) => tensor(one.node)) ?? []
    return tensors.length === 1 ? (tensors[0] ?? invalid) : tensors.length === 0 ? invalid : list(tensors)
  })
}

function bindInputs(resolved: Resolved, inputs: readonly NodeId[], env: Env, span: Span): boolean {
  const statements = resolved.body.statements.filter((one) => one.kind === 'InputStmt')
  if (statements.length !== inputs.length) {
    const { name } = resolved.declaration.name
    const parts = { name, expected: statements.length, open: false, actual: inputs.length }
    report(env, span, problem('wrong-input-count', parts))
    return false
  }
  return statements.every((statement, k) => {
    const node = inputs[k] ?? 0
    const expected = inputShape(statement, resolved.env)
    define(resolved.env, statement.name.name, statement.name.span, tensor(node))
    const actual = env.session.builder.shapeOf(node)
    if (expected === undefined || equalShapes(expected, actual)) return expected !== undefined
    const parts = { name: statement.name.name, expected: formatShape(expected), actual: formatShape(actual) }
    report(env, span, problem('network-input-shape', parts), [
      { span: statement.span, message: 'declared here' },
    ])
    return false
  })
}
