// Matrix product of two tensors.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { equalDims, formatDim, formatShape, type Dim, type TensorType } from '../../ir/tensor.ts'
import { broadcast } from '../agreement.ts'
import { bool } from '../attribute-kinds.ts'
import { concreteCount, operand, reshaped } from '../extents.ts'
import type { Primitive } from '../op.ts'

export type MatmulAttributes = { readonly transpose_b: boolean }

export const matmul: Primitive<'matmul', MatmulAttributes> = {
  name: 'matmul',
  doc: `Matrix product over the last two axes: \`…×m×k\` with \`…×k×n\` (\`…×n×k\` with \`transpose_b\`) gives \`…×m×n\`. Leading axes broadcast as in \`add\`.`,
  arity: { min: 2, max: 2, names: ['a', 'b'] },
  attributes: { transpose_b: bool({ default: false, doc: 'Take the second operand transposed.' }) },
  infer({ attributes, inputs }) {
    const [a, b] = [operand(inputs, 0), operand(inputs, 1)]
    const output = flatProblem(a, 0) ?? flatProblem(b, 1) ?? multiplied(a, b, attributes)
    return isProblem(output) ? output : { output, attributes, parameters: [] }
  },
  cost: ({ inputs, output }) => ({
    macs: concreteCount(output) * concreteCount((inputs[0] ?? []).slice(-1)),
    weightUses: 0,
  }),
}

function flatProblem({ shape }: TensorType, operand: number): Problem | undefined {
  if (shape.length >= 2) return undefined
  return problem('operand-rank', {
    operator: 'matmul',
    operand,
    shape: formatShape(shape),
    needs: 'two axes or more',
  })
}

function multiplied(a: TensorType, b: TensorType, { transpose_b }: MatmulAttributes): TensorType | Problem {
  const [rows, leftInner] = lastTwo(a)
  const [rightInner, columns] = transpose_b ? lastTwo(b).toReversed() : lastTwo(b)
  if (rightInner === undefined || columns === undefined || !equalDims(leftInner, rightInner)) {
    const inner = { leftInner: formatDim(leftInner), rightInner: formatDim(rightInner ?? 0) }
    const shapes = { left: formatShape(a.shape), right: formatShape(b.shape) }
    return problem('matmul-inner', { operator: 'matmul', operand: 1, ...shapes, ...inner })
  }
  const leading = broadcast('matmul', a, b, 2)
  return isProblem(leading) ? leading : reshaped(leading, [...leading.shape, rows, columns])
}

function lastTwo({ shape }: TensorType): readonly [Dim, Dim] {
  return [shape.at(-2) ?? 0, shape.at(-1) ?? 0]
}
