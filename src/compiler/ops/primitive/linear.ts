// Linear layer over the last axis.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { bool, int } from '../attribute-kinds.ts'
import { weightedCost } from '../cost-rules.ts'
import { concreteCount, fixedExtent, operand, product, reshaped } from '../extents.ts'
import { biasInit, init, weightAndBias, type InitTerm } from '../init.ts'
import type { Primitive } from '../op.ts'

export type LinearAttributes = {
  readonly features: number
  readonly bias: boolean
  readonly init: InitTerm
  readonly bias_init?: InitTerm
}

export const linear: Primitive<'linear', LinearAttributes> = {
  name: 'linear',
  doc: "`x · weightᵀ + bias` over the last axis (PyTorch's Linear). The last axis holds the features of tokens `[L, C]`.",
  arity: { min: 1, max: 1, names: ['x'] },
  attributes: {
    features: int({ min: 1, doc: 'Extent of the last axis of the result.' }),
    bias: bool({ default: true, doc: 'Add a learned constant per feature.' }),
    init: init({
      default: 'torch',
      doc: 'How the weight begins.',
    }),
    bias_init: biasInit(),
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const given = fixedExtent('linear', x, -1, 'last')
    if (isProblem(given)) return given
    const parameters = weightAndBias('linear', attributes, [attributes.features, given], attributes.features)
    if (isProblem(parameters)) return parameters
    return { output: reshaped(x, [...x.shape.slice(0, -1), attributes.features]), attributes, parameters }
  },
  cost: ({ output, parameters }) =>
    weightedCost(product(parameters[0]?.shape ?? []), concreteCount(output.slice(0, -1))),
}
