// Backbones, fusions and sparsity: what the graph records of them.
import { describe, expect, test } from 'vitest'
import { keptCount } from '../../src/compiler/analysis/cost.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { roundHalfEven } from '../../src/compiler/text/numbers.ts'
import { initialNumbers } from '../../src/weights/initialise.ts'
import { graphOf, mistakes } from '../support/check.ts'

const encoder = `backbone encoder {
    level[0] = image -> conv(4, 3)
    level[i] for i in 1..2 = level[i-1] -> max_pool([2, 1]) -> conv(4 * 2^i, 3)
  }`

const network = (body: string, params = ''): string =>
  `network N${params} {\n  input image: [1, 16, 16]\n  ${encoder}\n  ${body}\n}`

/** `node 0,1: skip[0] from 0,0 of channels 0-4; up from 1,0 and encoder 1`. */
function lattice(graph: Graph): string[] {
  return (graph.fusions[0]?.nodes ?? []).map(({ index, edges }) => {
    const parts = edges.map((edge) => {
      const name = edge.index.length === 0 ? edge.name : `${edge.name}[${edge.index.join()}]`
      const from = [
        ...edge.sources.map((one) => one.join()),
        ...edge.levels.map((one) => `${one.backbone} ${one.index.join()}`),
      ]
      return `${name} from ${from.join(' and ')}${edge.channels === undefined ? '' : ` in ${edge.channels.join('-')}`}`
    })
    return `${index.join()}: ${parts.join('; ')}`
  })
}

describe('backbones', () => {
  test('know the stride of each level, and build all of them', () => {
    const { backbones } = graphOf(network('output y = encoder[0]'))
    expect(backbones[0]?.levels.map(({ index, stride }) => `${index.join()}: ${stride.join('×')}`)).toEqual([
      '0: 1×1',
      '1: 2×1',
      '2: 4×1',
    ])
  })
})

const nested = network(`fusion f {
    node[i, 0] for i in 0..2 = encoder[i]
    node[i, j] for j in 1..2, i in 0..2-j {
      edge skip[k] for k in 0..j-1 = node[i, k]
      edge up = node[i+1, j-1] -> resize(scale = [2, 1]) -> conv(4, 1)
      edge down = node[i-1, j-1] -> max_pool([2, 1]) if i > 0
      fuse = concat -> conv(4 * 2^i, 3)
    }
  }
  output y = f[0, 2]`)

describe('paths', () => {
  const path = (text: string): string =>
    JSON.stringify(graphOf(network(text)).nodes.map(({ op, inputs }) => [op, inputs]))

  test('to levels and nodes, as reports write them, read what their indices read', () => {
    const body = (level: string, node: string): string =>
      `fusion f {\n node[0] = ${level}[2]\n node[1] {\n edge a = ${node}[0]\n fuse = a -> relu\n }\n }\n output y = ${node}[1]`
    expect(path(body('encoder.level', 'f.node'))).toBe(path(body('encoder', 'f')))
    expect(path('output y = exists(encoder.level[3]) ? image : encoder.level[0]')).toBe(
      path('output y = encoder[0]'),
    )
  })

  test('end at levels and nodes', () => {
    expect(mistakes(network('output y = encoder.node[0]'))).toEqual([
      'WEFT327 family encoder.level has no part `node` @ node',
    ])
    expect(mistakes(network('output y = encoder.level[0].conv'))).toEqual([
      'WEFT327 tensor has no part `conv` @ conv',
    ])
  })
})

