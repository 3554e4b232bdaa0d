// The greater and the lesser of two tensors of TensorFlow.js: what repeats adds up, and a tie is halved as PyTorch halves it.
import { grads, tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { maximum, minimum } from '../../../src/backends/tfjs/kernels/extremes.ts'
import { backends, use } from '../../conformance/tfjs-backends.ts'

describe.each(backends)('on $title', ({ name, isThere }) => {
  test.runIf(isThere).each([
    ['maximum', maximum, [0, 0, 0.5, 1], [1.5, 1]],
    ['minimum', minimum, [1, 1, 0.5, 0], [0.5, 1]],
  ] as const)('%s', async (_, rule, first, second) => {
    await use(name)
    const a = tensor([1, 2, 3, 9], [2, 2])
    const b = tensor([3, 4], [1, 2])
    const found = grads(rule)([a, b]).map((one) => [...one.dataSync()])
    expect(found).toEqual([[...first], [...second]])
  })
})
