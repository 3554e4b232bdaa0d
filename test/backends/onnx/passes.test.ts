// Passes of the ONNX backend: each computes what the plain export computes, and each does what it is for.
import { describe, expect, test } from 'vitest'
import {
  onnxPassNames,
  type OnnxGoal,
  type OnnxPassName,
} from '../../../src/backends/onnx/passes/pipeline.ts'
import { evaluate } from '../../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../../src/backends/reference/tensor.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../src/compiler/ir/graph.ts'
import { caseWeights, element } from '../../conformance/support.ts'
import { graphOf } from '../../support/check.ts'
import { bytesOf, distance, emitted, runExported, runtime } from '../../support/onnx.ts'

const tolerance = 5e-5

function network(shape: string, body: string): Graph {
  return graphOf(`network Net {\n  input x: ${shape}\n${body}\n}\n`)
}

function inputsOf(graph: Graph, batch: number): Map<string, Tensor> {
  return new Map(
    graph.inputs.map(({ name, node }, k) => {
      const extents = (graph.nodes[node]?.type.shape ?? []).filter((one) => typeof one === 'number')
      const shape = [batch, ...extents]
      const count = shape.reduce((all, one) => all * one, 1)
      return [name, { shape, data: Float64Array.from({ length: count }, (_, at) => element(at, k)) }]
    }),
  )
}

/** How often each ONNX operator stands in the export. */
function census(graph: Graph, passes: readonly OnnxPassName[]): Record<string, number> {
  const { model } = emitted(graph, { weights: caseWeights, passes, outputs: 'all' })
  const counts: Record<string, number> = {}
  for (const { op } of model.nodes) counts[op] = (counts[op] ?? 0) + 1
  return counts
}

async function farthest(
  graph: Graph,
  passes: readonly OnnxPassName[],
  batch: number,
  outputs: 'inference' | 'all' = 'all',
): Promise<number> {
  const inputs = inputsOf(graph, batch)
  const expected = evaluate(graph, caseWeights, inputs, { outputs })
  if (isProblem(expected)) throw new Error(expected.name)
  const given = await runExported(graph, inputs, { weights: caseWeights, passes, outputs })
  return Math.max(...[...expected].map(([name, value]) => distance(value, given.get(name), 1e-2)))
}

