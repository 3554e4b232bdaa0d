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
}

const forms: Readonly<Record<BackendName, Forms>> = {
  tensorflow: { convolution: 'native' },
  wasm: { convolution: 'folded' },
  cpu: { convolution: 'folded' },
}

/** Of the backend that computes now; a backend that Weft does not know takes what is right everywhere. */
export function formsNow(): Forms {
  const name = getBackend()
  return name === 'tensorflow' ? forms.tensorflow : name === 'cpu' ? forms.cpu : forms.wasm
}
