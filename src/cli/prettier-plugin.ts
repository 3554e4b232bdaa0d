// The formatter as a prettier plugin: text to tree with comments, tree to the canonical text. A file with syntax errors is
// refused, never changed.
import type { Doc, Parser, Plugin, Printer, SupportLanguage } from 'prettier'
import { DiagnosticBag, type Diagnostic } from '../compiler/diagnostics/diagnostic.ts'
import { parseWithComments } from '../compiler/syntax/parse.ts'
import { childrenOf } from '../compiler/syntax/visit.ts'
import { positionAt, sourceFile, type SourceFile } from '../compiler/text/source.ts'
import type { CommentNode, FormatNode, Path } from './prettier/format-node.ts'
import { isLink, PRINT_WIDTH } from './prettier/print-expression.ts'
import { printNode } from './prettier/print-node.ts'

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
  const comments = lowered.comments.map(
    (comment): CommentNode => ({
      kind: 'Comment',
      text: comment.text,
      span: { file: path, start: comment.start, end: comment.end },
    }),
  )
  return { ...lowered.file, comments }
}

const parser: Parser<FormatNode | CommentNode> = {
  astFormat: 'weft-tree',
  parse: (text, options) => parseForFormat(text, options.filepath),
  locStart: (node) => node.span.start,
  locEnd: (node) => node.span.end,
}

const printer: Printer<FormatNode> = {
  print: (path, options, print) => printNode(path, options.originalText, print as (path: Path) => Doc),
  printComment: (path) => (path.node as unknown as CommentNode).text,
  canAttachComment: (node) => (node.kind as string) !== 'Comment',
  willPrintOwnComments: () => true,
  getCommentChildNodes: commentChildren,
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

/** The canonical form of a Weft text. Throws `WeftSyntaxError` when it does not parse. */
export async function formatWeft(text: string): Promise<string> {
  const { format } = await import('prettier/standalone')
  return await format(text, {
    parser: 'weft',
    plugins: [{ languages, parsers, printers, defaultOptions } as Plugin],
    printWidth: PRINT_WIDTH,
    endOfLine: 'lf',
  })
}
