// A graph as a TensorFlow.js model: what users call. The operators themselves are held to the reference in test/conformance.
import {
  add,
  dispose,
  memory,
  profile,
  square,
  sum,
  tensor,
  tidy,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { evaluate } from '../../../src/backends/reference/evaluate.ts'
import { createModel, type TfjsModel } from '../../../src/backends/tfjs/index.ts'
import { isProblem, problem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { initialise } from '../../../src/weights/initialise.ts'
import { element } from '../../conformance/support.ts'
import { backends, use } from '../../conformance/tfjs-backends.ts'
import { graphOf } from '../../support/check.ts'

const net = `
network Net {
  input image: [2, dim("D", multiple = 2), dim("H", multiple = 2), 8]
  let a = image -> conv(4, 3) -> instance_norm() -> leaky_relu()
  let b = a -> conv(6, [1, 3, 3], stride = 2) -> batch_norm() -> leaky_relu()
  output logits = concat(a, b -> conv_transpose(4, 2, stride = 2)) -> conv(3, 1)
  aux output deep = b -> conv(3, 1)
}
`
const graph = graphOf(net)
const shape = [2, 2, 4, 6, 8]
const numbers = Float32Array.from({ length: 2 * 2 * 4 * 6 * 8 }, (_, k) => element(k, 1))

function made(backend: TfjsModel['backend']): TfjsModel {
  const model = createModel(graph, initialise(graph, 7), { backend })
  if (isProblem(model)) throw new Error(model.name)
  return model
}

const image = (): Tensor => tensor(numbers, [...shape])
const loss = (outputs: Readonly<Record<string, Tensor>>): Scalar =>
  Object.values(outputs)
    .map((one): Scalar => sum(square(one)))
    .reduce((a, b) => add(a, b))

function outputsOf(result: ReturnType<TfjsModel['predict']>): Record<string, Tensor> {
  if ('kind' in result) throw new Error('a problem instead of outputs')
  return result
}

describe.each(backends.filter(({ isThere }) => isThere))('a model on $title', ({ name }) => {
  beforeAll(() => use(name))

  test('predicts what the reference computes, with extents that the input settles', () => {
    const model = made(name)
    const expected = evaluate(
      graph,
      initialise(graph, 7),
      new Map([['image', { shape, data: Float64Array.from(numbers) }]]),
    )
    if (isProblem(expected)) throw new Error(expected.name)
    const outputs = outputsOf(model.predict({ image: image() }))
    expect(Object.keys(outputs)).toEqual(['logits'])
    const logits = outputs['logits']
    const wanted = expected.get('logits')
    expect(logits?.shape).toEqual(wanted?.shape)
    const off = Array.from(logits?.dataSync() ?? [], (value, k) => Math.abs(value - (wanted?.data[k] ?? NaN)))
    expect(Math.max(...off)).toBeLessThan(1e-4)
    model.dispose()
  })

  test('gives the gradient of every weight, auxiliary outputs included, and leaves nothing behind', () => {
    const before = memory().numTensors
    const model = made(name)
    tidy(() => {
      const { gradients } = model.gradients({ image: image() }, loss, { seed: 1 })
      const trained = graph.parameters.filter(({ buffer }) => !buffer)
      expect(Object.keys(gradients).toSorted()).toEqual(trained.map(({ path }) => path).toSorted())
      for (const { path, shape: own } of trained) expect(gradients[path]?.shape).toEqual(own)
    })
    expect(memory().numTensors - before).toBe(graph.parameters.length)
    model.dispose()
    expect(memory().numTensors).toBe(before)
  })

  test('a step along the gradient lowers the loss by what the gradient says', () => {
    const model = made(name)
    const rate = 1e-6
    const [first, decrease] = tidy(() => {
      const { value, gradients } = model.gradients({ image: image() }, loss, { seed: 1 })
      let squares = 0
      for (const [path, gradient] of Object.entries(gradients)) {
        const one = model.variables.get(path)
        const moved = Float32Array.from(
          one?.dataSync() ?? [],
          (w, k) => w - rate * (gradient.dataSync()[k] ?? NaN),
        )
        for (const g of gradient.dataSync()) squares += g ** 2
        one?.assign(tensor(moved, one.shape))
      }
      return [value.dataSync()[0] ?? NaN, rate * squares] as const
    })
    const second = tidy(
      () => model.gradients({ image: image() }, loss, { seed: 1 }).value.dataSync()[0] ?? NaN,
    )
    expect((first - second) / decrease).toBeGreaterThan(0.9)
    expect((first - second) / decrease).toBeLessThan(1.1)
    model.dispose()
  })
})

describe('batch norm', () => {
  beforeAll(() => use('cpu'))
  const spec = graphOf('network N { input x: [1, 4] output y = x -> batch_norm(momentum = 0.25) }')

  test('normalises by the batch while training, and moves the running statistics with the unbiased variance', () => {
    const model = createModel(spec, initialise(spec, 1), { backend: 'cpu' })
    if (isProblem(model)) throw new Error(model.name)
    // Mean 3, biased variance 5, unbiased 40 / 7.
    const x = tensor([0, 1, 2, 3, 3, 4, 5, 6], [2, 1, 4])
    const y = tidy(() => [
      ...(model
        .run(new Map([['x', x]]), { training: { seed: 1 } })
        .get('y')
        ?.first()
        .dataSync() ?? []),
    ])
    const deviation = Math.sqrt(3.5 + 1e-5)
    expect(y[0]).toBeCloseTo(-3 / deviation, 5)
    const [mean, variance] = ['running_mean', 'running_var'].map((name) => {
      const path = spec.parameters.find((one) => one.name === name)?.path ?? ''
      return model.variables.get(path)?.dataSync()[0]
    })
    expect(mean).toBeCloseTo(0.75, 6)
    expect(variance).toBeCloseTo(0.75 + 0.25 * (28 / 7), 5)
    model.dispose()
  })
})

describe('a model', () => {
  beforeAll(() => use('cpu'))

  test('hands on the problem of an input and of a weight', () => {
    const model = made('cpu')
    expect(model.predict({ image: tensor([1], [1, 1, 1, 1, 1]) })).toMatchObject({ name: 'input-misshapen' })
    expect(model.predict({})).toMatchObject({ name: 'input-missing' })
    model.dispose()
    const broken = { numbersOf: () => problem('input-missing', { input: 'w' }) }
    expect(createModel(graph, broken, { backend: 'cpu' })).toMatchObject({ name: 'input-missing' })
  })

  test('takes other weights and gives them back', () => {
    const model = made('cpu')
    const other = initialise(graph, 8)
    expect(model.assign(other)).toBeUndefined()
    const [first] = graph.parameters
    if (first === undefined) throw new Error('there are no parameters')
    expect(model.weights().numbersOf(first)).toEqual(other.numbersOf(first))
    model.dispose()
  })

  test('frees values after their last reader, so that depth costs no memory in inference', async () => {
    const peak = async (depth: number): Promise<number> => {
      const chain = ' -> relu() -> scale(2)'.repeat(depth)
      const deep = graphOf(`network N { input x: [1, 64, 64] output y = x${chain} }`)
      const model = createModel(deep, initialise(deep, 1), { backend: 'cpu' })
      if (isProblem(model)) throw new Error(model.name)
      const x = tensor(new Float32Array(4096), [1, 1, 64, 64])
      const given: Tensor[] = [x]
      const { peakBytes } = await profile(() => {
        given.push(...Object.values(outputsOf(model.predict({ x }))))
        return x
      })
      dispose(given)
      return peakBytes
    }
    const [shallow, deep] = [await peak(5), await peak(40)]
    expect(deep - shallow).toBeLessThan(4 * 4096)
  })
})
