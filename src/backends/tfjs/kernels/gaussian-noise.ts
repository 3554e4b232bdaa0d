// Noise of training: drawn in the compiler's order of elements from a named stream, so that it is the same on every backend.
import { tensor, type Tensor } from '@tensorflow/tfjs-core'
import { normal } from '../../../weights/normal.ts'
import { stream } from '../../../weights/streams.ts'
import { countOf } from './views.ts'

/** Numbers of a normal distribution around 0. */
export function normalNoise(shape: readonly number[], std: number, seed: number, path: string): Tensor {
  const random = stream(seed, 'noise', path)
  const noise = Float32Array.from({ length: countOf(shape) }, () => std * normal(random))
  return tensor(noise, [...shape])
}
