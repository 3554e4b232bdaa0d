// Where arithmetic is written tight: in indices and ranges (`node[i-1, j]`, `0..depth-j`), and powers everywhere.
import type { Expr } from '../compiler/syntax/ast.ts'
import type { AnyNode } from '../compiler/syntax/visit.ts'
import type { Path } from './format-node.ts'

const tightOperators = new Set(['+', '-', '*', '/', '^'])

/** Only sums and products of names, numbers and the like; `%` and `div` need their spaces. */
function isPlain(node: Expr): boolean {
  switch (node.kind) {
    case 'BinaryExpr':
      return tightOperators.has(node.operator) && isPlain(node.left) && isPlain(node.right)
    case 'UnaryExpr':
      return node.operator === '-' && isPlain(node.operand)
    case 'RangeExpr':
      return isPlain(node.from) && isPlain(node.to)
    case 'ConditionalExpr':
    case 'PipeExpr':
      return false
    default:
      return true
  }
}

/** Whether the arithmetic at the path's end stands, through arithmetic only, in an index or a range. */
export function isTight(path: Path): boolean {
  let root = path.node as Expr
  for (let up = 0; ; up++) {
    const parent = path.getParentNode(up)
    if (parent === null) return false
    if (parent.kind === 'BinaryExpr' || parent.kind === 'UnaryExpr' || parent.kind === 'RangeExpr')
      root = parent
    else return isPlain(root) && (root.kind === 'RangeExpr' || isIndex(parent, root))
  }
}

function isIndex(parent: AnyNode, node: Expr): boolean {
  return 'indices' in parent && parent.indices !== undefined && parent.indices.includes(node)
}
