// The graph model against the reference: every case and every example network, in the stock loader of TensorFlow.js on its stock backends;
// and what stands in the files.
import {
  mean,
  memory,
  square,
  sub,
  tensor,
  train,
  variable,
  type Scalar,
  type Tensor as TfTensor,
} from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../../src/backends/reference/tensor.ts'
import { arranged } from '../../../src/backends/tfjs/graph-model/write.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { noiseInputs } from '../../../src/node/noise.ts'
import { initialise, keptConnections } from '../../../src/weights/initialise.ts'
import { allCases, caseWeights, expectedOf, graphOfCase, inputsOfCase } from '../../conformance/support.ts'
import { compileExample } from '../../examples/compile-example.ts'
import { graphOf } from '../../support/compile-text.ts'
import {
  contentsOf,
  emittedModel,
  loadStock,
  predicted,
  runGraphModel,
  stockBackends,
  use,
  type ModelJson,
} from '../../support/graph-model.ts'
import { distance } from '../../support/onnx.ts'

/** Single precision, sums of some thousand terms. */
const tolerance = 5e-5
/** Numbers of magnitude one that cancel leave 1e-7 of it. */
const least = 1e-2

describe.each(await stockBackends())('the stock %s backend agrees with the reference', (backend) => {
  test.each(allCases())('$id', async (one) => {
    await use(backend)
    const given = await runGraphModel(graphOfCase(one), inputsOfCase(one), {
      weights: caseWeights,
      output: 'y',
    })
    expect(distance(expectedOf(one), given, least)).toBeLessThanOrEqual(tolerance)
  })
})

/** All networks of the examples that differ in what they are made of, at widths and extents that take no time. */
const networks: readonly (readonly [
  file: string,
  network: string,
  args: Readonly<Record<string, string>>,
])[] = [
  ['basic-unet', 'BasicUNet', { widths: '[4, 4, 6]', last_width: '5', patch: '[8, 16, 16]' }],
  [
    'dynunet',
    'DynUNet',
    { filters: '[3, 4, 5]', strides: '[[1, 1], [2, 2], [2, 2]]', patch: '[16, 32]', res_block: 'true' },
  ],
  [
    'e2enet',
    'E2ENet',
    { base: '5', max_width: '12', patch: '[8, 32, 32]', pools: '[[1, 2, 2], [2, 2, 2], [2, 2, 2]]' },
  ],
  [
    'e2enet',
    'E2ENet',
    { base: '4', patch: '[8, 16, 16]', pools: '[[2, 2, 2], [2, 2, 2]]', kernel: '[3, 1, 3]', shift: '0' },
  ],
  ['monai-unet', 'MonaiUNet', { widths: '[4, 6, 8]', patch: '[8, 16, 16]' }],
  ['nnunet', 'NNUNetV1', { base: '3', max_width: '8', patch: '[32, 32, 32]' }],
  ['nnunet', 'NNUNet2D', { base: '3', max_width: '8', patch: '[128, 128]' }],
  ['nnunet-resenc', 'ResEncUNet', { base: '3', max_width: '8', patch: '[32, 32, 32]' }],
  ['unet', 'UNet', { base: '3', size: '[188, 204]' }],
  ['unet', 'UNetKeras', { base: '3', size: '[32, 48]' }],
  ['unet', 'UNetMilesial', { base: '3', size: '[32, 48]' }],
  ['unet', 'UNetBilinear', { base: '4', size: '[32, 48]' }],
  ['unet3d', 'UNet3DBN', { base: '3', depth: '2', size: '[44, 44, 48]' }],
  ['unetpp', 'UNetPlusPlus', { base: '3', size: '[32, 32]' }],
  ['unetpp', 'UNetPlusPlusKeras', { base: '3', size: '[32, 32]' }],
  [
    'unetpp3d',
    'UNetPlusPlus3D',
    { base: '3', max_width: '8', patch: '[8, 16, 16]', pools: '[[1, 2, 2], [2, 2, 2], [2, 2, 2]]' },
  ],
  ['vnet', 'VNet', { base: '3', patch: '[16, 16, 32]' }],
]