const networks: Readonly<Record<string, Graph>> = {
  'transposed convolutions of every depth factor': network(
    '[3, 3, 4, 5]',
    `  output flat = x -> conv_transpose(4, [1, 2, 2], stride = [1, 2, 2])
  output deep = x -> conv_transpose(5, 2, stride = 2, bias = false)
  output wide = x -> conv_transpose(4, [3, 3, 3], stride = [3, 2, 2], padding = [0, 1, 1], output_padding = [0, 1, 1])
  output grouped = x -> conv_transpose(6, [1, 2, 3], stride = [1, 2, 1], groups = 3)
  output overlapping = x -> conv_transpose(2, 3, stride = 2)`,
  ),
  'a fused node: concat, shift, flat convolution': network(
    '[5, 6, 4, 4]',
    `  let low = x -> max_pool(2) -> conv(7, 1)
  let up = low -> conv_transpose(6, 2, stride = 2)
  let same = x -> conv(4, [1, 3, 3])
  output y = concat(same, up, x) -> shift(depth, offsets = [-2, -1, 0, 1, 2]) -> conv(6, [1, 3, 3]) -> relu`,
  ),
  'shifts without concat, strided, at the edges': network(
    '[5, 7, 4, 6]',
    `  output strided = x -> shift(depth, offsets = [1, -3]) -> conv(4, [1, 3, 3], stride = 2)
  output valid = x -> shift(depth, offsets = [-1, 0, 1]) -> conv(3, [1, 3, 2], padding = [0, 0, [1, 0]], bias = false)
  output dilated = x -> shift(depth, offsets = [9, -9, 0]) -> conv(5, [1, 3, 3], padding = [0, 2, 2], dilation = [1, 2, 2], groups = 5)`,
  ),
  'a shift that others read too': network(
    '[4, 4, 4, 4]',
    `  let moved = x -> shift(depth, offsets = [1, 0])
  output y = add(moved -> conv(4, [1, 3, 3]), moved)
  output again = moved`,
  ),
  'a shift along another axis, a deep kernel': network(
    '[4, 4, 4, 4]',
    `  output y = x -> shift(height, offsets = [1, 0]) -> conv(4, [1, 3, 3])
  output z = x -> shift(depth, offsets = [1, 0]) -> conv(4, 3)`,
  ),
  'deep convolutions of every kind that Winograd takes': network(
    '[16, 4, 12, 11]',
    `  let up = x -> max_pool(2) -> conv_transpose(16, 2, stride = 2) -> resize(size = [4, 12, 11])
  output four = concat(x, up) -> conv(16, 3)
  output normed = x -> conv(32, 3) -> instance_norm
  output planar = x -> pad(low = [12, 0, 0]) -> conv(16, 3, stride = [1, 2, 2], bias = false)
  output sixes = x -> pad(low = [2, 0, 0]) -> conv(16, 3)
  output twelve = x -> pad(low = [8, 0, 0]) -> conv(16, 3, padding = [1, 0, [1, 2]])
  output small = x -> max_pool(2) -> conv(16, 3)
  output strided = x -> conv(16, 3, stride = 2)
  output odd = x -> pad(low = [1, 0, 0]) -> conv(16, 3)
  output narrow = x -> conv(8, 3)
  output dilated = x -> conv(16, 3, dilation = [2, 1, 1])`,
  ),
  'norms over more values than one sum holds': network(
    '[2, 33, 24, 22]',
    `  output y = x -> instance_norm
  output plain = x -> instance_norm(affine = false, eps = 0.01)
  output grouped = x -> relu -> group_norm(1)
  output few = x -> max_pool(2) -> instance_norm`,
  ),
  'batch norms behind convolutions': network(
    '[3, 4, 4, 4]',
    `  output y = x -> conv(4, 3) -> batch_norm -> relu
  output z = x -> conv(6, 3, bias = false, groups = 3) -> batch_norm(affine = false, eps = 0.01)
  output up = x -> conv_transpose(4, 2, stride = 2) -> batch_norm
  let read = x -> conv(4, 1)
  output twice = add(read -> batch_norm, read)
  output pooled = x -> max_pool(2) -> batch_norm`,
  ),
  'a batch norm for each application of a shared convolution': network(
    '[3, 6, 4]',
    `  share let down = conv(4, 3)
  share let up = conv_transpose(4, 2, stride = 2)
  output y = x -> down -> batch_norm
  output z = x -> relu -> down -> batch_norm
  output tall = x -> up -> batch_norm
  output high = x -> relu -> up -> batch_norm`,
  ),
}

const names = Object.keys(networks)
const graphNamed = (name: string): Graph => networks[name] ?? network('[1, 2, 2]', '  output y = x')

describe.skipIf(runtime === undefined)('exports agree with the reference', () => {
  const choices: [string, readonly OnnxPassName[]][] = [
    ['no pass', []],
    ...onnxPassNames.map((name): [string, readonly OnnxPassName[]] => [name, [name]]),
    ['all passes', onnxPassNames],
  ]
  test.each(names.flatMap((name) => choices.map(([chosen, passes]) => ({ name, chosen, passes }))))(
    '$name: $chosen',
    async ({ name, passes }) => {
      expect(await farthest(graphNamed(name), passes, 1)).toBeLessThanOrEqual(tolerance)
      expect(await farthest(graphNamed(name), passes, 3)).toBeLessThanOrEqual(tolerance)
    },
  )
})

