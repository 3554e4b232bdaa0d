// Which form a kernel takes on which backend: the one place that knows what is wrong or slow where. docs/training.md has what was measured.
import { getBackend } from '@tensorflow/tfjs-core'
import type { BackendName } from './operands.ts'

export interface Forms {
  /**
   * Convolution of volumes. `folded`: 2D convolutions of planes, depth tap by depth tap. wasm's own conv3d is 50 times slower and its
   * gradients are wrong; JavaScript's is as slow as folding, and its gradients are the stock ones. `native`: TensorFlow's 3D kernels, right
   * there and faster than folding by 1.1 to 2.5 (dilation apart, which they lack on CPUs).
   */
  readonly convolution: 'folded' | 'native'
  /**
   * Rectifiers. `composed`: from elementwise operations that wasm has fast; TensorFlow has no kernel for `prelu` and `step` and makes them of
   * nine others. `stock`: `leakyRelu`, whose gradient selects; 8 and 4 times faster there.
   */
  readonly rectifiers: 'composed' | 'stock'
  /** Means over voxels. `pooled`: average pools, 10 times faster than sums on wasm. `stock`: `mean`, twice as fast on TensorFlow. */
  readonly means: 'pooled' | 'stock'
  /**
   * Channels moved along an axis. `masks`: the whole image moves by each offset and is masked; slices of channels are 100 times slower on
   * wasm. `slices`: each chunk is sliced from the padded image; 4 times faster on TensorFlow.
   */
  readonly shifts: 'masks' | 'slices'
  /** Some places of an axis. `gathered`: wasm's `slice` copies the whole tensor out of its heap first, its `gatherND` copies rows. */
  readonly cuts: 'sliced' | 'gathered'
}

const composed = { rectifiers: 'composed', means: 'pooled', shifts: 'masks' } as const

const forms: Readonly<Record<BackendName, Forms>> = {
  tensorflow: {
    convolution: 'native',
    rectifiers: 'stock',
    means: 'stock',
    shifts: 'slices',
    cuts: 'sliced',
  },
  wasm: { convolution: 'folded', ...composed, cuts: 'gathered' },
  cpu: { convolution: 'folded', ...composed, cuts: 'sliced' },
}

/** Of the backend that computes now; a backend that Weft does not know takes what is right everywhere. */
export function formsNow(): Forms {
  const name = getBackend()
  return name === 'tensorflow' ? forms.tensorflow : name === 'cpu' ? forms.cpu : forms.wasm
}
