// Imports and declarations, their parameters and types.
import type { CstNode } from 'chevrotain'
import type * as cst from '../../../grammar/cst.d.ts'
import type {
  Argument,
  BlockBody,
  BlockDecl,
  ConstDecl,
  Declaration,
  FnDecl,
  ImportDecl,
  ImportName,
  NetworkDecl,
  Param,
  ResultEntry,
  ResultsDecl,
  TrainDecl,
  TypeExpr,
  UnpackStmt,
} from './ast.ts'
import {
  first,
  isPresent,
  lowerIdent,
  missing,
  optional,
  real,
  spanOf,
  tokenSpan,
  type Children,
  type LowerContext,
} from './lower-context.ts'
import { lowerArguments, lowerExpression } from './lower-expressions.ts'
import { lowerString } from './lower-literals.ts'
import { lowerNameList, lowerSettings, lowerStatement } from './lower-statements.ts'

export function lowerImport(cx: LowerContext, node: cst.ImportDeclCstNode): ImportDecl | undefined {
  const children: Children<cst.ImportDeclCstNode> = node.children
  const names = (children.importName ?? []).map((one) => lowerImportName(cx, one)).filter(isPresent)
  const from = optional(real(first(children.StringLiteral)), (token) => lowerString(cx, token))
  return from && { kind: 'ImportDecl', names, from, span: spanOf(cx, node) }
}

function lowerImportName(cx: LowerContext, node: cst.ImportNameCstNode): ImportName | undefined {
  const children: Children<cst.ImportNameCstNode> = node.children
  const name = lowerIdent(cx, first(children.name))
  const alias = lowerIdent(cx, first(children.alias))
  return name && { kind: 'ImportName', name, ...(alias && { alias }), span: spanOf(cx, node) }
}

export function lowerDeclaration(cx: LowerContext, node: cst.DeclarationCstNode): Declaration | undefined {
  const children: Children<cst.DeclarationCstNode> = node.children
  const doc = cx.docs.above(spanOf(cx, node).start)
  const declaration =
    optional(first(children.fnDecl), (one) => lowerFn(cx, one)) ??
    optional(first(children.blockDecl), (one) => lowerBlock(cx, one)) ??
    optional(first(children.networkDecl), (one) => lowerNetwork(cx, one)) ??
    optional(first(children.constDecl), (one) => lowerConst(cx, one)) ??
    optional(first(children.trainDecl), (one) => lowerTrain(cx, one)) ??
    optional(first(children.resultsDecl), (one) => lowerResults(cx, one))
  const isDocumented = declaration !== undefined && declaration.kind !== 'UnpackStmt' && doc !== undefined
  return isDocumented ? { ...declaration, doc } : declaration
}

function lowerFn(cx: LowerContext, node: cst.FnDeclCstNode): FnDecl | undefined {
  const children: Children<cst.FnDeclCstNode> = node.children
  const name = lowerIdent(cx, first(children.Identifier))
  const params = lowerParams(cx, first(children.params))
  const returns = optional(first(children.type), (type) => lowerType(cx, type))
  const body = lowerExpression(cx, first(children.expression), node)
  return name && { kind: 'FnDecl', name, params, ...(returns && { returns }), body, span: spanOf(cx, node) }
}

function lowerBlock(cx: LowerContext, node: cst.BlockDeclCstNode): BlockDecl | undefined {
  const children: Children<cst.BlockDeclCstNode> = node.children
  const name = lowerIdent(cx, first(children.Identifier))
  const params = lowerParams(cx, first(children.params))
  const body = lowerBody(cx, first(children.body), node)
  return name && { kind: 'BlockDecl', name, params, body, span: spanOf(cx, node) }
}

function lowerNetwork(cx: LowerContext, node: cst.NetworkDeclCstNode): NetworkDecl | undefined {
  const children: Children<cst.NetworkDeclCstNode> = node.children
  const name = lowerIdent(cx, first(children.Identifier))
  const params = lowerParams(cx, first(children.params))
  const body = lowerBody(cx, first(children.body), node)
  return name && { kind: 'NetworkDecl', name, params, body, span: spanOf(cx, node) }
}

function lowerBody(cx: LowerContext, node: cst.BodyCstNode | undefined, parent: CstNode): BlockBody {
  if (node === undefined) {
    const value = missing(cx, parent)
    return { kind: 'ExprBody', value, span: value.span }
  }
  const children: Children<cst.BodyCstNode> = node.children
  const span = spanOf(cx, node)
  if (children.LeftBrace === undefined) {
    return { kind: 'ExprBody', value: lowerExpression(cx, first(children.expression), node), span }
  }
  const statements = (children.statement ?? []).map((one) => lowerStatement(cx, one)).filter(isPresent)
  return { kind: 'StatementBody', statements, span }
}

