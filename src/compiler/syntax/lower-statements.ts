// The statements of blocks and networks, and the members of backbones and fusions. A statement whose name recovery
// left out is dropped: it has been reported.
import type { IToken } from 'chevrotain'
import type * as cst from '../../../grammar/cst.d.ts'
import type {
  AssertStmt,
  BackboneStmt,
  BudgetStmt,
  EdgeDecl,
  Expr,
  ForClause,
  FuseDecl,
  FusionStmt,
  Ident,
  InputStmt,
  InStmt,
  KeepStmt,
  LetStmt,
  LevelRule,
  NameList,
  NodeBody,
  NodeRule,
  OutputStmt,
  OutStmt,
  Setting,
  SparsityClause,
  Statement,
  UnpackStmt,
} from './ast.ts'
import {
  first,
  isPresent,
  lowerIdent,
  optional,
  real,
  spanOf,
  type Children,
  type LowerContext,
} from './lower-context.ts'
import { lowerArguments, lowerExpression, lowerForClause, lowerIndices } from './lower-expressions.ts'
import { lowerString } from './lower-literals.ts'

export function lowerStatement(cx: LowerContext, node: cst.StatementCstNode): Statement | undefined {
  const children: Children<cst.StatementCstNode> = node.children
  return (
    optional(first(children.inStmt), (one) => lowerIn(cx, one)) ??
    optional(first(children.inputStmt), (one) => lowerInput(cx, one)) ??
    optional(first(children.letStmt), (one) => lowerLet(cx, one)) ??
    optional(first(children.backboneStmt), (one) => lowerBackbone(cx, one)) ??
    optional(first(children.fusionStmt), (one) => lowerFusion(cx, one)) ??
    optional(first(children.outStmt), (one) => lowerOut(cx, one)) ??
    optional(first(children.outputStmt), (one) => lowerOutput(cx, one)) ??
    optional(first(children.keepStmt), (one) => lowerKeep(cx, one)) ??
    optional(first(children.budgetStmt), (one) => lowerBudget(cx, one)) ??
    optional(first(children.assertStmt), (one) => lowerAssert(cx, one))
  )
}

function lowerIn(cx: LowerContext, node: cst.InStmtCstNode): InStmt {
  const children: Children<cst.InStmtCstNode> = node.children
  const names = (children.Identifier ?? []).map((token) => lowerIdent(cx, token)).filter(isPresent)
  const rest = optional(
    first(children.inRest),
    ({ children: of }: { readonly children: Children<cst.InRestCstNode> }) =>
      lowerIdent(cx, first(of.Identifier)),
  )
  return { kind: 'InStmt', names, ...(rest && { rest }), span: spanOf(cx, node) }
}

function lowerInput(cx: LowerContext, node: cst.InputStmtCstNode): InputStmt | undefined {
  const children: Children<cst.InputStmtCstNode> = node.children
  const name = lowerIdent(cx, first(children.Identifier))
  const shape = lowerExpression(cx, first(children.expression), node)
  const span = spanOf(cx, node)
  const doc = cx.docs.above(span.start)
  return name && { kind: 'InputStmt', ...(doc !== undefined && { doc }), name, shape, span }
}

function lowerLet(cx: LowerContext, node: cst.LetStmtCstNode): LetStmt | UnpackStmt | undefined {
  const children: Children<cst.LetStmtCstNode> = node.children
  const value = lowerExpression(cx, first(children.expression), node)
  const common = { shared: children.Share !== undefined, value, span: spanOf(cx, node) }
  const list = first(children.nameList)
  if (list !== undefined) return { kind: 'UnpackStmt', pattern: lowerNameList(cx, list), ...common }
  const member = lowerMember(cx, first(children.member))
  return member && { kind: 'LetStmt', ...member, ...common }
}

export function lowerNameList(cx: LowerContext, node: cst.NameListCstNode): NameList {
  const children: Children<cst.NameListCstNode> = node.children
  const names = (children.Identifier ?? []).map((token) => lowerIdent(cx, token)).filter(isPresent)
  return { kind: 'NameList', names, span: spanOf(cx, node) }
}

interface Member {
  readonly name: Ident
  readonly indices?: readonly Expr[]
  readonly clause?: ForClause
}

