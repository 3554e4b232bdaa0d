// The ONNX file itself: names, metadata, bytes, external data, operator sets.
import { fromBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, type ModelProto } from 'onnx-buf'
import { describe, expect, test } from 'vitest'
import { emitOnnx } from '../../../src/backends/onnx/emit.ts'
import { readModelFacts } from '../../../src/backends/onnx/read.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { initialise } from '../../../src/weights/initialise.ts'
import { compileExample } from '../../examples/compile-example.ts'
import { graphOf } from '../../support/compile-text.ts'
import { bytesOf, contentOf, emitted } from '../../support/onnx.ts'

const spec = `network Net(base: int = 4, patch: [int] = [8, 8]) {
  input image: [1, ...patch]
  let body = image -> conv(base, 3) -> instance_norm
  output logits = body -> conv(2, 1)
  aux output ds = body -> max_pool(2) -> conv(2, 1)
}
`
const { graph, sources } = graphOf(spec)
const weights = initialise(graph, 1)

function written(options: Partial<Parameters<typeof emitOnnx>[2]> = {}): ModelProto {
  const emission = emitOnnx(graph, sources, {
    fileName: 'net.onnx',
    weights,
    provenance: { weftVersion: '1.2.3', weights: 'seed 1' },
    ...options,
  })
  if (emission.kind === 'refused') throw new Error('refused')
  return fromBinary(ModelProtoSchema, contentOf(emission.files.at(-1)))
}

const properties = (
  list: readonly { readonly key: string; readonly value: string }[],
): Record<string, string> => Object.fromEntries(list.map(({ key, value }) => [key, value]))

describe('a file', () => {
  test('names nodes and weights by their module paths, in PyTorch’s layouts', () => {
    const model = written()
    expect(model.graph?.node.map(({ name }) => name)).toEqual([
      'body.conv',
      'body.instance_norm',
      'logits.conv',
    ])
    expect(model.graph?.initializer.map(({ name, dims }) => [name, dims.map(Number)])).toEqual([
      ['body.conv.weight', [4, 1, 3, 3]],
      ['body.conv.bias', [4]],
      ['body.instance_norm.weight', [4]],
      ['body.instance_norm.bias', [4]],
      ['logits.conv.weight', [2, 4, 1, 1]],
      ['logits.conv.bias', [2]],
    ])
  })

  test('leaves out what only auxiliary outputs need, unless all are asked for', () => {
    expect(written().graph?.output.map(({ name }) => name)).toEqual(['logits'])
    expect(written({ outputs: 'all' }).graph?.output.map(({ name }) => name)).toEqual(['logits', 'ds'])
  })

  test('is operator set 17 in IR version 8, or what is asked for', () => {
    const versions = ({ irVersion, opsetImport }: ModelProto): number[] => [
      Number(opsetImport[0]?.version),
      Number(irVersion),
    ]
    expect(versions(written())).toEqual([17, 8])
    expect(versions(written({ opset: 13 }))).toEqual([13, 7])
    expect(versions(written({ opset: 21 }))).toEqual([21, 10])
  })

  test('carries the cost and the source line of each node, and the arguments of the spec', () => {
    const model = written()
    expect(properties(model.graph?.node[0]?.metadataProps ?? [])).toEqual({
      'weft.path': 'body.conv',
      'weft.operator': 'conv',
      'weft.line': 'net.weft:3',
      'weft.source': 'let body = image -> conv(base, 3) -> instance_norm',
      'weft.parameters': '40',
      'weft.macs': '2304',
    })
    expect(model.graph?.node[0]?.docString).toContain('net.weft:3')
    expect(properties(model.metadataProps)).toMatchObject({
      'weft.version': '1.2.3',
      'weft.network': 'Net',
      'weft.weights': 'seed 1',
      'weft.argument.base': '4',
      'weft.argument.patch': '[8, 8]',
      'weft.macs.inference': '2816',
    })
  })

  test('sums to the static count: every cost stands on one node', () => {
    const { graph: e2enet, sources: files } = compileExample('examples/e2enet.weft', 'E2ENet', {
      patch: '[32, 32, 32]',
      base: '8',
    })
    const emission = emitOnnx(e2enet, files, {
      fileName: 'net.onnx',
      weights: initialise(e2enet, 1),
      provenance: { weftVersion: '0', weights: '' },
    })
    if (emission.kind === 'refused') throw new Error('refused')
    const model = fromBinary(ModelProtoSchema, contentOf(emission.files[0]))
    const sum = (key: string): number =>
      (model.graph?.node ?? []).reduce(
        (all, node) => all + Number(properties(node.metadataProps)[key] ?? 0),
        0,
      )
    const total = properties(model.metadataProps)
    expect(sum('weft.macs')).toBe(Number(total['weft.macs.inference']))
    expect(sum('weft.parameters')).toBe(Number(total['weft.parameters.inference']))
    expect(total['weft.sparsity.lattice']).toMatch(/^\d+ of \d+ weights kept \(20\.\d %\)$/)
  })

  test('has a free batch by default, or a fixed one', () => {
    const batchOf = (model: ModelProto): unknown => {
      const type = model.graph?.input[0]?.type?.value
      return type?.case === 'tensorType' ? type.value.shape?.dim[0]?.value : undefined
    }
    expect(batchOf(written())).toEqual({ case: 'dimParam', value: 'N' })
    expect(batchOf(written({ batch: 2 }))).toEqual({ case: 'dimValue', value: 2n })
  })

  test('is the same bytes every time', () => {
    expect(Buffer.compare(bytesOf(graph, { weights }), bytesOf(graph, { weights }))).toBe(0)
  })

  test('says what it is when it is read again', () => {
    const facts = readModelFacts(bytesOf(graph, { weights }))
    expect(facts?.inputs).toEqual([{ name: 'image', shape: ['N', 1, 8, 8] }])
    expect(facts?.properties.get('weft.network')).toBe('Net')
    expect(readModelFacts(new TextEncoder().encode('not a model'))).toBeUndefined()
  })
})

