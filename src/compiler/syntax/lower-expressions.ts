// Expressions: the layers of the grammar fold into one node per operator. Chains of equal operators fold in a loop, so
// that only brackets and prefix operators recurse.
import type { CstNode, IToken } from 'chevrotain'
import type * as cst from '../../../grammar/cst.d.ts'
import { cover, span, type Span } from '../text/source.ts'
import type { Argument, BinaryOperator, Expr, ForBinding, ForClause, ListItem } from './ast.ts'
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
import { lowerNumber, lowerString } from './lower-literals.ts'

export function lowerExpression(
  cx: LowerContext,
  node: cst.ExpressionCstNode | undefined,
  parent: CstNode,
): Expr {
  if (node === undefined) return missing(cx, parent)
  const children: Children<cst.ExpressionCstNode> = node.children
  if (children.alone !== undefined) return lowerPrimary(cx, first(children.alone), node)
  const condition = lowerPipe(cx, first(children.pipe), node)
  if (children.Question === undefined) return condition
  return {
    kind: 'ConditionalExpr',
    condition,
    whenTrue: lowerExpression(cx, first(children.whenTrue), node),
    whenFalse: lowerExpression(cx, first(children.whenFalse), node),
    span: spanOf(cx, node),
  }
}

function lowerPipe(cx: LowerContext, node: cst.PipeCstNode | undefined, parent: CstNode): Expr {
  if (node === undefined) return missing(cx, parent)
  const { operands = [], Arrow = [] }: Children<cst.PipeCstNode> = node.children
  const lowered = operands.map((operand) => lowerDisjunction(cx, operand))
  // After a recovery there may be an arrow with nothing on its right.
  return fold(cx, node, lowered, Arrow, (left, right, place) => ({
    kind: 'PipeExpr',
    left,
    right,
    span: place,
  }))
}

function lowerDisjunction(cx: LowerContext, node: cst.DisjunctionCstNode): Expr {
  const { operands = [], operators = [] }: Children<cst.DisjunctionCstNode> = node.children
  return foldBinary(
    cx,
    node,
    operands.map((operand) => lowerConjunction(cx, operand)),
    operators,
  )
}

function lowerConjunction(cx: LowerContext, node: cst.ConjunctionCstNode): Expr {
  const { operands = [], operators = [] }: Children<cst.ConjunctionCstNode> = node.children
  return foldBinary(
    cx,
    node,
    operands.map((operand) => lowerNegation(cx, operand, node)),
    operators,
  )
}

function lowerNegation(cx: LowerContext, node: cst.NegationCstNode | undefined, parent: CstNode): Expr {
  if (node === undefined) return missing(cx, parent)
  const children: Children<cst.NegationCstNode> = node.children
  if (children.Not === undefined) return lowerComparison(cx, first(children.comparison), node)
  const operand = lowerNegation(cx, first(children.negation), node)
  return { kind: 'UnaryExpr', operator: 'not', operand, span: spanOf(cx, node) }
}

function lowerComparison(cx: LowerContext, node: cst.ComparisonCstNode | undefined, parent: CstNode): Expr {
  if (node === undefined) return missing(cx, parent)
  const { operands = [], operators = [] }: Children<cst.ComparisonCstNode> = node.children
  return foldBinary(
    cx,
    node,
    operands.map((operand) => lowerRange(cx, operand)),
    operators,
  )
}

function lowerRange(cx: LowerContext, node: cst.RangeCstNode): Expr {
  const children: Children<cst.RangeCstNode> = node.children
  const from = lowerSum(cx, first(children.from), node)
  const inclusive = children.RangeInclusive !== undefined
  if (!inclusive && children.RangeExclusive === undefined) return from
  return {
    kind: 'RangeExpr',
    from,
    to: lowerSum(cx, first(children.to), node),
    inclusive,
    span: spanOf(cx, node),
  }
}

function lowerSum(cx: LowerContext, node: cst.SumCstNode | undefined, parent: CstNode): Expr {
  if (node === undefined) return missing(cx, parent)
  const { operands = [], operators = [] }: Children<cst.SumCstNode> = node.children
  return foldBinary(
    cx,
    node,
    operands.map((operand) => lowerProduct(cx, operand)),
    operators,
  )
}