function lowerMember(cx: LowerContext, node: cst.MemberCstNode | undefined): Member | undefined {
  const children: Children<cst.MemberCstNode> = node?.children ?? {}
  const name = lowerIdent(cx, first(children.Identifier))
  const indices = optional(first(children.indices), (found) => lowerIndices(cx, found))
  return name && { name, ...(indices && { indices }), ...lowerClause(cx, first(children.forClause)) }
}

function lowerClause(
  cx: LowerContext,
  node: cst.ForClauseCstNode | undefined,
): { readonly clause?: ForClause } {
  return node === undefined ? {} : { clause: lowerForClause(cx, node) }
}

function lowerBackbone(cx: LowerContext, node: cst.BackboneStmtCstNode): BackboneStmt | undefined {
  const children: Children<cst.BackboneStmtCstNode> = node.children
  const name = lowerIdent(cx, first(children.Identifier))
  const members = (children.members ?? [])
    .map((member) => (member.name === 'letStmt' ? lowerLet(cx, member) : lowerLevel(cx, member)))
    .filter(isPresent)
  return name && { kind: 'BackboneStmt', name, members, span: spanOf(cx, node) }
}

function lowerLevel(cx: LowerContext, node: cst.LevelRuleCstNode): LevelRule | undefined {
  const children: Children<cst.LevelRuleCstNode> = node.children
  const indices = optional(first(children.indices), (found) => lowerIndices(cx, found))
  const value = lowerExpression(cx, first(children.expression), node)
  const clause = lowerClause(cx, first(children.forClause))
  return indices && { kind: 'LevelRule', indices, ...clause, value, span: spanOf(cx, node) }
}

function lowerFusion(cx: LowerContext, node: cst.FusionStmtCstNode): FusionStmt | undefined {
  const children: Children<cst.FusionStmtCstNode> = node.children
  const name = lowerIdent(cx, first(children.Identifier))
  const members = (children.members ?? []).map((member) => lowerFusionMember(cx, member)).filter(isPresent)
  return name && { kind: 'FusionStmt', name, members, span: spanOf(cx, node) }
}

function lowerFusionMember(
  cx: LowerContext,
  node: cst.LetStmtCstNode | cst.NodeRuleCstNode | cst.SparsityClauseCstNode,
): LetStmt | UnpackStmt | NodeRule | SparsityClause | undefined {
  if (node.name === 'letStmt') return lowerLet(cx, node)
  return node.name === 'nodeRule' ? lowerNode(cx, node) : lowerSparsity(cx, node)
}

function lowerNode(cx: LowerContext, node: cst.NodeRuleCstNode): NodeRule | undefined {
  const children: Children<cst.NodeRuleCstNode> = node.children
  const indices = optional(first(children.indices), (found) => lowerIndices(cx, found))
  const clause = lowerClause(cx, first(children.forClause))
  const body = optional(first(children.nodeBody), (found) => lowerNodeBody(cx, found)) ?? lowerAlias(cx, node)
  return indices && { kind: 'NodeRule', indices, ...clause, body, span: spanOf(cx, node) }
}

function lowerAlias(cx: LowerContext, node: cst.NodeRuleCstNode): NodeRule['body'] {
  const children: Children<cst.NodeRuleCstNode> = node.children
  const value = lowerExpression(cx, first(children.expression), node)
  return { kind: 'NodeAlias', value, span: value.span }
}

function lowerNodeBody(cx: LowerContext, node: cst.NodeBodyCstNode): NodeBody {
  const children: Children<cst.NodeBodyCstNode> = node.children
  return {
    kind: 'NodeBody',
    lets: (children.letStmt ?? []).map((one) => lowerLet(cx, one)).filter(isPresent),
    edges: (children.edgeDecl ?? []).map((one) => lowerEdge(cx, one)).filter(isPresent),
    fuses: (children.fuseDecl ?? []).map((one) => lowerFuse(cx, one)),
    span: spanOf(cx, node),
  }
}

function lowerEdge(cx: LowerContext, node: cst.EdgeDeclCstNode): EdgeDecl | undefined {
  const children: Children<cst.EdgeDeclCstNode> = node.children
  const member = lowerMember(cx, first(children.member))
  const value = lowerExpression(cx, first(children.value), node)
  const condition = optional(first(children.condition), (found) => lowerExpression(cx, found, node))
  return (
    member && { kind: 'EdgeDecl', ...member, value, ...(condition && { condition }), span: spanOf(cx, node) }
  )
}

