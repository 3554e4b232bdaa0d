// The value of a node while a network runs in TensorFlow.js. Spatial tensors lie channels last, as its kernels want them; tokens and tables
// lie as the compiler has them. Either order is made on demand, once.
import { transpose, type Tensor } from '@tensorflow/tfjs-core'
import { reshape } from './kernels/reshape.ts'

export class Activation {
  /** As the compiler counts: `[N, C, D, H, W]`, `[N, L, C]`, or without `N` for tables. */
  readonly shape: readonly number[]
  private firstForm: Form | undefined
  private lastForm: Form | undefined

  private constructor(shape: readonly number[], first: Form | undefined, last: Form | undefined) {
    this.shape = shape
    this.firstForm = first
    this.lastForm = last
  }

  /** A tensor in the compiler's own order of axes. */
  static first(tensor: Tensor): Activation {
    return new Activation(tensor.shape, formOf(tensor), undefined)
  }

  /** A tensor whose channels come last: `[N, D, H, W, C]`. */
  static last(tensor: Tensor): Activation {
    const [batch = 1, ...rest] = tensor.shape
    const channels = rest.pop() ?? 1
    return new Activation([batch, channels, ...rest], undefined, formOf(tensor))
  }

  /** Whether the value was made channels last: what reads it elementwise stays in that order. */
  get isLast(): boolean {
    return this.lastForm !== undefined
  }

  /** The tensors that hold the value so far. */
  tensors(): readonly Tensor[] {
    return [this.firstForm, this.lastForm].flatMap((form) => (form === undefined ? [] : [form.held]))
  }

  first(): Tensor {
    this.firstForm ??= formOf(exchanged(this.last(), 'channels first'))
    return this.firstForm.read()
  }

  last(): Tensor {
    this.lastForm ??= formOf(exchanged(this.first(), 'channels last'))
    return this.lastForm.read()
  }
}

interface Form {
  readonly held: Tensor
  /** Gives a tensor to each of those that read it. */
  read(): Tensor
}

/**
 * The gradients of all that read one tensor are added up at its rank, and additions of rank 7 and more go wrong on wasm without an error:
 * such a tensor is kept flat, and every reader gets a view of its own.
 */
function formOf(tensor: Tensor): Form {
  if (tensor.rank <= 6) return { held: tensor, read: () => tensor }
  const { shape } = tensor
  const flat = reshape(tensor, [-1])
  return { held: flat, read: () => reshape(flat, shape) }
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
