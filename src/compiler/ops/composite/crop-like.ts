// Centre crop to the size of another tensor.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { leastExtent } from '../../ir/bounds.ts'
import { floorDivide } from '../../ir/division.ts'
import {
  addDims,
  equalDims,
  formatDim,
  formatShape,
  subtractDims,
  type Dim,
  type Shape,
} from '../../ir/tensor.ts'
import { cut, inputAt, one, type Range } from '../chain.ts'
import type { Composite } from '../composite.ts'
import { imageProblem } from '../extents.ts'
import { axisName } from '../words.ts'

export const cropLike: Composite<'crop_like', Readonly<Record<never, never>>> = {
  name: 'crop_like',
  doc: 'Cuts the spatial axes of `x` down to those of `ref`, around the centre: the first `floor((x - ref) / 2)` elements go.',
  arity: { min: 2, max: 2, names: ['x', 'ref'] },
  attributes: {},
  expand({ builder, inputs }) {
    const x = inputAt(inputs, 0)
    const type = builder.typeOf(x)
    const reference = builder.typeOf(inputAt(inputs, 1)).shape
    const refused = imageProblem('crop_like', type) ?? rankProblem(type.shape, reference)
    if (refused !== undefined) return refused
    const ranges = centreRanges(type.shape, reference)
    return isProblem(ranges) ? ranges : one(cut(builder, x, ranges))
  },
}

function rankProblem(shape: Shape, reference: Shape): Problem | undefined {
  if (shape.length === reference.length) return undefined
  const shapes = { shape: formatShape(reference), reference: formatShape(shape) }
  return problem('ranks-disagree', { operator: 'crop_like', operand: 1, ...shapes })
}

function centreRanges(shape: Shape, reference: Shape): readonly Range[] | Problem {
  const ranges: Range[] = []
  for (let axis = 1; axis < shape.length; axis++) {
    const [extent, wanted] = [shape[axis] ?? 0, reference[axis] ?? 0]
    if (equalDims(extent, wanted)) continue
    const start = centreStart(extent, wanted)
    if (start === undefined) return tooSmall(shape, reference, axis)
    ranges.push({ axis, start, end: addDims(start, wanted) })
  }
  return ranges
}

function centreStart(extent: Dim, wanted: Dim): Dim | undefined {
  const surplus = subtractDims(extent, wanted)
  return leastExtent(surplus) < 0 ? undefined : floorDivide(surplus, 2)
}

function tooSmall(shape: Shape, reference: Shape, axis: number): Problem {
  return problem('crop-larger', {
    operator: 'crop_like',
    operand: 0,
    shape: formatShape(shape),
    reference: formatShape(reference),
    axis: axisName(axis, shape.length),
    extent: formatDim(shape[axis] ?? 0),
    wanted: formatDim(reference[axis] ?? 0),
  })
}