function lowerFuse(cx: LowerContext, node: cst.FuseDeclCstNode): FuseDecl {
  const children: Children<cst.FuseDeclCstNode> = node.children
  return {
    kind: 'FuseDecl',
    value: lowerExpression(cx, first(children.expression), node),
    span: spanOf(cx, node),
  }
}

function lowerSparsity(cx: LowerContext, node: cst.SparsityClauseCstNode): SparsityClause {
  const children: Children<cst.SparsityClauseCstNode> = node.children
  const edge = lowerIdent(cx, first(children.Identifier))
  const on = children.Edge !== undefined ? 'edge' : children.Fuse !== undefined ? 'fuse' : undefined
  return {
    kind: 'SparsityClause',
    value: lowerExpression(cx, first(children.expression), node),
    ...(on && { on }),
    ...(edge && { edge }),
    settings: lowerSettings(cx, first(children.settings)),
    span: spanOf(cx, node),
  }
}

export function lowerSettings(cx: LowerContext, node: cst.SettingsCstNode | undefined): readonly Setting[] {
  const children: Children<cst.SettingsCstNode> = node?.children ?? {}
  return (children.setting ?? []).map((one) => lowerSetting(cx, one)).filter(isPresent)
}

function lowerSetting(cx: LowerContext, node: cst.SettingCstNode): Setting | undefined {
  const children: Children<cst.SettingCstNode> = node.children
  const name = lowerIdent(cx, first(children.Word))
  const unit = lowerIdent(cx, first(children.unit))
  const value = lowerExpression(cx, first(children.expression), node)
  return name && { kind: 'Setting', name, value, ...(unit && { unit }), span: spanOf(cx, node) }
}

function lowerOut(cx: LowerContext, node: cst.OutStmtCstNode): OutStmt {
  const children: Children<cst.OutStmtCstNode> = node.children
  return {
    kind: 'OutStmt',
    value: lowerExpression(cx, first(children.expression), node),
    span: spanOf(cx, node),
  }
}

function lowerOutput(cx: LowerContext, node: cst.OutputStmtCstNode): OutputStmt | undefined {
  const children: Children<cst.OutputStmtCstNode> = node.children
  const span = spanOf(cx, node)
  const doc = cx.docs.above(span.start)
  const member = lowerMember(cx, first(children.member))
  const value = lowerExpression(cx, first(children.value), node)
  const condition = optional(first(children.condition), (found) => lowerExpression(cx, found, node))
  const aux = children.Aux !== undefined
  const tail = { value, ...(condition && { condition }), span }
  return member && { kind: 'OutputStmt', ...(doc !== undefined && { doc }), aux, ...member, ...tail }
}

function lowerKeep(cx: LowerContext, node: cst.KeepStmtCstNode): KeepStmt | undefined {
  const children: Children<cst.KeepStmtCstNode> = node.children
  const member = lowerMember(cx, first(children.member))
  const value = lowerExpression(cx, first(children.value), node)
  const condition = optional(first(children.condition), (found) => lowerExpression(cx, found, node))
  const tail = { value, ...(condition && { condition }), span: spanOf(cx, node) }
  return member && { kind: 'KeepStmt', run: children.Run !== undefined, ...member, ...tail }
}

function lowerBudget(cx: LowerContext, node: cst.BudgetStmtCstNode): BudgetStmt | undefined {
  const children: Children<cst.BudgetStmtCstNode> = node.children
  const metric = (children.Identifier ?? []).map((token: IToken) => lowerIdent(cx, token)).filter(isPresent)
  const args = lowerArguments(cx, first(children.arguments))
  const limit = lowerExpression(cx, first(children.expression), node)
  return metric.length === 0 ? undefined : { kind: 'BudgetStmt', metric, args, limit, span: spanOf(cx, node) }
}

function lowerAssert(cx: LowerContext, node: cst.AssertStmtCstNode): AssertStmt {
  const children: Children<cst.AssertStmtCstNode> = node.children
  const condition = lowerExpression(cx, first(children.expression), node)
  const message = optional(real(first(children.StringLiteral)), (token) => lowerString(cx, token))
  return { kind: 'AssertStmt', condition, ...(message && { message }), span: spanOf(cx, node) }
}
