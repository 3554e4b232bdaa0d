// A range of one axis.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { addDims, formatDim, leastExtent, subtractDims, type Dim } from '../../ir/tensor.ts'
import { axis, dim, int, orWord } from '../attribute-kinds.ts'
import { free, oneInput } from '../elementwise.ts'
import { dividedExtent, operand, reshaped, type Place } from '../extents.ts'
import type { Primitive } from '../op.ts'
import { axisName } from '../words.ts'

type SliceWith<End> = { readonly axis: number; readonly start: Dim; readonly end: End; readonly step: number }

export type SliceAttributes = SliceWith<Dim>
type SliceRequest = SliceWith<Dim | 'end'>

export const slice: Primitive<'slice', SliceAttributes, SliceRequest> = {
  name: 'slice',
  doc: 'Elements `start, start + step, …` before `end` of one axis. Negative places count from the end; the range has to lie within the axis.',
  arity: oneInput,
  attributes: {
    axis: axis({ doc: 'The axis to cut.' }),
    start: dim({ default: 0, doc: 'First element.' }),
    end: orWord('end', dim({ doc: 'One past the last element.' })),
    step: int({ min: 1, default: 1, doc: 'Distance between the elements taken.' }),
  },
  infer({ attributes: request, inputs }) {
    const x = operand(inputs, 0)
    const extent = x.shape[request.axis] ?? 0
    const attributes = explicitRange(request, extent)
    const place = { operator: 'slice', axis: request.axis, rank: x.shape.length }
    const length = slicedExtent(attributes, extent, place)
    if (isProblem(length)) return length
    return { output: reshaped(x, x.shape.with(request.axis, length)), attributes, parameters: [] }
  },
  cost: free,
}

function explicitRange(request: SliceRequest, extent: Dim): SliceAttributes {
  const fromStart = (place: Dim): Dim => (typeof place === 'number' && place < 0 ? addDims(extent, place) : place)
  return {
    ...request,
    start: fromStart(request.start),
    end: request.end === 'end' ? extent : fromStart(request.end),
  }
}

function slicedExtent({ start, end, step }: SliceAttributes, extent: Dim, place: Place): Dim | Problem {
  const length = subtractDims(end, start)
  const inside = leastExtent(start) >= 0 && leastExtent(length) >= 1 && leastExtent(subtractDims(extent, end)) >= 0
  if (!inside) {
    const axis = axisName(place.axis, place.rank)
    const range = { extent: formatDim(extent), start: formatDim(start), end: formatDim(end) }
    return problem('slice-range', { operator: 'slice', axis, ...range })
  }
  return dividedExtent(addDims(length, step - 1), step, place)
}
