// The estimate of a training step's memory, held to what a step was seen to hold: every tensor's numbers, counted once however many tensors share them.
import { add, dispose, engine, square, sum, tensor, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { createModel, trainingBytes } from '../../../src/backends/tfjs/index.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../src/compiler/ir/graph.ts'
import { initialise } from '../../../src/weights/initialise.ts'
import { backends, use } from '../../conformance/tfjs-backends.ts'
import { graphOf } from '../../support/check.ts'

const unit = (channels: number): string => `conv(${channels}, 3) -> instance_norm() -> leaky_relu()`
const stage = (channels: number): string => `${unit(channels)} -> ${unit(channels)}`
const strided = (channels: number): string => unit(channels).replace('3)', '3, stride = 2)')

function unet(down: (channels: number) => string): string {
  return `
network U {
  input image: [1, 8, 32, 32]
  let a = image -> ${stage(16)}
  let b = a -> ${down(32)} -> ${unit(32)}
  let c = b -> ${down(64)} -> ${unit(64)}
  let d = concat(c -> conv_transpose(32, 2, stride = 2), b) -> ${stage(32)}
  let e = concat(d -> conv_transpose(16, 2, stride = 2), a) -> ${stage(16)}
  aux output deep = d -> conv(3, 1)
  output logits = e -> conv(3, 1)
}`
}

const networks = {
  'strided convolutions': unet(strided),
  pools: unet((channels) => `max_pool(2) -> ${unit(channels)}`),
  shifts: unet(strided).replaceAll(
    'conv(16, 3)',
    'shift(axis = depth, offsets = [-2, -1, 0, 1, 2]) -> conv(16, [1, 3, 3])',
  ),
  'batch norm and gelu': unet(strided)
    .replaceAll('instance_norm', 'batch_norm')
    .replaceAll('leaky_relu', 'gelu'),
}

const loss = (outputs: Readonly<Record<string, Tensor>>): Scalar =>
  Object.values(outputs)
    .map((one): Scalar => sum(square(one)))
    .reduce((a, b) => add(a, b))

/** Most bytes at once in one step of a batch of two, the model's own variables included. */
function peakOf(graph: Graph): number {
  const sizes = new Map<object, number>()
  let [now, peak] = [0, 0]
  const [track, remove] = [engine().trackTensor.bind(engine()), engine().removeDataId.bind(engine())]
  const tracking = vi.spyOn(engine(), 'trackTensor').mockImplementation((one, backend) => {
    if (!sizes.has(one.dataId)) {
      sizes.set(one.dataId, one.size * 4)
      now += one.size * 4
      peak = Math.max(peak, now)
    }
    track(one, backend)
  })
  const removing = vi.spyOn(engine(), 'removeDataId').mockImplementation((id, backend) => {
    now -= sizes.get(id) ?? 0
    sizes.delete(id)
    remove(id, backend)
  })
  const model = createModel(graph, initialise(graph, 1), { backend: 'wasm' })
  if (isProblem(model)) throw new Error(model.name)
  const image = tensor(
    Float32Array.from({ length: 2 * 8192 }, (_, k) => Math.sin(k)),
    [2, 1, 8, 32, 32],
  )
  const { value, gradients } = model.gradients({ image }, loss, { seed: 1 })
  dispose([value, image, ...Object.values(gradients)])
  model.dispose()
  tracking.mockRestore()
  removing.mockRestore()
  return peak
}

const wasm = backends.find(({ name }) => name === 'wasm')

describe.skipIf(wasm?.isThere !== true)('trainingBytes', () => {
  beforeAll(() => use('wasm'))

  test.each(Object.entries(networks))('is within a quarter of what a step holds: %s', (_, text) => {
    const graph = graphOf(text)
    const optimizer = { kind: 'sgd', lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0 } as const
    const ratio = trainingBytes(graph, { batch: 2, optimizer }) / peakOf(graph)
    expect(ratio).toBeGreaterThan(0.95)
    expect(ratio).toBeLessThan(1.25)
  })

  test('counts the slots of the optimiser', () => {
    const graph = graphOf(networks.pools)
    const numbers = graph.parameters.reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0)
    const sgd = { kind: 'sgd', lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0 } as const
    const bytes = (momentum: number): number =>
      trainingBytes(graph, { batch: 1, optimizer: { ...sgd, momentum } })
    expect(bytes(0.9) - bytes(0)).toBe(4 * numbers)
  })
})
