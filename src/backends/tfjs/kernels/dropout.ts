// The mask of dropout: drawn in the compiler's order of elements from a named stream, so that it is the same on every backend.
import { tensor, type Tensor } from '@tensorflow/tfjs-core'
import { stream } from '../../../weights/streams.ts'
import { countOf } from './views.ts'

/** `1 / (1 - rate)` where an element is kept, else 0. */
export function dropoutMask(shape: readonly number[], rate: number, seed: number, path: string): Tensor {
  const random = stream(seed, 'dropout', path)
  // Out of 2^32 draws, those below are dropped.
  const dropped = rate * 2 ** 32
  const kept = rate === 1 ? 0 : 1 / (1 - rate)
  const mask = new Float32Array(countOf(shape))
  for (let k = 0; k < mask.length; k++) mask[k] = random.next() >>> 0 < dropped ? 0 : kept
  return tensor(mask, [...shape])
}
