// Sparse convolutions that run on what their masks leave: the same numbers, fewer of them.
import { describe, expect, test } from 'vitest'
import { defaultOnnxPasses, type OnnxPassName } from '../../../src/backends/onnx/passes/pipeline.ts'
import { evaluate } from '../../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../../src/backends/reference/tensor.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../src/compiler/ir/graph.ts'
import { elementCount } from '../../../src/weights/numbers.ts'
import { initialise } from '../../../src/weights/initialise.ts'
import type { Weights } from '../../../src/weights/weights.ts'
import { element } from '../../conformance/support.ts'
import { graphOf } from '../../support/check.ts'
import { distance, emitted, runExported, runtime } from '../../support/onnx.ts'

const sparse = (granularity: string, sparsity = '75%'): Graph =>
  graphOf(`network Net {
  input x: [8, 4, 4, 4]
  let low = x -> max_pool(2) -> conv(16, 1)
  fusion f {
    node[0] {
      edge same = x
      edge up = low -> conv_transpose(16, 2, stride = 2)
      edge flat = low -> conv_transpose(8, [1, 2, 2], stride = [1, 2, 2]) -> resize(size = [4, 4, 4])
      fuse = concat -> shift(depth, offsets = [-1, 0, 1]) -> conv(24, [1, 3, 3]) -> relu -> conv(20, 3, groups = 2)
    }
    sparsity ${sparsity} { granularity = ${granularity} }
  }
  output y = f[0] -> conv(2, 1)
}`)

/** Numbers of the weights and of the biases, which begin at 0. */
const weights = (graph: Graph): Weights => {
  const initial = initialise(graph, 4)
  return {
    numbersOf: (one) =>
      one.name === 'bias'
        ? Float32Array.from({ length: elementCount(one.shape) }, (_, at) => element(at, 3))
        : initial.numbersOf(one),
  }
}

const input = (): Map<string, Tensor> =>
  new Map([
    ['x', { shape: [2, 8, 4, 4, 4], data: Float64Array.from({ length: 1024 }, (_, at) => element(at, 0)) }],
  ])

async function error(graph: Graph, given: Weights): Promise<number> {
  const expected = evaluate(graph, given, input(), {})
  if (isProblem(expected)) throw new Error(expected.name)
  const found = await runExported(graph, input(), { weights: given })
  return Math.max(...[...expected].map(([name, value]) => distance(value, found.get(name))))
}

/** `Conv 4×8×3×3, 6 groups`, of the convolutions whose weights are compact. */
function compact(graph: Graph, given: Weights): string[] {
  const { nodes, tensors } = emitted(graph, { weights: given, passes: ['pick-live'] }).model
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]))
  return nodes.flatMap(({ op, inputs, attributes }) => {
    const weight = inputs[1] ?? ''
    const groups = attributes['group']
    return op.startsWith('Conv') && weight.endsWith('/live')
      ? [`${op} ${shapes.get(weight)?.join('×')}, ${groups?.kind === 'int' ? groups.value : '?'} groups`]
      : []
  })
}

describe.skipIf(runtime === undefined)('exports of sparse networks agree with the reference', () => {
  test.each(['block(outs = 4)', 'block(outs = 16)', 'channel', 'kernel'])('%s', async (granularity) => {
    const graph = sparse(granularity)
    expect(await error(graph, weights(graph))).toBeLessThan(2e-5)
  })

  test('a connection whose numbers are 0 leaves its block fewer inputs than the others', async () => {
    const graph = sparse('block(outs = 4)')
    const given = weights(graph)
    const fewer: Weights = {
      numbersOf: (one) => {
        const numbers = given.numbersOf(one)
        // The first block of outputs reads nothing.
        return one.path === 'f.node[0].fuse.conv[0].weight' && !isProblem(numbers)
          ? Float64Array.from(numbers, (value, at) => (at < 4 * 32 * 9 ? 0 : value))
          : numbers
      },
    }
    expect(compact(graph, fewer)).toEqual(compact(graph, given))
    expect(await error(graph, fewer)).toBeLessThan(2e-5)
  })
})

