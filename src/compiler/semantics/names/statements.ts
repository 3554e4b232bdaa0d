// Names in the bodies of blocks and networks, and which statements may stand in which.
import type { BlockBody, BlockDecl, NetworkDecl, Statement } from '../../syntax/ast.ts'
import { declareLetNames, isLet, letValue, rule } from './clauses.ts'
import { args, expr } from './expressions.ts'
import { fusion } from './fusions.ts'
import { add, close, inside, type Names } from './name-table.ts'

export function body(declaration: BlockDecl | NetworkDecl, of: BlockBody, names: Names): void {
  if (of.kind === 'ExprBody') {
    expr(of.value, names)
    return
  }
  checkStatements(declaration, of.statements, names)
  statements(of.statements, names)
}

const networkOnly: ReadonlySet<Statement['kind']> = new Set(['InputStmt', 'OutputStmt', 'BudgetStmt'])
const blockOnly: ReadonlySet<Statement['kind']> = new Set(['InStmt', 'OutStmt'])
const written: Readonly<Record<Statement['kind'], string>> = {
  InStmt: 'in',
  InputStmt: 'input',
  LetStmt: 'let',
  UnpackStmt: 'let',
  BackboneStmt: 'backbone',
  FusionStmt: 'fusion',
  OutStmt: 'out',
  OutputStmt: 'output',
  KeepStmt: 'keep',
  BudgetStmt: 'budget',
  AssertStmt: 'assert',
}

function checkStatements(
  declaration: BlockDecl | NetworkDecl,
  all: readonly Statement[],
  names: Names,
): void {
  const isNetwork = declaration.kind === 'NetworkDecl'
  const misplaced = isNetwork ? blockOnly : networkOnly
  for (const one of all) {
    if (misplaced.has(one.kind))
      names.bag.report('misplaced-statement', one.span, {
        statement: written[one.kind],
        inside: isNetwork ? 'network' : 'block',
      })
  }
  const required: readonly Statement['kind'][] = isNetwork ? ['InputStmt', 'OutputStmt'] : ['OutStmt']
  const missing = required
    .filter((kind) => !all.some((one) => one.kind === kind))
    .map((kind) => written[kind])
  if (missing.length > 0)
    names.bag.report('missing-statement', declaration.name.span, { name: declaration.name.name, missing })
  const once: readonly Statement['kind'][] = isNetwork ? [] : ['InStmt', 'OutStmt']
  for (const kind of once) {
    const [first, second] = all.filter((one) => one.kind === kind)
    if (first === undefined || second === undefined) continue
    const related = [{ span: first.span, message: 'the first one' }]
    names.bag.report('statement-given-twice', second.span, { statement: written[kind] }, { related })
  }
}

function statements(all: readonly Statement[], names: Names): void {
  for (const one of all) declareStatement(one, names)
  declareLetNames(all.filter(isLet), names)
  // Outputs and what is kept are named apart: expressions do not see those names.
  const beside = { outputs: inside(names), kept: inside(names) }
  for (const one of all) resolveStatement(one, names, beside)
}

function declareStatement(statement: Statement, names: Names): void {
  if (statement.kind === 'InStmt') {
    const { names: own, rest } = statement
    for (const name of rest === undefined ? own : [...own, rest]) add(names, name, 'in')
  } else if (statement.kind === 'InputStmt') add(names, statement.name, 'input')
  else if (statement.kind === 'BackboneStmt' || statement.kind === 'FusionStmt') add(names, statement.name)
}

function resolveStatement(
  statement: Statement,
  names: Names,
  beside: { readonly outputs: Names; readonly kept: Names },
): void {
  switch (statement.kind) {
    case 'InStmt':
      return
    case 'InputStmt':
      expr(statement.shape, names)
      return
    case 'LetStmt':
    case 'UnpackStmt':
      letValue(statement, names)
      return
    case 'OutStmt':
      expr(statement.value, names)
      return
    case 'OutputStmt':
    case 'KeepStmt':
      if (statement.indices === undefined)
        add(statement.kind === 'KeepStmt' ? beside.kept : beside.outputs, statement.name)
      rule(statement, names, (inner) => {
        expr(statement.value, inner)
        if (statement.condition !== undefined) expr(statement.condition, inner)
      })
      return
    case 'BudgetStmt':
      args(
        statement.args.filter((one) => one.value.kind !== 'NameExpr' || one.name !== undefined),
        names,
      )
      expr(statement.limit, names)
      return
    case 'AssertStmt':
      expr(statement.condition, names)
      return
    case 'BackboneStmt': {
      const inner = inside(names, statement.span)
      inner.entries.set('level', { span: statement.name.span, role: undefined, used: true })
      declareLetNames(statement.members.filter(isLet), inner)
      for (const one of statement.members) {
        if (isLet(one)) letValue(one, inner)
        else rule(one, inner, (at) => expr(one.value, at))
      }
      close(inner)
      return
    }
    case 'FusionStmt':
      fusion(statement, names)
  }
}
