// `grid_sample`: PyTorch's, one set of places after the other. Padding first moves a place, then its neighbours are read; those beyond the
// edges, which only `zeros` leaves there, count nothing.
import { leadingAxes, type GridSampleAttributes } from '../../compiler/ops/primitive/grid-sample.ts'
import { at, countOf, zeros, type Tensor } from './tensor.ts'

/** An element along one axis with its share. */
interface Tap {
  readonly index: number
  readonly weight: number
}

/** `x` is `[…, C, spatial…]`, `grid` `[…, places…, n]`, of which the last axis of `x` is coordinate 0. */
export function gridSampled(
  x: Tensor,
  grid: Tensor,
  shape: readonly number[],
  attributes: GridSampleAttributes,
): Tensor {
  const result = zeros(shape)
  const lead = leadingAxes(x.shape, grid.shape)
  const [channels = 1, ...extents] = x.shape.slice(lead)
  const voxels = countOf(extents)
  const places = countOf(grid.shape.slice(lead, -1))
  for (let row = 0; row < countOf(x.shape.slice(0, lead)) * places; row++) {
    const taps = tapsAt(grid, row, extents, attributes)
    const first = Math.floor(row / places) * channels
    for (let channel = first; channel < first + channels; channel++)
      result.data[channel * places + (row % places)] = weighted(x, channel * voxels, taps)
  }
  return result
}

/** The voxels around a place, in the order of the image, with the products of their shares. */
function tapsAt(
  { data }: Tensor,
  row: number,
  extents: readonly number[],
  attributes: GridSampleAttributes,
): readonly Tap[] {
  const count = extents.length
  return extents.reduce<readonly Tap[]>(
    (all, extent, axis) => {
      const coordinate = at(data, (row + 1) * count - 1 - axis)
      const own = tapsAlong(coordinate, extent, attributes)
      return all.flatMap(({ index, weight }) =>
        own.map((tap) => ({ index: index * extent + tap.index, weight: weight * tap.weight })),
      )
    },
    [{ index: 0, weight: 1 }],
  )
}

function weighted({ data }: Tensor, start: number, taps: readonly Tap[]): number {
  return taps.reduce((sum, { index, weight }) => sum + weight * at(data, start + index), 0)
}

function tapsAlong(coordinate: number, extent: number, attributes: GridSampleAttributes): Tap[] {
  const { mode, align_corners } = attributes
  const place = align_corners ? ((coordinate + 1) / 2) * (extent - 1) : ((coordinate + 1) * extent - 1) / 2
  const padded = paddedPlace(place, extent, attributes)
  const lower = mode === 'nearest' ? halfToEven(padded) : Math.floor(padded)
  const share = mode === 'nearest' ? 0 : padded - lower
  const taps = [
    { index: lower, weight: 1 - share },
    { index: lower + 1, weight: share },
  ]
  return taps.filter(({ index, weight }) => weight !== 0 && index >= 0 && index < extent)
}

function paddedPlace(
  place: number,
  extent: number,
  { padding, align_corners }: GridSampleAttributes,
): number {
  if (padding === 'zeros') return place
  const moved =
    padding === 'border'
      ? place
      : align_corners
        ? mirrored(place, 0, extent - 1)
        : mirrored(place, -0.5, extent)
  return Math.min(Math.max(moved, 0), extent - 1)
}

/** Turned back at `low` and at `low + span` until it lies between. */
function mirrored(place: number, low: number, span: number): number {
  if (span === 0) return low
  const beyond = Math.abs(place - low) % (2 * span)
  return low + (beyond < span ? beyond : 2 * span - beyond)
}

function halfToEven(place: number): number {
  const below = Math.floor(place)
  const rest = place - below
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1
}
