// Declarations and statements as prettier documents: the canonical form of a Weft file.
import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import type { NodeKind } from '../compiler/syntax/visit.ts'
import { makePrint, type FormatNode, type NodeOf, type Path, type Print } from './format-node.ts'
import { needsParentheses } from './parentheses.ts'
import { besideOpening, loneComments, withComments } from './print-comments.ts'
import {
  bracketed,
  printBinary,
  printComprehension,
  printConditional,
  printForClause,
  printIndices,
  printList,
  printArgumentValue,
  printPipe,
  printString,
  printValue,
} from './print-expression.ts'

const { group, hardline, indent, join, line, ifBreak } = builders

/** A node with what its printing needs. */
interface At<K extends NodeKind> extends Around {
  readonly node: NodeOf<K>
}
interface Around {
  readonly path: Path
  readonly text: string
  readonly print: Print
  readonly printPath: (path: Path) => Doc
}

/** `= value` */
const value = ({ path, printPath }: Around, property = 'value'): Doc => printValue(path, property, printPath)
const argumentValue = ({ path, printPath }: Around, property = 'value'): Doc =>
  printArgumentValue(path, property, printPath)
const list = (at: Around, property: string): Doc => bracketed('(', at.print.all(property), ')')
const optional = (node: unknown, doc: () => Doc): Doc => (node === undefined ? '' : doc())