function lowerProduct(cx: LowerContext, node: cst.ProductCstNode): Expr {
  const { operands = [], operators = [] }: Children<cst.ProductCstNode> = node.children
  return foldBinary(
    cx,
    node,
    operands.map((operand) => lowerUnary(cx, operand, node)),
    operators,
  )
}

function lowerUnary(cx: LowerContext, node: cst.UnaryCstNode | undefined, parent: CstNode): Expr {
  if (node === undefined) return missing(cx, parent)
  const children: Children<cst.UnaryCstNode> = node.children
  if (children.Minus === undefined) return lowerPower(cx, first(children.power), node)
  const operand = lowerUnary(cx, first(children.unary), node)
  return { kind: 'UnaryExpr', operator: '-', operand, span: spanOf(cx, node) }
}

function lowerPower(cx: LowerContext, node: cst.PowerCstNode | undefined, parent: CstNode): Expr {
  if (node === undefined) return missing(cx, parent)
  const children: Children<cst.PowerCstNode> = node.children
  const left = optional(first(children.postfix), (postfix) => lowerPostfix(cx, postfix)) ?? missing(cx, node)
  if (children.Caret === undefined) return left
  const right = lowerUnary(cx, first(children.unary), node)
  return { kind: 'BinaryExpr', operator: '^', left, right, span: spanOf(cx, node) }
}

function lowerPostfix(cx: LowerContext, node: cst.PostfixCstNode): Expr {
  const children: Children<cst.PostfixCstNode> = node.children
  let target = lowerPrimary(cx, first(children.primary), node)
  for (const suffix of children.suffixes ?? []) target = lowerSuffix(cx, target, suffix)
  return target
}

function lowerSuffix(
  cx: LowerContext,
  target: Expr,
  suffix: cst.ArgumentsCstNode | cst.IndicesCstNode | cst.StepCstNode,
): Expr {
  const place = cover(target.span, spanOf(cx, suffix))
  if (suffix.name === 'step') return lowerStep(cx, target, suffix, place)
  return suffix.name === 'arguments'
    ? { kind: 'CallExpr', callee: target, args: lowerArguments(cx, suffix), span: place }
    : { kind: 'IndexExpr', target, indices: lowerIndices(cx, suffix), span: place }
}

function lowerStep(cx: LowerContext, target: Expr, node: cst.StepCstNode, place: Span): Expr {
  const children: Children<cst.StepCstNode> = node.children
  const step = lowerIdent(cx, first(children.Word))
  return step === undefined ? missing(cx, node) : { kind: 'StepExpr', target, step, span: place }
}

function lowerPrimary(cx: LowerContext, node: cst.PrimaryCstNode | undefined, parent: CstNode): Expr {
  if (node === undefined) return missing(cx, parent)
  const children: Children<cst.PrimaryCstNode> = node.children
  if (children.LeftParen !== undefined) return lowerExpression(cx, first(children.expression), node)
  return (
    optional(real(first(children.NumberLiteral)), (token) => lowerNumber(cx, token)) ??
    optional(real(first(children.StringLiteral)), (token) => lowerString(cx, token)) ??
    optional(real(first(children.Identifier)), (token) => lowerName(cx, token)) ??
    optional(real(first(children.True)), (token) => lowerBool(cx, token)) ??
    optional(real(first(children.False)), (token) => lowerBool(cx, token)) ??
    optional(first(children.list), (list) => lowerList(cx, list)) ??
    optional(first(children.exists), (exists) => lowerExists(cx, exists)) ??
    missing(cx, node)
  )
}

function lowerName(cx: LowerContext, token: IToken): Expr {
  return { kind: 'NameExpr', name: token.image, span: tokenSpan(cx, token) }
}

function lowerBool(cx: LowerContext, token: IToken): Expr {
  return { kind: 'BoolLiteral', value: token.image === 'true', span: tokenSpan(cx, token) }
}

function lowerExists(cx: LowerContext, node: cst.ExistsCstNode): Expr {
  const children: Children<cst.ExistsCstNode> = node.children
  return {
    kind: 'ExistsExpr',
    member: lowerExpression(cx, first(children.expression), node),
    span: spanOf(cx, node),
  }
}

