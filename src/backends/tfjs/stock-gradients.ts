// The gradients of TensorFlow.js's own kernels. Its core registers none by itself, and the file in it that does cannot be loaded by Node; the
// package of the layers registers them all when it is loaded.
import { getGradient } from '@tensorflow/tfjs-core'
import { version_layers as version } from '@tensorflow/tfjs-layers'

/** To be called before anything is differentiated; without a use the import would be dropped. */
export function requireGradients(): void {
  if (getGradient('Reshape') === undefined)
    throw new Error(
      `@tensorflow/tfjs-layers ${version} brought no gradients: is another copy of @tensorflow/tfjs-core in use?`,
    )
}
