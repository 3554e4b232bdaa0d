// Blocks, networks and what they build: a spec in, the operators or the paths out.
import { describe, expect, test } from 'vitest'
import { formatShape } from '../../src/compiler/ir/tensor.ts'
import { around, compiled, graphOf, mistakes } from '../support/check.ts'

/** The operators in order, with their inputs by number: `1 conv 0`. */
const opsOf = (spec: string): string[] =>
  graphOf(spec)
    .nodes.slice(1)
    .map(({ id, op, inputs }) => [id, op, ...inputs].join(' '))
const pathsOf = (spec: string): string[] => graphOf(spec).parameters.map((one) => one.path)
const shapesOf = (spec: string): string[] =>
  graphOf(spec).outputs.map(({ node }) => formatShape(graphOf(spec).nodes[node]?.type.shape ?? []))

describe('blocks', () => {
  test('compose, and apply from left to right', () => {
    expect(opsOf(around('x -> (relu -> sigmoid) -> tanh'))).toEqual(['1 relu 0', '2 sigmoid 1', '3 tanh 2'])
  })

  test('take several tensors as a list or as arguments', () => {
    expect(opsOf(around('[x, x -> relu] -> concat'))).toEqual(['1 relu 0', '2 concat 0 1'])
    expect(opsOf(around('concat(x, x -> relu)'))).toEqual(['1 relu 0', '2 concat 0 1'])
    expect(
      opsOf(
        around('Gate(x, x -> relu, 4)', 'block Gate(c: int) {\n in a, b\n out mul(a, b -> conv(c, 1))\n}'),
      ),
    ).toEqual(['1 relu 0', '2 conv 1', '3 mul 0 2'])
  })

  test('take any number of tensors under one name, a list', () => {
    const join = 'block Join {\n in x, ...others\n out [...others, x] -> concat\n}'
    expect(opsOf(around('[x, x -> relu, x -> tanh] -> Join', join))).toEqual([
      '1 relu 0',
      '2 tanh 0',
      '3 concat 1 2 0',
    ])
    expect(opsOf(around('Join(x, ...[x -> relu])', join))).toEqual(['1 relu 0', '2 concat 1 0'])
    expect(opsOf(around('x -> Join', join))).toEqual(['1 concat 0'])
    expect(
      opsOf(around('[x, x] -> All(2)', 'block All(k: int) {\n in ...xs\n out xs[len(xs) - k]\n}')),
    ).toEqual([])
  })

  test('take none without `in`, and are tensors once they are called', () => {
    const table =
      'block Table(c: int = 4, init: init = zeros) {\n let t = parameter([c, 1, 1], init)\n out t\n}'
    expect(opsOf(around('mul(add(x, Table(4, ones)), Table())', table))).toHaveLength(4)
    expect(pathsOf(around('add(x, Table())', table))).toEqual(['y.Table.t.parameter.value'])
    const shared = `${table}\nnetwork N {\n input x: [4, 8, 8]\n share let t = Table\n output y = x + t() * t()\n}\n`
    expect(pathsOf(shared)).toEqual(['t.Table.t.parameter.value'])
    const given = 'block With(table: block) {\n in x\n out x + table(4)\n}\n'
    expect(pathsOf(around('x -> With(Table)', given + table))).toEqual(['y.With.Table.t.parameter.value'])
  })

  test('are meant by arithmetic of tensors, in which numbers are constants', () => {
    expect(opsOf(around('x * (x -> sigmoid) + x'))).toEqual(['1 sigmoid 0', '2 mul 0 1', '3 add 2 0'])
    expect(opsOf(around('1 - x / 2'))).toEqual(['1 constant', '2 divide 0 1', '3 constant', '4 sub 3 2'])
    expect(opsOf(around('maximum(-x, 1 + 1)'))).toEqual([
      '1 constant',
      '2 mul 0 1',
      '3 constant',
      '4 maximum 2 3',
    ])
    expect(mistakes(around('x + [1]'))).toHaveLength(1)
  })

  test('are values: parameters, defaults, choices', () => {
    const declarations = 'block Unit(c: int, act: block = relu) = conv(c, 3) -> act'
    expect(opsOf(around('x -> Unit(4) -> Unit(4, act = 1 > 2 ? tanh : sigmoid)', declarations))).toEqual([
      '1 conv 0',
      '2 relu 1',
      '3 conv 2',
      '4 sigmoid 3',
    ])
  })

  test('are configured step by step, the last word counts', () => {
    const graph = graphOf(
      around('x -> unit(8, 3) -> unit(2, kernel = 5, bias = true)', 'let unit = conv(bias = false)'),
    )
    expect(graph.parameters.map((one) => [one.name, one.shape.join('×')])).toEqual([
      ['weight', '8×4×3×3'],
      ['weight', '2×8×5×5'],
      ['bias', '2'],
    ])
  })

  test('may be called without arguments and recur', () => {
    expect(
      opsOf(around('x -> Chain(3)', 'block Chain(n: int) = n == 0 ? identity : relu -> Chain(n - 1)')),
    ).toEqual(['1 relu 0', '2 relu 1', '3 relu 2'])
  })

  test('give lists', () => {
    expect(opsOf(around('x -> Two -> add', 'block Two {\n in x\n out [x, x -> relu]\n}'))).toEqual([
      '1 relu 0',
      '2 add 0 1',
    ])
  })

  test('build only what is needed', () => {
    expect(opsOf(around('x -> relu', 'let _unused = conv(8, 3)'))).toEqual(['1 relu 0'])
    expect(
      opsOf('network N {\n input x: [1, 8]\n let _side = x -> conv(4, 3)\n output y = x -> relu\n}'),
    ).toEqual(['1 relu 0'])
  })

  test('take words through parameters of the types of words, and as strings', () => {
    const declarations = 'block Conv(p: padding, i: init = he(0.01)) = conv(4, 4, padding = p, init = i)'
    expect(shapesOf(around('x -> Conv(same)', declarations))).toEqual(['4×16×16'])
    expect(shapesOf(around('x -> Conv("valid")', declarations))).toEqual(['4×13×13'])
  })
})

