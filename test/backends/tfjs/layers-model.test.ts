// A model as a LayersModel of @tensorflow/tfjs-layers, used as its users do.
import { memory, tensor, transpose, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { createModel, layersModel, type TfjsModel } from '../../../src/backends/tfjs/index.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { initialise } from '../../../src/weights/initialise.ts'
import { element } from '../../conformance/support.ts'
import { use } from '../../conformance/tfjs-backends.ts'
import { graphOf } from '../../support/check.ts'

const graph = graphOf(`
network Net {
  input image: [1, 8, 8]
  backbone encoder { level[0] = image -> conv(4, 3) -> batch_norm() -> leaky_relu() }
  let a = encoder[0]
  output logits = a -> conv(2, 3)
  aux output deep = a -> conv(2, 1)
}`)

function made(): TfjsModel {
  const model = createModel(graph, initialise(graph, 3), { backend: 'cpu' })
  if (isProblem(model)) throw new Error(model.name)
  return model
}

const images = (): Tensor =>
  tensor(
    Float32Array.from({ length: 256 }, (_, k) => element(k, 1)),
    [4, 8, 8, 1],
  )
const targets = (): Tensor =>
  tensor(
    Float32Array.from({ length: 512 }, (_, k) => element(k, 2)),
    [4, 8, 8, 2],
  )

describe('layersModel', () => {
  beforeAll(() => use('cpu'))

  test('predicts what the model does, channels last', () => {
    const model = made()
    const predicted = layersModel(model).predict(images())
    const own = model.predict({ image: transpose(images(), [0, 3, 1, 2]) })
    if (Array.isArray(predicted) || !('logits' in own)) throw new Error('one output was expected')
    const logits = own['logits']
    expect(predicted.shape).toEqual([4, 8, 8, 2])
    expect([...predicted.dataSync()]).toEqual([
      ...(logits === undefined ? [] : transpose(logits, [0, 2, 3, 1]).dataSync()),
    ])
  })

  test('fits the model itself: the loss falls, weights and running statistics move', async () => {
    const model = made()
    const keras = layersModel(model)
    keras.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    const [x, y] = [images(), targets()]
    await keras.fit(x, y, { epochs: 1, batchSize: 2, shuffle: false })
    const before = memory().numTensors
    const { history } = await keras.fit(x, y, { epochs: 12, batchSize: 2, shuffle: false })
    expect(memory().numTensors).toBe(before)
    const losses = (history['loss'] ?? []).map(Number)
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? NaN) * 0.95)
    for (const parameter of graph.parameters.filter(({ path }) => !path.startsWith('deep'))) {
      const now = model.weights().numbersOf(parameter)
      expect(now, parameter.path).not.toEqual(initialise(graph, 3).numbersOf(parameter))
    }
  })

  test('gives every output where all are asked for', () => {
    const keras = layersModel(made(), { outputs: 'all' })
    const all = keras.predict(images())
    expect(Array.isArray(all) && all.map(({ shape }) => shape)).toEqual([
      [4, 8, 8, 2],
      [4, 8, 8, 2],
    ])
  })
})