describe('the example networks on stock wasm give what the reference gives, for a batch of 2', () => {
  test.each(networks)('%s %s', async (file, network, args) => {
    await use('wasm')
    const { graph } = compileExample(`examples/${file}.weft`, network, args)
    const weights = initialise(graph, 3)
    const inputs = noiseInputs(graph, 1, 2).reference
    const expected = evaluate(graph, weights, inputs)
    if (isProblem(expected)) throw new Error(expected.name)
    const model = await loadStock(contentsOf(emittedModel(graph, { weights })))
    for (const [output, value] of expected)
      expect(distance(value, predicted(model, inputs, output)), output).toBeLessThanOrEqual(1e-3)
    model.dispose()
  })
})

const volumes = `network Net(patch: [int] = [4, 8, 8]) {
  input image: [2, ...patch]
  let fine = image -> conv(6, 3, groups = 2) -> instance_norm -> leaky_relu(0.01)
  let up = fine -> max_pool(2) -> conv(4, [1, 3, 3]) -> conv_transpose(4, 2, stride = 2)
  output logits = concat(fine, up) -> conv(3, 1)
}
`

describe('the files', () => {
  const { graph } = graphOf(volumes)
  const weights = initialise(graph, 1)
  const inputs = noiseInputs(graph, 1).reference

  test('hold only operations that are right and fast on every backend', () => {
    const json = modelJson(contentsOf(emittedModel(graph, { weights })))
    const used = new Set(json.modelTopology.node.map(({ op }) => op))
    for (const op of [
      'Conv3D',
      'MaxPool3D',
      'Conv3DBackpropInputV2',
      'Conv2DBackpropInput',
      'LeakyRelu',
      'Mean',
    ])
      expect(used.has(op), op).toBe(false)
    expect(used.has('_FusedConv2D') && used.has('AvgPool') && used.has('Prelu')).toBe(true)
  })

  test('name inputs and outputs as the spec does, channels first, the batch free', async () => {
    await use('cpu')
    const model = await loadStock(contentsOf(emittedModel(graph, { weights })))
    expect(model.inputs.map(({ name, shape }) => [name, shape])).toEqual([['image', [-1, 2, 4, 8, 8]]])
    expect(model.outputs.map(({ name }) => name)).toEqual(['logits'])
    const [first] = [...inputs.values()]
    if (first === undefined) throw new Error('no input')
    const result = model.predict(tensor(Float32Array.from(first.data), [...first.shape])) as TfTensor
    expect(result.shape).toEqual([1, 3, 4, 8, 8])
    result.dispose()
    model.dispose()
  })

  test('give the same in one piece and in shards', async () => {
    await use('cpu')
    const whole = emittedModel(graph, { weights })
    const shards = emittedModel(graph, { weights, shardBytes: 1000 })
    expect(whole.map(({ name }) => name)).toEqual(['weights.bin', 'model.json'])
    expect(shards.slice(0, 2).map(({ name }) => name)).toEqual(
      [1, 2].map((at) => `weights-${at}-of-${shards.length - 1}.bin`),
    )
    for (const file of [...whole, ...shards])
      expect(contentsOf([file]).get(file.name)?.length, file.name).toBe(file.byteCount)
    const joined = Buffer.concat([...contentsOf(shards.slice(0, -1)).values()])
    expect(joined.equals(Buffer.from(contentsOf(whole).get('weights.bin') ?? []))).toBe(true)
    const result = predicted(await loadStock(contentsOf(shards)), inputs, 'logits')
    expect(result).toEqual(predicted(await loadStock(contentsOf(whole)), inputs, 'logits'))
  })

  test('leave no tensors behind when they run', async () => {
    await use('cpu')
    const model = await loadStock(contentsOf(emittedModel(graph, { weights })))
    predicted(model, inputs, 'logits')
    const before = memory().numTensors
    predicted(model, inputs, 'logits')
    expect(memory().numTensors).toBe(before)
    model.dispose()
  })

  test('say of each parameter where it is and how it lies there', () => {
    const contents = contentsOf(emittedModel(graph, { weights }))
    const json = modelJson(contents)
    const [{ weights: specs }] = json.weightsManifest
    const numbersOf = numbersByTensor(specs, contents.get('weights.bin') ?? new Uint8Array())
    for (const parameter of graph.parameters) {
      const place = json.userDefinedMetadata.weft.parameters[parameter.path]
      const numbers = weights.numbersOf(parameter)
      if (place === undefined || isProblem(numbers)) throw new Error(parameter.path)
      const { tensors, view = parameter.shape, order = parameter.shape.map((_, axis) => axis) } = place
      const expected = arranged(numbers, {
        view,
        order,
        reversed: place.reversed ?? [],
      })
      expect(tensors.flatMap((name) => [...(numbersOf.get(name) ?? [])])).toEqual([...expected])
    }
  })

  test('can be trained further where they are loaded', async () => {
    await use('cpu')
    // The core registers no gradients by itself. The loaded model's weights have no public name: docs/tfjs.md says so.
    await import('@tensorflow/tfjs-core/dist/register_all_gradients.js')
    const model = await loadStock(contentsOf(emittedModel(graph, { weights })))
    const { weightMap } = (model as unknown as { executor: { weightMap: Record<string, TfTensor[]> } })
      .executor
    const trained = Object.entries(weightMap).flatMap(([name, [value]]) => {
      if (value === undefined || name.startsWith('constant/')) return []
      const replaced = variable(value)
      weightMap[name] = [replaced]
      return [replaced]
    })
    const [[, first]] = [...inputs] as [[string, Tensor]]
    const image = tensor(Float32Array.from(first.data), [...first.shape])
    const loss = (): Scalar => mean(square(sub(model.execute({ image }, 'logits') as TfTensor, 0.5)))
    const optimizer = train.sgd(0.2)
    const [before = NaN] = loss().dataSync()
    for (let step = 0; step < 5; step++) optimizer.minimize(loss, false, trained)
    expect(loss().dataSync()[0]).toBeLessThan(0.5 * before)
  })
})

