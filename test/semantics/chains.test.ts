// Long chains: members and names that need one another in a row, in any order of their indices.
import { describe, expect, test } from 'vitest'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { checked, mistakes } from '../support/check.ts'

const network = (body: string, declarations = ''): string =>
  `${declarations}\nnetwork N {\n  input x: [1, 16, 16]\n  ${body}\n}\n`

function built(spec: string): Graph {
  const { graphs, diagnostics } = checked(spec)
  expect(diagnostics.map((one) => one.message)).toEqual([])
  const [graph] = graphs
  if (graph === undefined) throw new Error('no graph')
  return graph
}

const length = 10_000

/** By what the chain is made of: the spec, and how many operators it has beside the input. */
const chains: Readonly<Record<string, readonly [spec: string, operators: number]>> = {
  'members that need the next': [
    network(`let s[${length}] = x\n let s[i] for i in 0..${length - 1} = s[i+1] -> relu\n output y = s[0]`),
    length,
  ],
  'members that need the one before, asked for the last': [
    network(`let s[0] = x\n let s[i] for i in 1..${length} = s[i-1] -> relu\n output y = s[${length}]`),
    length,
  ],
  'members that need the one before on a condition': [
    network(`let s[i] for i in 0..${length} = i == 0 ? x : s[i-1] -> relu\n output y = s[${length}]`),
    length,
  ],
  'two families by turns': [
    network(
      `let b[i] for i in 0..${length} = h[i] -> relu\n let h[i] for i in 0..${length} = i == 0 ? x : add(h[i-1], b[i-1])\n output y = h[${length}]`,
    ),
    2 * length,
  ],
  'indices that a function gives': [
    network(
      `let s[0] = x\n let s[i] for i in 1..${length} = s[before(i)] -> relu\n output y = s[${length}]`,
      'fn before(i: int) = max(i - 1, 0)',
    ),
    length,
  ],
  levels: [
    network(
      `backbone b {\n level[${length}] = x\n level[i] for i in 0..${length - 1} = level[i+1] -> relu\n }\n output y = b[0]`,
    ),
    length,
  ],
  'nodes, by their edges and names of their own': [
    network(
      `fusion f {\n node[${length}] = x\n node[i] for i in 0..${length - 1} {\n let next = node[i+1] -> relu\n edge a = next\n edge b[k] for k in 0..0 = x\n fuse = sum\n }\n }\n output y = f[0]`,
    ),
    2 * length,
  ],
  'nodes that ask whether there are others': [
    network(
      `fusion f {\n node[${length}] = x\n node[i] for i in 0..${length - 1} {\n edge a = x if exists(node[i+1])\n fuse = concat\n }\n }\n output y = f[0]`,
    ),
    length,
  ],
  'members in the body of a block': [
    network(
      'output y = x -> B',
      `block B {\n in x\n let s[0] = x\n let s[i] for i in 1..${length} = s[i-1] -> relu\n out s[${length}]\n}`,
    ),
    length,
  ],
  'names without indices': [
    network(
      `${Array.from({ length: 1000 }, (_, k) => `let s${k + 1} = s${k} -> relu`).join('\n ')}\n let s0 = x\n output y = s1000`,
    ),
    1000,
  ],
}

describe('chains of thousands are built', () => {
  test.each(Object.keys(chains))('%s', (name) => {
    const [spec, operators] = chains[name] ?? ['', 0]
    expect(built(spec).nodes.length).toBe(operators + 1)
  })

  test('each member that needs all before it', () => {
    const graph = built(
      network(
        'let s[0] = x\n let s[i] for i in 1..300 = [s[j] for j in 0..i-1] -> concat -> conv(1, 1)\n output y = s[300]',
      ),
    )
    expect(graph.nodes.findLast((one) => one.op === 'concat')?.inputs).toHaveLength(300)
  })
})

describe('the order of need shows nowhere', () => {
  const chain = (rule: string, first: string, output: string): Graph =>
    built(
      network(
        `let s[${first}] = x\n let s[i] for i in ${rule} -> conv(2, 3) -> conv(2, 3)\n output y = s[${output}]`,
      ),
    )

  test('in paths', () => {
    const paths = chain('1..300 = s[i-1]', '0', '300').parameters.map((one) => one.path)
    expect(paths.slice(0, 2)).toEqual(['s[1].conv[0].weight', 's[1].conv[0].bias'])
    expect(new Set(paths).size).toBe(1200)
    const other = chain('0..299 = s[i+1]', '300', '0').parameters.map((one) => one.path)
    expect(other.map((path) => path.replace(/\d+/, (at) => String(300 - Number(at))))).toEqual(paths)
  })

  test('in what is left out: members that no one needs have no weights', () => {
    const graph = built(
      network(
        'let s[0] = x\n let s[i] for i in 1..2000 = i % 2 == 0 ? s[i-2] -> conv(1, 1, bias = false) : s[i-1] -> conv(9, 9)\n output y = s[2000]',
      ),
    )
    expect(graph.parameters).toHaveLength(1000)
  })

  test('in the weights of a shared block', () => {
    const graph = built(
      network(
        'share let b = conv(1, 3)\n let s[0] = x\n let s[i] for i in 1..500 = s[i-1] -> b\n output y = s[500]',
      ),
    )
    expect(graph.parameters.map((one) => one.path)).toEqual(['b.conv.weight', 'b.conv.bias'])
  })
})

test('a long cycle is one mistake, and the chain is shown by its ends', () => {
  const [found, ...more] = checked(
    network('let s[i] for i in 0..4999 = s[(i + 1) % 5000] -> relu\n output y = s[0]'),
  ).diagnostics
  expect(more).toEqual([])
  expect(found?.name).toBe('cyclic-recurrence')
  expect(found?.message).toMatch(
    /s\[0\] -> s\[1\] -> .* -> … 4989 more … -> s\[4998\] -> s\[4999\] -> s\[0\]$/,
  )
})

test('a mistake at the far end of a chain is reported once, where it is', () => {
  const found = mistakes(
    network('let s[0] = x -> conv(0, 3)\n let s[i] for i in 1..5000 = s[i-1] -> relu\n output y = s[5000]'),
  )
  expect(found).toHaveLength(1)
})

test('a name that is unknown far along a chain is reported', () => {
  const found = mistakes(
    network('let s[i] for i in 0..999 = i < 999 ? s[i+1] -> relu : x -> nothing\n output y = s[0]'),
  )
  expect(found).toHaveLength(1)
})
