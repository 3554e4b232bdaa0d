// Stage 1, transpose: the axes of a volume in the order that the plans have, the one with the largest voxels first; and back.
// nnunetv2 2.8.1: `transpose_forward` and `transpose_backward` of the plans.
import { perAxis, voxelsOf, type Grid, type Triple } from './grid.ts'

/** Axis `k` of the result is axis `order[k]` of the source; the source itself where nothing changes. */
export function transposed<T extends Float32Array | Uint8Array>(grid: Grid<T>, order: Triple): Grid<T> {
  if (isIdentity(order)) return grid
  const { extents, data } = grid
  const strides = [extents[1] * extents[2], extents[2], 1]
  const to = inOrder(extents, order)
  const [sz = 0, sy = 0, sx = 0] = order.map((axis) => strides[axis])
  const out = data.slice() as T
  let at = 0
  for (let z = 0; z < to[0]; z++)
    for (let y = 0; y < to[1]; y++)
      for (let x = 0; x < to[2]; x++) out[at++] = data[z * sz + y * sy + x * sx] ?? 0
  if (at !== voxelsOf(extents)) throw new Error(`${order.join()} is no order of three axes`)
  return { extents: to, data: out }
}

/** What is said of each axis, in the new order. */
export const inOrder = (values: Triple, order: Triple): Triple =>
  perAxis((k) => values[order[k] as 0 | 1 | 2])

/** The order that undoes `order`: axis `order[k]` is in place `k`. */
export const inverseOrder = (order: Triple): Triple => perAxis((axis) => order.indexOf(axis))

const isIdentity = (order: Triple): boolean => order.every((axis, k) => axis === k)