describe('paths of parameters', () => {
  test('name blocks, ordinals only where siblings share a name', () => {
    expect(
      pathsOf(
        around('x -> Unit -> Unit', 'block Unit = conv(4, 3, bias = false) -> conv(4, 1, bias = false)'),
      ),
    ).toEqual([
      'y.Unit[0].conv[0].weight',
      'y.Unit[0].conv[1].weight',
      'y.Unit[1].conv[0].weight',
      'y.Unit[1].conv[1].weight',
    ])
  })

  test('name lets, families and outputs', () => {
    const spec =
      'network N {\n input x: [4, 8]\n let a = x -> conv(4, 3, bias = false)\n let f[0] = a\n let f[i] for i in 1..2 = f[i-1] -> conv(4, 1, bias = false)\n output y[k] for k in 1..2 = f[k] -> conv(1, 1, bias = false)\n}'
    expect(pathsOf(spec)).toEqual([
      'a.conv.weight',
      'f[1].conv.weight',
      'y[1].conv.weight',
      'f[2].conv.weight',
      'y[2].conv.weight',
    ])
  })

  test('name nodes of fusions', () => {
    const spec =
      'network N {\n input x: [4, 8, 8]\n fusion lattice {\n node[2, 3] {\n edge a = x -> conv(4, 1)\n fuse = concat -> Unit(4) -> Unit(4)\n }\n }\n output y = lattice[2, 3]\n}\nblock Unit(c: int) = conv(c, 3, bias = false)'
    expect(pathsOf(spec)).toEqual([
      'lattice.node[2,3].a.conv.weight',
      'lattice.node[2,3].a.conv.bias',
      'lattice.node[2,3].fuse.Unit[0].conv.weight',
      'lattice.node[2,3].fuse.Unit[1].conv.weight',
    ])
  })

  test('do not change with what is added behind', () => {
    const body = (more: string): string =>
      `network N {\n input x: [4, 8]\n output y = x -> conv(4, 3)\n${more}\n}`
    expect(pathsOf(body('output z = y2 -> conv(2, 3)\n let y2 = x -> relu')).slice(0, 2)).toEqual(
      pathsOf(body('')),
    )
  })
})

