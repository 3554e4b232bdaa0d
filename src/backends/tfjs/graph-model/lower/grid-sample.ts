// Sampling at the places of a grid: along each axis one or two taps with their shares, for each corner the rows of the image that it takes.
// TensorFlow has no operation for it that its loaders all know.
import { leadingAxes, type GridSampleAttributes } from '../../../../compiler/ops/primitive/grid-sample.ts'
import { transposed } from '../axes.ts'
import type { GraphBuilder, Handle } from '../builder.ts'
import { elementsOf, type, type TfAttributes } from '../model.ts'
import type { Entries } from '../step.ts'

export const sampling: Entries<'grid_sample'> = {
  grid_sample: ({ attributes }, step) => {
    const { builder } = step
    const [x, grid] = [step.input(0), step.input(1)]
    const lead = leadingAxes(x.shape, grid.shape)
    const [channels = 1, ...extents] = x.shape.slice(lead)
    const places = elementsOf(grid.shape.slice(lead, -1))
    const voxels = elementsOf(extents)
    // Without other leading axes the result lies as an image does, with its channels last.
    const rows =
      lead === 0
        ? builder.as(x.in('last'), [-1, voxels, channels])
        : transposed(builder, builder.as(x.in('first'), [-1, channels, voxels]), [0, 2, 1])
    const columns = builder.as(grid.in('first'), [-1, places, extents.length])
    const axes = extents.map((extent, axis) =>
      tapsAlong(builder, coordinateOf(builder, columns, extents.length - 1 - axis), extent, attributes),
    )
    const image = {
      rows: builder.as(rows, [-1, channels]),
      starts: startsOf(builder, columns, voxels),
      extents,
    }
    const sampled = cornersOf(axes)
      .map((corner) => cornerValue(builder, image, corner))
      .reduce((sum, one) => builder.op('AddV2', [sum, one], one.dims))
    if (lead === 0) return step.result('last', sampled)
    return step.result('first', transposed(builder, sampled, [0, 2, 1]))
  },
}

interface Tap {
  /** `[images, places]`, within the image, int32. */
  readonly index: Handle
  /** Of the same extents; 0 beyond the edges. */
  readonly share: Handle
}

function coordinateOf(builder: GraphBuilder, columns: Handle, at: number): Handle {
  const [, places = 1] = columns.dims
  const inputs = [columns, builder.ints([0, 0, at]), builder.ints([-1, -1, 1])]
  return builder.as(builder.op('Slice', inputs, [-1, places, 1]), [-1, places])
}

function cornersOf(axes: readonly (readonly Tap[])[]): (readonly Tap[])[] {
  return axes.reduce<(readonly Tap[])[]>(
    (corners, taps) => corners.flatMap((corner) => taps.map((tap) => [...corner, tap])),
    [[]],
  )
}

interface Images {
  /** `[images · voxels, channels]`. */
  readonly rows: Handle
  /** The row at which each image begins, `[images, 1]`. */
  readonly starts: Handle
  readonly extents: readonly number[]
}

/** Counted when the model runs, since the batch is free. GatherV2 has batches of its own, but takes wrong rows for all but the first on wasm. */
function startsOf(builder: GraphBuilder, columns: Handle, voxels: number): Handle {
  const dims = [-1, 1]
  const [begin, size] = [builder.ints([0, 0, 0]), builder.ints([-1, 1, 1])]
  const first = builder.as(builder.op('Slice', [columns, begin, size], [-1, 1, 1]), dims)
  const ones = builder.op('OnesLike', [first], dims)
  const before = builder.op('Cumsum', [ones, builder.int(0)], dims, {
    exclusive: { kind: 'bool', value: true },
    reverse: { kind: 'bool', value: false },
  })
  return builder.op('Mul', [whole(builder, before), builder.int(voxels)], dims, ofInts)
}

