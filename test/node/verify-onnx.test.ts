// Verification: every network of the examples, small, from its export to its last value; and that it notices what is wrong.
import { describe, expect, test } from 'vitest'
import { emitOnnx } from '../../src/backends/onnx/emit.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import type { VerifyOptions } from '../../src/node/comparison.ts'
import { verifyOnnx } from '../../src/node/verify-onnx.ts'
import type { OnnxRuntime } from '../../src/node/onnx-runtime.ts'
import { initialise } from '../../src/weights/initialise.ts'
import type { Weights } from '../../src/weights/weights.ts'
import { compileExample, type CompiledExample } from '../examples/compile-example.ts'
import { smallNetworks } from '../examples/facts.ts'
import { graphOf } from '../support/compile-text.ts'
import { runtime } from '../support/onnx.ts'

const present = (): OnnxRuntime => {
  if (runtime === undefined) throw new Error('skipped without it')
  return runtime
}

async function verified(
  compiled: Pick<CompiledExample, 'graph' | 'sources'>,
  options: Partial<VerifyOptions> = {},
): Promise<Extract<Awaited<ReturnType<typeof verifyOnnx>>, { kind: 'verified' }>> {
  const provenance = { weftVersion: '0', weights: 'seed 1' }
  const weights = initialise(compiled.graph, 1)
  const result = await verifyOnnx(present(), compiled, { weights, provenance, outputs: 'all', ...options })
  if (result.kind !== 'verified') throw new Error(JSON.stringify(result))
  return result
}

describe.skipIf(runtime === undefined)('the exported file agrees with the reference', () => {
  test.each(smallNetworks)(
    '%s %s %o',
    async (file, network, args) => {
      const result = await verified(compileExample(`examples/${file}.weft`, network, args))
      const worst = result.values.toSorted((a, b) => b.relative - a.relative)[0]
      expect(result.shapeFaults).toEqual([])
      expect(result.values.length).toBeGreaterThan(30)
      expect({ holds: result.holds, worst }).toMatchObject({ holds: true })
    },
    120_000,
  )
})

