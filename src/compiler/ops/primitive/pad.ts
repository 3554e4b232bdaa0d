// Padding of the spatial axes with a constant, with their mirror image, or with what lies at their ends.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { addDims, formatDim, leastExtent, type Dim } from '../../ir/tensor.ts'
import { float, perAxis, word, type PerAxis } from '../attribute-kinds.ts'
import { free, oneInput } from '../elementwise.ts'
import { entry, imageProblem, operand, reshaped, spatialExtents, type Place } from '../extents.ts'
import type { Primitive } from '../op.ts'
import { axisName } from '../words.ts'

export type PadAttributes = {
  readonly low: PerAxis
  readonly high: PerAxis
  readonly value: number
  readonly mode: 'constant' | 'reflect' | 'replicate'
}

export const pad: Primitive<'pad', PadAttributes> = {
  name: 'pad',
  doc: `Adds elements at both ends of the spatial axes (PyTorch's \`F.pad\`): of one value; \`reflect\`, the axis turned round at its end elements, which are not
repeated; or \`replicate\`, the end elements again and again.`,
  arity: oneInput,
  attributes: {
    low: perAxis({ min: 0, default: 0, doc: 'Added before the first element.' }),
    high: perAxis({ min: 0, default: 0, doc: 'Added after the last element.' }),
    value: float({ default: 0, doc: 'The value added; `constant` only.' }),
    mode: word(['constant', 'reflect', 'replicate'], {
      default: 'constant',
      doc: 'What is added. `reflect` adds less than the extent at each end.',
    }),
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const refused = imageProblem('pad', x) ?? valueProblem(attributes)
    if (refused !== undefined) return refused
    const { low, high } = attributes
    const extents = spatialExtents('pad', x, (extent, axis, place) => {
      const [before, after] = [entry(low, axis), entry(high, axis)]
      const beyond =
        attributes.mode === 'reflect' ? reflectionProblem(extent, { before, after }, place) : undefined
      return beyond ?? addDims(extent, before + after)
    })
    if (isProblem(extents)) return extents
    return { output: reshaped(x, [x.shape[0] ?? 0, ...extents]), attributes, parameters: [] }
  },
  cost: free,
}

function valueProblem({ mode, value }: PadAttributes): Problem | undefined {
  if (mode === 'constant' || value === 0) return undefined
  return problem('pad-value-mode', { operator: 'pad', attribute: 'value', mode, value })
}

/** An axis has one element less to mirror than its extent. */
function reflectionProblem(
  extent: Dim,
  { before, after }: { readonly before: number; readonly after: number },
  { axis, rank }: Place,
): Problem | undefined {
  const least = leastExtent(extent)
  if (Math.max(before, after) < least) return undefined
  const attribute = before < least ? 'high' : 'low'
  const parts = { axis: axisName(axis, rank), extent: formatDim(extent), most: least - 1 }
  return problem('pad-reflects-too-far', {
    operator: 'pad',
    attribute,
    added: before < least ? after : before,
    ...parts,
  })
}

/** The place that each element of a padded axis is taken from, where what is added is not a constant. */
export function paddedPlaces(
  extent: number,
  { low, high }: { readonly low: number; readonly high: number },
  mode: 'reflect' | 'replicate',
): number[] {
  const last = extent - 1
  return Array.from({ length: low + extent + high }, (_, index) => {
    const place = index - low
    if (mode === 'replicate') return Math.min(Math.max(place, 0), last)
    return last - Math.abs(last - Math.abs(place))
  })
}
