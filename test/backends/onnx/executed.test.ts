// What an exported model multiplies, counted on the model itself.
import { expect, test } from 'vitest'
import { executedModel } from '../../../src/backends/onnx/executed.ts'
import type { Graph } from '../../../src/compiler/ir/graph.ts'
import { initialise } from '../../../src/weights/initialise.ts'
import { graphOf } from '../../support/check.ts'

function executed(graph: Graph): { readonly macs: number; readonly weights: number } {
  const found = executedModel(graph, initialise(graph, 1))
  if ('diagnostics' in found) throw new Error('refused')
  const macs = [...found.macs.values()].reduce<number>((sum, one) => sum + (one ?? NaN), 0)
  return { macs, weights: found.weights }
}

const net = (shape: string, body: string): Graph => graphOf(`network N {\n input x: ${shape}\n ${body}\n}`)

const sparse = (granularity: string): Graph =>
  net(
    '[8, 4, 4]',
    `fusion f {
      node[0] {
        edge a = x -> conv_transpose(8, 2, stride = 2, bias = false)
        fuse = concat -> conv(16, 3, bias = false)
      }
      sparsity 75% { granularity = ${granularity} }
    }
    output y = f[0]`,
  )
const transposed = 16 * 8 * 8 * 4
const convolution = 64 * 16 * 8 * 9

test('is what the compiler counts where nothing is sparse and no pass helps', () => {
  expect(executed(net('[8, 5, 5]', 'output y = x -> conv(4, 3, stride = 2)'))).toEqual({
    macs: 9 * 4 * 8 * 9,
    weights: 4 * 8 * 9 + 4,
  })
})

test('has the zeros of single weights in it, and those of blocks and channels not', () => {
  expect(executed(sparse('weight')).macs).toBe(transposed + convolution)
  // Of the 8 channels of the edge, the 4 blocks of the convolution read 6, and all of its outputs 2.
  for (const [granularity, read] of [
    ['block(outs = 4)', 6],
    ['channel', 2],
  ] as const)
    expect(executed(sparse(granularity))).toEqual({
      macs: ((transposed * read) / 8 + convolution) / 4,
      weights: (read * 8 * 4 + 16 * 8 * 9) / 4,
    })
})

test('has Winograd’s transforms in it and what they save not', () => {
  // F(4, 3) along the depth: 6 planar convolutions make 4 slices of 8, and the transforms of each channel's plane are 12×8 at once, 4×6 twice.
  const macs = 2 * 6 * (16 * 16 * 9 * 64) + 12 * 8 * (16 * 64) + 2 * 4 * 6 * (16 * 64)
  expect(executed(net('[16, 8, 8, 8]', 'output y = x -> conv(16, 3)')).macs).toBe(macs)
})

test('knows the extents within slabs, which the file does not state', () => {
  // More than the planar convolutions, of which 6 make 4 slices, and less than the plain one.
  const { macs } = executed(net('[16, 32, 64, 64]', 'output y = x -> conv(16, 3)'))
  expect(macs).toBeGreaterThan((32 / 4) * 6 * (16 * 16 * 9 * 64 * 64))
  expect(macs).toBeLessThan(32 * (16 * 16 * 27 * 64 * 64))
})

test('leaves out what only auxiliary outputs need', () => {
  const graph = net('[2, 4, 4]', 'output y = x -> conv(3, 1, bias = false)\n aux output z = x -> conv(5, 3)')
  expect(executed(graph)).toEqual({ macs: 16 * 6, weights: 6 })
})

test('is unknown where extents are free', () => {
  const free = net('[2, dim("H"), dim("W")]', 'output y = x -> conv(3, 1)')
  const found = executedModel(free, initialise(free, 1))
  if ('diagnostics' in found) throw new Error('refused')
  expect([...found.macs.values()]).toContain(undefined)
})
