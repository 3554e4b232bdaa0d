// `weft expand` writes a spec that compiles to the same network: same operators, same counts, same masks.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { expandGraph } from '../../src/backends/weft/expand.ts'
import { cost } from '../../src/compiler/analysis/cost.ts'
import { check, compile, type SourceHost } from '../../src/compiler/compile.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { formatShape } from '../../src/compiler/ir/tensor.ts'
import { sourceFile } from '../../src/compiler/text/source.ts'

const hostOf = (files: Readonly<Record<string, string>>): SourceHost => ({ read: (path) => files[path] })

function graphOf(text: string, args: Readonly<Record<string, string>> = {}, network?: string): Graph {
  const result = compile('spec.weft', hostOf({ 'spec.weft': text }), {
    arguments: args,
    ...(network === undefined ? {} : { network }),
  })
  expect(result.diagnostics.filter((one) => one.severity === 'error')).toEqual([])
  if (result.graph === undefined) throw new Error('no graph')
  return result.graph
}

/** What must survive: every operator with its attributes, and every weight with its mask, as multisets. */
function essence(graph: Graph): unknown {
  const nodes = graph.nodes
    .filter((one) => one.op !== 'input')
    .map((one) => `${one.op} ${JSON.stringify(one.attributes)} ${formatShape(one.type.shape)}`)
  const weights = graph.parameters.map(({ name, shape, init, mask }) =>
    JSON.stringify({ name, shape, init, mask: { ...mask, fusion: undefined } }),
  )
  const outputs = graph.outputs.map(({ name, aux }) => `${name} ${aux}`)
  return { nodes: nodes.toSorted(), weights: weights.toSorted(), totals: totalsOf(graph), outputs }
}

/** The four counts, for training and for inference. */
function totalsOf(graph: Graph): unknown {
  // Lines are charged to files by name only: their texts are not needed for totals.
  const names = new Set(
    graph.nodes.flatMap(({ origin }) => [origin.span, ...origin.calls].map((span) => span.file)),
  )
  const files = new Map([...names].map((name) => [name, sourceFile(name, '')]))
  return cost(graph, { entry: 'spec.weft', files }).report?.totals
}

function expectRoundTrip(graph: Graph): void {
  const text = expandGraph(graph)
  const again = graphOf(text)
  expect(essence(again)).toEqual(essence(graph))
  // The header's arguments are gone the second time; the body is a fixed point.
  const body = (spec: string): string => spec.slice(spec.indexOf('network '))
  expect(body(expandGraph(again))).toBe(body(text))
}

test('tables of indices are written once, as the formula that they follow', () => {
  const text = `
fn places(window: int): [int] = [(z * 13 + y) * 13 + x for z in 0..<window, y in 0..<window, x in 0..<window]
network N(window: int = 7) {
  input x: [3, 343, 343]
  let index = [[a - b + 1098 for b in places(window)] for a in places(window)]
  let mixed = [(7 * i * i) % 343 for i in 0..<343]
  let bias = add(parameter([2197, 3]) -> gather(index), parameter([2197, 3]) -> gather(index))
  output y = x + (bias -> permute([2, 0, 1])) -> gather(mixed, axis = width)
}
`
  const graph = graphOf(text)
  const spec = expandGraph(graph)
  const lines = spec.split('\n').filter((line) => line.startsWith('let indices') && line.length < 120)
  expect(lines).toEqual([
    'let indices_2_0 = [169 * i0 + 13 * i1 + i2 + 1098 for i0 in 0..6, i1 in 0..6, i2 in 0..6]',
    'let indices_2_1 = [-169 * i0 + -13 * i1 + -1 * i2 for i0 in 0..6, i1 in 0..6, i2 in 0..6]',
    'let indices_2 = [[i0 + i1 for i1 in indices_2_1] for i0 in indices_2_0]',
  ])
  expectRoundTrip(graph)
})

describe('every example network', () => {
  for (const file of readdirSync('examples').filter((name) => name.endsWith('.weft'))) {
    const text = readFileSync(`examples/${file}`, 'utf8')
    const { graphs } = check(file, hostOf({ [file]: text }))
    for (const graph of graphs) {
      test(`${file} ${graph.network}`, () => expectRoundTrip(graph))
    }
  }
})

test('tables of other numbers are written once: repeated rows, and columns that are the same in all rows', () => {
  const graph = graphOf(`
fn waves(from: int): [[float]] = [[k < from or k >= from + 16 ? 0 : sin(p / 2^(k - from)) for k in 0..<40] for p in 0..<12]
network N {
  input x: [12, 40]
  let rates = parameter([12, 16], init = constant(repeat([log(n) for n in 1..16], 12)))
  output y = (x -> flip(1)) + constant(waves(0)) + constant(waves(24)) + (rates -> reduce_sum(axes = 1))
}`)
  const text = expandGraph(graph)
  const named = text.split('\n').filter((line) => line.startsWith('let '))
  expect(named.map((line) => line.replace(/\[0, 0\.69.*\]/, '[…]'))).toEqual([
    'let values_rows = [',
    'let values = [[...row, ...repeat(0, 24)] for row in values_rows]',
    'let values_2 = [[...repeat(0, 24), ...row] for row in values_rows]',
    'let value = repeat([…], 12)',
  ])
  expect(text).toContain('x -> flip(axis = 1)')
  expectRoundTrip(graph)
})