describe('what is left of a weight', () => {
  test('is a grouped convolution, with narrower blocks where theirs do not divide the outputs', () => {
    const graph = sparse('block(outs = 16)')
    expect(compact(graph, weights(graph))).toEqual([
      'ConvTranspose 4×16×2×2×2, 1 groups',
      'ConvTranspose 4×8×1×2×2, 1 groups',
      'Conv 24×8×1×3×3, 3 groups',
      'Conv 20×3×3×3×3, 2 groups',
    ])
  })

  test('is every channel that lives, for all outputs', () => {
    const graph = sparse('channel')
    expect(compact(graph, weights(graph))).toEqual([
      'ConvTranspose 4×16×2×2×2, 1 groups',
      'ConvTranspose 4×8×1×2×2, 1 groups',
      'Conv 24×8×1×3×3, 1 groups',
      'Conv 20×3×3×3×3, 2 groups',
    ])
  })

  test('has whole vectors of inputs where a few dead ones make them', () => {
    const graph = graphOf(`network Net {
  input x: [64, 4, 4]
  fusion f {
    node[0] {
      edge near = x -> conv(32, 3)
      fuse = concat
    }
    sparsity 1 - 13 / 64 { granularity = block(outs = 16) }
  }
  output y = f[0]
}`)
    expect(compact(graph, weights(graph))).toEqual(['Conv 32×16×3×3, 2 groups'])
  })

  test('is all of it where kernels live and die alone, or where too much lives', () => {
    for (const graph of [sparse('kernel', '20%'), sparse('block(outs = 4)', '40%')])
      expect(compact(graph, weights(graph))).toEqual([])
  })

  test('has names of its own in the file; dense weights keep theirs', () => {
    const graph = sparse('block(outs = 4)')
    const { tensors } = emitted(graph, { weights: weights(graph), passes: defaultOnnxPasses }).model
    const names = tensors.flatMap(({ name, content }) => (content.kind === 'parameter' ? [name] : []))
    expect(names).toContainEqual(expect.stringMatching(/^f\.node\[0\]\.fuse\.conv\[0\]\.weight\/live/))
    expect(names).not.toContain('f.node[0].fuse.conv[0].weight')
    expect(names).toContain('y.conv.weight')
  })
})

describe.skipIf(runtime === undefined)('blocks that read no whole vectors of channels', () => {
  const graph = graphOf(`network Net {
  input x: [48, 3, 4, 4]
  fusion f {
    node[0] {
      edge near = x -> conv(32, 1)
      edge up = x -> max_pool([1, 2, 2]) -> conv_transpose(16, [1, 2, 2], stride = [1, 2, 2])
      fuse = concat -> shift(depth, offsets = [-1, 0, 1]) -> conv(48, [1, 3, 3]) -> relu
    }
    sparsity 1 - 19 / 48 { granularity = block(outs = 16) }
  }
  output y = f[0] -> conv(2, 1)
}`)
  const volume = new Map([
    ['x', { shape: [2, 48, 3, 4, 4], data: Float64Array.from({ length: 4608 }, (_, at) => element(at, 0)) }],
  ])

  test('are a grouped convolution of vectors and a dense one of what is left', async () => {
    const given = weights(graph)
    const { nodes, tensors } = emitted(graph, { weights: given, passes: defaultOnnxPasses }).model
    const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]))
    const parts = nodes.flatMap(({ op, name, inputs: [, weight = ''] }) =>
      op === 'Conv' && name.startsWith('f.node[0].fuse.conv') ? [shapes.get(weight)?.join('×')] : [],
    )
    expect(parts).toEqual(['48×16×3×3', expect.stringMatching(/^48×[3-7]×3×3$/)])
    const expected = evaluate(graph, given, volume, {})
    if (isProblem(expected)) throw new Error(expected.name)
    const found = await runExported(graph, volume, { weights: given })
    expect(Math.max(...[...expected].map(([name, value]) => distance(value, found.get(name))))).toBeLessThan(
      2e-5,
    )
  })
})

