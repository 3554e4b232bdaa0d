// Ties the elaborator's one recursion: which function evaluates each kind of expression, and how what is declared is applied.
import type { DiagnosticBag } from '../diagnostics/diagnostic.ts'
import { GraphBuilder } from '../ir/builder.ts'
import type { Expr } from '../syntax/ast.ts'
import { evaluateCall } from './calls/calls.ts'
import { pipe } from './calls/pipes.ts'
import { tensorArithmetic } from './calls/tensor-arithmetic.ts'
import { applyDeclared } from './declarations/blocks.ts'
import { binary, unary } from './expressions/arithmetic.ts'
import { exists, index, step } from './expressions/indexing.ts'
import { comprehension, listValue, range } from './expressions/lists.ts'
import { conditional } from './expressions/logic.ts'
import { nameValue, numberValue } from './expressions/names.ts'
import { evaluate } from './values/evaluation.ts'
import { KnownLists } from './values/known-lists.ts'
import type { Limits } from './values/limits.ts'
import { newSession } from './values/session.ts'
import {
  bool,
  invalid,
  type Elaborator,
  type Env,
  type Lists,
  type Session,
  type Trace,
  type Value,
  type Words,
} from './values/values.ts'

function valueOf(expr: Expr, env: Env, words: Words | undefined): Value {
  switch (expr.kind) {
    case 'NumberLiteral':
      return numberValue(expr)
    case 'StringLiteral':
      return { kind: 'string', value: expr.value }
    case 'BoolLiteral':
      return bool(expr.value)
    case 'NameExpr':
      return nameValue(expr, env, words)
    case 'ListExpr':
      return listValue(expr, env, words)
    case 'ComprehensionExpr':
      return comprehension(expr, env, words)
    case 'RangeExpr':
      return range(expr, env)
    case 'UnaryExpr':
      return unary(expr, evaluate(expr.operand, env), env)
    case 'BinaryExpr':
      return binary(expr, env, words)
    case 'ConditionalExpr':
      return conditional(expr, env, words)
    case 'PipeExpr':
      return pipe(expr, env)
    case 'CallExpr':
      return evaluateCall(expr, env, words)
    case 'IndexExpr':
      return index(expr, env)
    case 'StepExpr':
      return step(expr, env)
    case 'ExistsExpr':
      return exists(expr.member, env)
    case 'InvalidExpr':
      return invalid
  }
}

/** What makes elaborating faster or says more of it, and changes nothing of what comes out. */
export interface ElaborationAids {
  /** Of all elaborations of the same files. */
  readonly lists?: Lists
  readonly trace?: Trace | undefined
}

const elaborator: Elaborator = { valueOf, tensorArithmetic, applyDeclared }

/** A session of its own: an empty graph, and nothing evaluated. */
export function newElaboration(
  bag: DiagnosticBag,
  limits: Limits,
  unknownNames: ReadonlySet<string> = new Set(),
  { lists = new KnownLists(), trace }: ElaborationAids = {},
): Session {
  const builder = new GraphBuilder(limits.nodes)
  return newSession({ elaborator, builder, bag, limits, unknownNames, lists, trace })
}