describe('lists taken apart', () => {
  const apart = (statements: string, out: string): string =>
    `network N {\n input x: [4, 8, 8]\n ${statements}\n output y = ${out}\n}\n`

  test('are evaluated once, under all the names', () => {
    const spec = apart('let [a, _, b] = x -> conv(6, 1, bias = false) -> split(parts = 3)', 'add(b, a)')
    expect(opsOf(spec)).toEqual(['1 conv 0', '2 slice 1', '3 slice 1', '4 slice 1', '5 add 4 2'])
    expect(pathsOf(spec)).toEqual(['a_b.conv.weight'])
    expect(pathsOf(apart('let [a, b] = [x -> conv(1, 1), x -> conv(2, 1)]', 'x'))).toEqual([])
  })

  test('share each of their blocks', () => {
    const spec = apart('share let [f, g] = [conv(4, 1, bias = false), conv(4, 1)]', 'x -> f -> g -> f')
    expect(pathsOf(spec)).toEqual(['f.conv.weight', 'g.conv.weight', 'g.conv.bias'])
  })

  test('may be of the file, imported, of levels and of nodes, and refer to what comes later', () => {
    const files = {
      'spec.weft': `import { wide } from "./widths.weft"
        let [one, two] = [1, 2]
        network N {
          input x: [4, 8, 8]
          backbone e {
            let [low, high] = [wide, two]
            level[0] = x -> conv(low, 1)
          }
          fusion f {
            let [c, k] = [one, d]
            node[0] {
              let [d, s] = [c + k, 1]
              edge a = e[0] -> conv(d, s)
              fuse = relu
            }
            let d = 3
          }
          output y = f[0]
        }`,
      'widths.weft': 'let [narrow, wide] = [4, 8]\n',
    }
    expect(graphOf(files).nodes.map(({ type }) => type.shape[0])).toEqual([4, 8, 4, 4])
  })
})

describe('keep', () => {
  const network = (statements: string): string =>
    `network N {\n input x: [4, 8, 8]\n ${statements}\n output y = x -> conv(1, 1)\n}\n`
  const built = (statements: string): string[] => pathsOf(network(statements)).slice(0, -2)

  test('builds what nothing reads, under its name, which expressions do not see', () => {
    expect(built('keep dummy = parameter([1])')).toEqual(['dummy.parameter.value'])
    expect(
      built('let a = x -> conv(2, 1, bias = false)\n keep norm = a -> layer_norm(affine = false)'),
    ).toEqual(['a.conv.weight'])
    expect(mistakes(network('keep dummy = parameter([1])\n aux output z = dummy'))).toEqual([
      expect.stringContaining('WEFT201 unknown name `dummy`'),
    ])
  })

  test('stands in blocks, and counts in each application', () => {
    const cross =
      'block Cross {\n in x\n keep norms = [x -> layer_norm, x -> instance_norm]\n out x -> relu\n}'
    const norms = (k: number): string[] =>
      ['layer_norm', 'instance_norm'].flatMap((norm) =>
        ['weight', 'bias'].map((name) => `y.Cross[${k}].norms.${norm}.${name}`),
      )
    expect(pathsOf(around('x -> Cross -> Cross', cross))).toEqual([...norms(0), ...norms(1)])
  })

  test('has families and conditions, and `keep` is a name elsewhere', () => {
    const heads = (deep: string): string[] =>
      built(`let keep = 2
        let head[k] for k in 1..3 = x -> conv(k, 1, bias = false)
        keep ds[k] for k in 1..keep = head[k] if not ${deep}
        aux output ds[k] for k in 1..keep = head[k] if ${deep}`)
    expect(heads('false')).toEqual(['head[1].conv.weight', 'head[2].conv.weight'])
    expect(pathsOf(network('keep none = [x -> conv(1, 1) for k in 1..0]'))).toHaveLength(2)
  })
})

