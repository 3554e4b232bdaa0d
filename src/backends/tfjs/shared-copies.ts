// wasm's `Identity` copies its numbers, and TensorFlow.js makes one of everything that a gradient will read, down to what `reshape` only
// needs the shape of: a step would hold, and write, its activations twice and more. Numbers never change, so a copy can share them, as on
// the other backends.
import {
  getKernel,
  registerKernel,
  unregisterKernel,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core'

interface CountingBackend {
  incRef(dataId: TensorInfo['dataId']): void
}

const share: KernelFunc = ({ inputs, backend }) => {
  const { x } = inputs
  if (x === undefined) throw new Error('Identity has no operand')
  const counting = backend as CountingBackend
  counting.incRef(x.dataId)
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
}

/** Replaces wasm's `Identity`, once; without the wasm backend there is nothing to replace. */
export function shareCopies(): void {
  const stock = getKernel('Identity', 'wasm')
  if (stock === undefined || stock.kernelFunc === share) return
  unregisterKernel('Identity', 'wasm')
  registerKernel({ ...stock, kernelFunc: share })
}
