// Bodies of blocks: their statements, and the parts that networks share with them (lets, families, inputs).
import { problem } from '../diagnostics/diagnostic.ts'
import type { NodeId } from '../ir/graph.ts'
import { childScope } from '../ir/scope.ts'
import type { AssertStmt, BlockDecl, Expr, InStmt, LetStmt, Statement, StatementBody } from '../syntax/ast.ts'
import type { Span } from '../text/source.ts'
import { declareBackbone } from './backbone.ts'
import { define, defer, nest, type Env } from './env.ts'
import { evaluate, tensorsOf } from './evaluate.ts'
import { addRule, newFamily } from './families.ts'
import { declareFusion } from './fusion.ts'
import { report } from './session.ts'
import { invalid, showValue, tensor, typeName, type Value } from './values.ts'

/** What a body builds besides its values, in the order it stands: run after its names are declared. */
export type Build = () => void

/** Elaborates `{ in x … out expr }` on the given tensors. */
export function elaborateBlockBody(
  declaration: BlockDecl,
  body: StatementBody,
  inputs: readonly NodeId[],
  inner: Env,
  caller: Env,
  span: Span,
): Value {
  const ins = body.statements.find((one): one is InStmt => one.kind === 'InStmt')
  const names = ins?.names ?? []
  if (names.length !== inputs.length) {
    const parts = { name: declaration.name.name, expected: names.length, actual: inputs.length }
    report(caller, span, problem('wrong-input-count', parts), [
      { span: ins?.span ?? declaration.name.span, message: 'declared here' },
    ])
    return invalid
  }
  names.forEach((name, k) => define(inner, name.name, name.span, tensor(inputs[k] ?? 0)))
  const builds = declareStatements(body.statements, inner)
  if (!assertionsHold(body.statements, inner)) return invalid
  for (const build of builds) build()
  const out = body.statements.find((one) => one.kind === 'OutStmt')
  return out === undefined ? invalid : blockResult(evaluate(out.value, inner), declaration, out.value, inner)
}

/** A block gives a tensor, or several as a list. */
function blockResult(value: Value, declaration: BlockDecl, expr: Expr, env: Env): Value {
  if (value.kind === 'invalid' || tensorsOf(value) !== undefined) return value
  report(
    env,
    expr.span,
    problem('member-not-a-tensor', {
      member: `the result of ${declaration.name.name}`,
      actual: typeName(value),
    }),
  )
  return invalid
}

/** Declares every name of a body; the backbones and fusions among them come back as builds, to run in order. */
export function declareStatements(statements: readonly Statement[], env: Env): Build[] {
  declareLets(
    statements.filter((one): one is LetStmt => one.kind === 'LetStmt'),
    env,
  )
  return statements.flatMap((one) => {
    if (one.kind === 'BackboneStmt') return [declareBackbone(one, env)]
    return one.kind === 'FusionStmt' ? [declareFusion(one, env)] : []
  })
}

/** `let` names, and families of them: several rules of one name make one family. */
export function declareLets(lets: readonly LetStmt[], env: Env): void {
  for (const [name, same] of byName(lets)) {
    const [first] = same
    if (first === undefined) continue
    if (first.indices === undefined) {
      defer(env, name, first.name.span, () =>
        letValue(first, nest(env, { scope: childScope(env.scope, name) })),
      )
    } else defer(env, name, first.name.span, () => letFamily(same, first.indices?.length ?? 1, env))
  }
}

function byName(lets: readonly LetStmt[]): Map<string, LetStmt[]> {
  const groups = new Map<string, LetStmt[]>()
  for (const one of lets) {
    const same = groups.get(one.name.name)
    if (same === undefined) groups.set(one.name.name, [one])
    else same.push(one)
  }
  return groups
}

function letFamily(rules: readonly LetStmt[], rank: number, env: Env): Value {
  const [first] = rules
  if (first === undefined) return invalid
  const family = newFamily(first.name.name, first.name.span, rank)
  for (const rule of rules) {
    const evaluateMember = (member: { readonly env: Env; readonly index: readonly number[] }): Value =>
      letValue(
        rule,
        nest(member.env, { scope: childScope(env.scope, `${first.name.name}[${member.index.join(',')}]`) }),
      )
    addRule(
      family,
      { indices: rule.indices ?? [], clause: rule.clause, span: rule.span, evaluate: evaluateMember },
      env,
    )
  }
  return { kind: 'family', family }
}

function letValue(statement: LetStmt, env: Env): Value {
  const value = evaluate(statement.value, env)
  if (!statement.shared || value.kind === 'invalid') return value
  if (value.kind === 'block') {
    return {
      kind: 'block',
      form: 'shared',
      inner: value,
      weights: { parameters: [], complete: false },
      scope: env.scope,
    }
  }
  report(env, statement.value.span, problem('share-needs-block', { actual: typeName(value) }))
  return invalid
}

/** Evaluates every `assert` of a body; the first elaboration errors of a network should be these, not what they lead to. */
export function assertionsHold(statements: readonly Statement[], env: Env): boolean {
  let hold = true
  for (const one of statements) if (one.kind === 'AssertStmt') hold = assertionHolds(one, env) && hold
  return hold
}

function assertionHolds(statement: AssertStmt, env: Env): boolean {
  const { condition } = statement
  const value = evaluate(condition, env)
  if (value.kind === 'invalid') return false
  if (value.kind !== 'bool') {
    const parts = {
      what: 'the condition of `assert`',
      expected: 'bool',
      actual: typeName(value),
      value: showValue(value),
    }
    report(env, condition.span, problem('wrong-type', parts))
    return false
  }
  if (!value.value) {
    const parts = { message: statement.message?.value, shown: shownValues(condition, env) }
    report(env, statement.span, problem('assertion-failed', parts))
  }
  return value.value
}

/** Both sides of a comparison, or the arguments of a function, evaluated, so that a failed assertion shows its numbers. */
function shownValues(condition: Expr, env: Env): string | undefined {
  const show = (expr: Expr): string => showValue(evaluate(expr, env))
  if (condition.kind === 'CallExpr' && condition.callee.kind === 'NameExpr') {
    return `${condition.callee.name}(${condition.args.map((one) => show(one.value)).join(', ')})`
  }
  if (condition.kind !== 'BinaryExpr' || condition.operator === 'or') return undefined
  const { left, operator, right } = condition
  if (operator !== 'and') return `${show(left)} ${operator} ${show(right)}`
  const first = evaluate(left, env)
  return shownValues(first.kind === 'bool' && first.value ? right : left, env)
}