describe('share let', () => {
  const twin = (share: string, second = 'b'): string =>
    `network N {\n input a: [4, 8, 8]\n input b: [4, 6, 10]\n ${share} tower = Unit -> Unit\n output y = a -> tower\n output z = ${second} -> tower\n}\nblock Unit = conv(4, 3) -> relu`

  test('uses the weights of the first application again, also on other sizes', () => {
    expect(graphOf(twin('let')).parameters).toHaveLength(8)
    const graph = graphOf(twin('share let'))
    expect(graph.parameters.map((one) => one.path)).toEqual([
      'tower.Unit[0].conv.weight',
      'tower.Unit[0].conv.bias',
      'tower.Unit[1].conv.weight',
      'tower.Unit[1].conv.bias',
    ])
    const convs = graph.nodes.filter((one) => one.op === 'conv').map((one) => one.parameters.join())
    expect(convs).toEqual(['0,1', '2,3', '0,1', '2,3'])
  })

  test('nests', () => {
    const spec =
      'network N {\n input x: [4, 8]\n share let t = Outer\n output y = x -> t -> t\n}\nblock Outer {\n in x\n share let inner = conv(4, 3, bias = false)\n out x -> inner -> inner -> conv(4, 1, bias = false)\n}'
    const graph = graphOf(spec)
    expect(graph.parameters).toHaveLength(2)
    expect(graph.nodes.filter((one) => one.op === 'conv').map((one) => one.parameters.join())).toEqual([
      '0',
      '0',
      '1',
      '0',
      '0',
      '1',
    ])
  })

  test('does not hold on tensors whose weights would differ', () => {
    expect(mistakes(twin('share let', '(b -> conv(6, 1))'))).toHaveLength(1)
  })
})

describe('families', () => {
  test('take rules in any order, and are found forwards and backwards', () => {
    const spec = (first: string, second: string): string =>
      `network N {\n input x: [4, 8]\n ${first}\n ${second}\n output y = late\n let late = f[2] -> tanh\n}`
    const start = 'let f[0] = x'
    const step = 'let f[i] for i in 1..2 = f[i-1] -> relu'
    expect(opsOf(spec(start, step))).toEqual(['1 relu 0', '2 relu 1', '3 tanh 2'])
    expect(opsOf(spec(step, start))).toEqual(opsOf(spec(start, step)))
  })

  test('build each member once', () => {
    expect(
      opsOf('network N {\n input x: [4, 8]\n let f[0] = x -> relu\n output y = add(f[0], f[0])\n}'),
    ).toEqual(['1 relu 0', '2 add 1 1'])
  })

  test('hold values, over several indices', () => {
    const spec =
      'network N {\n input x: [4, 8]\n let p[0, j] for j in 0..4 = 1\n let p[i, j] for i in 1..4, j in 0..4 = j == 0 ? 1 : p[i-1, j] + p[i, j-1]\n assert p[4, 4] == 70\n output y = x\n}'
    expect(mistakes(spec)).toEqual([])
  })
})

describe('networks', () => {
  const base =
    'network Base(width: int = 8, depth: int = 1, size: [int] = [16, 16]) {\n input x: [1, ...size]\n output y = x -> conv(width * depth, 3, bias = false)\n}\n'
  const widthOf = (
    spec: string,
    network: string,
    set: Readonly<Record<string, string>> = {},
  ): number | undefined => graphOf(spec, { network, set }).parameters[0]?.shape[0]

  test('take arguments from outside', () => {
    expect(widthOf(base, 'Base', { width: '4 * 3' })).toBe(12)
    expect(mistakes(base, { set: { width: '"a"' } })).toEqual([
      'WEFT301 `width` of Base must be int, got "a" (string) @ "a"',
    ])
    expect(mistakes(base, { set: { width: '4 +' } })).toHaveLength(1)
  })

  test('have variants, and variants of variants, whose other parameters can still be set', () => {
    const spec = `${base}network Wide(factor: int = 2) = Base(width = 8 * factor)\nnetwork Deep = Wide(factor = 3, depth = 2)`
    expect(widthOf(spec, 'Wide')).toBe(16)
    expect(widthOf(spec, 'Wide', { factor: '4' })).toBe(32)
    expect(widthOf(spec, 'Wide', { depth: '3' })).toBe(48)
    expect(widthOf(`${spec}\nnetwork More = Wide(5)`, 'More')).toBe(40)
    expect(widthOf(spec, 'Deep')).toBe(48)
    expect(widthOf(spec, 'Deep', { width: '5' })).toBe(10)
    expect(
      graphOf(spec, { network: 'Deep' }).arguments.map(
        ({ name, value }) => `${name} = ${JSON.stringify(value)}`,
      ),
    ).toEqual(['factor = 3', 'width = 24', 'depth = 2', 'size = [16,16]'])
  })

  test('are blocks of other networks, without what is auxiliary', () => {
    const inner =
      'network Inner {\n input a: [4, 16, 16]\n output y = a -> relu\n aux output z = a -> tanh\n}'
    expect(
      opsOf(`network Outer {\n input x: [4, 16, 16]\n output y = x -> Inner -> sigmoid\n}\n${inner}`),
    ).toEqual(['1 relu 0', '2 sigmoid 1'])
  })

  test('have outputs under conditions, in the order in which they stand', () => {
    const spec =
      'network N(deep: bool = true) {\n input x: [4, 8]\n aux output ds[k] for k in 1..3 = x -> relu if deep and k != 2\n output y = x -> tanh\n output z = x if not deep\n}'
    expect(graphOf(spec).outputs.map((one) => one.name)).toEqual(['ds[1]', 'ds[3]', 'y'])
    expect(graphOf(spec, { set: { deep: 'false' } }).outputs.map((one) => one.name)).toEqual(['y', 'z'])
  })

  test('are the same bytes every time', () => {
    const once = JSON.stringify(compiled(base).graph)
    expect(JSON.stringify(compiled(base).graph)).toBe(once)
  })
})

