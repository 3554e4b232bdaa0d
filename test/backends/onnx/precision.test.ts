// Files that keep their weights in 16 or 8 bits: what is stored, and that ONNX Runtime makes nearly the same of it.
import { describe, expect, test } from 'vitest'
import { emitOnnxObservation } from '../../../src/backends/onnx/emit.ts'
import type { OnnxNode } from '../../../src/backends/onnx/model.ts'
import type { Precision } from '../../../src/backends/onnx/precision/precision.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../src/compiler/ir/graph.ts'
import { sourceFile } from '../../../src/compiler/text/source.ts'
import { calibrate } from '../../../src/node/calibration/calibrate.ts'
import { casePatches, noisePatches } from '../../../src/node/calibration/patches.ts'
import { halfBits } from '../../../src/weights/dtypes.ts'
import { initialise } from '../../../src/weights/initialise.ts'
import type { Weights } from '../../../src/weights/weights.ts'
import { graphOf } from '../../support/check.ts'
import { contentOf, emitted, openModel, runtime } from '../../support/onnx.ts'

/** Norms over rows, a value that two nodes read, a transposed convolution, a gate of one value. */
const net = graphOf(`network Net {
  input image: [1, 32, 32, 32]
  let fine = image -> conv(8, 3) -> instance_norm -> relu -> conv(16, 3, stride = 2, bias = false)
  let gate = fine -> avg_pool(16) -> conv(16, 1) -> sigmoid
  let gated = fine * gate -> conv(16, 3) -> batch_norm -> relu
  output logits = gated -> conv_transpose(8, 2, stride = 2) -> conv(3, 1)
}
`)
const weights = initialise(net, 1)
const options = { weights, provenance: { weftVersion: '0', weights: 'test' } }

const sourcesOf = (graph: Graph): { entry: string; files: Map<string, ReturnType<typeof sourceFile>> } => {
  const entry = graph.outputs[0]?.span.file ?? ''
  const files = graph.nodes.flatMap(({ origin }) => [origin.span, ...origin.calls]).map(({ file }) => file)
  return { entry, files: new Map(files.map((file) => [file, sourceFile(file, ' \n'.repeat(10_000))])) }
}

describe('numbers of 16 bits', () => {
  test.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.9, 0x7bff],
    [65520, 0x7c00],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [3 * 2 ** -25, 2],
    [2 ** -14 - 2 ** -26, 0x0400],
    // Halfway between two: the even one.
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
    [NaN, 0x7e00],
  ])('%d', (value, bits) => {
    expect(halfBits(value)).toBe(bits)
  })
})

describe('f16', () => {
  const precision = { kind: 'f16' } as const

  test('halves all weights but vectors, and casts each where it is read', () => {
    const { model, files } = emitted(net, { ...options, precision })
    const plain = emitted(net, options)
    const weightBytes = plain.model.tensors
      .filter(({ shape, content }) => content.kind === 'parameter' && shape.length > 1)
      .reduce((sum, { shape }) => sum + 4 * shape.reduce((all, one) => all * one, 1), 0)
    const [half, whole] = [contentOf(files[0]).length, contentOf(plain.files[0]).length]
    expect(whole - half).toBeGreaterThan(0.4 * weightBytes)
    const stored = model.tensors.filter(
      ({ content }) => content.kind === 'parameter' && content.as === 'float16',
    )
    expect(stored.map(({ name }) => name)).toContain('logits.conv.weight')
    const casts = model.nodes.filter(
      ({ op, inputs }) => op === 'Cast' && stored.some(({ name }) => name === inputs[0]),
    )
    expect(casts.length).toBe(stored.length)
  })

  test('refuses a weight that has no such number', () => {
    const large: Weights = {
      numbersOf: (parameter) => {
        const numbers = weights.numbersOf(parameter)
        return isProblem(numbers) || parameter.shape.length === 1 ? numbers : numbers.with(0, -70_000)
      },
    }
    const [file] = emitted(net, { ...options, weights: large, precision }).files
    const found = [...(file?.chunks() ?? [])].find(isProblem)
    expect(found).toMatchObject({ name: 'beyond-float16', parts: { value: -70_000 } })
  })

  test.skipIf(runtime === undefined)('moves outputs by a thousandth', async () => {
    const away = await awayFrom(precision)
    expect(away).toBeGreaterThan(1e-6)
    expect(away).toBeLessThan(5e-3)
  })
})

