// Padding of the spatial axes with a constant, with their mirror image, or with what lies at their ends.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { leastExtent } from '../../ir/bounds.ts'
import { addDims, formatDim, subtractDims, type Dim, type Shape } from '../../ir/tensor.ts'
import { float, word } from '../attribute-kinds.ts'
import { free, oneInput } from '../elementwise.ts'
import { dimPerAxis } from '../extent-attributes.ts'
import { imageRankProblem, operand, reshaped, spatialExtents, type Place } from '../extents.ts'
import type { Primitive } from '../op.ts'
import { axisName } from '../words.ts'

export type PadAttributes = {
  readonly low: Shape
  readonly high: Shape
  readonly value: number
  readonly mode: 'constant' | 'reflect' | 'replicate'
}

export const pad: Primitive<'pad', PadAttributes> = {
  name: 'pad',
  doc: `Adds elements at both ends of the spatial axes (PyTorch's \`F.pad\`): of one value; \`reflect\`, the axis turned round at its end elements, which are not
repeated; or \`replicate\`, the end elements again and again. A table without batch may be padded, too.`,
  arity: oneInput,
  attributes: {
    low: dimPerAxis({ min: 0, default: 0, doc: 'Added before the first element.' }),
    high: dimPerAxis({ min: 0, default: 0, doc: 'Added after the last element.' }),
    value: float({ default: 0, doc: 'The value added; `constant` only.' }),
    mode: word(['constant', 'reflect', 'replicate'], {
      default: 'constant',
      doc: 'What is added. `reflect` adds less than the extent at each end.',
    }),
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const refused = imageRankProblem('pad', x) ?? valueProblem(attributes) ?? takenAway(attributes)
    if (refused !== undefined) return refused
    const { low, high } = attributes
    const extents = spatialExtents('pad', x, (extent, axis, place) => {
      const [before, after] = [low[axis] ?? 0, high[axis] ?? 0]
      const beyond =
        attributes.mode === 'reflect' ? reflectionProblem(extent, { before, after }, place) : undefined
      return beyond ?? addDims(extent, addDims(before, after))
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

/** A free extent need not be one that can be added. */
function takenAway(attributes: PadAttributes): Problem | undefined {
  for (const attribute of ['low', 'high'] as const) {
    const negative = attributes[attribute].find((one) => leastExtent(one) < 0)
    if (negative === undefined) continue
    const parts = { value: formatDim(negative), bound: '0 or more, whatever the free extents are' }
    return problem('attribute-range', { operator: 'pad', attribute, ...parts })
  }
  return undefined
}

/** An axis has one element less to mirror than its extent. */
function reflectionProblem(
  extent: Dim,
  { before, after }: { readonly before: Dim; readonly after: Dim },
  { axis, rank }: Place,
): Problem | undefined {
  const isWithin = (added: Dim): boolean => leastExtent(subtractDims(extent, added)) >= 1
  if (isWithin(before) && isWithin(after)) return undefined
  const [attribute, added] = isWithin(before) ? (['high', after] as const) : (['low', before] as const)
  const parts = { axis: axisName(axis, rank), extent: formatDim(extent), most: leastExtent(extent) - 1 }
  return problem('pad-reflects-too-far', { operator: 'pad', attribute, added: formatDim(added), ...parts })
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
