// Regrouping the elements of a tensor.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { formatShape, type Dim, type Shape } from '../../ir/tensor.ts'
import { dims, formatDims } from '../extent-attributes.ts'
import { free, oneInput } from '../elementwise.ts'
import { countOf, dividedCount, equalCounts, extentOf, formatCount } from '../element-counts.ts'
import { operand, reshaped } from '../extents.ts'
import type { Primitive } from '../op.ts'

export type ReshapeAttributes = { readonly shape: Shape }

export const reshape: Primitive<'reshape', ReshapeAttributes> = {
  name: 'reshape',
  doc: 'Groups the elements anew, in row-major order, batch apart. One extent may be -1: it takes what is left.',
  arity: oneInput,
  attributes: { shape: dims({ min: -1, doc: 'Extents of the result.' }) },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const shape = completedShape(x.shape, attributes.shape)
    return isProblem(shape) ? shape : { output: reshaped(x, shape), attributes: { shape }, parameters: [] }
  },
  cost: free,
}

const isRest = (extent: Dim): boolean => extent === -1

function completedShape(shape: Shape, target: Shape): Shape | Problem {
  const rests = target.filter(isRest).length
  const bad = rests > 1 ? 'more than one -1' : target.includes(0) ? '0' : undefined
  if (bad !== undefined) return rangeProblem(bad)
  const from = countOf(shape)
  const known = countOf(target.filter((extent) => !isRest(extent)))
  const texts = {
    operator: 'reshape',
    attribute: 'shape',
    shape: formatShape(shape),
    target: formatDims(target),
  } as const
  if (rests === 0) {
    const counts = { from: formatCount(from), to: formatCount(known) }
    return equalCounts(from, known) ? target : problem('reshape-count', { ...texts, ...counts })
  }
  const left = dividedCount(from, known)
  if (left === undefined)
    return problem('reshape-left-over', { ...texts, from: formatCount(from), known: formatCount(known) })
  const rest = extentOf(left)
  if (rest === undefined)
    return problem('extent-not-affine', { operator: 'reshape', extent: formatCount(left) })
  return target.map((extent) => (isRest(extent) ? rest : extent))
}

function rangeProblem(value: string): Problem {
  const bound = 'positive extents, at most one of them -1'
  return problem('attribute-range', { operator: 'reshape', attribute: 'shape', value, bound })
}