describe.skipIf(runtime === undefined)('norms and means over two million values', () => {
  const body = `  output y = x -> instance_norm
  output z = concat(x, x -> relu) -> group_norm(1)
  output m = x -> mean(axes = [1, 2, 3])`
  const graph = network('[1, 128, 128, 128]', body)
  // Far from zero, where sums are great: an image as scanners give it.
  const image = {
    shape: [1, 1, 128, 128, 128],
    data: Float64Array.from({ length: 128 ** 3 }, (_, at) => Math.fround(element(at, 0) + 2)),
  }
  const inputs = new Map([['x', image]])

  test('are exact, whether extents are known or free', async () => {
    const expected = evaluate(graph, caseWeights, inputs, { outputs: 'all' })
    if (isProblem(expected)) throw new Error(expected.name)
    for (const shape of ['[1, 128, 128, 128]', '[1, dim("D"), dim("H"), dim("W")]']) {
      const given = await runExported(network(shape, body), inputs, { weights: caseWeights })
      const far = (name: string): number => distance(expected.get(name) ?? image, given.get(name))
      // One sum of all is 3e-4 off.
      expect(far('y')).toBeLessThan(5e-6)
      expect(far('z')).toBeLessThan(5e-6)
      // A single value is measured in thousandths of itself.
      expect(1e-3 * far('m')).toBeLessThan(2e-6)
    }
  })
})

