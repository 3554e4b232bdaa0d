// Cutting an axis in parts.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { floorDivide } from '../../ir/division.ts'
import {
  addDims,
  equalDims,
  formatDim,
  multiplyDims,
  type Dim,
  type Shape,
  type TensorType,
} from '../../ir/tensor.ts'
import { int, orWord } from '../attribute-kinds.ts'
import { axis } from '../axis-attributes.ts'
import { dims, formatDims } from '../extent-attributes.ts'
import { inputAt } from '../chain.ts'
import type { Composite, CompositeBuilder } from '../composite.ts'
import { oneInput } from '../elementwise.ts'
import { axisName } from '../words.ts'

type SplitAttributes = {
  readonly parts: number | 'none'
  readonly sizes: Shape | 'none'
  readonly axis: number
}

export const split: Composite<'split', SplitAttributes> = {
  name: 'split',
  doc: 'Cuts an axis in parts and gives the list of them: `parts` equal ones, or parts of the given `sizes`.',
  arity: oneInput,
  attributes: {
    parts: orWord('none', int({ min: 1, doc: 'Number of equal parts; divides the extent.' })),
    sizes: orWord('none', dims({ min: 1, doc: 'Extent of each part; together the extent of the axis.' })),
    axis: axis({ default: 'channel', doc: 'The axis to cut.' }),
  },
  expand({ builder, inputs, attributes }) {
    const x = inputAt(inputs, 0)
    const sizes = sizesOf(attributes, builder.typeOf(x))
    if (isProblem(sizes)) return sizes
    const tensors = slices(builder, x, { sizes, axis: attributes.axis })
    return isProblem(tensors) ? tensors : { kind: 'many', tensors }
  },
}

function sizesOf({ parts, sizes, axis }: SplitAttributes, { shape }: TensorType): Shape | Problem {
  if ((parts === 'none') === (sizes === 'none')) {
    const names = ['parts', 'sizes']
    return problem('attribute-choice', { operator: 'split', names, given: parts === 'none' ? [] : names })
  }
  const extent = shape[axis] ?? 0
  const where = { operator: 'split', axis: axisName(axis, shape.length), extent: formatDim(extent) }
  if (parts !== 'none')
    return equalParts(extent, parts) ?? problem('split-parts', { ...where, attribute: 'parts', parts })
  const listed = sizes === 'none' ? [] : sizes
  const total = listed.reduce<Dim>(addDims, 0)
  if (equalDims(total, extent)) return listed
  return problem('split-sizes', {
    ...where,
    attribute: 'sizes',
    sizes: formatDims(listed),
    total: formatDim(total),
  })
}

function equalParts(extent: Dim, parts: number): Shape | undefined {
  const size = floorDivide(extent, parts)
  const whole = size === undefined ? undefined : multiplyDims(size, parts)
  if (size === undefined || size === 0 || whole === undefined || !equalDims(whole, extent)) return undefined
  return Array<Dim>(parts).fill(size)
}

interface Cut {
  readonly sizes: Shape
  readonly axis: number
}

function slices<T>(builder: CompositeBuilder<T>, x: T, { sizes, axis }: Cut): readonly T[] | Problem {
  const tensors: T[] = []
  let start: Dim = 0
  for (const size of sizes) {
    const end: Dim = addDims(start, size)
    const part = builder.apply('slice', [x], { axis, start, end })
    if (isProblem(part)) return part
    tensors.push(part)
    start = end
  }
  return tensors
}
