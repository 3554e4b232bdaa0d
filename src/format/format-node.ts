// What the printer's files share: the tree as prettier hands it out, with comments, and the path into it.
import type { AstPath, Doc } from 'prettier'
import type { AnyNode, NodeKind } from '../compiler/syntax/visit.ts'
import type { Span } from '../compiler/text/source.ts'

/** A comment as prettier attaches it to a node. */
export interface CommentNode {
  readonly kind: 'Comment'
  readonly text: string
  readonly span: Span
  readonly leading?: boolean
  printed?: boolean
}

/** A node that prettier has hung comments on. */
export type FormatNode = AnyNode & { readonly comments?: readonly CommentNode[] }
export type NodeOf<K extends NodeKind> = Extract<AnyNode, { readonly kind: K }> & FormatNode

export type Path<N = FormatNode> = AstPath<N>

/** Prints children by the names of their properties. Parts that are absent print as nothing. */
export interface Print {
  (property: string): Doc
  all(property: string): Doc[]
}

export function makePrint(path: Path, print: (path: Path) => Doc): Print {
  const one = (property: string): Doc => path.call(print as never, property as never) as Doc
  const all = (property: string): Doc[] => path.map(print as never, property as never) as Doc[]
  return Object.assign(one, { all })
}
