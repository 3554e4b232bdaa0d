// Variance over axes.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { bool } from '../attribute-kinds.ts'
import { free, oneInput } from '../elementwise.ts'
import { fixedExtent, operand } from '../extents.ts'
import type { InferenceInput, Primitive } from '../op.ts'
import { reduced, reductionAttributes, type ReductionAttributes } from '../reduction.ts'
import { axisName } from '../words.ts'

export type VarianceAttributes = ReductionAttributes & { readonly unbiased: boolean }

export const variance: Primitive<'variance', VarianceAttributes> = {
  name: 'variance',
  doc: "Variance over axes: the mean of `(x - mean)²`, or their sum over one less than their number with `unbiased` (PyTorch's `var`, whose default is the latter).",
  arity: oneInput,
  attributes: {
    ...reductionAttributes,
    unbiased: bool({ default: false, doc: 'Divide by one less than the number of elements.' }),
  },
  infer: (input) => (input.attributes.unbiased ? divisorProblem(input) : undefined) ?? reduced(input),
  cost: free,
}

/** Without bias the number of elements has to be known, and to leave something to divide by. */
function divisorProblem({ attributes, inputs }: InferenceInput<VarianceAttributes>): Problem | undefined {
  const x = operand(inputs, 0)
  let count = 1
  for (const axis of attributes.axes) {
    const extent = fixedExtent('variance', x, axis, axisName(axis, x.shape.length))
    if (isProblem(extent)) return extent
    count *= extent
  }
  return count > 1 ? undefined : problem('variance-of-one', { operator: 'variance', attribute: 'unbiased' })
}