describe.skipIf(runtime === undefined)('int8', () => {
  const quantised = async (): Promise<Precision> => {
    if (runtime === undefined) throw new Error('skipped without it')
    const seen = await calibrate(
      runtime,
      { graph: net, sources: sourcesOf(net) },
      options,
      noisePatches(net, 1),
    )
    if (seen.kind !== 'calibrated') throw new Error(JSON.stringify(seen))
    return { kind: 'int8', ranges: seen.ranges }
  }

  test('has convolutions between bytes, each result read by one node', async () => {
    const { model } = emitted(net, { ...options, precision: await quantised() })
    const byOutput = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
    const readers = (name: string | undefined): OnnxNode[] =>
      model.nodes.filter(({ inputs }) => inputs.includes(name ?? ''))
    const convs = model.nodes.filter(({ op }) => op === 'Conv')
    const isWhole = (conv: OnnxNode): boolean => readers(conv.outputs[0])[0]?.op === 'QuantizeLinear'
    expect(convs.map((conv) => `${conv.name} ${isWhole(conv)}`)).toEqual([
      'fine.conv[0]/given true',
      'fine.conv[1]/given true',
      // One value per channel, an output: the weight alone.
      'gate.conv false',
      'gated.conv/given true',
      'logits.conv false',
    ])
    for (const conv of convs) {
      const [x = '', weight = '', bias = ''] = conv.inputs
      expect(byOutput.get(weight)?.op).toBe('DequantizeLinear')
      if (!isWhole(conv)) continue
      expect(byOutput.get(x)?.op).toBe('DequantizeLinear')
      expect(byOutput.get(bias)?.op).toBe(bias === '' ? undefined : 'DequantizeLinear')
      const [bytes] = readers(conv.outputs[0])
      const after = readers(bytes?.outputs[0])
      expect(after.map(({ op }) => op)).toEqual(['DequantizeLinear'])
      expect(readers(after[0]?.outputs[0]).length).toBe(1)
    }
  })

  test('stores convolutions in bytes, with a scale for each of their channels and zeros in the middle', async () => {
    const { model } = emitted(net, { ...options, precision: await quantised() })
    const bytes = model.tensors.filter(({ content }) => content.kind === 'parameter' && content.as === 'int8')
    expect(bytes.length).toBe(6)
    for (const { name, shape, content } of bytes) {
      if (content.kind !== 'parameter') continue
      const numbers = content.numbers()
      if (isProblem(numbers)) throw new Error(numbers.name)
      expect(Math.max(...numbers.map(Math.abs))).toBe(127)
      const scale = model.tensors.find((one) => one.name === name.replace('/int8', '/scale'))
      expect(scale?.shape).toEqual([name.includes('transpose') ? shape[1] : shape[0]])
    }
    expect(model.nodes.some(({ name }) => name.includes('slab'))).toBe(false)
  })

  test('moves outputs by some hundredths', async () => {
    const away = await awayFrom(await quantised())
    expect(away).toBeGreaterThan(1e-3)
    expect(away).toBeLessThan(0.1)
  })

  test('needs values that have a range', async () => {
    const large: Weights = {
      numbersOf: (parameter) => {
        const numbers = weights.numbersOf(parameter)
        return isProblem(numbers) ? numbers : numbers.map((value) => 1e38 * value)
      },
    }
    if (runtime === undefined) throw new Error('skipped without it')
    const compiled = { graph: net, sources: sourcesOf(net) }
    const seen = await calibrate(runtime, compiled, { ...options, weights: large }, noisePatches(net, 1))
    expect(seen).toMatchObject({ kind: 'failed', problem: { name: 'range-unbounded' } })
  })

  test('has to know every range', () => {
    const emission = emitOnnxObservation(net, sourcesOf(net), { ...options, fileName: 'model.onnx' })
    expect(emission).toMatchObject({ kind: 'observing' })
    expect(() => emitted(net, { ...options, precision: { kind: 'int8', ranges: new Map() } })).toThrow(
      'nothing is known of the range of',
    )
  })
})

/** How far outputs are from those of the file in single precision: the root of the mean square, in standard deviations. */
async function awayFrom(precision: Precision): Promise<number> {
  const [feeds] = noisePatches(net, 7)
  if (feeds === undefined) throw new Error('there is always one')
  const results: Float32Array[] = []
  for (const one of [options, { ...options, precision }]) {
    const session = await openModel(net, one)
    const outputs = await session.run(feeds)
    if (isProblem(outputs)) throw new Error(outputs.name)
    results.push(outputs.get('logits')?.data ?? new Float32Array())
    await session.release()
  }
  const [expected = new Float32Array(), given = new Float32Array()] = results
  const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const centre = mean(expected)
  return Math.sqrt(
    mean(expected.map((value, at) => (value - (given[at] ?? NaN)) ** 2)) /
      mean(expected.map((value) => (value - centre) ** 2)),
  )
}

describe('patches to see values on', () => {
  test('are of cases, as training draws them: normalised, and of all of them', async () => {
    const patches = await casePatches(net, { data: 'phantom:cases=3,extents=40x40x40', seed: 1 })
    if (isProblem(patches)) throw new Error(patches.name)
    expect(patches.length).toBe(16)
    for (const patch of patches) {
      const image = patch.get('image')
      expect(image?.shape).toEqual([1, 1, 32, 32, 32])
      const data = image?.data ?? new Float32Array()
      const square = data.reduce((sum, value) => sum + value * value, 0) / data.length
      expect(Math.sqrt(square)).toBeGreaterThan(0.5)
      expect(Math.sqrt(square)).toBeLessThan(2)
    }
    const again = await casePatches(net, { data: 'phantom:cases=3,extents=40x40x40', seed: 1 })
    expect(again).toEqual(patches)
  })

  test('of cases with other channels are refused', async () => {
    const found = await casePatches(net, { data: 'phantom:cases=2,channels=2', seed: 1 })
    expect(found).toMatchObject({ name: 'channels-differ', parts: { expected: 1, actual: 2 } })
  })
})
