// Costs against numbers worked out by hand; each is derived where it stands.
import { describe, expect, test } from 'vitest'
import { cost, type CostReport } from '../../src/compiler/analysis/cost.ts'
import { compile } from '../../src/compiler/compile.ts'
import type { ModuleCost } from '../../src/compiler/analysis/module-tree.ts'
import type { Graph, GraphNode } from '../../src/compiler/ir/graph.ts'
import { symbolDim } from '../../src/compiler/ir/tensor.ts'
import { compileText, entry, graphOf } from '../support/compile-text.ts'

function reportOf(text: string): CostReport {
  const { graph, sources } = graphOf(text)
  const { report, diagnostics } = cost(graph, sources)
  expect(diagnostics).toEqual([])
  if (report === undefined) throw new Error('no report')
  return report
}

function amounts(parameters: number, macs: number): object {
  const effective = { effectiveParameters: parameters, effectiveMacs: macs, effectiveCounted: macs }
  return { parameters, macs, counted: macs, ...effective }
}

const plain = `network Net {
  input image: [1, 8, 8]
  let x = image -> conv(4, 3)
  output logits = x -> instance_norm -> relu -> conv(2, 1)
  aux output deep = x -> conv(3, 1, bias = false)
}
`
// conv(4, 3): weights 4*1*3*3 = 36, bias 4; MACs 64*36 = 2304. norm: 8. conv(2, 1): 2*4 + 2 = 10; MACs 64*8 = 512.
// deep: 3*4 = 12; MACs 64*12 = 768.

describe('totals', () => {
  test('training counts auxiliary outputs, inference does not', () => {
    const { totals } = reportOf(plain)
    expect(totals.training).toEqual(amounts(40 + 8 + 10 + 12, 2304 + 512 + 768))
    expect(totals.inference).toEqual(amounts(40 + 8 + 10, 2304 + 512))
  })

  test('running statistics are no parameters', () => {
    const { totals } = reportOf('network Net { input x: [3, 4, 4]  output y = x -> batch_norm }')
    expect(totals.training).toEqual(amounts(6, 0))
  })

  test('a transposed convolution multiplies its weights at every input position', () => {
    // weights 4*2*2*2 = 32, no bias; 16 input positions.
    const { totals } = reportOf(
      'network Net { input x: [4, 4, 4]  output y = x -> conv_transpose(2, 2, stride = 2, bias = false) }',
    )
    expect(totals.training).toEqual(amounts(32, 16 * 32))
  })

  test('shared weights count once, their MACs each time', () => {
    const { totals } = reportOf(`network Net {
      input x: [2, 4, 4]
      share let tower = conv(2, 3)
      output y = x -> tower -> tower
    }`)
    expect(totals.training).toEqual(amounts(2 * 2 * 9 + 2, 2 * 16 * 36))
  })

  test('what no output needs has parameters but no MACs', () => {
    const report = reportOf(plain)
    const { graph, sources } = graphOf(plain)
    const withoutAux: Graph = { ...graph, outputs: graph.outputs.filter((output) => !output.aux) }
    const found = cost(withoutAux, sources).report
    expect(found?.totals.training).toEqual(amounts(70, 2304 + 512))
    expect(found?.nodes.map((node) => node.macs)).toEqual(report.nodes.map((node) => node.macs))
    expect([report.unreadParameters, found?.unreadParameters]).toEqual([0, 12])
  })

  test('so has what is kept', () => {
    const { totals, unreadParameters } = reportOf(plain.replace('aux output deep', 'keep deep'))
    expect(totals.training).toEqual(amounts(70, 2304 + 512))
    expect(totals.inference).toEqual(amounts(58, 2304 + 512))
    expect(unreadParameters).toBe(12)
  })

  test('what is kept and run costs MACs in training, which are said to be for nothing', () => {
    const { totals, unread } = reportOf(plain.replace('aux output deep', 'keep run deep'))
    expect(totals.training).toEqual(reportOf(plain).totals.training)
    expect(totals.inference).toEqual(amounts(58, 2304 + 512))
    expect(unread.macs).toBe((totals.training.macs ?? 0) - (2304 + 512))
    expect(unread.macs).toBeGreaterThan(0)
  })
})

