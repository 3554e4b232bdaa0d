// Memory, receptive fields and the split of parameters against published and measured figures, and numbers worked out by hand.
import { describe, expect, test } from 'vitest'
import { memory } from '../../src/compiler/analysis/memory.ts'
import { parameterSplit } from '../../src/compiler/analysis/parameter-split.ts'
import { receptiveFields } from '../../src/compiler/analysis/receptive-field.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { compileExample } from '../examples/compile-example.ts'
import { graphOf } from '../support/compile-text.ts'

const MiB = 2 ** 20
const example = (file: string, network: string, args: Readonly<Record<string, string>> = {}): Graph =>
  compileExample(`examples/${file}.weft`, network, args).graph

describe('what autograd holds after a forward pass of the official code, in MiB', () => {
  // Measured on the official networks with tensors of the meta device, float32, batch 1; outputs included, inputs and weights not.
  test.each([
    { file: 'nnunet', network: 'NNUNetV1', held: 3553 },
    { file: 'unetpp3d', network: 'UNetPlusPlus3D', held: 14555 },
  ])('$network: $held', ({ file, network, held }) => {
    const found = memory(example(file, network))
    expect(Math.round((found?.heldBytes ?? 0) / MiB)).toBe(held)
  })

  test("E2ENet: 15270, of which the padding of the released code's shift is a part that ours does not need", () => {
    // It pads the depth by 2 on both sides, moves, and narrows afterwards: the padded tensors are what is kept.
    const graph = example('e2enet', 'E2ENet')
    const padding = graph.nodes
      .filter((node) => node.op === 'shift')
      .map(({ type }) => type.shape.map(Number))
      .reduce((sum, [channels = 0, , height = 0, width = 0]) => sum + 4 * channels * 4 * height * width, 0)
    expect(Math.round(((memory(graph)?.heldBytes ?? 0) + padding) / MiB)).toBe(15270)
  })

  test('nnU-Net v2 without deep supervision: 3535', () => {
    const graph = example('nnunet', 'NNUNet')
    const found = memory({ ...graph, outputs: graph.outputs.filter((one) => !one.aux) })
    expect(Math.round((found?.heldBytes ?? 0) / MiB)).toBe(3535)
  })
})

test("nnU-Net's planner gives 484,851,712 elements for its network at 128³", () => {
  expect(memory(example('nnunet', 'NNUNet'))?.featureMap).toBe(484_851_712)
})

describe('causes', () => {
  test('add up to the peak, whatever the phase', () => {
    const found = memory(example('e2enet', 'E2ENet'), { batch: 2 })
    for (const phase of [found?.inference, found?.training]) {
      expect(phase?.causes.reduce((sum, one) => sum + one.bytes, 0)).toBe(phase?.peakBytes)
      expect(phase?.tensors.reduce((sum, one) => sum + one.bytes, 0)).toBe(phase?.peakBytes)
      expect(phase?.steps.reduce((most, one) => Math.max(most, one.bytes), 0)).toBe(phase?.peakBytes)
    }
    expect(found?.saved.causes.map((one) => one.cause)).toContain('shift copies')
  })

  test("nnU-Net's concats keep 681.25 MiB for the backward pass", () => {
    // 64 channels at 128³, and twice the width at each of the four coarser levels.
    const found = memory(example('nnunet', 'NNUNetV1'))
    const concats = [64 * 128 ** 3, 128 * 64 ** 3, 256 * 32 ** 3, 512 * 16 ** 3, 640 * 8 ** 3]
    expect(found?.saved.causes.find((one) => one.cause === 'concat copies')?.bytes).toBe(
      4 * concats.reduce((sum, one) => sum + one, 0),
    )
  })
})

