// The numbers of tensors where they lie, for movements that stock operations make slowly: wasm's kernels for them copy short rows, or the
// whole tensor out of its heap and back. On wasm a view is good until something is allocated, so results are allocated before any is taken.
import { engine, tensor, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import { countOf } from './views.ts'

interface HeapBackend {
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo
  typedArrayFromHeap(tensor: TensorInfo): Float32Array
}

/**
 * Tensors of these shapes whose numbers `write` fills in, reading those of `sources`. What a result begins with is undefined. For the
 * backends whose form of moves is `heap`.
 */
export function written(
  shapes: readonly (readonly number[])[],
  sources: readonly Tensor[],
  write: (results: readonly Float32Array[], sources: readonly Float32Array[]) => void,
): Tensor[] {
  const { backend, backendName } = engine()
  if (backendName === 'cpu') {
    // It keeps the array that it is given, and hands out its own.
    const arrays = shapes.map((shape) => new Float32Array(countOf(shape)))
    write(
      arrays,
      sources.map((one) => one.dataSync<'float32'>()),
    )
    return arrays.map((array, k) => tensor(array, [...(shapes[k] ?? [])], 'float32'))
  }
  const heap = backend as unknown as HeapBackend
  const made = shapes.map((shape) => heap.makeOutput([...shape], 'float32'))
  write(
    made.map((one) => heap.typedArrayFromHeap(one)),
    sources.map((one) => heap.typedArrayFromHeap(one)),
  )
  return made.map((one) => engine().makeTensorFromTensorInfo(one))
}