const sparse = `network Net {
  input image: [4, 8, 8]
  backbone encoder {
    level[0] = image -> conv(4, 1, bias = false)
    level[1] = level[0] -> max_pool(2) -> conv(8, 1, bias = false)
  }
  fusion decoder {
    node[1] = encoder[1]
    node[0] {
      edge skip = encoder[0]
      edge upward = node[1] -> conv_transpose(4, 2, stride = 2, bias = false)
      fuse = concat -> conv(4, 3)
    }
    sparsity 75%
  }
  output logits = decoder[0]
}
`
// Masked: upward 8*4 kernels of 4 weights, kept round(128*0.25/4) = 8 kernels = 32 weights; 16 input positions.
// fuse: 4*8 kernels of 9 weights, kept round(288*0.25/9) = 8 kernels = 72 weights, bias 4 dense; 64 positions.

describe('masks', () => {
  test('take weights out of the effective parameters and MACs', () => {
    const { totals } = reportOf(sparse)
    const encoder = { parameters: 16 + 32, macs: 64 * 16 + 16 * 32 }
    expect(totals.training).toMatchObject({
      parameters: encoder.parameters + 128 + 288 + 4,
      effectiveParameters: encoder.parameters + 32 + 72 + 4,
      macs: encoder.macs + 16 * 128 + 64 * 288,
      effectiveMacs: encoder.macs + 16 * 32 + 64 * 72,
    })
  })
})

describe('breakdowns', () => {
  const sum = (
    rows: readonly {
      readonly training: { readonly parameters: number; readonly macs: number | undefined }
    }[],
  ): object => ({
    parameters: rows.reduce((total, one) => total + one.training.parameters, 0),
    macs: rows.reduce((total, one) => total + (one.training.macs ?? Number.NaN), 0),
  })

  test.each([
    ['plain', plain],
    ['sparse', sparse],
  ])('modules, operators and lines of %s each add up to the total', (_, text) => {
    const report = reportOf(text)
    const { parameters, macs } = report.totals.training
    for (const rows of [report.modules, report.operators, report.lines])
      expect(sum(rows)).toEqual({ parameters, macs })
    const checkTree = (module: ModuleCost): void => {
      if (module.children.length === 0) return
      expect(sum(module.children), module.path).toEqual({
        parameters: module.training.parameters,
        macs: module.training.macs,
      })
      module.children.forEach(checkTree)
    }
    report.modules.forEach(checkTree)
  })

  test('modules nest as their paths do', () => {
    const paths = (modules: readonly ModuleCost[]): string[] =>
      modules.flatMap((one) => [one.path, ...paths(one.children)])
    expect(paths(reportOf(sparse).modules)).toEqual([
      'image',
      'encoder',
      'encoder.level[0]',
      'encoder.level[0].conv',
      'encoder.level[1]',
      'encoder.level[1].max_pool',
      'encoder.level[1].conv',
      'decoder',
      'decoder.node[0]',
      'decoder.node[0].upward',
      'decoder.node[0].upward.conv_transpose',
      'decoder.node[0].fuse',
      'decoder.node[0].fuse.concat',
      'decoder.node[0].fuse.conv',
    ])
  })

  test('operators are counted', () => {
    const { operators } = reportOf(plain)
    expect(operators.map(({ operator, count, training }) => [operator, count, training.parameters])).toEqual([
      ['conv', 3, 62],
      ['input', 1, 0],
      ['instance_norm', 1, 8],
      ['relu', 1, 0],
    ])
  })

  test('a line pays for the innermost call in the compiled file, also for what std does there', () => {
    const { lines } = reportOf(`import { DoubleConv } from "std/blocks"

block Unit(c: int) = conv(c, 1, bias = false)

network Net {
  input image: [1, 4, 4]
  output y = image -> Unit(2)
    -> DoubleConv(2, bias = false)
}
`)
    const paid = lines.filter((one) => one.training.parameters > 0)
    expect(paid.map(({ file, line, text, training }) => [file, line, text, training.parameters])).toEqual([
      [entry, 3, 'block Unit(c: int) = conv(c, 1, bias = false)', 2],
      [entry, 8, '-> DoubleConv(2, bias = false)', 2 * 2 * 9 * 2],
    ])
  })

  test('a call site has all that its call leads to, each operator once', () => {
    const { callSites } = reportOf(`block Unit(c: int) =
  conv(c, 1, bias = false)
block Two(c: int) = Unit(c) -> Unit(c)

network Net {
  input image: [1, 4, 4]
  output y = image -> Two(2)
}
`)
    const paid = callSites.filter((one) => one.training.parameters > 0)
    expect(paid.map(({ line, training: { parameters, macs } }) => [line, parameters, macs])).toEqual([
      [2, 6, 96],
      [3, 6, 96],
      [7, 6, 96],
    ])
  })

  test('a fusion node shows at its rule, a block at its call', () => {
    const report = reportOf(sparse)
    const find = (path: string, modules: readonly ModuleCost[] = report.modules): ModuleCost | undefined =>
      modules
        .map((one) => (one.path === path ? one : find(path, one.children)))
        .find((one) => one !== undefined)
    const textAt = (path: string): string => {
      const found = find(path)?.span
      return found === undefined ? '' : sparse.slice(found.start, found.end)
    }
    expect(textAt('decoder.node[0]')).toMatch(/^node\[0\]/)
    expect(textAt('decoder.node[0].upward')).toMatch(/^conv_transpose/)
    expect(textAt('encoder.level[1]')).toMatch(/^max_pool/)
  })
})

