// What every part of the lowering needs: the file, where to report, the doc comments; and safe access to a concrete tree.
// With the other lower-* files the only importer of grammar/. After a recovery any child may be absent, whatever its type says.
import type { CstNode, IToken } from 'chevrotain'
import type { DiagnosticBag } from '../diagnostics/diagnostic.ts'
import { span, type SourceFile, type Span } from '../text/source.ts'
import type { Expr, Ident, InvalidExpr } from './ast.ts'
import type { Docs } from './lower-docs.ts'

export interface LowerContext {
  readonly file: SourceFile
  readonly bag: DiagnosticBag
  readonly docs: Docs
}

/** The children of a concrete node as they may really be. */
export type Children<N extends CstNode> = { readonly [K in keyof N['children']]?: N['children'][K] }

export const first = <T>(list: readonly T[] | undefined): T | undefined => list?.[0]

/** A token that stands in the text; recovery inserts others. */
export const real = (token: IToken | undefined): IToken | undefined =>
  token === undefined || token.image === '' || Number.isNaN(token.startOffset) ? undefined : token

export function spanOf(cx: LowerContext, node: CstNode): Span {
  const { startOffset = NaN, endOffset = NaN } = node.location ?? {}
  return span(cx.file, startOffset, endOffset + 1)
}

export function tokenSpan(cx: LowerContext, token: IToken): Span {
  return span(cx.file, token.startOffset, token.startOffset + token.image.length)
}

export function lowerIdent(cx: LowerContext, token: IToken | undefined): Ident | undefined {
  const found = real(token)
  return found && { kind: 'Ident', name: found.image, span: tokenSpan(cx, found) }
}

/** Stands for an expression that the parser did not find in `parent`; the parser has reported it. */
export function missing(cx: LowerContext, parent: CstNode): InvalidExpr {
  const { end } = spanOf(cx, parent)
  return { kind: 'InvalidExpr', span: span(cx.file, end, end) }
}

/** Lowers a child if it is there. */
export function optional<N, A>(node: N | undefined, lower: (node: N) => A): A | undefined {
  return node === undefined ? undefined : lower(node)
}

export type LowerExpr = (cx: LowerContext, node: CstNode | undefined, parent: CstNode) => Expr

export const isPresent = <T>(value: T | undefined): value is T => value !== undefined
