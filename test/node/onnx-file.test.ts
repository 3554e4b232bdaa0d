// ONNX files from anywhere: which inputs fit them, and the runtime's own words where it refuses them or fails.
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, type ModelProto } from 'onnx-buf'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isProblem, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { noise } from '../../src/node/noise.ts'
import { openOnnxFile } from '../../src/node/onnx-file.ts'
import type { OnnxRuntime, RuntimeTensor } from '../../src/node/onnx-runtime.ts'
import { initialise } from '../../src/weights/initialise.ts'
import { graphOf } from '../support/compile-text.ts'
import { bytesOf, openModel, runtime } from '../support/onnx.ts'
import { workspace } from '../support/run-weft.ts'

const present = (): OnnxRuntime => {
  if (runtime === undefined) throw new Error('skipped without it')
  return runtime
}

const tensor = (...shape: readonly number[]): RuntimeTensor => ({
  shape,
  data: noise(
    shape.reduce((all, one) => all * one, 1),
    1,
  ),
})

/** A network with this input, exported, and changed as another exporter could have written it. */
function fileOf(input: string, change: (model: ModelProto) => void = () => {}): string {
  const { graph } = graphOf(`network Net {\n  input x: [1, ${input}]\n  output y = x -> conv(2, 1)\n}\n`)
  const model = fromBinary(ModelProtoSchema, bytesOf(graph, { weights: initialise(graph, 1) }))
  change(model)
  const path = join(workspace(), 'net.onnx')
  writeFileSync(path, toBinary(ModelProtoSchema, model))
  return path
}

async function tried(
  path: string,
  ...given: readonly RuntimeTensor[]
): Promise<
  { readonly macs: number | undefined; readonly outputs: readonly (readonly number[])[] } | Problem
> {
  const inputs = new Map(given.map((one, at) => [`given${at}`, one]))
  const opened = await openOnnxFile(present(), path, inputs, { threads: 1 })
  if (isProblem(opened)) return opened
  const { session, feeds, macs } = opened.contestant
  const outputs = await session.run(feeds)
  await opened.close()
  return isProblem(outputs) ? outputs : { macs, outputs: [...outputs.values()].map(({ shape }) => shape) }
}

const reason = async (path: string, given: RuntimeTensor): Promise<unknown> => {
  const found = await tried(path, given)
  return isProblem(found) && 'reason' in found.parts ? [found.name, found.parts.reason] : found
}

describe.skipIf(runtime === undefined)('an ONNX file', () => {
  test('runs on given inputs, whatever they are called', async () => {
    expect(await tried(fileOf('4, 6'), tensor(3, 1, 4, 6))).toEqual({
      macs: 3 * 2 * 24,
      outputs: [[3, 2, 4, 6]],
    })
  })

  test('of another exporter has no count', async () => {
    const path = fileOf('4, 6', (model) => {
      model.metadataProps = []
    })
    expect(await tried(path, tensor(1, 1, 4, 6))).toEqual({ macs: undefined, outputs: [[1, 2, 4, 6]] })
  })

  test.each([
    ['dim("H", multiple = 4)', [8], 'H has to be a positive multiple of 4', [6]],
    ['dim("H", multiple = 4) + 3', [7], 'H in H + 3 has to be a positive multiple of 4', [8]],
    ['dim("H", multiple = 4) + 3', [11], 'H in H + 3 has to be a positive multiple of 4', [3]],
    ['dim("H", multiple = 4) - 2', [6], 'H in H - 2 has to be a positive multiple of 4', [4]],
    ['2 * dim("H", multiple = 4)', [16], 'H in 2*H has to be a positive multiple of 4', [12]],
    ['dim("H", multiple = 4) / 2', [6], 'H in H/2 has to be a positive multiple of 4', [3]],
    ['dim("H") + 5', [6], 'H in H + 5 has to be any positive extent', [5]],
  ])('with the extent %s takes %j, not what breaks its rule', async (extent, good, message, bad) => {
    const path = fileOf(extent)
    expect(await tried(path, tensor(1, 1, ...good))).toMatchObject({ outputs: [[1, 2, ...good]] })
    expect(await reason(path, tensor(1, 1, ...bad))).toEqual(['onnx-input-misshapen', message])
  })

  test('with a free extent that has no name or no rule takes any', async () => {
    const path = fileOf('dim("H", multiple = 4)', (model) => {
      model.metadataProps = []
      const type = model.graph?.input[0]?.type?.value
      const dim = type?.case === 'tensorType' ? type.value.shape?.dim[2] : undefined
      if (dim !== undefined) dim.value = { case: undefined }
    })
    expect(await tried(path, tensor(1, 1, 7))).toMatchObject({ outputs: [[1, 2, 7]] })
  })

  test('takes neither other channels nor another number of inputs', async () => {
    const path = fileOf('4, 6')
    expect(await reason(path, tensor(1, 2, 4, 6))).toEqual(['onnx-input-misshapen', 'axis 1 is fixed'])
    expect(await tried(path, tensor(1, 1, 4, 6), tensor(1, 1, 4, 6))).toMatchObject({
      name: 'onnx-inputs-differ',
      parts: { takes: 1, given: 2 },
    })
  })

  test('is refused where it is none: missing, a folder, a model without a graph', async () => {
    const cwd = workspace()
    expect(await tried(join(cwd, 'none.onnx'), tensor(1))).toMatchObject({ name: 'file-missing' })
    expect(await tried(cwd, tensor(1))).toMatchObject({
      name: 'file-unreadable',
      parts: { reason: 'it is a directory' },
    })
    const path = fileOf('4, 6', (model) => {
      delete model.graph
    })
    expect(await tried(path, tensor(1))).toMatchObject({ name: 'not-onnx' })
  })

  test('with an operator that the runtime does not know is refused in its words', async () => {
    const path = fileOf('4, 6', ({ graph }) => {
      const [node] = graph?.node ?? []
      if (node !== undefined) node.opType = 'Confabulate'
    })
    expect(await reason(path, tensor(1, 1, 4, 6))).toEqual([
      'runtime-refuses-model',
      expect.stringMatching(/^[^\n]*Confabulate[^\n]*$/),
    ])
  })

  test('gives the runtime’s words where a run fails', async () => {
    const { graph } = graphOf('network Net {\n  input x: [1, 4]\n  output y = x -> conv(2, 1)\n}\n')
    const session = await openModel(graph, { weights: initialise(graph, 1) })
    expect(await session.run(new Map([['x', tensor(1, 1, 5)]]))).toMatchObject({ name: 'runtime-fails' })
    await session.release()
  })
})