test('what shared weights make inside a fuse, and edges that read earlier ones', () => {
  const graph = graphOf(`
network N {
  input x: [2, 8, 8]
  share let refine = conv(2, 3) -> relu -> conv(2, 3)
  fusion f {
    node[0] {
      edge skip[0] = x
      edge skip[1] = x -> conv(2, 1)
      edge gated = [skip[1], skip[0] -> conv(2, 1) -> sigmoid] -> mul
      fuse = sum -> refine
    }
  }
  output y = f[0] -> refine
}`)
  const text = expandGraph(graph)
  expect(text).toContain('fuse = sum -> refine -> relu -> refine_2')
  expectRoundTrip(graph)
})

test('sparsity that differs by node', () => {
  const text = readFileSync('examples/e2enet.weft', 'utf8')
  const graph = graphOf(text, { S: '0.7' })
  const expanded = expandGraph(graph)
  expect(expanded).toContain('? 0.8 : 0.7 on fuse')
  expectRoundTrip(graph)
})

test('shared weights, several consumers, residuals in an edge, tables', () => {
  expectRoundTrip(
    graphOf(`
block Residual(c: int) {
  in x
  let y = x -> conv(c, 3)
  out add(y -> relu -> conv(c, 3), y)
}
network Net {
  input image: [4, 16, 16]
  share let tower = conv(4, 3)
  let a = image -> tower -> relu
  let b = a -> tower
  let table = parameter([4, 16, 16], normal(0.02))
  backbone encoder { level[0] = add(a, table) level[1] = level[0] -> Residual(8) -> max_pool(2) }
  fusion f {
    node[1] = encoder[1]
    node[0] {
      edge skip = encoder[0] -> Residual(4)
      edge up[0] = node[1] -> conv_transpose(4, 2, 2)
      edge up[1] = b
      fuse = add(add(skip, up[0]) -> relu, up[1])
    }
    sparsity 50% on edge skip { granularity = weight }
  }
  output y = f[0] -> Residual(2)
  aux output z = b
}`),
  )
})

test('what is kept: by the network, and by blocks in levels, edges and fuses', () => {
  const graph = graphOf(`
block Cross(c: int) {
  in x
  let twice = x -> conv(c, 1)
  keep cross = [twice, x] -> add -> layer_norm(axis = 0)
  out twice -> conv(c, 3) -> relu
}
network Net {
  input image: [1, 16, 16]
  backbone encoder { level[0] = image -> conv(4, 3) -> Cross(4)  level[1] = level[0] -> max_pool(2) }
  fusion f {
    node[1] = encoder[1]
    node[0] {
      edge skip = encoder[0] -> Cross(4)
      edge up = node[1] -> conv_transpose(4, 2, 2)
      fuse = concat -> conv(4, 3) -> Cross(4)
    }
    sparsity 50%
  }
  keep dummy = parameter([1])
  keep run run = image -> conv(1, 1)
  keep heads = [f[k] -> conv(k + 2, 1) for k in 0..1]
  output y = f[0] -> conv(2, 1)
}`)
  expect(expandGraph(graph).match(/\bkeep \w+ = /g)).toHaveLength(5)
  expect(expandGraph(graph)).toContain('keep run run = image')
  expectRoundTrip(graph)
})

describe('what is long is broken into names', () => {
  const network = (body: string, block = ''): string =>
    `${block}network N {\n  input x: [2, 8, 8]\n  ${body}\n}\n`
  const residual = `block B {
  in x
  let s[0] = x
  let s[i] for i in 1..60 = [s[i-1], s[i-1] -> conv(2, 1)] -> add
  out s[60]
}
`
  const straight = residual
    .replace('[s[i-1], s[i-1] -> conv(2, 1)] -> add', 's[i-1] -> conv(2, 1)')
    .replaceAll('60', '450')
  const specs: Readonly<Record<string, string>> = {
    'a pipe': network('output y = x -> B', straight),
    'lists inside one another': network(
      'let s[0] = x\n let s[i] for i in 1..100 = [x, s[i-1] -> conv(2, 1)] -> add\n output y = s[100]',
    ),
    'a level': network('backbone b {\n level[0] = x -> B\n }\n output y = b[0]', straight),
    'an edge': network(
      'fusion f {\n node[0] {\n edge a = x -> B\n edge b = x\n fuse = sum\n }\n }\n output y = f[0]',
      straight,
    ),
    'a fuse': network(
      'fusion f {\n node[0] {\n edge a = x\n edge b = x\n fuse = sum -> B\n }\n }\n output y = f[0]',
      straight,
    ),
  }
  test.each(Object.keys(specs))('%s', (name) => {
    expectRoundTrip(graphOf(specs[name] ?? ''))
  })

  test('residuals of thousands in an edge', () => {
    const graph = graphOf(
      network(
        'fusion f {\n node[0] {\n edge a = x -> B\n edge b = x\n fuse = sum\n }\n }\n output y = f[0]',
        residual.replaceAll('60', '5000'),
      ),
    )
    expect(expandGraph(graph).match(/ -> add\b/g)).toHaveLength(5000)
  })
})