function lowerList(cx: LowerContext, node: cst.ListCstNode): Expr {
  const children: Children<cst.ListCstNode> = node.children
  const items = (children.listItem ?? []).map((item) => lowerListItem(cx, item))
  const clause = optional(first(children.forClause), (found) => lowerForClause(cx, found))
  const place = spanOf(cx, node)
  if (clause === undefined) return { kind: 'ListExpr', items, span: place }
  const [body = missing(cx, node)] = items
  if (body.kind === 'SpreadItem') {
    cx.bag.report('item-before-for', body.span, {})
    return { kind: 'InvalidExpr', span: place }
  }
  return { kind: 'ComprehensionExpr', body, clause, span: place }
}

function lowerListItem(cx: LowerContext, node: cst.ListItemCstNode): ListItem {
  const children: Children<cst.ListItemCstNode> = node.children
  const place = spanOf(cx, node)
  if (children.Spread !== undefined) {
    return { kind: 'SpreadItem', value: lowerExpression(cx, first(children.spread), node), span: place }
  }
  const value = lowerExpression(cx, first(children.first), node)
  if (children.Colon === undefined) return value
  return {
    kind: 'EntryItem',
    key: value,
    value: lowerExpression(cx, first(children.entry), node),
    span: place,
  }
}

export function lowerArguments(
  cx: LowerContext,
  node: cst.ArgumentsCstNode | undefined,
): readonly Argument[] {
  const children: Children<cst.ArgumentsCstNode> = node?.children ?? {}
  return (children.argument ?? []).map((argument) => lowerArgument(cx, argument))
}

function lowerArgument(cx: LowerContext, node: cst.ArgumentCstNode): Argument {
  const children: Children<cst.ArgumentCstNode> = node.children
  const name = lowerIdent(cx, first(children.Word))
  return {
    kind: 'Argument',
    ...(name && { name }),
    spread: children.Spread !== undefined,
    value: lowerExpression(cx, first(children.expression), node),
    span: spanOf(cx, node),
  }
}

export function lowerIndices(cx: LowerContext, node: cst.IndicesCstNode): readonly Expr[] {
  const { expression = [] }: Children<cst.IndicesCstNode> = node.children
  return expression.length === 0
    ? [missing(cx, node)]
    : expression.map((one) => lowerExpression(cx, one, node))
}

export function lowerForClause(cx: LowerContext, node: cst.ForClauseCstNode): ForClause {
  const children: Children<cst.ForClauseCstNode> = node.children
  const bindings = (children.forBinding ?? [])
    .map((binding) => lowerForBinding(cx, binding))
    .filter(isPresent)
  const condition = optional(first(children.expression), (found) => lowerExpression(cx, found, node))
  return { kind: 'ForClause', bindings, ...(condition && { condition }), span: spanOf(cx, node) }
}

function lowerForBinding(cx: LowerContext, node: cst.ForBindingCstNode): ForBinding | undefined {
  const children: Children<cst.ForBindingCstNode> = node.children
  const name = lowerIdent(cx, first(children.Identifier))
  const range = lowerExpression(cx, first(children.expression), node)
  return name && { kind: 'ForBinding', name, range, span: spanOf(cx, node) }
}

// ---------------------------------------------------------------- chains

function foldBinary(
  cx: LowerContext,
  node: CstNode,
  operands: readonly Expr[],
  operators: readonly IToken[],
): Expr {
  return fold(cx, node, operands, operators, (left, right, place, token) => ({
    kind: 'BinaryExpr',
    operator: token.image as BinaryOperator, // the grammar admits no other spelling
    left,
    right,
    span: place,
  }))
}

/** `a op b op c` as `((a op b) op c)`; an operand that recovery left out becomes invalid. */
function fold(
  cx: LowerContext,
  node: CstNode,
  operands: readonly Expr[],
  operators: readonly IToken[],
  make: (left: Expr, right: Expr, place: Span, operator: IToken) => Expr,
): Expr {
  let left = operands[0] ?? missing(cx, node)
  operators.forEach((operator, index) => {
    const end = tokenSpan(cx, operator).end
    const right: Expr = operands[index + 1] ?? { kind: 'InvalidExpr', span: span(cx.file, end, end) }
    left = make(left, right, cover(left.span, right.span), operator)
  })
  return left
}
