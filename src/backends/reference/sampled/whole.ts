// Operators without a rule for single positions: the reference's own kernel on tensors that are read whole, once.
import { lowerWith } from '../../backend.ts'
import type { GraphNode } from '../../../compiler/ir/graph.ts'
import { table } from '../table.ts'
import { at, countOf, type Tensor } from '../tensor.ts'
import { range } from './coordinates.ts'
import { greatestSummands } from './elementwise.ts'
import type { SampledOperands, Source } from './source.ts'

/** `summands` of one value, beside those of its inputs. */
export function whole(node: GraphNode, operands: SampledOperands, summands: number): Source {
  const { inputs, shape } = operands
  let found: { readonly value: Tensor; readonly size: Tensor } | undefined
  const compute = (): typeof found & {} => {
    const read = inputs.map((one) => one.at(range(0, countOf(one.shape))))
    const tensors = (part: 'values' | 'magnitudes'): Tensor[] =>
      read.map((one, k) => ({ shape: inputs[k]?.shape ?? [], data: one[part] }))
    return {
      value: lowerWith(table, node, { ...operands, inputs: tensors('values') }),
      size: lowerWith(table, node, {
        ...operands,
        inputs: sized(node, tensors('values'), tensors('magnitudes')),
      }),
    }
  }
  return {
    shape,
    summands: summands + greatestSummands(inputs),
    at: (positions) => {
      found ??= compute()
      const { value, size } = found
      return {
        values: Float64Array.from(positions, (place) => at(value.data, place)),
        magnitudes: Float64Array.from(positions, (place) => Math.abs(at(size.data, place))),
      }
    },
  }
}

/** The first operand is what is moved or added; what says where (a grid, an image) stays as it is, but the steps of a recurrence are both added up. */
function sized(node: GraphNode, values: readonly Tensor[], magnitudes: readonly Tensor[]): readonly Tensor[] {
  return node.op === 'scan' ? magnitudes : [...magnitudes.slice(0, 1), ...values.slice(1)]
}
