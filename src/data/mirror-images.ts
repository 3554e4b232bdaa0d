// Mirror images of a patch, for predictions that are averaged over them.
import type { Extents } from './case.ts'

/** Mirrors every channel of `channels × patch` along the axes. */
export function mirrorInPlace(
  data: Float32Array,
  [depth, height, width]: Extents,
  axes: readonly number[],
): void {
  if (axes.includes(2))
    for (let row = 0; row < data.length; row += width) data.subarray(row, row + width).reverse()
  if (axes.includes(1)) swapBlocks(data, width, height)
  if (axes.includes(0)) swapBlocks(data, width * height, depth)
}

/** Reverses the order of `count` blocks of `size` numbers, in every run of them. */
function swapBlocks(data: Float32Array, size: number, count: number): void {
  const spare = new Float32Array(size)
  for (let run = 0; run < data.length; run += size * count)
    for (let k = 0; k < count >> 1; k++) {
      const [low, high] = [run + k * size, run + (count - 1 - k) * size]
      spare.set(data.subarray(low, low + size))
      data.copyWithin(low, high, high + size)
      data.set(spare, high)
    }
}