describe('a pass does what it is for', () => {
  test('exact-norms leaves the norms alone that one sum is enough for', () => {
    const graph = graphNamed('norms over more values than one sum holds')
    expect(census(graph, [])).toMatchObject({ InstanceNormalization: 4 })
    expect(census(graph, ['exact-norms'])).toMatchObject({ InstanceNormalization: 1, BatchNormalization: 3 })
  })

  test('fold-conv-transpose leaves one 3D transposed convolution, the one whose windows overlap', () => {
    const graph = graphNamed('transposed convolutions of every depth factor')
    const kernels = emitted(graph, { weights: caseWeights, passes: ['fold-conv-transpose'], outputs: 'all' })
      .model.nodes.filter(({ op }) => op === 'ConvTranspose')
      .map(({ attributes }) => attributes['kernel_shape'])
    const ranks = kernels.map((one) => (one?.kind === 'ints' ? one.values.length : 0))
    expect(ranks.toSorted((a, b) => a - b)).toEqual([2, 2, 2, 2, 3])
  })

  test('gather-shift leaves one gather per fused node, and no pad', () => {
    const graph = graphNamed('a fused node: concat, shift, flat convolution')
    expect(census(graph, [])).toMatchObject({ Pad: 4, Slice: 5, Concat: 2 })
    const after = census(graph, ['gather-shift'])
    expect(after).toMatchObject({ Gather: 1 })
    expect(after['Pad']).toBeUndefined()
  })

  test('winograd-depth leaves deep convolutions where it would not pay or not be the same', () => {
    const graph = graphNamed('deep convolutions of every kind that Winograd takes')
    const { model } = emitted(graph, { weights: caseWeights, passes: ['winograd-depth'], outputs: 'all' })
    const deep = model.nodes.filter(({ op, attributes }) => {
      const kernel = attributes['kernel_shape']
      return op === 'Conv' && kernel?.kind === 'ints' && kernel.values.length === 3
    })
    expect(deep.map(({ name }) => name)).toEqual([
      'small.conv',
      'strided.conv',
      'odd.conv',
      'narrow.conv',
      'dilated.conv',
    ])
  })

  test('winograd-depth computes a deep volume slab by slab, and gives every value', () => {
    const graph = network('[16, 64, 64, 64]', '  output y = x -> conv(16, 3) -> instance_norm')
    const { model } = emitted(graph, { weights: caseWeights, passes: ['winograd-depth'], everyValue: true })
    const slabs = model.nodes.filter(({ op }) => op === 'Conv')
    expect(slabs.map(({ name }) => name)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((at) => `y.conv/slab[${at}]/conv`),
    )
    expect(model.outputs.map(({ name }) => name)).toEqual(['y', 'y.conv'])
  })

  test('for memory, transformed weights and slabs are small; for size, there are none', () => {
    const graph = network(
      '[32, 32, 64, 64]',
      `  let wide = x -> conv(32, 3)
  output y = wide -> max_pool(4) -> conv(128, 3) -> conv(128, 3)`,
    )
    const deep = (optimize: OnnxGoal): readonly string[] =>
      emitted(graph, { weights: caseWeights, optimize })
        .model.nodes.filter(({ op, name }) => op === 'Conv' && !/slab\[[1-9]/.test(name))
        .map(({ name }) => name)
    const slabs = (optimize: OnnxGoal): number =>
      emitted(graph, { weights: caseWeights, optimize }).model.nodes.filter(({ name }) =>
        /^wide.*slab\[\d+\]\/conv$/.test(name),
      ).length
    expect(deep('latency')).toEqual(['wide.conv/slab[0]/conv', 'y.conv[0]/conv', 'y.conv[1]/conv'])
    expect(deep('memory')).toEqual(['wide.conv/slab[0]/conv', 'y.conv[0]/slab[0]/conv', 'y.conv[1]'])
    expect(deep('size')).toEqual(['wide.conv', 'y.conv[0]', 'y.conv[1]'])
    expect(slabs('memory')).toBeGreaterThan(slabs('latency'))
    const bytes = (optimize: OnnxGoal): number => bytesOf(graph, { weights: caseWeights, optimize }).length
    expect(bytes('size')).toBeLessThan(bytes('memory'))
    expect(bytes('memory')).toBeLessThan(bytes('latency'))
  })

  test('for memory the same is computed', async () => {
    const graph = network('[16, 16, 32, 32]', '  output y = x -> conv(16, 3) -> relu -> conv(16, 3)')
    const inputs = inputsOf(graph, 1)
    const expected = evaluate(graph, caseWeights, inputs, { outputs: 'inference' })
    if (isProblem(expected)) throw new Error(expected.name)
    const given = await runExported(graph, inputs, { weights: caseWeights, optimize: 'memory' })
    for (const [name, value] of expected)
      expect(distance(value, given.get(name), 1e-2)).toBeLessThan(tolerance)
  })

  test('gather-shift leaves a shift alone that something else reads', () => {
    expect(census(graphNamed('a shift that others read too'), ['gather-shift'])['Gather']).toBeUndefined()
  })

  test('fold-batch-norm leaves the batch norms that follow no convolution of their own', () => {
    const graph = graphNamed('batch norms behind convolutions')
    expect(census(graph, [])['BatchNormalization']).toBe(5)
    expect(census(graph, ['fold-batch-norm'])['BatchNormalization']).toBe(2)
  })

  test('without passes, weights keep their names and layouts', () => {
    const graph = graphNamed('a fused node: concat, shift, flat convolution')
    const { model } = emitted(graph, { weights: caseWeights, outputs: 'all', passes: [] })
    const parameters = graph.parameters.map(({ path, shape }) => ({ name: path, shape }))
    const written = model.tensors.filter(({ content }) => content.kind === 'parameter')
    expect(written.map(({ name, shape }) => ({ name, shape }))).toEqual(parameters)
  })

  test('weight-layouts leaves nothing to be laid out when the file is opened, and says what it wrote', () => {
    const graph = graphNamed('a fused node: concat, shift, flat convolution')
    const { model } = emitted(graph, { weights: caseWeights, outputs: 'all' })
    const carried = new Set(model.tensors.map(({ name }) => name))
    expect(model.nodes.filter(({ inputs }) => inputs.every((name) => carried.has(name)))).toEqual([])
    expect(model.tensors.map(({ name, shape }) => `${name} [${shape.join()}]`)).toEqual(
      expect.arrayContaining([
        'up.conv_transpose.weight/transposed(0,2,1,3,4)/as(7,12,2,2) [7,12,2,2]',
        'up.conv_transpose.bias/repeated(2) [12]',
        'y.conv.weight/flat [6,15,3,3]',
      ]),
    )
  })

  test('a weight that two nodes read in one layout is written once', () => {
    const graph = network(
      '[16, 4, 12, 11]',
      `  share let deep = conv(16, 3)
  share let up = conv_transpose(16, 2, stride = 2)
  output y = add(x -> deep, x -> relu -> deep)
  output z = add(x -> up, x -> relu -> up)`,
    )
    const { model } = emitted(graph, { weights: caseWeights, outputs: 'all' })
    const written = model.tensors.filter(({ content }) => content.kind === 'parameter')
    expect(written).toHaveLength(4)
  })
})
