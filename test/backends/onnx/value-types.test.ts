// Types of all values of an exported file: what the runtime really makes, and what ONNX's own tools do with them.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ModelProtoSchema, ValueInfoProtoSchema, type ModelProto, type ValueInfoProto } from 'onnx-buf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../src/compiler/ir/graph.ts'
import { initialise } from '../../../src/weights/initialise.ts'
import { compileExample, repository } from '../../examples/compile-example.ts'
import { factsOf } from '../../examples/facts.ts'
import { graphOf } from '../../support/compile-text.ts'
import { onnxPython } from '../../support/onnx-python.ts'
import { bytesOf, runtime } from '../../support/onnx.ts'

/** The least network that the example's facts have. */
function small(example: string): Graph {
  const [network = '', args = {}] = factsOf.get(example)?.small[0] ?? []
  return compileExample(`examples/${example}.weft`, network, args).graph
}

const bytes = (graph: Graph): Uint8Array => bytesOf(graph, { weights: initialise(graph, 1) })

const dimsOf = ({ type }: ValueInfoProto): (number | string | undefined)[] =>
  (type?.value.case === 'tensorType' ? (type.value.value.shape?.dim ?? []) : []).map(({ value }) =>
    value.case === 'dimValue' ? Number(value.value) : value.value,
  )

/** Names of all values that nodes give but that the file's outputs are not. */
function between({ graph }: ModelProto): string[] {
  const outputs = new Set(graph?.output.map(({ name }) => name))
  return graph?.node.flatMap(({ output }) => output).filter((name) => !outputs.has(name)) ?? []
}

describe.skipIf(runtime === undefined)('every value has the shape that the runtime gives it', () => {
  // Gathered rows and transforms; windows, rolls and slices; samples at computed places; prefixes of scans; resized images.
  test.each(['e2enet', 'swin-unet', 'cotr', 'u-mamba', 'unetpp'])('%s', async (example) => {
    const model = fromBinary(ModelProtoSchema, bytes(small(example)))
    const { graph } = model
    if (graph === undefined) throw new Error(example)
    const declared = graph.valueInfo
    expect(declared.map(({ name }) => name)).toEqual(between(model))
    // As outputs without extents, so that the runtime finds them by itself.
    const floats = declared.filter(
      ({ type }) => type?.value.case === 'tensorType' && type.value.value.elemType === 1,
    )
    graph.valueInfo = []
    graph.output.push(...floats.map(({ name, type }) => withoutShape(name, type)))
    const batch = 2
    const session = await runtime?.open(toBinary(ModelProtoSchema, model), { threads: 2 })
    if (session === undefined || isProblem(session)) throw new Error(JSON.stringify(session))
    const feeds = graph.input.map((input): [string, { shape: number[]; data: Float32Array }] => {
      const shape = dimsOf(input).map((dim) => (dim === 'N' ? batch : Number(dim)))
      const count = shape.reduce((all, extent) => all * extent, 1)
      return [input.name, { shape, data: Float32Array.from({ length: count }, (_, at) => Math.sin(at)) }]
    })
    const results = await session.run(new Map(feeds))
    await session.release()
    if (isProblem(results)) throw new Error(JSON.stringify(results))
    const inBatch = (dim: number | string | undefined): unknown => {
      if (typeof dim !== 'string') return dim
      const [, times = '1', over = '1'] = /^(?:(\d+)\*)?N(?:\/(\d+))?$/.exec(dim) ?? []
      return (batch * Number(times)) / Number(over)
    }
    const expected = floats.map(({ name }) => [name, results.get(name)?.shape])
    expect(floats.map((value) => [value.name, dimsOf(value).map(inBatch)])).toEqual(expected)
  })
})

function withoutShape(name: string, type: ValueInfoProto['type']): ValueInfoProto {
  const elemType = type?.value.case === 'tensorType' ? type.value.value.elemType : 0
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType } } } })
}

test('extents that are free stay symbols, and what is no sum of them is left open', () => {
  const { graph } = graphOf(`network Net {
  input x: [2, dim("D", multiple = 2), dim("H", multiple = 2), 8]
  output y = x -> max_pool(2) -> conv_transpose(3, 2, stride = 2) -> resize(size = [dim("D", multiple = 2), dim("H", multiple = 2), 6])
}
`)
  const model = fromBinary(ModelProtoSchema, bytes(graph))
  const found = model.graph?.valueInfo.map((value) => [value.name, dimsOf(value)]) ?? []
  expect(Object.fromEntries(found)).toMatchObject({
    'y.max_pool': ['N', 2, 'D/2', 'H/2', 4],
    'y.conv_transpose/slices': ['N', 'D/2', 2, 'H/2', 4],
    'y.conv_transpose/folded': [undefined, 2, 'H/2', 4],
    'y.conv_transpose/conv_transpose': [undefined, 6, 'H', 8],
    'y.conv_transpose': ['N', 3, 'D', 'H', 8],
    'y.resize/sizes': [5],
  })
})

describe('an input', () => {
  const docOf = (text: string, batch: string | number): string | undefined => {
    const { graph } = graphOf(text)
    const model = fromBinary(ModelProtoSchema, bytesOf(graph, { weights: initialise(graph, 1), batch }))
    return model.graph?.input[0]?.docString
  }

  test('says what its extents have to be', () => {
    const halved = (extents: string): string =>
      `network Net {\n  input x: [1, ${extents}]\n  output y = x -> max_pool(2) -> conv(2, 1)\n}\n`
    expect(docOf(halved('8, 8'), 'N')).toBe('N: any number of images')
    expect(docOf(halved('8, 8'), 1)).toBe('')
    expect(docOf(halved('dim("H", multiple = 4), dim("W", multiple = 2)'), 'N')).toBe(
      'N: any number of images; H: a positive multiple of 4; W: a positive multiple of 2',
    )
  })
})

describe.skipIf(onnxPython === undefined)('tools', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-onnx-'))
  const examples = ['unetpp', 'attention-unet', 'dints', 'e2enet', 'nnunet']
  const found = new Map<string, unknown>()
  const expected = new Map<string, unknown>()
  afterAll(() => rmSync(folder, { recursive: true }))

  beforeAll(() => {
    const paths = examples.map((example) => {
      const path = join(folder, `${example}.onnx`)
      const file = bytes(small(example))
      const model = fromBinary(ModelProtoSchema, file)
      const [first = '', last = ''] = middleOf(model)
      const declared = model.graph?.valueInfo.find(({ name }) => name === last)
      expected.set(example, declared && dimsOf(declared).map((dim) => (typeof dim === 'string' ? 2 : dim)))
      writeFileSync(path, file)
      writeFileSync(`${path}.cut`, `${first}\n${last}\n`)
      return path
    })
    const script = join(repository, 'test/backends/onnx/peers/tools.py')
    const { stdout, stderr, status } = spawnSync(onnxPython ?? '', [script, ...paths], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
    stdout
      .trim()
      .split('\n')
      .forEach((line, at) => found.set(examples[at] ?? '', JSON.parse(line) as unknown))
  }, 120_000)

  test.each(examples)('find no fault in %s and cut it anywhere', (example) => {
    expect(found.get(example)).toEqual({ onnx: '', symbolic: '', cut: expected.get(example) })
  })
})

/** A convolution in the middle of a model: what it reads, and what it gives. */
function middleOf({ graph }: ModelProto): readonly (string | undefined)[] {
  const convs = graph?.node.filter(({ opType }) => opType === 'Conv') ?? []
  const middle = convs[Math.floor(convs.length / 2)]
  return [middle?.input[0], middle?.output[0]]
}