describe('channels that nobody reads', () => {
  const graph = graphOf(`network Net {
  input x: [8, 4, 4, 4]
  let wide = x -> conv(8, 3) -> instance_norm -> relu
  fusion f {
    node[0] {
      edge up = wide -> max_pool(2) -> conv(8, 1) -> conv_transpose(8, 2, stride = 2)
      edge near = x -> conv(8, 1)
      fuse = concat -> shift(depth, offsets = [-1, 1]) -> conv(8, [1, 3, 3]) -> relu
    }
    node[1] {
      edge same = node[0]
      edge near = wide -> max_pool(3, stride = 1, padding = 1)
      fuse = concat -> conv(8, 3)
    }
    sparsity 75% { granularity = channel }
  }
  output y = f[1] -> conv(2, 1)
}`)
  const kept = (passes: readonly OnnxPassName[]): string[] =>
    emitted(graph, { weights: weights(graph), passes }).model.tensors.flatMap(({ name, shape }) =>
      name.endsWith('/kept') ? [`${name} ${shape.join('×')}`] : [],
    )

  test('are not computed, back to the convolutions before norms, pools and shifts', () => {
    expect(kept(defaultOnnxPasses)).toEqual([
      'wide.conv.weight/kept 4×8×3×3×3',
      'wide.conv.bias/kept 4',
      'wide.instance_norm.weight/kept 4',
      'wide.instance_norm.bias/kept 4',
      'f.node[0].up.conv.weight/live/kept 2×2×1×1×1',
      'f.node[0].up.conv.bias/kept 2',
      'f.node[0].near.conv.weight/live/kept 1×2×1×1×1',
      'f.node[0].near.conv.bias/kept 1',
      'f.node[0].fuse.conv.bias/kept 2',
    ])
  })

  test('stay where a shift cuts its channels at fixed places', () => {
    const names = kept(['pick-live', 'live-channels'])
    expect(names).toContainEqual(expect.stringMatching(/^wide\.conv\.weight/))
    expect(names).not.toContainEqual(expect.stringMatching(/^f\.node\[0\]\.near/))
  })

  test('hold nothing back from the outputs', async () => {
    const given = weights(graph)
    expect(await error(graph, given)).toBeLessThan(2e-5)
  })
})

describe.skipIf(runtime === undefined)(
  'channels that nobody reads leave the outputs as they are where',
  () => {
    const net = (body: string): Graph =>
      graphOf(`network Net {
  input x: [8, 4, 4, 4]
  ${body}
}`)

    test('two convolutions share a norm, and others are read of each', async () => {
      const graph = net(`share let norm = instance_norm
  fusion f {
    node[0] {
      edge near = x -> conv(8, 3) -> norm -> relu
      edge far = x -> max_pool(3, stride = 1, padding = 1) -> conv(8, 1) -> norm -> relu
      fuse = concat -> conv(8, 3)
    }
    sparsity 75% { granularity = channel }
  }
  output y = f[0] -> conv(2, 1)`)
      expect(await error(graph, weights(graph))).toBeLessThan(2e-5)
    })

    test('what is picked from is an output too, and another output reads all of it', async () => {
      const graph = net(`let [wide, other] = [x -> conv(8, 3) -> relu, x -> conv(8, 1)]
  fusion f {
    node[0] {
      edge near = wide
      edge far = other -> max_pool(3, stride = 1, padding = 1)
      fuse = concat -> conv(8, 3)
    }
    sparsity 75% { granularity = channel }
  }
  output y = f[0] -> conv(2, 1)
  output inner = wide
  output whole = other -> conv(2, 1)
  aux output again = f[0]`)
      expect(await error(graph, weights(graph))).toBeLessThan(2e-5)
    })

    test('the same value is joined twice', async () => {
      const graph = net(`let wide = x -> conv(8, 3) -> relu
  fusion f {
    node[0] {
      edge near = wide
      edge again = wide -> avg_pool(3, stride = 1, padding = 1)
      fuse = concat -> conv(8, 3, groups = 2)
    }
    sparsity 75% { granularity = channel }
  }
  output y = [f[0], f[0]] -> concat -> conv(2, 1)`)
      expect(await error(graph, weights(graph))).toBeLessThan(2e-5)
    })
  },
)
