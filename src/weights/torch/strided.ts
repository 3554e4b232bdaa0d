// Tensors as PyTorch keeps them, views of a storage with a step per axis, put into rows.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { elementCount } from '../numbers.ts'

export interface View {
  /** In elements, as the strides. */
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

/** Where the last element ends, in elements from the begin of the storage; the offset where there are none. */
export function endOf({ offset, shape, strides }: View): number {
  if (elementCount(shape) === 0) return offset
  return shape.reduce((end, extent, axis) => end + (extent - 1) * (strides[axis] ?? 0), offset) + 1
}

/** Whether the elements stand one after the other in row-major order. An axis of one element may have any step. */
export function isContiguous({ shape, strides }: View): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis] ?? 1
  }
  return true
}

/** Elements that are looked at together. */
const windowElements = 1 << 16

/**
 * The elements of a view in row-major order, of `size` bytes each. `read` gives as many elements from a position, or what is wrong; what
 * it gives is kept for those around it, never the whole storage.
 */
export function gathered(
  view: View,
  size: number,
  read: (begin: number, count: number) => Uint8Array | Problem,
): Uint8Array<ArrayBuffer> | Problem {
  const result = new Uint8Array(elementCount(view.shape) * size)
  const end = endOf(view)
  let [window, begin] = [new Uint8Array(), 0]
  for (const [from, to] of placesInStorageOrder(view)) {
    if (from < begin || (from - begin + 1) * size > window.length) {
      const found = read(from, Math.min(windowElements, end - from))
      if (isProblem(found)) return found
      ;[window, begin] = [new Uint8Array(found), from]
    }
    const at = (from - begin) * size
    for (let byte = 0; byte < size; byte++) result[to * size + byte] = window[at + byte] ?? 0
  }
  return result
}

/** Each element's place in the storage and among the rows, axes of large steps outermost: the storage is gone through once. */
function* placesInStorageOrder({
  offset,
  shape,
  strides,
}: View): Generator<readonly [from: number, to: number]> {
  const axes = shape
    .map((extent, axis) => ({
      extent,
      stride: strides[axis] ?? 0,
      row: elementCount(shape.slice(axis + 1)),
      index: 0,
    }))
    .sort((a, b) => b.stride - a.stride)
  const count = elementCount(shape)
  let [from, to] = [offset, 0]
  for (let done = 0; done < count; done++) {
    yield [from, to]
    for (let at = axes.length - 1; at >= 0; at--) {
      const axis = axes[at]
      if (axis === undefined) break
      axis.index += 1
      from += axis.stride
      to += axis.row
      if (axis.index < axis.extent) break
      from -= axis.extent * axis.stride
      to -= axis.extent * axis.row
      axis.index = 0
    }
  }
}
