// The formatter as a prettier plugin: text to tree with comments, tree to the canonical text. A file with syntax errors is
// refused, never changed.
import type { Options, Parser, Plugin, Printer, SupportLanguage } from 'prettier'
import { DiagnosticBag, type Diagnostic } from '../compiler/diagnostics/diagnostic.ts'
import { parseWithComments } from '../compiler/syntax/parse.ts'
import { childrenOf } from '../compiler/syntax/visit.ts'
import { positionAt, sourceFile, type SourceFile } from '../compiler/text/source.ts'
import type { CommentNode, FormatNode } from './format-node.ts'
import { isLink, PRINT_WIDTH } from './print-expression.ts'
import { printNode } from './print-node.ts'

/** Thrown for a text with syntax errors. `loc` is where prettier shows it. */
export class WeftSyntaxError extends Error {
  readonly file: SourceFile
  readonly diagnostics: readonly Diagnostic[]
  readonly loc: { readonly start: { readonly line: number; readonly column: number } }

  constructor(file: SourceFile, diagnostics: readonly Diagnostic[]) {
    const [first] = diagnostics
    super(first === undefined ? 'syntax error' : `${first.code}: ${first.message}`)
    this.name = 'WeftSyntaxError'
    this.file = file
    this.diagnostics = diagnostics
    this.loc = { start: positionAt(file, first?.span.start ?? 0) }
  }
}

type Root = FormatNode & { readonly comments: readonly CommentNode[] }

function parseForFormat(text: string, path = 'file.weft'): Root {
  const file = sourceFile(path, text)
  const bag = new DiagnosticBag()
  const lowered = parseWithComments(file, bag)
  const errors = bag.list().filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new WeftSyntaxError(file, errors)
  const comments = lowered.comments.map((comment): CommentNode => ({
    kind: 'Comment',
    text: comment.text,
    span: { file: path, start: comment.start, end: comment.end },
  }))
  return { ...lowered.file, comments }
}

const parser: Parser<FormatNode | CommentNode> = {
  astFormat: 'weft-tree',
  parse: (text, options) => parseForFormat(text, options.filepath),
  locStart: (node) => node.span.start,
  locEnd: (node) => node.span.end,
}

const printer: Printer<FormatNode> = {
  print: (path, options, print) => printNode(path, options.originalText, print),
  printComment: (path) => (path.node as unknown as CommentNode).text,
  canAttachComment: (node) => (node.kind as string) !== 'Comment',
  willPrintOwnComments: () => true,
  getCommentChildNodes: commentChildren,
  handleComments: { endOfLine: keepBesideOpening },
}

/** A comment right after a body's `{` or `=` stays there, and does not go to the first thing inside. */
function keepBesideOpening(comment: AttachedComment): boolean {
  const body = comment.enclosingNode
  if (body === undefined || comment.precedingNode !== undefined || !bodyKinds.has(body.kind)) return false
  body.comments = [...(body.comments ?? []), Object.assign(comment, { leading: false })]
  return true
}

const bodyKinds = new Set(['StatementBody', 'NodeBody', 'ExprBody', 'NodeAlias'])

/** A comment with the nodes around it, as prettier gives it before it has a place. */
interface AttachedComment extends CommentNode {
  readonly enclosingNode?: { readonly kind: string; comments?: readonly CommentNode[] }
  readonly precedingNode?: FormatNode
}

/** Chains are printed as one, so comments go to their links and never to the nodes that fold the chain. */
function commentChildren(node: FormatNode): FormatNode[] {
  return childrenOf(node).flatMap((child) => (isFolded(node, child) ? commentChildren(child) : [child]))
}

function isFolded(parent: FormatNode, child: FormatNode): boolean {
  if (child.kind === 'PipeExpr') return true
  if (parent.kind === 'BinaryExpr') return parent.left === child && isLink(parent.left, parent.operator)
  return parent.kind === 'ConditionalExpr' && parent.whenFalse === child && child.kind === 'ConditionalExpr'
}

export const languages: SupportLanguage[] = [{ name: 'Weft', parsers: ['weft'], extensions: ['.weft'] }]
export const parsers: Plugin['parsers'] = { weft: parser }
export const printers: Plugin['printers'] = { 'weft-tree': printer }
export const defaultOptions = { printWidth: PRINT_WIDTH, tabWidth: 2 }

/** A comment in the middle of an expression may come to rest only when the text around it has. */
const MAX_PASSES = 4

/** The canonical form of a Weft text: formatting it again changes nothing. Throws `WeftSyntaxError` when it does not parse. */
export async function formatWeft(text: string): Promise<string> {
  const { format } = await import('prettier/standalone')
  const plugin = { languages, parsers, printers, defaultOptions } as Plugin
  const options: Options = { parser: 'weft', plugins: [plugin], printWidth: PRINT_WIDTH, endOfLine: 'lf' }
  let formatted = await format(text, options)
  for (let pass = 1; pass < MAX_PASSES; pass++) {
    const again = await format(formatted, options)
    if (again === formatted) break
    formatted = again
  }
  return formatted
}