/** The rows that a corner takes, each times its share: `[images, places, channels]`. */
function cornerValue(
  builder: GraphBuilder,
  { rows, starts, extents }: Images,
  corner: readonly Tap[],
): Handle {
  const [first, ...others] = corner
  if (first === undefined) throw new Error('an image has axes')
  const within = others.reduce((sum, { index }, at) => {
    const scaled = builder.op('Mul', [sum, builder.int(extents[at + 1] ?? 1)], sum.dims, ofInts)
    return builder.op('AddV2', [scaled, index], sum.dims, ofInts)
  }, first.index)
  const row = builder.op('AddV2', [within, starts], within.dims, ofInts)
  const share = others.reduce((all, one) => builder.op('Mul', [all, one.share], all.dims), first.share)
  const dims = [...row.dims, rows.dims.at(-1) ?? 1]
  const taken = builder.op('GatherV2', [rows, row, builder.int(0)], dims)
  return builder.op('Mul', [taken, builder.as(share, [...share.dims, 1])], dims)
}

/** Single precision ends at 2^24 rows. */
const ofInts: TfAttributes = { T: type('int32') }

function whole(builder: GraphBuilder, x: Handle): Handle {
  return builder.op('Cast', [x], x.dims, { SrcT: type('float'), DstT: type('int32') })
}

function tapsAlong(
  builder: GraphBuilder,
  coordinate: Handle,
  extent: number,
  attributes: GridSampleAttributes,
): Tap[] {
  const place = paddedPlace(builder, coordinate, extent, attributes)
  // Beyond that nothing counts, and whole numbers of 32 bits end before single precision does.
  const near = clipped(builder, place, -2, extent + 1)
  if (attributes.mode === 'nearest') return [tapAt(builder, builder.op('Round', [near], near.dims), extent)]
  const lower = builder.op('Floor', [near], near.dims)
  const rest = builder.op('Sub', [near, lower], near.dims)
  const upper = plus(builder, lower, 1)
  const most = builder.op('Sub', [builder.floats([1]), rest], near.dims)
  return [tapAt(builder, lower, extent, most), tapAt(builder, upper, extent, rest)]
}

/** An element that may lie beyond the image; all of it unless a share is given. */
function tapAt(builder: GraphBuilder, element: Handle, extent: number, share?: Handle): Tap {
  const { dims } = element
  const inside = clipped(builder, element, 0, extent - 1)
  const same = builder.op('Equal', [element, inside], dims)
  const counts = builder.op('Cast', [same], dims, { SrcT: type('bool'), DstT: type('float') })
  const index = whole(builder, inside)
  return { index, share: share === undefined ? counts : builder.op('Mul', [share, counts], dims) }
}

/** Where a coordinate lies, with what lies beyond the edges moved inside as the padding says. */
function paddedPlace(
  builder: GraphBuilder,
  coordinate: Handle,
  extent: number,
  { padding, align_corners }: GridSampleAttributes,
): Handle {
  const along = times(builder, plus(builder, coordinate, 1), (align_corners ? extent - 1 : extent) / 2)
  const place = align_corners ? along : plus(builder, along, -0.5)
  if (padding === 'zeros') return place
  const [low, span] = align_corners ? [0, extent - 1] : [-0.5, extent]
  return clipped(builder, padding === 'border' ? place : mirrored(builder, place, low, span), 0, extent - 1)
}

/** Turned back at `low` and at `low + span` until it lies between: `low + span - |(|place - low| mod 2 span) - span|`. */
function mirrored(builder: GraphBuilder, place: Handle, low: number, span: number): Handle {
  if (span === 0) return times(builder, place, 0)
  const { dims } = place
  const from = builder.op('Abs', [plus(builder, place, -low)], dims)
  const rounds = builder.op('Floor', [times(builder, from, 1 / (2 * span))], dims)
  const beyond = builder.op('Sub', [from, times(builder, rounds, 2 * span)], dims)
  const short = builder.op('Abs', [plus(builder, beyond, -span)], dims)
  return builder.op('Sub', [builder.floats([low + span]), short], dims)
}

function plus(builder: GraphBuilder, x: Handle, amount: number): Handle {
  return amount === 0 ? x : builder.op('AddV2', [x, builder.floats([amount])], x.dims)
}

function times(builder: GraphBuilder, x: Handle, factor: number): Handle {
  return builder.op('Mul', [x, builder.floats([factor])], x.dims)
}

function clipped(builder: GraphBuilder, x: Handle, low: number, high: number): Handle {
  const raised = builder.op('Maximum', [x, builder.floats([low])], x.dims)
  return builder.op('Minimum', [raised, builder.floats([high])], x.dims)
}