test('masks go along: the connections that are there, as bits', () => {
  const { graph, sources } = compileExample('examples/e2enet.weft', 'E2ENet', {
    base: '5',
    max_width: '12',
    patch: '[32, 32, 32]',
  })
  const spec = { entry: sources.entry, files: { [sources.entry]: 'text' }, expanded: 'expanded' }
  const files = emittedModel(graph, { weights: initialise(graph, 7), spec })
  const contents = contentsOf(files)
  const bytes = contents.get('training.json')
  expect(bytes?.length).toBe(files.find(({ name }) => name === 'training.json')?.byteCount)
  const training = JSON.parse(Buffer.from(bytes ?? []).toString()) as Training
  expect(training.files).toEqual({ 'examples/e2enet.weft': 'text' })
  expect(training.sparsity).toMatchObject([{ granularity: 'kernel', drop: { score: 'l1' } }])
  const masked = graph.parameters.filter(({ mask }) => mask !== undefined)
  expect(masked.length).toBeGreaterThan(5)
  for (const parameter of masked) {
    const entry = training.parameters.find(({ path }) => path === parameter.path)
    const bits = Buffer.from(entry?.mask?.connections ?? '', 'base64')
    const kept = Array.from({ length: parameter.mask?.total ?? 0 }, (_, at) => at).filter(
      (at) => ((bits[at >> 3] ?? 0) >> (at & 7)) & 1,
    )
    expect(kept).toEqual([...(keptConnections(parameter, 7) ?? [])])
  }
})

interface Training {
  readonly files: object
  readonly sparsity: readonly object[]
  readonly parameters: readonly { readonly path: string; readonly mask?: { readonly connections?: string } }[]
}

function modelJson(contents: ReadonlyMap<string, Uint8Array>): ModelJson {
  return JSON.parse(Buffer.from(contents.get('model.json') ?? []).toString()) as ModelJson
}

function numbersByTensor(
  specs: ModelJson['weightsManifest'][0]['weights'],
  bytes: Uint8Array,
): Map<string, Float32Array> {
  let offset = 0
  return new Map(
    specs.map(({ name, shape }) => {
      const count = shape.reduce((all, one) => all * one, 1)
      const numbers = new Float32Array(Uint8Array.from(bytes.subarray(offset, offset + 4 * count)).buffer)
      offset += 4 * count
      return [name, numbers] as const
    }),
  )
}