describe('weights', () => {
  test('past 2 GiB stand in a file of their own, aligned, with the model after them', () => {
    const wide = graphOf(
      'network Wide {\n  input x: [1, 8, 8]\n  output y = x -> conv(20000, 1) -> conv(20000, 1) -> conv(20000, 1)\n}\n',
    )
    const { files } = emitted(wide.graph, { weights: initialise(wide.graph, 1), fileName: 'wide.onnx' })
    expect(files.map(({ name }) => name)).toEqual(['wide.onnx.data', 'wide.onnx'])
    expect(files[0]?.byteCount).toBeGreaterThan(2 ** 31)
    expect(files[1]?.byteCount).toBeLessThan(100_000)
  })

  test('stand there too where that is asked for, and can be found by offset', () => {
    const { files } = emitted(graph, { weights, data: 'external' })
    const [data, model] = files.map(contentOf)
    const tensors = fromBinary(ModelProtoSchema, model ?? new Uint8Array()).graph?.initializer ?? []
    for (const { name, externalData } of tensors) {
      const { location, offset, length } = properties(externalData)
      const parameter = graph.parameters.find(({ path }) => path === name)
      if (parameter === undefined) throw new Error(name)
      const expected = weights.numbersOf(parameter)
      const bytes = data?.subarray(Number(offset), Number(offset) + Number(length))
      expect(location).toBe('model.onnx.data')
      expect(Number(offset) % 4096).toBe(0)
      if (isProblem(expected)) throw new Error(name)
      expect(Buffer.from(Float32Array.from(expected).buffer).equals(bytes ?? Buffer.of())).toBe(true)
    }
  })

  test('that are no numbers end the file with a problem', () => {
    const problem = { kind: 'problem', name: 'file-missing', parts: { path: 'x' } } as const
    const { files } = emitted(graph, { weights: { numbersOf: () => problem } })
    expect([...(files[0]?.chunks() ?? [])].filter(isProblem)).toContainEqual(problem)
  })
})

describe('operator sets', () => {
  const tokens = graphOf('network Tokens {\n  input x: [4, 8]\n  output y = x -> layer_norm\n}\n')

  test('that lack an operator are refused at its line', () => {
    const emission = emitOnnx(tokens.graph, tokens.sources, {
      fileName: 'x.onnx',
      weights: initialise(tokens.graph, 1),
      provenance: { weftVersion: '0', weights: '' },
      opset: 16,
    })
    if (emission.kind !== 'refused') throw new Error('emitted')
    expect(emission.diagnostics.map(({ name, message }) => `${name}: ${message}`)).toEqual([
      "opset-too-low: `layer_norm` is ONNX's LayerNormalization of operator set 17, which operator set 16 does not have",
    ])
    expect(emission.diagnostics[0]?.span.start).toBeGreaterThan(0)
  })

  test.each([12, 27, 17.5])('%d is refused', (opset) => {
    const emission = emitOnnx(graph, sources, {
      fileName: 'x.onnx',
      weights,
      provenance: { weftVersion: '0', weights: '' },
      opset,
    })
    expect(emission.kind === 'refused' ? emission.diagnostics.map(({ name }) => name) : []).toEqual([
      'opset-unsupported',
    ])
  })
})

test('a table of neighbours that no machine holds is refused (resize-too-long), not attempted', () => {
  const long = graphOf(`network Net {
  input x: [1, 4]
  output y = x -> resize(size = 1000000000000)
}
`)
  const emission = emitOnnx(long.graph, long.sources, {
    fileName: 'long.onnx',
    weights: initialise(long.graph, 1),
    provenance: { weftVersion: '1.2.3', weights: 'seed 1' },
  })
  expect(emission).toMatchObject({ kind: 'refused', diagnostics: [{ name: 'resize-too-long' }] })
})

test('what no output reads is not written', () => {
  const kept = graphOf(spec.replace('aux output ds', 'keep ds'))
  const emission = emitOnnx(kept.graph, kept.sources, {
    fileName: 'kept.onnx',
    weights: initialise(kept.graph, 1),
    provenance: { weftVersion: '1.2.3', weights: 'seed 1' },
    outputs: 'all',
  })
  if (emission.kind === 'refused') throw new Error('refused')
  const model = fromBinary(ModelProtoSchema, contentOf(emission.files.at(-1)))
  expect(model.graph?.node.map(({ name }) => name)).toEqual([
    'body.conv',
    'body.instance_norm',
    'logits.conv',
  ])
  expect(model.graph?.initializer).toHaveLength(6)
})