describe('fusions', () => {
  test('record edges, their sources and the channels they fill', () => {
    expect(lattice(graphOf(nested))).toEqual([
      '0,0: ', '1,0: ', '2,0: ',
      '0,1: skip[0] from 0,0 in 0-4; up from 1,0 in 4-8',
      '1,1: skip[0] from 1,0 in 0-8; up from 2,0 in 8-12; down from 0,0 in 12-16',
      '0,2: skip[0] from 0,0 in 0-4; skip[1] from 0,1 in 4-8; up from 1,1 in 8-12',
    ]) // prettier-ignore
  })

  test('record levels that an edge reads directly, and no channels where nothing is concatenated', () => {
    const spec = network(
      'fusion f {\n node[0] {\n edge skip = encoder[0]\n edge up = encoder[1] -> resize(scale = [2, 1]) -> conv(4, 1)\n fuse = add(skip, up) -> relu\n }\n }\n output y = f[0]',
    )
    expect(lattice(graphOf(spec))).toEqual(['0: skip from encoder 0; up from encoder 1'])
  })

  test('let later edges and the fuse name edges; a family of edges is a list', () => {
    const spec = network(
      'fusion f {\n node[0] {\n edge up = encoder[0] -> conv(4, 3, padding = valid)\n edge skip = crop_like(encoder[0], up)\n edge more[k] for k in 0..1 = skip -> relu\n fuse = [up, ...more, skip] -> sum\n }\n }\n output y = f[0]',
    )
    expect(graphOf(spec).nodes.at(-1)?.inputs).toHaveLength(4)
  })

  test('leave out nodes without edges, which `exists` tells', () => {
    // A searched lattice in small: of three rows only what is active is built.
    const spec = network(
      `fusion f {
        node[0, 0] = encoder[0]
        node[r, l] for l in 1..3, r in 0..2 {
          edge stay = node[r, l-1] if active[l-1][r] == 1 and exists(node[r, l-1])
          edge fall = node[r-1, l-1] -> relu if active[l-1][r] == 2 and exists(node[r-1, l-1])
          fuse = sum
        }
      }
      output y = f[1, 3]`,
      '(active: [[int]] = [[1, 2, 2], [0, 1, 0], [0, 1, 2]])',
    )
    expect(lattice(graphOf(spec))).toEqual([
      '0,0: ',
      '0,1: stay from 0,0',
      '1,1: fall from 0,0',
      '1,2: stay from 1,1',
      '1,3: stay from 1,2',
      '2,3: fall from 1,2',
    ])
    expect(mistakes(spec, { set: { active: '[[1, 0, 0], [0, 0, 0], [0, 0, 0]]' } })).toEqual([
      'WEFT505 `f.node[1, 3]` has no edges left, so it does not exist @ f[1, 3]',
    ])
  })

  test('have lets of their own, of nodes and of the whole', () => {
    const spec = network(
      'fusion f {\n let c = 4\n node[i] for i in 0..1 {\n let width = c * 2^i\n edge a = encoder[0] if width > 4\n edge b = encoder[0] -> conv(width, 1)\n fuse = concat -> conv(width, 1)\n }\n }\n output y = f[1]',
    )
    expect(graphOf(spec).fusions[0]?.nodes.map((one) => one.edges.length)).toEqual([1, 2])
  })
})

