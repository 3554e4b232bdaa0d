// Which expressions need parentheses where they stand. Weft's tree has none: they follow from precedence.
import type { BinaryOperator, Expr } from '../compiler/syntax/ast.ts'
import type { AnyNode } from '../compiler/syntax/visit.ts'

/** How tightly an expression holds together; the order is the grammar's. */
const CONDITIONAL = 0
const PIPE = 1
const NOT = 4
const COMPARISON = 5
const RANGE = 6
const MINUS = 9
const POWER = 10
const POSTFIX = 11
const PRIMARY = 12

export const binaryPrecedence: Readonly<Record<BinaryOperator, number>> = {
  or: 2,
  and: 3,
  '==': COMPARISON,
  '!=': COMPARISON,
  '<': COMPARISON,
  '<=': COMPARISON,
  '>': COMPARISON,
  '>=': COMPARISON,
  '+': 7,
  '-': 7,
  '*': 8,
  '/': 8,
  div: 8,
  '%': 8,
  '^': POWER,
}

function precedence(node: AnyNode): number {
  switch (node.kind) {
    case 'ConditionalExpr':
      return CONDITIONAL
    case 'PipeExpr':
      return PIPE
    case 'BinaryExpr':
      return binaryPrecedence[node.operator]
    case 'UnaryExpr':
      return node.operator === 'not' ? NOT : MINUS
    case 'RangeExpr':
      return RANGE
    case 'CallExpr':
    case 'IndexExpr':
    case 'StepExpr':
      return POSTFIX
    default:
      return PRIMARY
  }
}

export function needsParentheses(
  node: AnyNode,
  parent: AnyNode | null,
  key: string | number | null,
): boolean {
  if (parent === null) return false
  if (key === 'callee' || key === 'target') return precedence(node) < POSTFIX || isPercentage(node)
  return precedence(node) < required(parent, key)
}

/** `80%(x)` would be read as a remainder. */
const isPercentage = (node: AnyNode): boolean => node.kind === 'NumberLiteral' && node.text.endsWith('%')

/** The least precedence that may stand at this place without parentheses. */
function required(parent: AnyNode, key: string | number | null): number {
  switch (parent.kind) {
    case 'ConditionalExpr':
      return key === 'condition' ? PIPE : CONDITIONAL
    case 'PipeExpr':
      return key === 'left' ? PIPE : PIPE + 1
    case 'BinaryExpr':
      return operandPrecedence(parent.operator, key)
    case 'UnaryExpr':
      return parent.operator === 'not' ? NOT : MINUS
    case 'RangeExpr':
      return RANGE + 1
    default:
      return CONDITIONAL
  }
}

function operandPrecedence(operator: BinaryOperator, key: string | number | null): number {
  const own = binaryPrecedence[operator]
  if (operator === '^') return key === 'left' ? POSTFIX : MINUS
  if (own === COMPARISON) return own + 1
  return key === 'left' ? own : own + 1
}

/** Whether two operators stand in one chain, `a + b - c`. */
export function chains(node: Expr, operator: BinaryOperator): boolean {
  if (node.kind !== 'BinaryExpr' || operator === '^') return false
  const own = binaryPrecedence[operator]
  return own !== COMPARISON && binaryPrecedence[node.operator] === own
}
