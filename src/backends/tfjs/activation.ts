// The value of a node while a network runs in TensorFlow.js. Spatial tensors lie channels last, as its kernels want them; tokens and tables
// lie as the compiler has them. Either order is made on demand, once.
import { reshape, transpose, type Tensor } from '@tensorflow/tfjs-core'

export class Activation {
  /** As the compiler counts: `[N, C, D, H, W]`, `[N, L, C]`, or without `N` for tables. */
  readonly shape: readonly number[]
  private firstForm: Tensor | undefined
  private lastForm: Tensor | undefined

  private constructor(shape: readonly number[], first: Tensor | undefined, last: Tensor | undefined) {
    this.shape = shape
    this.firstForm = first
    this.lastForm = last
  }

  /** A tensor in the compiler's own order of axes. */
  static first(tensor: Tensor): Activation {
    return new Activation(tensor.shape, tensor, undefined)
  }

  /** A tensor whose channels come last: `[N, D, H, W, C]`. */
  static last(tensor: Tensor): Activation {
    const [batch = 1, ...rest] = tensor.shape
    const channels = rest.pop() ?? 1
    return new Activation([batch, channels, ...rest], undefined, tensor)
  }

  /** Whether the value was made channels last: what reads it elementwise stays in that order. */
  get isLast(): boolean {
    return this.lastForm !== undefined
  }

  first(): Tensor {
    this.firstForm ??= exchanged(this.last(), 'channels first')
    return this.firstForm
  }

  last(): Tensor {
    this.lastForm ??= exchanged(this.first(), 'channels last')
    return this.lastForm
  }
}

/** Rank 3 is enough: `[N, C, V]` against `[N, V, C]`. Transposes of higher rank are slow on wasm. */
function exchanged(tensor: Tensor, to: 'channels first' | 'channels last'): Tensor {
  const [batch = 1, ...rest] = tensor.shape
  const channels = (to === 'channels last' ? rest.shift() : rest.pop()) ?? 1
  const voxels = rest.reduce((all, extent) => all * extent, 1)
  const shape = to === 'channels last' ? [batch, ...rest, channels] : [batch, channels, ...rest]
  if (channels === 1 || voxels === 1) return reshape(tensor, shape)
  const flat = to === 'channels last' ? [batch, channels, voxels] : [batch, voxels, channels]
  return reshape(transpose(reshape(tensor, flat), [0, 2, 1]), shape)
}