describe('sparsity', () => {
  const sparse = (clauses: string, kernel = '3'): string =>
    network(`fusion f {
    node[i] for i in 0..1 {
      edge skip = encoder[0] -> conv(4, 1)
      edge up = encoder[0] -> conv(5, ${kernel})
      fuse = concat -> conv(7, 3)
    }
    ${clauses}
  }
  output y = f[1]`)
  const masks = (clauses: string): string[] =>
    graphOf(sparse(clauses)).parameters.flatMap(({ path, mask }) =>
      mask === undefined
        ? []
        : [`${path.replace(/\.conv\.weight$/, '')} ${mask.density} ${mask.kept}/${mask.total}`],
    )

  test('covers the weights of edges and fuses, not biases and not the backbone', () => {
    expect(masks('sparsity 50%')).toEqual([
      'f.node[0].skip 0.5 8/16', 'f.node[0].up 0.5 10/20', 'f.node[0].fuse 0.5 32/63',
      'f.node[1].skip 0.5 8/16', 'f.node[1].up 0.5 10/20', 'f.node[1].fuse 0.5 32/63',
    ]) // prettier-ignore
  })

  test('keeps connections rounded half to even', () => {
    // 63 · 0.5 = 31.5 goes to 32, the even one; 62.5 would go to 62.
    expect(roundHalfEven(31.5)).toBe(32)
    expect(roundHalfEven(62.5)).toBe(62)
    expect(masks('sparsity 50% on fuse')).toEqual(['f.node[0].fuse 0.5 32/63', 'f.node[1].fuse 0.5 32/63'])
  })

  test('is decided by the narrowest clause, whatever the order, with the indices of the node', () => {
    const clauses = ['sparsity 0', 'sparsity 50% on edge', 'sparsity i == 0 ? 90% : 80% on edge up']
    const expected = [
      'f.node[0].skip 0.5 8/16',
      'f.node[0].up 0.1 2/20',
      'f.node[1].skip 0.5 8/16',
      'f.node[1].up 0.2 4/20',
    ]
    expect(masks(clauses.join('\n'))).toEqual(expected)
    expect(masks(clauses.toReversed().join('\n'))).toEqual(expected)
  })

  test('with `weight` keeps single weights', () => {
    expect(masks('sparsity 50% on edge up { granularity = weight }')).toEqual([
      'f.node[0].up 0.5 90/180',
      'f.node[1].up 0.5 90/180',
    ])
  })

  test.each([
    // 4 channels in, 10 out; all blocks of a weight keep equally many inputs, round(inputs · 0.5), half to even.
    ['block(outs = 4)', '20 × [4→10] 2 in 3'],
    ['block(outs = 5)', '20 × [4→10] 2 in 2'],
    ['block(outs = 64)', '20 × [4→10] 2 in 1'],
    ['channel', '20 × [4→10] 2 in 1'],
  ])('with `%s` gives every block of outputs as many inputs', (granularity, expected) => {
    for (const operator of ['conv(10, 1)', 'conv_transpose(10, 1)']) {
      const spec = network(
        `fusion f {\n node[0] {\n edge a = encoder[0] -> ${operator}\n fuse = concat\n }\n sparsity 50% { granularity = ${granularity} }\n }\n output y = f[0]`,
      )
      const graph = graphOf(spec)
      const weight = graph.parameters.find(({ mask }) => mask !== undefined)
      if (weight?.mask?.blocks === undefined) throw new Error('no blocks')
      const { blocks, kept, total } = weight.mask
      expect(`${keptCount(weight)} × [${blocks.inputs}→10] ${blocks.fanIn} in ${blocks.count}`).toBe(expected)
      expect([kept, total]).toEqual([blocks.fanIn * blocks.count, blocks.inputs * blocks.count])
      const kernels = [...initialNumbers({ ...weight, init: { kind: 'constant', value: 1 } }, 5)]
      const rows = Array.from({ length: 10 }, (_, out) =>
        Array.from(
          { length: 4 },
          (_, input) => kernels[operator.startsWith('conv(') ? out * 4 + input : input * 10 + out],
        ),
      )
      rows.forEach((row, out) => {
        expect(row.filter((one) => one === 1)).toHaveLength(2)
        expect(row).toEqual(rows[Math.floor(out / blocks.outs) * blocks.outs])
      })
    }
  })

  test('of blocks keeps to the groups of a convolution, and leaves each output an input', () => {
    const masksAt = (operator: string): unknown =>
      graphOf(
        network(
          `fusion f {\n node[0] {\n edge a = encoder[0] -> ${operator}\n fuse = concat\n }\n sparsity 90% { granularity = block(outs = 3) }\n }\n output y = f[0]`,
        ),
      ).parameters.flatMap(({ mask }) => (mask === undefined ? [] : [`${mask.kept}/${mask.total}`]))
    expect(masksAt('conv(8, 3, groups = 2)')).toEqual(['4/8'])
    expect(masksAt('conv(4, 3, groups = 4)')).toEqual(['4/4'])
  })

  test('with `erk` keeps as many weights in all, small layers more densely', () => {
    const spec = network(
      'fusion f {\n node[0] {\n edge a = encoder[0] -> conv(4, 1)\n edge b = encoder[0] -> conv(8, 3)\n fuse = concat -> relu\n }\n sparsity 50% {\n init = erk\n }\n }\n output y = f[0]',
    )
    const found = graphOf(spec).parameters.flatMap(({ mask }) => (mask === undefined ? [] : [mask.density]))
    // Weights 4×4×1×1 (16 of them, raw 10/16) and 8×4×3×3 (288, raw 18/288). Half of 304 is 152, the scale 152 / (10 + 18):
    // the first would be 3.4 dense, so it is 1 and the second keeps (152 - 16) / 288.
    expect(found).toEqual([1, (152 - 16) / 288])
  })

  test('states how the topology is trained', () => {
    const { fusions } = graphOf(
      sparse(
        'sparsity 50% {\n drop = l1(rate = 0.3, decay = cosine(to = 0.1))\n grow = gradient\n every = 100 steps\n}',
      ),
    )
    expect(fusions[0]?.sparsity).toEqual({
      granularity: 'kernel',
      init: 'uniform',
      drop: { score: 'l1', rate: 0.3, decay: 'cosine', to: 0.1 },
      grow: 'gradient',
      every: 100,
    })
  })

  test('drops as published where only the time of updates is said', () => {
    expect(graphOf(sparse('sparsity 50% { every = 100 steps }')).fusions[0]?.sparsity).toMatchObject({
      drop: { score: 'l1', rate: 0.5, decay: 'cosine', to: 0.001 },
      every: 100,
    })
    expect(graphOf(sparse('sparsity 50%')).fusions[0]?.sparsity).not.toHaveProperty('drop')
  })

  test('is a share', () => {
    expect(mistakes(sparse('sparsity 1'))).toEqual([
      'WEFT603 a sparsity is a share from 0 up to but not including 1, this is 1 @ 1 [i = 0]',
    ])
    expect(mistakes(sparse('sparsity -0.5 on edge up'))).toHaveLength(1)
  })

  test('counts transposed convolutions too', () => {
    const spec = network(
      'fusion f {\n node[0] {\n edge up = encoder[1] -> conv_transpose(4, [2, 1], stride = [2, 1])\n fuse = concat\n }\n sparsity 75%\n }\n output y = f[0]',
    )
    expect(
      graphOf(spec).parameters.flatMap(({ mask }) =>
        mask === undefined ? [] : [`${mask.kept}/${mask.total}`],
      ),
    ).toEqual(['8/32'])
  })
})
