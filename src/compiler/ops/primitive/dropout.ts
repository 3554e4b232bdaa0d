// Random zeros in training.
import { float, word } from '../attribute-kinds.ts'
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type DropoutAttributes = {
  readonly rate: number
  readonly each: 'element' | 'channel' | 'sample'
}

export const dropout: Primitive<'dropout', DropoutAttributes> = {
  name: 'dropout',
  doc: `In training, sets elements to zero with probability \`rate\` and divides the others by \`1 - rate\`; the identity in inference. What is drawn
for is \`each\` element, each channel of a sample as a whole (PyTorch's Dropout1d to Dropout3d), or each sample (stochastic depth).`,
  arity: oneInput,
  attributes: {
    rate: float({ min: 0, max: 1, doc: 'Probability of a zero.' }),
    each: word(['element', 'channel', 'sample'], {
      default: 'element',
      doc: 'What is kept or dropped as one.',
    }),
  },
  infer: sameType,
  cost: free,
}

/** How many of its leading axes what is drawn for has; it repeats along the others. Counted without the batch, which is always drawn for. */
export function axesDrawn({ each }: DropoutAttributes, rank: number): number {
  switch (each) {
    case 'element':
      return rank
    case 'channel':
      return Math.min(1, rank)
    case 'sample':
      return 0
  }
}