const printers: { readonly [K in NodeKind]: (at: At<K>) => Doc } = {
  File: ({ node, print, text }) => printFile(node, print, text),
  ImportDecl: ({ print }) => ['import ', importNames(print.all('names')), ' from ', print('from')],
  ImportName: ({ node, print }) => [print('name'), optional(node.alias, () => [' as ', print('alias')])],
  FnDecl: (at) => {
    const returns = optional(at.node.returns, () => [': ', at.print('returns')])
    return ['fn ', at.print('name'), list(at, 'params'), returns, value(at, 'body')]
  },
  BlockDecl: (at) => ['block ', at.print('name'), optionalList(at, 'params'), at.print('body')],
  NetworkDecl: (at) => ['network ', at.print('name'), optionalList(at, 'params'), at.print('body')],
  ConstDecl: (at) => ['let ', at.print('name'), value(at)],
  TrainDecl: (at) => {
    const recipe = ['train ', at.print('name'), ' for ', at.print('network'), optionalList(at, 'args')]
    return [recipe, ' ', settings(at)]
  },
  ResultsDecl: (at) => {
    const { node, print, text } = at
    const table = ['results ', print('name'), ' for ', print('network'), optionalList(at, 'args')]
    return [table, ' ', braces(node.entries, print.all('entries'), text)]
  },
  ResultEntry: (at) => [at.print('metric'), value(at), point(at)],
  Param: (at) => {
    const type = optional(at.node.type, () => [': ', at.print('type')])
    return [at.print('name'), type, optional(at.node.default, () => argumentValue(at, 'default'))]
  },
  NamedType: ({ node }) => node.name,
  ListType: ({ print }) => ['[', print('item'), ']'],
  UnionType: ({ path, print }) => unionType(path, print),
  ExprBody: ({ node, path, printPath }) => printValue(path, 'value', printPath, besideOpening(node)),
  NodeAlias: ({ node, path, printPath }) => printValue(path, 'value', printPath, besideOpening(node)),
  StatementBody: ({ node, print, text }) => {
    if (node.statements.length === 0) return [' ', emptyBody(node, text)]
    return [' ', braces(node.statements, print.all('statements'), text, besideOpening(node))]
  },
  InStmt: ({ node, print }) => {
    const rest = node.rest === undefined ? [] : [['...', print('rest')]]
    return ['in ', join(', ', [...print.all('names'), ...rest])]
  },
  InputStmt: ({ print }) => ['input ', print('name'), ': ', print('shape')],
  LetStmt: (at) => [at.node.shared ? 'share ' : '', 'let ', at.print('name'), family(at), value(at)],
  UnpackStmt: (at) => [at.node.shared ? 'share ' : '', 'let ', at.print('pattern'), value(at)],
  NameList: ({ print }) => bracketed('[', print.all('names'), ']'),
  ForClause: ({ node, print }) => printForClause(node, print),
  ForBinding: ({ print }) => [print('name'), ' in ', print('range')],
  BackboneStmt: (at) => ['backbone ', at.print('name'), ' ', members(at)],
  LevelRule: (at) => ['level', family(at), value(at)],
  FusionStmt: (at) => ['fusion ', at.print('name'), ' ', members(at)],
  NodeRule: (at) => ['node', family(at), at.print('body')],
  NodeBody: ({ node, print, text }) => [' ', nodeBody(node, print, text)],
  EdgeDecl: (at) => ['edge ', at.print('name'), family(at), value(at), trailingIf(at)],
  FuseDecl: (at) => ['fuse', value(at)],
  SparsityClause: (at) => {
    const { node, print } = at
    return [
      'sparsity ',
      print('value'),
      narrowing(node, print),
      node.settings.length === 0 ? '' : [' ', settings(at)],
    ]
  },
  OutStmt: ({ print }) => ['out ', print('value')],
  OutputStmt: (at) => {
    const aux = at.node.aux ? 'aux ' : ''
    return [aux, 'output ', at.print('name'), family(at), value(at), trailingIf(at)]
  },
  KeepStmt: (at) => [
    at.node.run ? 'keep run ' : 'keep ',
    at.print('name'),
    family(at),
    value(at),
    trailingIf(at),
  ],
  BudgetStmt: (at) => {
    return ['budget ', join('.', at.print.all('metric')), optionalList(at, 'args'), ' <= ', at.print('limit')]
  },
  AssertStmt: ({ node, print }) => {
    return ['assert ', print('condition'), optional(node.message, () => [', ', print('message')])]
  },
  Setting: (at) => [at.print('name'), value(at), optional(at.node.unit, () => [' ', at.print('unit')])],
  NumberLiteral: ({ node }) => node.text,
  StringLiteral: ({ node }) => printString(node.value),
  BoolLiteral: ({ node }) => (node.value ? 'true' : 'false'),
  NameExpr: ({ node }) => node.name,
  Ident: ({ node }) => node.name,
  ListExpr: ({ node, print }) => printList(node, print),
  SpreadItem: ({ print }) => ['...', print('value')],
  EntryItem: ({ print }) => [print('key'), ': ', print('value')],
  ComprehensionExpr: ({ print }) => printComprehension(print),
  RangeExpr: ({ node, print }) => [print('from'), node.inclusive ? '..' : '..<', print('to')],
  UnaryExpr: ({ node, print }) => [node.operator === 'not' ? 'not ' : '-', print('operand')],
  BinaryExpr: ({ node, path, printPath }) => printBinary(node, path, printPath),
  ConditionalExpr: ({ path, printPath }) => printConditional(path, printPath),
  PipeExpr: ({ path, text, printPath }) => printPipe(path, text, printPath),
  CallExpr: (at) => [at.print('callee'), list(at, 'args')],
  Argument: (at) => {
    if (at.node.name !== undefined) return [at.print('name'), argumentValue(at)]
    return [at.node.spread ? '...' : '', at.print('value')]
  },
  IndexExpr: ({ print }) => [print('target'), printIndices(print.all('indices'))],
  StepExpr: ({ print }) => [print('target'), '.', print('step')],
  ExistsExpr: ({ print }) => ['exists(', print('member'), ')'],
  InvalidExpr: () => {
    throw new Error('a file with syntax errors is not formatted')
  },
}

export function printNode(path: Path, text: string, printPath: (path: Path) => Doc): Doc {
  const { node } = path
  // The table pairs each kind with its own printer; TypeScript cannot see that through the union.
  const printOne = printers[node.kind] as (at: At<NodeKind>) => Doc
  const printed = printOne({ node, path, text, print: makePrint(path, printPath), printPath })
  const isEnclosed = needsParentheses(node, path.parent, path.key)
  return withComments(path, isEnclosed ? ['(', printed, ')'] : printed, text)
}

// ---------------------------------------------------------------- files and lists of lines

