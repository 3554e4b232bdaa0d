// Expressions as prettier documents.
import type { Doc } from 'prettier'
import { builders, printer, utils } from 'prettier/doc'
import type { BinaryOperator, Expr } from '../compiler/syntax/ast.ts'
import type { FormatNode, NodeOf, Path, Print } from './format-node.ts'
import { chains } from './parentheses.ts'
import { commentsAbove } from './print-comments.ts'
import { isTight } from './spacing.ts'

export const PRINT_WIDTH = 110

const { fill, group, ifBreak, indent, join, line, softline } = builders

export function printString(value: string): Doc {
  const escaped = value.replace(
    /["\\\n\t]/g,
    (found) => ({ '\n': '\\n', '\t': '\\t' })[found] ?? `\\${found}`,
  )
  return `"${escaped}"`
}

/** Items between brackets: on one line, or one item a line with a comma after the last. */
export function bracketed(open: string, items: readonly Doc[], close: string): Doc {
  if (items.length === 0) return [open, close]
  return group([open, indent([softline, join([',', line], [...items])]), ifBreak(','), softline, close])
}

export function printIndices(items: readonly Doc[]): Doc {
  return group(['[', indent([softline, join([',', line], [...items])]), softline, ']'])
}

export function printList(node: NodeOf<'ListExpr'>, print: Print): Doc {
  const items = print.all('items')
  const isPlain = items.length > 6 && node.items.every((item) => isNumber(item) && !hasComments(item))
  if (!isPlain) return bracketed('[', items, ']')
  const parts = items.flatMap((item, index) => (index + 1 < items.length ? [[item, ','], line] : [item]))
  return group(['[', indent([softline, fill(parts)]), ifBreak(','), softline, ']'])
}

const hasComments = (node: FormatNode): boolean => (node.comments?.length ?? 0) > 0

function isNumber(node: FormatNode): boolean {
  return node.kind === 'NumberLiteral' || (node.kind === 'UnaryExpr' && node.operand.kind === 'NumberLiteral')
}

export function printComprehension(print: Print): Doc {
  return group(['[', indent([softline, print('body'), line, print('clause')]), softline, ']'])
}

export function printForClause(node: NodeOf<'ForClause'>, print: Print): Doc {
  const condition = node.condition === undefined ? '' : [line, 'if ', print('condition')]
  return group(['for ', indent([join([',', line], print.all('bindings')), condition])])
}

/** A chain breaks before every arrow or before none. */
export function printPipe(path: Path, text: string, printPath: (path: Path) => Doc): Doc {
  const { first, stages } = pipeStages(path, text, printPath)
  return group([first, indent(stages)])
}

interface PipeParts {
  readonly first: Doc
  readonly stages: Doc[]
}

function pipeStages(path: Path, text: string, printPath: (path: Path) => Doc): PipeParts {
  if (path.node.kind !== 'PipeExpr') return { first: printPath(path), stages: [] }
  const { first, stages } = path.call((left) => pipeStages(left as Path, text, printPath), 'left' as never)
  const stage = path.call((right) => printStage(right as Path, text, printPath), 'right' as never)
  return { first, stages: [...stages, stage] }
}

/** Comments above a stage stay above its arrow. */
function printStage(path: Path, text: string, printPath: (path: Path) => Doc): Doc {
  return [line, ...commentsAbove(path, text), '-> ', printPath(path)]
}

export function printBinary(node: NodeOf<'BinaryExpr'>, path: Path, printPath: (path: Path) => Doc): Doc {
  if (node.operator === '^' || isRatio(node) || isTight(path)) return operands(path, printPath, node.operator)
  const [first, ...rest] = binaryParts(path, printPath)
  return group([first ?? '', indent(rest)])
}

function operands(path: Path, printPath: (path: Path) => Doc, between: string): Doc {
  const operand = (side: string): Doc => path.call(printPath as never, side as never)
  return [operand('left'), between, operand('right')]
}

/** Whether the left operand goes on the chain. Its comments then belong to its own operands. */
export function isLink(left: Expr, operator: BinaryOperator): boolean {
  return chains(left, operator) && !isRatio(left)
}

/** `1/2` */
function isRatio(node: Expr): boolean {
  if (node.kind !== 'BinaryExpr' || node.operator !== '/') return false
  return node.left.kind === 'NumberLiteral' && node.right.kind === 'NumberLiteral'
}

/** The operands of a chain of equally tight operators, each after the first with its operator. */
function binaryParts(path: Path, printPath: (path: Path) => Doc): Doc[] {
  const node = path.node as Expr
  if (node.kind !== 'BinaryExpr') return [printPath(path)]
  const left = path.call(
    (inner) =>
      isLink(inner.node as Expr, node.operator)
        ? binaryParts(inner as Path, printPath)
        : [printPath(inner as Path)],
    'left' as never,
  )
  return [...left, [' ', node.operator, line, path.call(printPath as never, 'right' as never)]]
}

/** `a ? b : c ? d : e` breaks before every `?` and `:` or before none. */
export function printConditional(path: Path, printPath: (path: Path) => Doc): Doc {
  const [first, ...rest] = conditionalParts(path, printPath)
  return group([first ?? '', indent(rest)])
}

function conditionalParts(path: Path, printPath: (path: Path) => Doc): Doc[] {
  const node = path.node
  if (node.kind !== 'ConditionalExpr') return [printPath(path)]
  const condition = path.call(printPath as never, 'condition' as never) as Doc
  const whenTrue = path.call(printPath as never, 'whenTrue' as never) as Doc
  const [first, ...rest] = path.call(
    (inner) => conditionalParts(inner as Path, printPath),
    'whenFalse' as never,
  )
  return [condition, [line, '? ', whenTrue], [line, ': ', first ?? ''], ...rest]
}

/** An argument's or a parameter's value stays beside its name. */
export function printArgumentValue(path: Path, property: string, printPath: (path: Path) => Doc): Doc {
  return [' = ', path.call(printPath as never, property as never)]
}

/**
 * `= value`: on the line if it fits, on the next line if it fits there. What is too long for any line stays on the
 * first: brackets break inside, a pipe goes on below its first stage.
 */
export function printValue(
  path: Path,
  property: string,
  printPath: (path: Path) => Doc,
  beside: readonly Doc[] = [],
): Doc {
  return path.call((inner) => {
    const value = inner as Path
    const printed = printPath(value)
    if (stays.has(value.node.kind)) return [' =', ...beside, ' ', printed]
    const isLong = indentation(value) + flatWidth(printed) > PRINT_WIDTH
    return isLong && breaksInside.has(value.node.kind)
      ? [' =', ...beside, ' ', printed]
      : group([' =', ...beside, indent([line, printed])])
  }, property as never)
}

const stays = new Set(['ListExpr', 'ComprehensionExpr'])
const breaksInside = new Set(['CallExpr', 'IndexExpr', 'PipeExpr'])

const bodies = new Set([
  'StatementBody',
  'BackboneStmt',
  'FusionStmt',
  'NodeBody',
  'TrainDecl',
  'ResultsDecl',
  'SparsityClause',
])

/** The column at which a value stands on a line of its own. */
function indentation(path: Path): number {
  return 2 + 2 * path.ancestors.filter((node) => bodies.has(node.kind)).length
}

const isComment = (doc: Doc): boolean =>
  typeof doc === 'object' && !Array.isArray(doc) && doc.type === 'line-suffix'

function flatWidth(doc: Doc): number {
  const options = {
    printWidth: Infinity,
    tabWidth: 2,
    useTabs: false,
    parentParser: 'none',
    embeddedInHtml: false,
  }
  const bare = utils.mapDoc(doc, (part) => (isComment(part) ? '' : part))
  const { formatted } = printer.printDocToString(bare, options)
  return formatted.includes('\n') ? Infinity : formatted.length
}