function lowerConst(cx: LowerContext, node: cst.ConstDeclCstNode): ConstDecl | UnpackStmt | undefined {
  const children: Children<cst.ConstDeclCstNode> = node.children
  const list = first(children.nameList)
  const name = lowerIdent(cx, first(children.Identifier))
  const value = lowerExpression(cx, first(children.expression), node)
  const span = spanOf(cx, node)
  if (list !== undefined)
    return { kind: 'UnpackStmt', shared: false, pattern: lowerNameList(cx, list), value, span }
  return name && { kind: 'ConstDecl', name, value, span }
}

function lowerTrain(cx: LowerContext, node: cst.TrainDeclCstNode): TrainDecl | undefined {
  const children: Children<cst.TrainDeclCstNode> = node.children
  const name = lowerIdent(cx, first(children.name))
  const network = lowerIdent(cx, first(children.network))
  const args = lowerArguments(cx, first(children.arguments))
  const settings = lowerSettings(cx, first(children.settings))
  return name && network && { kind: 'TrainDecl', name, network, args, settings, span: spanOf(cx, node) }
}

function lowerResults(cx: LowerContext, node: cst.ResultsDeclCstNode): ResultsDecl | undefined {
  const children: Children<cst.ResultsDeclCstNode> = node.children
  const name = lowerIdent(cx, first(children.name))
  const network = lowerIdent(cx, first(children.network))
  const args = lowerArguments(cx, first(children.arguments))
  const entries = (children.result ?? []).map((one) => lowerResult(cx, one)).filter(isPresent)
  return name && network && { kind: 'ResultsDecl', name, network, args, entries, span: spanOf(cx, node) }
}

function lowerResult(cx: LowerContext, node: cst.ResultCstNode): ResultEntry | undefined {
  const children: Children<cst.ResultCstNode> = node.children
  const metric = lowerIdent(cx, first(children.Word))
  const value = lowerExpression(cx, first(children.expression), node)
  const at = (children.point ?? []).map((one) => lowerPoint(cx, one)).filter(isPresent)
  return metric && { kind: 'ResultEntry', metric, value, at, span: spanOf(cx, node) }
}

function lowerPoint(cx: LowerContext, node: cst.PointCstNode): Argument | undefined {
  const children: Children<cst.PointCstNode> = node.children
  const name = lowerIdent(cx, first(children.Word))
  const value = lowerExpression(cx, first(children.expression), node)
  return name && { kind: 'Argument', name, spread: false, value, span: spanOf(cx, node) }
}

// ---------------------------------------------------------------- parameters and types

function lowerParams(cx: LowerContext, node: cst.ParamsCstNode | undefined): readonly Param[] {
  const children: Children<cst.ParamsCstNode> = node?.children ?? {}
  return (children.param ?? []).map((param) => lowerParam(cx, param)).filter(isPresent)
}

function lowerParam(cx: LowerContext, node: cst.ParamCstNode): Param | undefined {
  const children: Children<cst.ParamCstNode> = node.children
  const name = lowerIdent(cx, first(children.Identifier))
  const type = optional(first(children.type), (found) => lowerType(cx, found))
  const standard = optional(first(children.expression), (found) => lowerExpression(cx, found, node))
  const span = spanOf(cx, node)
  const doc = cx.docs.above(span.start)
  return (
    name && {
      kind: 'Param',
      ...(doc !== undefined && { doc }),
      name,
      ...(type && { type }),
      ...(standard && { default: standard }),
      span,
    }
  )
}

function lowerType(cx: LowerContext, node: cst.TypeCstNode): TypeExpr | undefined {
  const children: Children<cst.TypeCstNode> = node.children
  const options = (children.typeOption ?? []).map((option) => lowerTypeOption(cx, option)).filter(isPresent)
  return options.length > 1 ? { kind: 'UnionType', options, span: spanOf(cx, node) } : options[0]
}

function lowerTypeOption(cx: LowerContext, node: cst.TypeOptionCstNode): TypeExpr | undefined {
  const children: Children<cst.TypeOptionCstNode> = node.children
  const item = optional(first(children.item), (type) => lowerType(cx, type))
  if (item !== undefined) return { kind: 'ListType', item, span: spanOf(cx, node) }
  const inner = optional(first(children.inner), (type) => lowerType(cx, type))
  const name = real(first(children.name))
  return inner ?? (name && { kind: 'NamedType', name: name.image, span: tokenSpan(cx, name) })
}