function printFile(node: NodeOf<'File'>, print: Print, text: string): Doc {
  const imports = lines(node.imports, print.all('imports'), text)
  const declarations = lines(node.declarations, print.all('declarations'), text)
  const parts = [imports, declarations].filter((part) => part.length > 0)
  if (parts.length === 0)
    return (node.comments ?? []).length === 0 ? '' : [...loneComments(node, text), hardline]
  return [join([hardline, hardline], parts), hardline]
}

/** One under the other, with the blank lines of the source, at most one in a row. */
function lines(nodes: readonly FormatNode[], printed: readonly Doc[], text: string): Doc[] {
  return printed.map((doc, index) => {
    const node = nodes[index]
    if (index + 1 === printed.length || node === undefined) return doc
    return [doc, hardline, isNextLineEmpty(text, node.span.end) ? hardline : '']
  })
}

function isNextLineEmpty(text: string, end: number): boolean {
  return /^[ \t]*(\/\/[^\n]*)?\r?\n[ \t]*\r?\n/.test(text.slice(end, end + 2000))
}

function braces(
  nodes: readonly FormatNode[],
  printed: readonly Doc[],
  text: string,
  beside: Doc[] = [],
): Doc {
  return printed.length === 0
    ? '{}'
    : ['{', ...beside, indent([hardline, ...lines(nodes, printed, text)]), hardline, '}']
}

function emptyBody(node: FormatNode, text: string): Doc {
  const comments = loneComments(node, text)
  return comments.length === 0 ? '{}' : ['{', indent([hardline, ...comments]), hardline, '}']
}

function settings({ node, print, text }: At<'TrainDecl'> | At<'SparsityClause'>): Doc {
  return braces(node.settings, print.all('settings'), text)
}

function members({ node, print, text }: At<'BackboneStmt'> | At<'FusionStmt'>): Doc {
  return braces(node.members, print.all('members'), text)
}

/** The tree keeps lets, edges and fuses apart; the source may mix them. */
function nodeBody(node: NodeOf<'NodeBody'>, print: Print, text: string): Doc {
  const { lets, edges, fuses } = node
  const docs = [...print.all('lets'), ...print.all('edges'), ...print.all('fuses')]
  const parts = [...lets, ...edges, ...fuses]
    .map((part, index) => ({ part, doc: docs[index] ?? '' }))
    .sort((a, b) => a.part.span.start - b.part.span.start)
  if (parts.length === 0) return emptyBody(node, text)
  const nodes = parts.map(({ part }) => part)
  const printed = parts.map(({ doc }) => doc)
  return braces(nodes, printed, text, besideOpening(node))
}

// ---------------------------------------------------------------- parts of statements

function importNames(names: readonly Doc[]): Doc {
  return group(['{', indent([line, join([',', line], [...names])]), ifBreak(','), line, '}'])
}

/** Parameters or arguments in parentheses, which are left out when there are none. */
function optionalList(at: Around, property: string): Doc {
  const printed = at.print.all(property)
  return printed.length === 0 ? '' : bracketed('(', printed, ')')
}

function unionType(path: Path, print: Print): Doc {
  const options = join([' |', line], print.all('options'))
  const isNested = path.parent?.kind === 'UnionType'
  return isNested ? ['(', options, ')'] : group(indent(options))
}

interface Family {
  readonly indices?: readonly FormatNode[]
  readonly clause?: FormatNode
}

/** `[i, j] for j in 1..depth, i in 0..depth-j` */
function family({ node, print }: { readonly node: Family; readonly print: Print }): Doc {
  const indices = optional(node.indices, () => printIndices(print.all('indices')))
  return [indices, optional(node.clause, () => group(indent([line, print('clause')])))]
}

function trailingIf({ node, print }: At<'EdgeDecl'> | At<'OutputStmt'> | At<'KeepStmt'>): Doc {
  return optional(node.condition, () => group(indent([line, 'if ', print('condition')])))
}

/** `at S = 80%, base = 48` */
function point({ node, print }: At<'ResultEntry'>): Doc {
  if (node.at.length === 0) return ''
  return group(indent([line, 'at ', indent(join([',', line], print.all('at')))]))
}

function narrowing(node: NodeOf<'SparsityClause'>, print: Print): Doc {
  if (node.on === undefined) return ''
  return [' on ', node.on, node.edge === undefined ? '' : [' ', print('edge')]]
}
