// Scaled dot-product attention as one operator: backends that have it natively take it whole, memory is counted with its scores or
// without, and tools that count the same products differently can be told apart.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { equalDims, formatDim, formatShape, type Dim, type Shape, type TensorType } from '../../ir/tensor.ts'
import { broadcast } from '../agreement.ts'
import { float, orWord } from '../attribute-kinds.ts'
import { concreteCount, fixedExtent, operand, reshaped } from '../extents.ts'
import type { Primitive } from '../op.ts'

export type AttentionAttributes = { readonly scale: number; readonly dropout: number }
export type AttentionRequest = { readonly scale: number | 'none'; readonly dropout: number }

export const attention: Primitive<'attention', AttentionAttributes, AttentionRequest> = {
  name: 'attention',
  doc: `\`softmax(scale · q · kᵀ + biases) · v\`, the softmax over the keys (Vaswani et al., NeurIPS 2017, equation 1). Queries are \`…×m×d\`, keys \`…×n×d\`,
values \`…×n×e\`, the result is \`…×m×e\`; leading axes, heads and windows among them, broadcast as in \`matmul\`. Further inputs are added to the scores \`…×m×n\`,
over which they repeat: relative positions, and masks of large negative numbers.`,
  arity: { min: 3, max: Infinity, names: ['q', 'k', 'v', 'bias'] },
  attributes: {
    scale: orWord('none', float({ doc: 'Multiplies the products; `1 / √d` unless it is given.' })),
    dropout: float({
      min: 0,
      max: 1,
      default: 0,
      doc: 'Probability of a zero among the weights, in training.',
    }),
  },
  infer({ attributes, inputs }) {
    const scores = scoresOf(inputs)
    if (isProblem(scores)) return scores
    const features = fixedExtent('attention', operand(inputs, 0), -1, 'last')
    if (isProblem(features)) return features
    const output = resultOf(scores, operand(inputs, 2))
    if (isProblem(output)) return output
    const scale = attributes.scale === 'none' ? 1 / Math.sqrt(features) : attributes.scale
    return { output, attributes: { ...attributes, scale }, parameters: [] }
  },
  cost: ({ inputs, output }) => {
    const { scores, result } = attentionProducts(inputs, output)
    return { macs: scores + result, weightUses: 0 }
  },
}

/** MACs of `q · kᵀ`, and of the product with the values. Extents have to be known. */
export function attentionProducts(
  inputs: readonly Shape[],
  output: Shape,
): { readonly scores: number; readonly result: number } {
  const [q = [], k = []] = inputs
  return {
    scores: concreteCount(attentionScores(q, k)) * concreteCount(q.slice(-1)),
    result: concreteCount(output) * concreteCount(k.slice(-2, -1)),
  }
}

/** `…×m×n` of queries and keys that were found to fit before: leading axes are equal, or one of them is 1. */
export function attentionScores(q: Shape, k: Shape): Shape {
  const leading = Math.max(q.length, k.length) - 2
  const extents = Array.from({ length: leading }, (_, at): Dim => {
    const [left = 1, right = 1] = [q.at(at - leading - 2), k.at(at - leading - 2)]
    return left === 1 ? right : left
  })
  return [...extents, ...q.slice(-2, -1), ...k.slice(-2, -1)]
}

/** `…×m×n`, if every bias fits it. */
function scoresOf(inputs: readonly TensorType[]): TensorType | Problem {
  const [q, k, v] = [operand(inputs, 0), operand(inputs, 1), operand(inputs, 2)]
  const flat = [q, k, v].findIndex(({ shape }) => shape.length < 2)
  if (flat !== -1) {
    const shape = formatShape(operand(inputs, flat).shape)
    return problem('operand-rank', { operator: 'attention', operand: flat, shape, needs: 'two axes or more' })
  }
  const apart = disagreement(1, 'features', k, q, -1) ?? disagreement(2, 'positions', v, k, -2)
  if (apart !== undefined) return apart
  const leading = broadcast('attention', q, k, 2)
  if (isProblem(leading)) return leading
  const scores = reshaped(leading, [...leading.shape, extentAt(q, -2), extentAt(k, -2)])
  return inputs.slice(3).reduce<TensorType | Problem>(biased, scores)
}

/** Keys that are not as wide as queries, or not as many as values. */
function disagreement(
  at: 1 | 2,
  of: 'features' | 'positions',
  own: TensorType,
  other: TensorType,
  axis: -1 | -2,
): Problem | undefined {
  const [extent, expected] = [extentAt(own, axis), extentAt(other, axis)]
  if (equalDims(extent, expected)) return undefined
  return problem('attention-extents', {
    operator: 'attention',
    operand: at,
    of,
    shape: formatShape(own.shape),
    reference: formatShape(other.shape),
    extent: formatDim(extent),
    expected: formatDim(expected),
  })
}

/** Biases repeat over the scores, never the other way round. */
function biased(scores: TensorType | Problem, bias: TensorType, at: number): TensorType | Problem {
  if (isProblem(scores)) return scores
  const sum = broadcast('attention', scores, bias)
  return !isProblem(sum) && sameShape(sum, scores) ? sum : unfit(bias, scores, at + 3)
}

function resultOf(scores: TensorType, v: TensorType): TensorType | Problem {
  const leading = broadcast('attention', scores, v, 2)
  if (isProblem(leading)) return unfit(v, scores, 2)
  return reshaped(leading, [...leading.shape, extentAt(scores, -2), extentAt(v, -1)])
}

function unfit({ shape }: TensorType, scores: TensorType, at: number): Problem {
  const shapes = { shape: formatShape(shape), scores: formatShape(scores.shape) }
  return problem('attention-scores', { operator: 'attention', operand: at, ...shapes })
}

const extentAt = ({ shape }: TensorType, axis: -1 | -2): Dim => shape.at(axis) ?? 0

function sameShape(a: TensorType, b: TensorType): boolean {
  return (
    a.shape.length === b.shape.length &&
    a.shape.every((extent, axis) => equalDims(extent, b.shape[axis] ?? 0))
  )
}
