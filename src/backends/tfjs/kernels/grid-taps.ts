// Where the coordinates of a grid lie along one axis of the image, and which of its elements they read there.
import {
  abs,
  add,
  cast,
  clipByValue,
  equal,
  floor,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  mod,
  mul,
  neg,
  onesLike,
  round,
  sub,
  where,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { GridSampleAttributes } from '../../../compiler/ops/primitive/grid-sample.ts'

/** One of the elements that places lie between. */
export interface Tap {
  /** Within the image, int32. */
  readonly index: Tensor
  /** 0 beyond the edges. */
  readonly share: Tensor
  /** How the share changes with the place. */
  readonly step: Tensor
}

export interface AxisTaps {
  readonly taps: readonly Tap[]
  /** How the place changes with the coordinate. */
  readonly slope: Tensor
}

export function alongGrid(coordinate: Tensor, extent: number, attributes: GridSampleAttributes): AxisTaps {
  const { place, slope } = padded(placed(coordinate, extent, attributes), extent, attributes)
  // Beyond that nothing counts, and whole numbers of 32 bits end before single precision does.
  const near = clipByValue(place, -2, extent + 1)
  if (attributes.mode === 'nearest')
    return { taps: [tapAt(round(near), extent, onesLike(near), zerosLike(near))], slope }
  const lower = floor(near)
  const rest = sub(near, lower)
  const one = onesLike(near)
  const taps = [tapAt(lower, extent, sub(1, rest), neg(one)), tapAt(add(lower, 1), extent, rest, one)]
  return { taps, slope }
}

/** An element that may lie beyond the image. */
function tapAt(element: Tensor, extent: number, share: Tensor, step: Tensor): Tap {
  const index = clipByValue(element, 0, extent - 1)
  const counts = cast(equal(element, index), 'float32')
  return { index: cast(index, 'int32'), share: mul(share, counts), step: mul(step, counts) }
}

interface Placed {
  readonly place: Tensor
  readonly slope: Tensor
}

function placed(coordinate: Tensor, extent: number, { align_corners }: GridSampleAttributes): Placed {
  const factor = (align_corners ? extent - 1 : extent) / 2
  const along = mul(add(coordinate, 1), factor)
  return { place: align_corners ? along : sub(along, 0.5), slope: mul(onesLike(along), factor) }
}

/** Places at the edges have no slope in PyTorch, as those beyond them. */
function padded(given: Placed, extent: number, { padding, align_corners }: GridSampleAttributes): Placed {
  if (padding === 'zeros') return given
  const [low, span] = align_corners ? [0, extent - 1] : [-0.5, extent]
  const { place, slope } = padding === 'border' ? given : mirrored(given, low, span)
  const isInside = logicalAnd(greater(place, 0), less(place, extent - 1))
  return { place: clipByValue(place, 0, extent - 1), slope: mul(slope, cast(isInside, 'float32')) }
}

/** Turned back at `low` and at `low + span` until they lie between. */
function mirrored({ place, slope }: Placed, low: number, span: number): Placed {
  if (span === 0) return { place: zerosLike(place), slope: zerosLike(slope) }
  const from = sub(place, low)
  const beyond = mod(abs(from), 2 * span)
  const isTurned = greaterEqual(beyond, span)
  const way = mul(where(less(from, 0), neg(slope), slope), sub(1, mul(cast(isTurned, 'float32'), 2)))
  return { place: sub(low + span, abs(sub(beyond, span))), slope: way }
}
