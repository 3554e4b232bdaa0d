// The syntax at its boundary: text in, a short text of the tree or of the diagnostics out.
import { DiagnosticBag } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Expr, File, ListItem } from '../../../src/compiler/syntax/ast.ts'
import { parse, parseExpression } from '../../../src/compiler/syntax/parse.ts'
import { positionAt, sourceFile } from '../../../src/compiler/text/source.ts'

export interface Read {
  readonly tree: File
  /** `line:column CODE message`, in order. */
  readonly problems: readonly string[]
}

export function read(text: string): Read {
  const file = sourceFile('spec.weft', text)
  const bag = new DiagnosticBag()
  const tree = parse(file, bag)
  const problems = bag.list().map(({ code, message, span }) => {
    const { line, column } = positionAt(file, span.start)
    return `${line}:${column} ${code} ${message}`
  })
  return { tree, problems }
}

/** The tree without its places, to compare. */
export function shape(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => (key === 'span' ? undefined : value))
}

/** An expression with all its parentheses: `(a + (b * c))`. */
export function grouped(text: string): string {
  const bag = new DiagnosticBag()
  const expr = parseExpression(sourceFile('expr', text), bag)
  const [problem] = bag.list()
  return problem === undefined ? group(expr) : `${problem.code} ${problem.message}`
}

function group(node: Expr): string {
  switch (node.kind) {
    case 'NumberLiteral':
      return node.text
    case 'StringLiteral':
      return JSON.stringify(node.value)
    case 'BoolLiteral':
      return `${node.value}`
    case 'NameExpr':
      return node.name
    case 'ListExpr':
      return `[${node.items.map((item) => groupItem(item)).join(', ')}]`
    case 'ComprehensionExpr':
      return `[${groupItem(node.body)} for …]`
    case 'RangeExpr':
      return `(${group(node.from)} ${node.inclusive ? '..' : '..<'} ${group(node.to)})`
    case 'UnaryExpr':
      return `(${node.operator} ${group(node.operand)})`
    case 'BinaryExpr':
      return `(${group(node.left)} ${node.operator} ${group(node.right)})`
    case 'ConditionalExpr':
      return `(${group(node.condition)} ? ${group(node.whenTrue)} : ${group(node.whenFalse)})`
    case 'PipeExpr':
      return `(${group(node.left)} -> ${group(node.right)})`
    case 'CallExpr':
      return `${group(node.callee)}(${node.args.map((arg) => `${arg.name ? `${arg.name.name}=` : ''}${arg.spread ? '...' : ''}${group(arg.value)}`).join(', ')})`
    case 'IndexExpr':
      return `${group(node.target)}[${node.indices.map(group).join(', ')}]`
    case 'StepExpr':
      return `${group(node.target)}.${node.step.name}`
    case 'ExistsExpr':
      return `exists(${group(node.member)})`
    case 'InvalidExpr':
      return '?'
  }
}

function groupItem(item: ListItem): string {
  if (item.kind === 'SpreadItem') return `...${group(item.value)}`
  return item.kind === 'EntryItem' ? `${group(item.key)}: ${group(item.value)}` : group(item)
}
