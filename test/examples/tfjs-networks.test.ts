// Whole networks in TensorFlow.js on wasm: every example against the reference interpreter, and the gradient of a whole network against
// differences of the reference.
import { add, dispose, mul, sum, tensor, tidy, type Scalar, type Tensor as Tf } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { createModel, type TfjsModel } from '../../src/backends/tfjs/model.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph, Parameter } from '../../src/compiler/ir/graph.ts'
import { initialise } from '../../src/weights/initialise.ts'
import type { Weights } from '../../src/weights/weights.ts'
import { element } from '../conformance/support.ts'
import { use } from '../conformance/tfjs-backends.ts'
import { dot, sized } from '../conformance/tfjs-runner.ts'
import { distance } from '../support/onnx.ts'
import { compileExample } from './compile-example.ts'
import { smallNetworks } from './facts.ts'

const minute = 60_000

beforeAll(() => use('wasm'))

function inputsOf(graph: Graph): Map<string, Tensor> {
  const entries = graph.inputs.map(({ name, node }, k) => {
    const extents = graph.nodes[node]?.type.shape.map(Number) ?? []
    return [name, sized([1, ...extents], (position) => element(position, k))] as const
  })
  return new Map(entries)
}

function referenceOf(
  graph: Graph,
  weights: Weights,
  inputs: ReadonlyMap<string, Tensor>,
): Map<string, Tensor> {
  const outputs = evaluate(graph, weights, inputs, { outputs: 'all' })
  if (isProblem(outputs)) throw new Error(JSON.stringify(outputs))
  return outputs
}

function modelOf(graph: Graph, weights: Weights): TfjsModel {
  const model = createModel(graph, weights, { backend: 'wasm' })
  if (isProblem(model)) throw new Error(JSON.stringify(model))
  return model
}

const single = ({ shape, data }: Tensor): Tf => tensor(Float32Array.from(data), [...shape])

function outputsOf(model: TfjsModel, inputs: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const outputs = new Map<string, Tensor>()
  tidy(() => {
    const given = new Map([...inputs].map(([name, one]) => [name, single(one)] as const))
    for (const [name, value] of model.run(given, { outputs: 'all' }))
      outputs.set(name, { shape: value.shape, data: Float64Array.from(value.first().dataSync()) })
  })
  return outputs
}

/** Narrower where the reference would take more than a second. */
const narrow = (args: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  args['patch'] !== undefined && args['base'] === '4' ? { ...args, base: '2' } : args

describe('TensorFlow.js gives what the reference gives', () => {
  test.each(smallNetworks.map(([file, network, args]) => [file, network, narrow(args)] as const))(
    '%s %s %o',
    (file, network, args) => {
      const { graph } = compileExample(`examples/${file}.weft`, network, args)
      const [weights, inputs] = [initialise(graph, 1), inputsOf(graph)]
      const expected = referenceOf(graph, weights, inputs)
      const model = modelOf(graph, weights)
      const given = outputsOf(model, inputs)
      model.dispose()
      expect([...given.keys()]).toEqual([...expected.keys()])
      // Instance norms of few voxels magnify the rounding of single precision.
      for (const [name, one] of expected) expect(distance(one, given.get(name))).toBeLessThan(3e-4)
    },
    2 * minute,
  )
})

/** Parameters that a gradient is checked along together: each group has its own size of numbers. */
const groups: readonly (readonly [string, (parameter: Parameter) => boolean])[] = [
  ['weights of convolutions', ({ shape }) => shape.length > 1],
  ['scales of norms', ({ shape, name }) => shape.length === 1 && name === 'weight'],
  ['biases', ({ name }) => name === 'bias'],
]

describe('the gradient of a whole E2ENet', () => {
  // Three levels less than the real one: its lowest maps still have enough voxels to be normalised.
  const { graph } = compileExample('examples/e2enet.weft', 'E2ENet', {
    base: '3',
    pools: '[[2, 2, 2], [1, 2, 2], [2, 2, 2]]',
    patch: '[16, 32, 32]',
    classes: '3',
    // Dense: a channel without connections lies at the kink of its rectifier.
    S: '0',
  })
  const inputs = inputsOf(graph)
  const drawn = initialise(graph, 1)
  const numbers = graph.parameters.map((parameter) => {
    const found = drawn.numbersOf(parameter)
    if (isProblem(found)) throw new Error(JSON.stringify(found))
    return Float64Array.from(found, Math.fround)
  })
  const cotangents = new Map(
    graph.outputs.map(({ name, node }, k) => {
      const extents = graph.nodes[node]?.type.shape.map(Number) ?? []
      return [name, sized([1, ...extents], (position) => element(position, 40 + k))] as const
    }),
  )

  /** `Σ cotangent · output` in double precision, with the parameters moved. */
  function height(directions: readonly Float64Array[], t: number): number {
    const weights: Weights = {
      numbersOf: ({ id }) =>
        (numbers[id] ?? new Float64Array()).map((value, k) => value + t * (directions[id]?.[k] ?? 0)),
    }
    const outputs = referenceOf(graph, weights, inputs)
    return [...cotangents].reduce((all, [name, one]) => all + dot(one, outputs.get(name) ?? one), 0)
  }

  function gradientsOf(): ReadonlyMap<string, Float64Array> {
    const model = modelOf(graph, { numbersOf: ({ id }) => numbers[id] ?? new Float64Array() })
    const given = Object.fromEntries([...inputs].map(([name, one]) => [name, single(one)]))
    const loss = (outputs: Readonly<Record<string, Tf>>): Scalar => {
      const terms = [...cotangents].map(([name, one]) => sum<Scalar>(mul(outputs[name] ?? 0, single(one))))
      return terms.reduce((a, b) => add(a, b))
    }
    const { value, gradients } = model.gradients(given, loss)
    const found = new Map(
      Object.entries(gradients).map(([path, one]) => [path, Float64Array.from(one.dataSync())]),
    )
    dispose([value, given, gradients])
    model.dispose()
    return found
  }

  const gradients = new Map<string, Float64Array>()
  beforeAll(() => {
    for (const [path, gradient] of gradientsOf()) gradients.set(path, gradient)
  })

  test.each(groups)('along the %s', (_, belongs) => {
    const learned = graph.parameters.filter(({ buffer }) => !buffer)
    expect(new Set(gradients.keys())).toEqual(new Set(learned.map(({ path }) => path)))
    // Along the gradient, each tensor's part of length one: no tensor hides behind a larger one, and nothing cancels.
    let rate = 0
    const directions = graph.parameters.map((parameter) => {
      const gradient = gradients.get(parameter.path)
      const length = Math.hypot(...(gradient ?? []))
      if (gradient === undefined || !belongs(parameter) || length === 0) return new Float64Array()
      rate += length
      return gradient.map((value) => value / length)
    })
    const far = 2 ** -16
    const difference = (height(directions, far) - height(directions, -far)) / (2 * far)
    expect(Math.abs(difference - rate) / rate).toBeLessThan(1e-3)
  })
})