describe('options', () => {
  const graph = example('nnunet', 'NNUNetV1', { patch: '[32, 32, 32]' })

  test('an optimiser keeps none, one or two tensors as large as the weights', () => {
    const { registered } = parameterSplit(graph)
    const kept = (['sgd', 'momentum', 'adam'] as const).map(
      (optimizer) => memory(graph, { optimizer })?.training.resident.optimizer,
    )
    expect(kept).toEqual([0, 4 * registered, 8 * registered])
  })

  test('half precision halves activations and adds a copy of the weights; statistics stay', () => {
    const full = memory(graph)
    const half = memory(graph, { dtype: 'bf16' })
    const statistics = full?.saved.causes.find((one) => one.cause === 'statistics')?.bytes ?? 0
    expect(half?.saved.bytes).toBe(((full?.saved.bytes ?? 0) - statistics) / 2 + statistics)
    expect(half?.training.resident.castWeights).toBe((full?.training.resident.weights ?? 0) / 2)
  })

  test('activations that do not write over their input cost a tensor each', () => {
    const apart = memory(graph, { inPlace: false })
    expect(apart?.inference.peakBytes).toBeGreaterThanOrEqual(memory(graph)?.inference.peakBytes ?? 0)
    expect(apart?.saved.bytes).toBeGreaterThan(memory(graph)?.saved.bytes ?? 0)
  })

  test('free extents have no bytes', () => {
    const free = graphOf(
      'network N { input x: [1, dim("H", multiple = 2)] output y = x -> conv(2, 3) }',
    ).graph
    expect(memory(free)).toBeUndefined()
  })
})

describe('receptive fields', () => {
  const fieldsOf = (layers: string): unknown =>
    receptiveFields(graphOf(`network N { input x: [1, 64, 64] output y = x -> ${layers} }`).graph)[0]?.fields

  test('of chains, by the textbook recurrence', () => {
    expect(fieldsOf('conv(2, 3)')).toEqual([3, 3])
    expect(fieldsOf('conv(2, [1, 5])')).toEqual([1, 5])
    expect(fieldsOf('conv(2, 3, dilation = 2) -> conv(2, 3)')).toEqual([7, 7])
    // VGG's first two stages: 1 + 2 + 2, + 1, and (2 + 2) · 2.
    expect(fieldsOf('conv(2, 3) -> conv(2, 3) -> max_pool(2) -> conv(2, 3) -> conv(2, 3)')).toEqual([14, 14])
    // An up-convolution whose kernel is its stride reads one position.
    expect(fieldsOf('conv(2, 3, stride = 2) -> conv_transpose(2, 2, stride = 2)')).toEqual([3, 3])
    expect(fieldsOf('shift(axis = height, offsets = [-2, 0, 2])')).toEqual([1, 1])
    expect(fieldsOf('conv(3, 1) -> shift(axis = height, offsets = [-2, 0, 2])')).toEqual([5, 1])
    expect(fieldsOf('conv(2, 3) -> mean')).toEqual(['all', 'all'])
  })

  test('of the classic U-Net is 204 where the windows fall worst', () => {
    // Two convolutions per level on the way down from the output: 1, 5; halved at worst to 3, 7; 4, 8; 5, 9; 5, 9 at the bottom.
    // Back up the encoder: 9 · 2 + 4 = 22, 48, 100, 204.
    expect(receptiveFields(example('unet', 'UNet'))[0]?.fields).toEqual([204, 204])
  })
})

test('weights in no output’s reach are dead, those of auxiliary outputs are not executed', () => {
  const { graph } = graphOf(`network N {
    input x: [1, 8, 8]
    backbone b { level[0] = x -> conv(2, 3) level[1] = level[0] -> conv(4, 3) }
    output y = b[0] -> conv(2, 1)
    aux output z = b[0] -> conv(3, 1)
  }`)
  const { dead, ...counts } = parameterSplit(graph)
  expect(counts).toEqual({ registered: 20 + 76 + 6 + 9, buffers: 0, trained: 35, inference: 26, nonzero: 26 })
  expect(dead.map((one) => one.path)).toEqual(['b.level[1].conv.weight', 'b.level[1].conv.bias'])
})
