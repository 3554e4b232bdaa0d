// Concrete tree to syntax tree. Chevrotain ends here: only the lower-* files import grammar/, one per concept of the
// language (literals, expressions, statements, declarations), docs and faults beside them.
import type { CstNode } from 'chevrotain'
import type * as cst from '../../../grammar/cst.d.ts'
import { read, type Comment } from '../../../grammar/read.ts'
import type { DiagnosticBag } from '../diagnostics/diagnostic.ts'
import { span, type SourceFile } from '../text/source.ts'
import { suggest } from '../text/suggest.ts'
import type { Expr, File } from './ast.ts'
import { first, isPresent, type Children, type LowerContext } from './lower-context.ts'
import { lowerDeclaration, lowerImport } from './lower-declarations.ts'
import { docsOf } from './lower-docs.ts'
import { lowerExpression } from './lower-expressions.ts'
import { reportFaults } from './lower-faults.ts'

export type { Comment }

export interface LoweredFile {
  readonly file: File
  /** Ordinary and doc comments, in order. */
  readonly comments: readonly Comment[]
}

export function lowerFile(file: SourceFile, bag: DiagnosticBag): LoweredFile {
  const reading = read(file.text, 'file', nearestWords)
  reportFaults(file, reading.faults, bag)
  const cx: LowerContext = { file, bag, docs: docsOf(file, reading) }
  const lowered = lowerRoot(cx, reading.cst)
  if (reading.faults.length === 0) {
    cx.docs.reportStray(bag)
    for (const { text, start, end } of reading.divisors)
      bag.report('comment-after-operand', span(file, start, end), { comment: text.slice(2).trim() })
  }
  const comments = [...reading.comments, ...reading.docs].sort((a, b) => a.start - b.start)
  return { file: lowered, comments }
}

export function lowerLoneExpression(file: SourceFile, bag: DiagnosticBag): Expr {
  const reading = read(file.text, 'loneExpression', nearestWords)
  reportFaults(file, reading.faults, bag)
  const cx: LowerContext = { file, bag, docs: docsOf(file, reading) }
  const children = reading.cst.children as Children<cst.LoneExpressionCstNode>
  return lowerExpression(cx, first(children.expression), reading.cst)
}

function lowerRoot(cx: LowerContext, root: CstNode): File {
  const { importDecl = [], declaration = [] } = root.children as Children<cst.FileCstNode>
  const doc = cx.docs.opening(startOf(importDecl), startOf(declaration))
  return {
    kind: 'File',
    ...(doc !== undefined && { doc }),
    imports: importDecl.map((one) => lowerImport(cx, one)).filter(isPresent),
    declarations: declaration.map((one) => lowerDeclaration(cx, one)).filter(isPresent),
    span: span(cx.file, 0, cx.file.text.length),
  }
}

function startOf(nodes: readonly CstNode[]): number | undefined {
  return nodes[0]?.location?.startOffset
}

/** The few words that `word` may be a slip of, nearest first. */
function nearestWords(word: string, known: readonly string[]): readonly string[] {
  const found: string[] = []
  while (found.length < 3) {
    const next = suggest(
      word,
      known.filter((one) => !found.includes(one)),
    )
    if (next === undefined) break
    found.push(next)
  }
  return found
}