describe('extents that stay open', () => {
  const strided = (multiple: number): string =>
    `network N(size: [int] = [dim("D", multiple = ${multiple}), 32]) {\n input x: [1, ...size]\n output y = x -> conv(4, 2, stride = 2, padding = 0) -> conv(4, 2, stride = 2, padding = 0)\n}`
  test('divide where they are known to', () => expect(shapesOf(strided(4))).toEqual(['4×D/4×8']))
  test('are a mistake where they are not', () => expect(mistakes(strided(2))).toHaveLength(1))
  test('can be set', () =>
    expect(graphOf(strided(2), { set: { size: '[32, 32]' } }).nodes.at(-1)?.type.shape).toEqual([4, 8, 8]))
})

describe('origins', () => {
  test('hold the calls that led to an operator, and the indices in force', () => {
    const spec =
      'network N {\n input x: [4, 8]\n let f[0] = x\n let f[i] for i in 1..2 = f[i-1] -> Unit\n output y = f[2]\n}\nblock Unit = Conv(4)\nblock Conv(c: int) = conv(c, 3)'
    const origin = graphOf(spec).nodes[2]?.origin
    expect(origin?.indices).toEqual([{ name: 'i', value: 2 }])
    expect(origin?.calls.map((call) => spec.slice(call.start, call.end))).toEqual(['Unit', 'Conv(4)'])
    expect(spec.slice(origin?.span.start, origin?.span.end)).toBe('conv(c, 3)')
    expect(origin?.path).toBe('f[2].Unit.Conv.conv')
  })
})

describe('imports', () => {
  const spec =
    'import { Unit as U } from "./lib/a"\nimport { Half } from "lib/b.weft"\nnetwork N {\n input x: [4, 8]\n output y = x -> U -> Half\n}'
  const files = {
    'spec.weft': spec,
    'lib/a.weft': 'import { width } from "./c"\nblock Unit = conv(width, 3, bias = false)',
    'lib/b.weft': 'import { width } from "../lib/c.weft"\nblock Half = conv(width div 2, 3, bias = false)',
    'lib/c.weft': 'let width = 8',
  }
  test('carry aliases, relative paths, and one file that two import', () => {
    const { graph, sources } = compiled(files)
    expect(graph?.parameters.map((one) => `${one.path} ${one.shape.join('×')}`)).toEqual([
      'y.Unit.conv.weight 8×4×3',
      'y.Half.conv.weight 4×8×3',
    ])
    expect([...sources.keys()].toSorted()).toEqual(['lib/a.weft', 'lib/b.weft', 'lib/c.weft', 'spec.weft'])
  })
})

describe('unused names', () => {
  test('are not those that only a setting reads', () => {
    const fusion = `fusion f {
      node[i] for i in 0..0 { edge a = x  fuse = concat -> conv(2, 1) }
      sparsity 50% { every = often steps }
    }`
    expect(
      mistakes(`network N(often: int = 5) {\n input x: [4, 8]\n ${fusion}\n output y = f[0]\n}`),
    ).toEqual([])
  })

  test('are warned of, unless they begin with `_` or the file has errors', () => {
    expect(mistakes('network N(a: int = 1, _b: int = 2) {\n input x: [4, 8]\n output y = x\n}')).toEqual([
      'WEFT203 `a` (parameter) is never used @ a',
    ])
    expect(mistakes('network N(a: int = 1) {\n input x: [4, 8]\n output y = z\n}')).toEqual([
      'WEFT201 unknown name `z` @ z',
    ])
  })
})
