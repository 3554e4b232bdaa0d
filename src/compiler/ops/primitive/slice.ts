// A range of one axis.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { leastExtent } from '../../ir/bounds.ts'
import { addDims, formatDim, subtractDims, type Dim } from '../../ir/tensor.ts'
import { int, orWord } from '../attribute-kinds.ts'
import { axis } from '../axis-attributes.ts'
import { dim } from '../extent-attributes.ts'
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
    const length = within(attributes, extent)
      ? slicedExtent(attributes, extent, place)
      : rangeProblem(request, extent, place)
    if (isProblem(length)) return length
    return { output: reshaped(x, x.shape.with(request.axis, length)), attributes, parameters: [] }
  },
  cost: free,
}

function explicitRange(request: SliceRequest, extent: Dim): SliceAttributes {
  const fromStart = (place: Dim): Dim =>
    typeof place === 'number' && place < 0 ? addDims(extent, place) : place
  return {
    ...request,
    start: fromStart(request.start),
    end: request.end === 'end' ? extent : fromStart(request.end),
  }
}

function within({ start, end }: SliceAttributes, extent: Dim): boolean {
  const room = [start, addDims(subtractDims(end, start), -1), subtractDims(extent, end)]
  return room.every((one) => leastExtent(one) >= 0)
}

function slicedExtent({ start, end, step }: SliceAttributes, extent: Dim, place: Place): Dim | Problem {
  return dividedExtent(addDims(subtractDims(end, start), step - 1), step, extent, place)
}

function rangeProblem({ start, end }: SliceRequest, extent: Dim, { operator, axis, rank }: Place): Problem {
  const range = { start: formatDim(start), end: formatDim(end === 'end' ? extent : end) }
  return problem('slice-range', { operator, axis: axisName(axis, rank), extent: formatDim(extent), ...range })
}
