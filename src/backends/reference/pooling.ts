// Greatest value and mean of windows, and values put back where the greatest was.
import { at, countOf, zeros, type Tensor } from './tensor.ts'
import { sourceOf, spatialOf, type AxisWindow, type Triple } from './windows.ts'

/** What one window covers on one axis. */
interface Reach {
  /** Indices inside the image. */
  readonly elements: readonly number[]
  /** The same with the padding on both sides, which a window of `ceil_mode` may run past. */
  readonly paddedCount: number
}

interface Pooling {
  readonly start: number
  readonly combine: (soFar: number, value: number) => number
  readonly finish: (result: number, reaches: Triple<Reach>) => number
}

/** Padding never wins: it is not read. */
export function maxPool(x: Tensor, windows: Triple<AxisWindow>, shape: readonly number[]): Tensor {
  return pooled(x, windows, shape, { start: -Infinity, combine: Math.max, finish: (greatest) => greatest })
}

export function averagePool(
  x: Tensor,
  windows: Triple<AxisWindow>,
  shape: readonly number[],
  divisor: 'with padding' | 'without padding',
): Tensor {
  const counted = (reach: Reach): number =>
    divisor === 'with padding' ? reach.paddedCount : reach.elements.length
  return pooled(x, windows, shape, {
    start: 0,
    combine: (sum, value) => sum + value,
    // A window of padding alone has the sum 0, and may have nothing to divide by.
    finish: (sum, [depth, height, width]) =>
      sum === 0 ? 0 : sum / (counted(depth) * counted(height) * counted(width)),
  })
}

/** Each value of `x` at the first place of the greatest value of its window of `image`. */
export function maxUnpool(x: Tensor, image: Tensor, windows: Triple<AxisWindow>): Tensor {
  const [extents, places] = [spatialOf(image.shape), spatialOf(x.shape)]
  const result = zeros(image.shape)
  const [depths, heights, widths] = reachesOf(windows, extents, places)
  let next = 0
  for (let plane = 0; plane < image.data.length; plane += countOf(extents)) {
    for (const depth of depths) {
      for (const height of heights) {
        for (const width of widths)
          result.data[greatestPlace(image.data, plane, extents, [depth, height, width])] = at(x.data, next++)
      }
    }
  }
  return result
}

function greatestPlace(
  data: Float64Array,
  plane: number,
  [, height, width]: Triple<number>,
  [depths, heights, widths]: Triple<Reach>,
): number {
  let [place, greatest] = [-1, -Infinity]
  for (const d of depths.elements) {
    for (const h of heights.elements) {
      for (const w of widths.elements) {
        const here = plane + (d * height + h) * width + w
        if (place !== -1 && at(data, here) <= greatest) continue
        ;[place, greatest] = [here, at(data, here)]
      }
    }
  }
  return place
}

function pooled(x: Tensor, windows: Triple<AxisWindow>, shape: readonly number[], pooling: Pooling): Tensor {
  const [extents, places] = [spatialOf(x.shape), spatialOf(shape)]
  const result = zeros(shape)
  const [depths, heights, widths] = reachesOf(windows, extents, places)
  let next = 0
  for (let plane = 0; plane < x.data.length; plane += countOf(extents)) {
    for (const depth of depths) {
      for (const height of heights) {
        for (const width of widths) {
          const reaches = [depth, height, width] as const
          result.data[next++] = pooling.finish(
            combinedOver(x.data, plane, extents, reaches, pooling),
            reaches,
          )
        }
      }
    }
  }
  return result
}

function combinedOver(
  data: Float64Array,
  plane: number,
  [, height, width]: Triple<number>,
  reaches: Triple<Reach>,
  { start, combine }: Pooling,
): number {
  let result = start
  for (const d of reaches[0].elements) {
    for (const h of reaches[1].elements) {
      const row = plane + (d * height + h) * width
      for (const w of reaches[2].elements) result = combine(result, at(data, row + w))
    }
  }
  return result
}

function reachesOf(
  [depth, height, width]: Triple<AxisWindow>,
  extents: Triple<number>,
  places: Triple<number>,
): Triple<readonly Reach[]> {
  return [
    axisReaches(depth, extents[0], places[0]),
    axisReaches(height, extents[1], places[1]),
    axisReaches(width, extents[2], places[2]),
  ]
}

function axisReaches(window: AxisWindow, extent: number, places: number): readonly Reach[] {
  return Array.from({ length: places }, (_, index) => {
    const read = Array.from({ length: window.kernel }, (_, tap) => sourceOf(window, index, tap))
    return {
      elements: read.filter((source) => source >= 0 && source < extent),
      paddedCount: read.filter((source) => source < extent + window.low).length,
    }
  })
}
