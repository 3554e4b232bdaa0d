// Networks whose tokens and windows are as many as the extents say: a file with free extents gives what a file for each extent gives.
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { compile } from '../../src/compiler/compile.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { noiseInputs } from '../../src/node/noise.ts'
import { initialise } from '../../src/weights/initialise.ts'
import { distance, openModel, runExported, runtime } from '../support/onnx.ts'
import { repositoryHost } from './compile-example.ts'

interface Case {
  readonly file: string
  readonly network: string
  /** Small widths and windows, so that small images have several windows along each axis. */
  readonly arguments: Readonly<Record<string, string>>
  readonly parameter?: string
  readonly free: string
  /** None of them are the declared ones. */
  readonly extents: readonly string[]
}

const cases: readonly Case[] = [
  {
    file: 'swin-unetr',
    network: 'SwinUNETR',
    arguments: { feature: '6', heads: '[1, 1, 2, 2]', window: '3' },
    free: '[dim("D", multiple = 32, least = 64), dim("H", multiple = 32, least = 64), dim("W", multiple = 32, least = 64)]',
    // 32 and 48 positions, then half as many and again: windows of 3 leave 2, 1 or none over.
    extents: ['[64, 96, 64]'],
  },
  {
    file: 'nnformer',
    network: 'NNFormer',
    arguments: {
      embed: '4',
      heads: '[1, 1, 2, 2]',
      windows: '[[2, 2, 2], [3, 3, 3], [3, 3, 3], [2, 2, 2]]',
    },
    free: '[dim("D", multiple = 16, least = 48), dim("H", multiple = 32, least = 96), dim("W", multiple = 32, least = 96)]',
    extents: ['[48, 128, 96]'],
  },
  {
    file: 'nnformer',
    network: 'NNFormerACDC',
    arguments: {
      embed: '4',
      heads: '[1, 1, 2, 2]',
      windows: '[[2, 2, 2], [2, 3, 3], [2, 3, 3], [2, 2, 2]]',
    },
    // The depth goes 14, 14, 7, 3: halved by a convolution without padding.
    free: '[dim("D", multiple = 4, least = 12) + 2, dim("H", multiple = 32, least = 96), dim("W", multiple = 32, least = 96)]',
    extents: ['[18, 128, 96]'],
  },
  {
    file: 'segformer',
    network: 'SegFormer',
    arguments: { widths: '[4, 4, 8, 8]', heads: '[1, 1, 2, 2]', decoder: '8', classes: '3' },
    parameter: 'size',
    free: '[dim("H", multiple = 32), dim("W", multiple = 32)]',
    extents: ['[32, 96]', '[128, 64]'],
  },
]

interface Outcome {
  readonly given: ReadonlyMap<string, Tensor>
  readonly values: Float64Array | undefined
}

describe.each(cases)('$network', (one) => {
  const graphAt = (extents: string): Graph => {
    const args = { ...one.arguments, [one.parameter ?? 'patch']: extents }
    const { graph, diagnostics } = compile(`examples/${one.file}.weft`, repositoryHost, {
      network: one.network,
      arguments: args,
    })
    if (graph === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
    return graph
  }

  test.skipIf(runtime === undefined)('gives at every size what a file of that size gives', async () => {
    const free = graphAt(one.free)
    const weights = initialise(free, 1)
    const session = await openModel(free, { weights })
    for (const extents of one.extents) {
      const graph = graphAt(extents)
      const { reference, runtime: feeds } = noiseInputs(graph, 1)
      const fixed = await runExported(graph, reference, { weights: initialise(graph, 1) })
      const given = await session.run(feeds)
      if (isProblem(given)) throw new Error(JSON.stringify(given))
      for (const [name, tensor] of fixed) {
        const { shape = [], data = [] } = given.get(name) ?? {}
        expect(distance(tensor, { shape, data: Float64Array.from(data) }), extents).toBeLessThan(1e-5)
      }
    }
    await session.release()
  })
})

test('the reference computes a network with free extents as it does one with those of its input', () => {
  const text = `import { SwinStage, channels_first, channels_last } from "std/transformer"
network Net(patch: [int]) {
  input x: [2, ...patch]
  output y = x -> channels_last -> SwinStage(2, 1, [3, 2], mlp = 1) -> channels_first
}
`
  const host = { read: (path: string) => (path === 'net.weft' ? text : undefined) }
  const outputOf = (patch: string, inputs?: ReadonlyMap<string, Tensor>): Outcome => {
    const { graph, diagnostics } = compile('net.weft', host, { arguments: { patch } })
    if (graph === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
    const given = inputs ?? noiseInputs(graph, 1).reference
    const found = evaluate(graph, initialise(graph, 1), given)
    if (isProblem(found)) throw new Error(JSON.stringify(found))
    return { given, values: found.get('y')?.data }
  }
  for (const patch of ['[4, 3]', '[7, 8]', '[9, 5]']) {
    const fixed = outputOf(patch)
    const free = outputOf('[dim("H", least = 4), dim("W", least = 3)]', fixed.given)
    expect(free.values, patch).toEqual(fixed.values)
  }
})
