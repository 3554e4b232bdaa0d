// Where comments go: above a statement, a list's item or a pipe's stage; everywhere else to the end of the line. Nothing
// else gives the same text when the output is formatted again, since a comment ends its line.
import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import type { CommentNode, FormatNode, Path } from './format-node.ts'

const { breakParent, hardline, lineSuffix } = builders

const statements = new Set([
  'ImportDecl',
  'FnDecl',
  'BlockDecl',
  'NetworkDecl',
  'ConstDecl',
  'TrainDecl',
  'ResultsDecl',
  'ResultEntry',
  'InStmt',
  'InputStmt',
  'LetStmt',
  'UnpackStmt',
  'BackboneStmt',
  'FusionStmt',
  'OutStmt',
  'OutputStmt',
  'KeepStmt',
  'BudgetStmt',
  'AssertStmt',
  'LevelRule',
  'NodeRule',
  'EdgeDecl',
  'FuseDecl',
  'SparsityClause',
  'Setting',
])

const items = new Set(['Param', 'Argument', 'ImportName'])

/** Whether the node has a line of its own when its list is broken. */
const isItem = (path: Path): boolean => items.has(path.node.kind) || path.parent?.kind === 'ListExpr'

/** Whether the node is a pipe's stage after the first, whose comments above stand above the arrow. */
export const isStage = (path: Path): boolean => path.key === 'right' && path.parent?.kind === 'PipeExpr'

export function withComments(path: Path, printed: Doc, text: string): Doc {
  const comments = path.node.comments ?? []
  if (comments.every((comment) => comment.printed === true) || path.node.kind === 'File') return printed
  if (statements.has(path.node.kind)) return aroundStatement(path.node, printed, text)
  const above = isStage(path) || !isItem(path) ? [] : commentsAbove(path, text)
  const after = comments.filter((comment) => comment.printed !== true)
  return [...above, printed, ...after.map((comment) => atLineEnd(path, comment, text))]
}

/** Comments on lines of their own above an item or a stage, which they precede. */
export function commentsAbove(path: Path, text: string): Doc[] {
  return (path.node.comments ?? [])
    .filter((comment) => comment.leading === true && hasOwnLine(text, comment))
    .map((comment) => [printedText(comment), hardline])
}

function atLineEnd(path: Path, comment: CommentNode, text: string): Doc {
  const isBeside = /^[\s,]*$/.test(text.slice(path.node.span.end, comment.span.start))
  const isBetween = isItem(path) || (isStage(path) && /^\s*->/.test(text.slice(comment.span.end)))
  const keepsLine = isBetween && comment.leading !== true && isBeside
  return [lineSuffix([' ', printedText(comment)]), keepsLine ? breakParent : '']
}

function aroundStatement(node: FormatNode, printed: Doc, text: string): Doc {
  const comments = node.comments ?? []
  const own = comments.filter((comment) => hasOwnLine(text, comment))
  const above = own.filter(({ leading }) => leading === true)
  const below = own.filter(({ leading }) => leading !== true)
  const beside = comments.filter((comment) => !own.includes(comment))
  return [
    ...above.map((comment) => [printedText(comment), hardline, blankAfter(text, comment.span.end)]),
    printed,
    ...beside.map((comment) => lineSuffix([' ', printedText(comment)])),
    ...below.map((comment) => [hardline, blankBefore(text, comment.span.start), printedText(comment)]),
  ]
}

/** Comments right after a body's `{` or `=`. */
export function besideOpening(node: FormatNode): Doc[] {
  return (node.comments ?? []).map((comment) => lineSuffix([' ', printedText(comment)]))
}

/** Comments where nothing else is: in an empty body, or in a file of comments. */
export function loneComments(node: FormatNode, text: string): Doc[] {
  return (node.comments ?? []).map((comment, index) => {
    const before = index === 0 ? '' : [hardline, blankBefore(text, comment.span.start)]
    return [before, printedText(comment)]
  })
}

function hasOwnLine(text: string, { span: { start } }: CommentNode): boolean {
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === ''
}

function printedText(comment: CommentNode): string {
  comment.printed = true
  return comment.text.trimEnd()
}

const blankAfter = (text: string, end: number): Doc =>
  /^[ \t\r]*\n[ \t\r]*\n/.test(text.slice(end)) ? hardline : ''
const blankBefore = (text: string, start: number): Doc =>
  /\n[ \t\r]*\n[ \t]*$/.test(text.slice(0, start)) ? hardline : ''