describe.skipIf(runtime === undefined)('verification', () => {
  const net = graphOf(`network Net {
  input x: [2, 6, 6]
  let a = x -> conv(4, 3)
  output y = a -> relu -> conv(2, 1)
}
`)

  test('names the first value that is off, where and by how much', async () => {
    const honest = initialise(net.graph, 1)
    let reads = 0
    // The file gets one weight that the reference does not: as a wrong layout or a wrong sign would do.
    const lying: Weights = {
      numbersOf: (parameter) => {
        const numbers = honest.numbersOf(parameter)
        if (isProblem(numbers) || parameter.path !== 'a.conv.weight' || ++reads > 2) return numbers
        return numbers.with(0, 5)
      },
    }
    const result = await verified(net, { weights: lying })
    expect(result).toMatchObject({ outcome: 'differs', holds: false, mode: 'sampled' })
    // Each operator is held against what the runtime's own inputs make of it: what follows is right.
    const far = result.values.filter(({ relative, rounding = 0 }) => relative > rounding)
    expect(far).toMatchObject([
      { path: 'a.conv', at: [0, 0, expect.any(Number), expect.any(Number)], compared: 144 },
    ])
    reads = 0
    const whole = await verified(net, { weights: lying, mode: 'exhaustive' })
    expect(whole).toMatchObject({ outcome: 'differs', holds: false, mode: 'exhaustive' })
    expect(whole.values.find(({ relative }) => relative > 0.1)).toMatchObject({ path: 'a.conv' })
  })

  test.each(['sampled', 'exhaustive'] as const)(
    'sees a mistake of the shipped file alone, %s',
    async (mode) => {
      const honest = initialise(net.graph, 1)
      let reads = 0
      const lying: Weights = {
        numbersOf: (parameter) => {
          const numbers = honest.numbersOf(parameter)
          if (isProblem(numbers) || parameter.path !== 'a.conv.weight' || ++reads > 1) return numbers
          return numbers.with(0, 5)
        },
      }
      const result = await verified(net, { weights: lying, mode })
      expect(result).toMatchObject({ outcome: 'differs', holds: false, mode })
      expect(result.outputs[0]?.relative).toBeGreaterThan(0.01)
      expect(result.values.every(({ relative }) => relative < 1e-5)).toBe(true)
    },
  )

  test('sees a border that is wrong of a value that is too large to be looked at whole', async () => {
    const wide = graphOf(`network Net {
  input x: [2, 64, 64]
  let a = x -> conv(8, 3)
  output y = a -> relu -> conv(2, 1)
}
`)
    const honest = present()
    // Of each value that the runtime gives of the convolution, one line of one border is wrong.
    const lying: OnnxRuntime = {
      ...honest,
      open: async (...given) => {
        const session = await honest.open(...given)
        if (isProblem(session)) return session
        const run: typeof session.run = async (...feeds) => {
          const values = await session.run(...feeds)
          if (isProblem(values)) return values
          const value = values.get('a.conv')
          if (value === undefined) return values
          return new Map(values).set('a.conv', { ...value, data: value.data.map(withoutLastLine) })
        }
        return { ...session, run }
      },
    }
    const withoutLastLine = (value: number, at: number): number => (at % (64 * 64) >= 63 * 64 ? 0 : value)
    const weights = initialise(wide.graph, 1)
    const options = { weights, provenance: { weftVersion: '0', weights: 'seed 1' } }
    expect(await verifyOnnx(honest, wide, options)).toMatchObject({ outcome: 'verified' })
    const result = await verifyOnnx(lying, wide, options)
    if (result.kind !== 'verified') throw new Error(JSON.stringify(result))
    expect(result.outcome).toBe('differs')
    const conv = result.values.find(({ path }) => path === 'a.conv')
    expect(conv?.compared).toBeLessThan(8 * 64 * 64)
    expect(conv?.at[2]).toBe(63)
  })

  /** One of the network's parameters with other numbers: in the file and in the reference, or in the file alone. */
  const withNumbers = (graph: Graph, path: string, number: number, readBy: 'both' | 'file'): Weights => {
    const honest = initialise(graph, 1)
    let reads = 0
    return {
      numbersOf: (parameter) => {
        const numbers = honest.numbersOf(parameter)
        if (isProblem(numbers) || parameter.path !== path) return numbers
        // The shipped file and the instrumented one are written before the reference reads anything.
        return readBy === 'both' || ++reads <= 2 ? numbers.map(() => number) : numbers
      },
    }
  }

  test.each(['instance_norm', 'group_norm(2)', 'layer_norm(axis = channel)'])(
    'does not blame a file for what %s makes of rounding',
    async (norm) => {
      const offset = graphOf(`network Net {
  input x: [1, 1, 2]
  let a = x -> conv(4, 1)
  output y = a -> ${norm} -> conv(2, 1)
}
`)
      const weights = withNumbers(offset.graph, 'a.conv.bias', 1e6, 'both')
      expect(await verified(offset, { weights })).toMatchObject({
        outcome: 'undecided',
        holds: false,
        reason: { kind: 'rounding', path: `y.${norm.replace(/\(.*/, '')}` },
      })
      // The same of a mistake that rounding does not account for.
      const wrong = withNumbers(offset.graph, 'y.conv.bias', 5, 'file')
      expect(await verified(offset, { weights: wrong })).toMatchObject({ outcome: 'differs', holds: false })
      expect(await verified(offset)).toMatchObject({ outcome: 'verified', holds: true })
    },
  )

  test('does not call a file right whose output no image changes', async () => {
    const hidden = graphOf(`network Net {
  input x: [1, 4, 4]
  let a = x -> conv(4, 4, stride = 4) -> instance_norm
  output y = a -> relu -> conv(2, 1)
  aux output z = x -> conv(1, 1)
}
`)
    expect(await verified(hidden)).toMatchObject({
      outcome: 'undecided',
      holds: false,
      reason: { kind: 'unresponsive', output: 'y', path: 'a.instance_norm' },
    })
    const wrong = withNumbers(hidden.graph, 'y.conv.bias', 5, 'file')
    expect(await verified(hidden, { weights: wrong })).toMatchObject({ outcome: 'differs' })
  })

  test('takes infinities as they are, and decides nothing by what is no number', async () => {
    const pool = 'max_pool(2, stride = 1, padding = 2, dilation = 4)'
    const infinite = graphOf(`network Net {
  input x: [1, 3, 6]
  output y = x -> ${pool}
}
`)
    expect(await verified(infinite)).toMatchObject({ outcome: 'verified' })
    const none = graphOf(`network Net {
  input x: [1, 2, 6]
  output y = x -> ${pool} -> conv(1, 3)
}
`)
    expect(await verified(none)).toMatchObject({
      outcome: 'undecided',
      reason: { kind: 'not-finite', path: 'y.max_pool' },
    })
  })

  test('counts what a pass computes together with something else', async () => {
    const shifted = graphOf(`network Net {
  input x: [4, 4, 4, 4]
  output y = x -> shift(depth, offsets = [1, 0]) -> conv(4, [1, 3, 3]) -> relu
}
`)
    expect(await verified(shifted, { passes: [] })).toMatchObject({ merged: 0, holds: true })
    expect(await verified(shifted)).toMatchObject({ merged: 1, holds: true })
  })

  describe('of channels that nobody reads, which the file does not have', () => {
    const sparse = graphOf(`network Net {
  input x: [4, 4, 4, 4]
  let wide = x -> conv(8, 3) -> instance_norm -> relu
  fusion f {
    node[0] {
      edge near = wide -> max_pool(3, stride = 1, padding = 1)
      edge far = x
      fuse = concat -> conv(8, 3)
    }
    sparsity 75% { granularity = channel }
  }
  output y = f[0] -> conv(2, 1)
}
`)
    const elements = 4 * 4 * 4

    test.each(['sampled', 'exhaustive'] as const)('looks at the others, %s', async (mode) => {
      const [all, live] = [
        await verified(sparse, { mode, passes: ['pick-live'] }),
        await verified(sparse, { mode, passes: ['pick-live', 'live-channels'] }),
      ]
      expect([all.holds, live.holds, live.merged - all.merged]).toEqual([true, true, 0])
      const of = (one: typeof all, path: string): number | undefined =>
        one.values.find((value) => value.path === path)?.compared
      expect(of(all, 'wide.relu')).toBe(8 * elements)
      expect(of(live, 'wide.relu')).toBeLessThan(8 * elements)
    })

    test('is not taken in by a file that lacks one which is read', async () => {
      const honest = initialise(sparse.graph, 1)
      let reads = 0
      const counting = (lies: (reads: number) => boolean): Weights => ({
        numbersOf: (parameter) => {
          const numbers = honest.numbersOf(parameter)
          if (isProblem(numbers) || parameter.path !== 'f.node[0].fuse.conv.weight') return numbers
          // All outputs read the same channels: here those that the file does not have.
          return lies(++reads) ? numbers.map((one) => (one === 0 ? 0.1 : 0)) : numbers
        },
      })
      await verified(sparse, { weights: counting(() => false) })
      const all = reads
      reads = 0
      const result = await verified(sparse, { weights: counting((read) => read === all) })
      expect(result).toMatchObject({ outcome: 'differs', holds: false })
      expect(result.values.find(({ relative }) => relative === Infinity)?.path).toBe('f.node[0].fuse.conv')
    })
  })

  test('says what the export refuses', async () => {
    const provenance = { weftVersion: '0', weights: '' }
    const options = { weights: initialise(net.graph, 1), provenance, opset: 3 }
    const result = await verifyOnnx(present(), net, options)
    expect(result.kind === 'refused' ? result.diagnostics.map(({ name }) => name) : []).toEqual([
      'opset-unsupported',
    ])
    expect(emitOnnx(net.graph, net.sources, { ...options, fileName: 'x' }).kind).toBe('refused')
  })
})
