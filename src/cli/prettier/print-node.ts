// Declarations and statements as prettier documents: the canonical form of a Weft file.
import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import type { FormatNode, NodeOf, Path, Print } from './format-node.ts'
import { makePrint } from './format-node.ts'
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
  printNumber,
  printArgumentValue,
  printPipe,
  printString,
  printValue,
} from './print-expression.ts'

const { group, hardline, indent, join, line, ifBreak } = builders

type PrintPath = (path: Path) => Doc

export function printNode(path: Path, text: string, printPath: PrintPath): Doc {
  const printed = printBare(path, text, printPath)
  const isEnclosed = needsParentheses(path.node, path.parent, path.key)
  return withComments(path, isEnclosed ? ['(', printed, ')'] : printed, text)
}

function printBare(path: Path, text: string, printPath: PrintPath): Doc {
  const { node } = path
  const print = makePrint(path, printPath)
  const value = (property = 'value'): Doc => printValue(path, property, printPath)
  const argumentValue = (property: string): Doc => printArgumentValue(path, property, printPath)
  switch (node.kind) {
    case 'File':
      return printFile(node, print, text)
    case 'ImportDecl':
      return ['import ', importNames(print.all('names')), ' from ', print('from')]
    case 'ImportName':
      return node.alias === undefined ? print('name') : [print('name'), ' as ', print('alias')]
    case 'FnDecl': {
      const returns = node.returns === undefined ? '' : [': ', print('returns')]
      return ['fn ', print('name'), bracketed('(', print.all('params'), ')'), returns, value('body')]
    }
    case 'BlockDecl':
      return ['block ', print('name'), params(node, print), print('body')]
    case 'NetworkDecl':
      return ['network ', print('name'), params(node, print), print('body')]
    case 'ConstDecl':
      return ['let ', print('name'), value()]
    case 'TrainDecl':
      return [
        'train ',
        print('name'),
        ' for ',
        print('network'),
        args(node, print),
        ' ',
        settings(node.settings, print, text),
      ]
    case 'Param':
      return [
        print('name'),
        node.type === undefined ? '' : [': ', print('type')],
        node.default === undefined ? '' : argumentValue('default'),
      ]
    case 'NamedType':
      return node.name
    case 'ListType':
      return ['[', print('item'), ']']
    case 'UnionType':
      return unionType(path, print)
    case 'ExprBody':
    case 'NodeAlias':
      return printValue(path, 'value', printPath, besideOpening(node))
    case 'StatementBody':
      return [
        ' ',
        node.statements.length === 0
          ? emptyBody(node, text)
          : braces(node.statements, print.all('statements'), text, besideOpening(node)),
      ]
    case 'InStmt':
      return ['in ', join(', ', print.all('names'))]
    case 'InputStmt':
      return ['input ', print('name'), ': ', print('shape')]
    case 'LetStmt':
      return [node.shared ? 'share ' : '', 'let ', print('name'), family(node, print), value()]
    case 'ForClause':
      return printForClause(node, print)
    case 'ForBinding':
      return [print('name'), ' in ', print('range')]
    case 'BackboneStmt':
      return ['backbone ', print('name'), ' ', braces(node.members, print.all('members'), text)]
    case 'LevelRule':
      return ['level', family(node, print), value()]
    case 'FusionStmt':
      return ['fusion ', print('name'), ' ', braces(node.members, print.all('members'), text)]
    case 'NodeRule':
      return ['node', family(node, print), print('body')]
    case 'NodeBody':
      return [' ', nodeBody(path as Path<NodeOf<'NodeBody'>>, print, text)]
    case 'EdgeDecl':
      return ['edge ', print('name'), family(node, print), value(), trailingIf(node, print)]
    case 'FuseDecl':
      return ['fuse', value()]
    case 'SparsityClause':
      return [
        'sparsity ',
        print('value'),
        narrowing(node, print),
        node.settings.length === 0 ? '' : [' ', settings(node.settings, print, text)],
      ]
    case 'OutStmt':
      return ['out ', print('value')]
    case 'OutputStmt':
      return [
        node.aux ? 'aux ' : '',
        'output ',
        print('name'),
        family(node, print),
        value(),
        trailingIf(node, print),
      ]
    case 'BudgetStmt':
      return ['budget ', join('.', print.all('metric')), args(node, print), ' <= ', print('limit')]
    case 'AssertStmt':
      return ['assert ', print('condition'), node.message === undefined ? '' : [', ', print('message')]]
    case 'Setting':
      return [print('name'), value(), node.unit === undefined ? '' : [' ', print('unit')]]
    case 'NumberLiteral':
      return printNumber(node)
    case 'StringLiteral':
      return printString(node.value)
    case 'BoolLiteral':
      return node.value ? 'true' : 'false'
    case 'NameExpr':
    case 'Ident':
      return node.name
    case 'ListExpr':
      return printList(node, print)
    case 'SpreadItem':
      return ['...', print('value')]
    case 'EntryItem':
      return [print('key'), ': ', print('value')]
    case 'ComprehensionExpr':
      return printComprehension(print)
    case 'RangeExpr':
      return [print('from'), node.inclusive ? '..' : '..<', print('to')]
    case 'UnaryExpr':
      return [node.operator === 'not' ? 'not ' : '-', print('operand')]
    case 'BinaryExpr':
      return printBinary(path as Path<NodeOf<'BinaryExpr'>>, printPath)
    case 'ConditionalExpr':
      return printConditional(path, printPath)
    case 'PipeExpr':
      return printPipe(path, text, printPath)
    case 'CallExpr':
      return [print('callee'), bracketed('(', print.all('args'), ')')]
    case 'Argument':
      return node.name === undefined
        ? [node.spread ? '...' : '', print('value')]
        : [print('name'), argumentValue('value')]
    case 'IndexExpr':
      return [print('target'), printIndices(print.all('indices'))]
    case 'ExistsExpr':
      return ['exists(', print('member'), ')']
    case 'InvalidExpr':
      throw new Error('a file with syntax errors is not formatted')
  }
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

function settings(nodes: readonly FormatNode[], print: Print, text: string): Doc {
  return braces(nodes, print.all('settings'), text)
}

/** The tree keeps lets, edges and fuses apart; the source may mix them. */
function nodeBody(path: Path<NodeOf<'NodeBody'>>, print: Print, text: string): Doc {
  const { lets, edges, fuses } = path.node
  if (lets.length + edges.length + fuses.length === 0) return emptyBody(path.node, text)
  const docs = [...print.all('lets'), ...print.all('edges'), ...print.all('fuses')]
  const members = [...lets, ...edges, ...fuses]
    .map((node, index) => ({ node, doc: docs[index] ?? '' }))
    .sort((a, b) => a.node.span.start - b.node.span.start)
  return braces(
    members.map(({ node }) => node),
    members.map(({ doc }) => doc),
    text,
    besideOpening(path.node),
  )
}

// ---------------------------------------------------------------- parts of statements

function importNames(names: readonly Doc[]): Doc {
  return group(['{', indent([line, join([',', line], [...names])]), ifBreak(','), line, '}'])
}

function params(node: NodeOf<'BlockDecl'> | NodeOf<'NetworkDecl'>, print: Print): Doc {
  return node.params.length === 0 ? '' : bracketed('(', print.all('params'), ')')
}

function args(node: NodeOf<'TrainDecl'> | NodeOf<'BudgetStmt'>, print: Print): Doc {
  return node.args.length === 0 ? '' : bracketed('(', print.all('args'), ')')
}

function unionType(path: Path, print: Print): Doc {
  const options = join([' |', line], print.all('options'))
  const isNested = (path.parent)?.kind === 'UnionType'
  return isNested ? ['(', options, ')'] : group(indent(options))
}

/** `[i, j] for j in 1..depth, i in 0..depth-j` */
function family(
  node: { readonly indices?: readonly FormatNode[]; readonly clause?: FormatNode },
  print: Print,
): Doc {
  const indices = node.indices === undefined ? '' : printIndices(print.all('indices'))
  return [indices, node.clause === undefined ? '' : group(indent([line, print('clause')]))]
}

function trailingIf(node: NodeOf<'EdgeDecl'> | NodeOf<'OutputStmt'>, print: Print): Doc {
  return node.condition === undefined ? '' : group(indent([line, 'if ', print('condition')]))
}

function narrowing(node: NodeOf<'SparsityClause'>, print: Print): Doc {
  if (node.on === undefined) return ''
  return [' on ', node.on, node.edge === undefined ? '' : [' ', print('edge')]]
}
