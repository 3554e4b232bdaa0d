// Connections in blocks and channels in the graph model: it has nothing else, says where it lies, and gives what the whole weights give.
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../../src/backends/reference/evaluate.ts'
import { executedGraphModel } from '../../../src/backends/tfjs/graph-model/executed.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { keptWeights } from '../../../src/compiler/ir/connections.ts'
import { noiseInputs } from '../../../src/node/noise.ts'
import { initialise } from '../../../src/weights/initialise.ts'
import { graphOf } from '../../support/compile-text.ts'
import {
  contentsOf,
  emittedModel,
  loadStock,
  predicted,
  stockBackends,
  use,
} from '../../support/graph-model.ts'
import { distance } from '../../support/onnx.ts'

/** More channels than are picked by a product, and fewer; with a bias, and groups. */
const spec = (granularity: string): string => `network Net {
  input image: [140, 2, 4, 4]
  fusion f {
    node[0] {
      edge a = image -> conv_transpose(24, 2, stride = 2)
      edge b = image -> conv_transpose(16, [1, 2, 2], stride = [1, 2, 2], bias = false) -> pad(low = [0, 0, 0], high = [2, 0, 0])
      fuse = concat -> conv(40, 3) -> conv(32, [1, 3, 3], groups = 2, bias = false)
    }
    sparsity 75% { granularity = ${granularity} }
  }
  output y = f[0]
}`

describe.each(['block(outs = 16)', 'channel'])('%s', (granularity) => {
  const { graph } = graphOf(spec(granularity))
  const weights = initialise(graph, 3)
  const kept = graph.parameters.map(({ shape, mask }) =>
    mask === undefined ? shape.reduce((all, one) => all * one, 1) : keptWeights({ shape, mask }),
  )
  const all = kept.reduce((sum, one) => sum + one, 0)

  test('gives what the reference gives, for a batch of 2', async () => {
    const inputs = noiseInputs(graph, 1, 2).reference
    const expected = evaluate(graph, weights, inputs)
    if (isProblem(expected)) throw new Error(expected.name)
    const files = contentsOf(emittedModel(graph, { weights }))
    for (const backend of await stockBackends()) {
      await use(backend)
      const model = await loadStock(files)
      for (const [output, value] of expected)
        expect(distance(value, predicted(model, inputs, output)), backend).toBeLessThanOrEqual(5e-5)
      model.dispose()
    }
  })

  test('has the weights that are there, in 16 bits too, and says what it multiplies', () => {
    for (const [precision, bytes] of [
      [undefined, 4],
      ['f16', 2],
    ] as const) {
      const files = emittedModel(graph, { weights, ...(precision === undefined ? {} : { precision }) })
      const size = files.find(({ name }) => name === 'weights.bin')?.byteCount ?? 0
      // Besides biases in 32 bits, indices, and matrices that pick.
      expect(size).toBeGreaterThanOrEqual(bytes * all)
      expect(size).toBeLessThan(bytes * all + 12_000)
    }
    const executed = executedGraphModel(graph, weights)
    if ('diagnostics' in executed) throw new Error('refused')
    expect(executed.weights).toBe(all)
  })
})
