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
   * Channels moved, picked, joined and cut. `heap`: by walks over the numbers where they lie; on wasm stock kernels for short rows take ten
   * times as long. `filters`: stock operations, a depthwise convolution with a single 1 for each channel that moves; in TensorFlow four times
   * faster than slices of a padded image.
   */
  readonly moves: 'heap' | 'filters'
  /** Some places of an axis. `gathered`: wasm's `slice` copies the whole tensor out of its heap first, its `gatherND` copies rows. */
  readonly cuts: 'sliced' | 'gathered'
}

const composed = { rectifiers: 'composed', means: 'pooled' } as const

const forms: Readonly<Record<BackendName, Forms>> = {
  tensorflow: {
    convolution: 'native',
    rectifiers: 'stock',
    means: 'stock',
    moves: 'filters',
    cuts: 'sliced',
  },
  wasm: { convolution: 'folded', ...composed, moves: 'heap', cuts: 'gathered' },
  cpu: { convolution: 'folded', ...composed, moves: 'heap', cuts: 'sliced' },
}

/** Of the backend that computes now; a backend that Weft does not know takes what is right everywhere. */
export function formsNow(): Forms {
  const name = getBackend()
  return name === 'tensorflow' || name === 'cpu' || name === 'wasm' ? forms[name] : anywhere
}

const anywhere: Forms = { ...forms.wasm, moves: 'filters' }