describe('what cannot be counted', () => {
  test('symbolic extents leave the parameters exact and the MACs unknown', () => {
    const { graph, sources } = graphOf(plain)
    const free = symbolDim({ name: 'H', multiple: 8 })
    const nodes = graph.nodes.map((node): GraphNode => ({
      ...node,
      type: { ...node.type, shape: [node.type.shape[0] ?? 0, free, 8] },
    }))
    const { report, diagnostics } = cost({ ...graph, nodes }, sources)
    expect(report?.totals.training).toEqual({
      parameters: 70,
      effectiveParameters: 70,
      macs: undefined,
      effectiveMacs: undefined,
      counted: undefined,
      effectiveCounted: undefined,
    })
    expect(report?.symbols).toEqual(['H'])
    expect(diagnostics.map(({ name, severity }) => [name, severity])).toEqual([
      ['macs-need-extents', 'warning'],
    ])
  })

  test('counts past 2^53 are an error, not a rounded number', () => {
    const { graph, sources } = graphOf(plain)
    // 2^27 by 2^27 positions times 8 weights.
    const nodes = graph.nodes.map((node): GraphNode => ({
      ...node,
      type: { ...node.type, shape: [node.type.shape[0] ?? 0, 2 ** 27, 2 ** 27] },
    }))
    const { report, diagnostics } = cost({ ...graph, nodes }, sources)
    expect(report).toBeUndefined()
    expect(diagnostics.map((one) => one.name)).toEqual(['integer-overflow'])
  })
})

test('100,000 operators are counted', () => {
  const { graph, sources } = graphOf('network Net { input x: [2, 4, 4]  output y = x -> conv(2, 3) }')
  const conv = graph.nodes.find((node) => node.op === 'conv')
  if (conv === undefined) throw new Error('no conv')
  const count = 100_000
  const nodes = Array.from({ length: count }, (_, id): GraphNode => {
    if (id === 0) return graph.nodes[0] ?? conv
    const path = `stage[${id % 100}].unit[${id % 1000}].conv[${id}]`
    return {
      ...conv,
      id,
      inputs: [id - 1],
      parameters: id === 1 ? conv.parameters : [],
      origin: { ...conv.origin, path },
    }
  })
  const large = { ...graph, nodes, outputs: graph.outputs.map((output) => ({ ...output, node: count - 1 })) }
  expect(cost(large, sources).report?.nodes.length).toBe(count)
})

test('a spec with a mistake has no graph to count', () => {
  expect(compileText('network Net { input x: [1, 4, 4]  output y = x -> convv(2, 3) }').graph).toBeUndefined()
})

test('lines are those of the user’s files: where the network is imported, those of the file that it comes from', () => {
  const files: Readonly<Record<string, string>> = {
    'net.weft': 'import { Base } from "./base.weft"\nnetwork Net = Base(width = 2)\n',
    'base.weft': `import { ConvNormAct } from "std/blocks"
network Base(width: int = 4) {
  input image: [1, 8, 8]
  output y = image -> ConvNormAct(width)
}
`,
  }
  const { graph, sources } = compile('net.weft', { read: (path) => files[path] })
  if (graph === undefined) throw new Error('no graph')
  const { report } = cost(graph, { entry: 'net.weft', files: sources })
  expect(report?.lines.filter((one) => one.training.parameters > 0)).toMatchObject([
    { file: 'base.weft', line: 4, text: 'output y = image -> ConvNormAct(width)' },
  ])
})
