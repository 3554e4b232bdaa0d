// Rename maps: every mistake in one, and everything that a checkpoint and a network can disagree about.
import { describe, expect, test } from 'vitest'
import { isProblem, problem, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import type { NamedTensors } from '../../src/weights/named-tensors.ts'
import { elementCount } from '../../src/weights/numbers.ts'
import { parseRenameMap, type RenameMap } from '../../src/weights/rename-map.ts'
import { renamed, type Renaming, type RenamingOptions } from '../../src/weights/renamed.ts'
import { graphOf } from '../support/compile-text.ts'
import { textOf } from './map-at.ts'

/** `body[k].conv`, `body[k].batch_norm` and `logits.conv`. */
const spec = `network Net(widths: [int] = [4, 6], scale: float = 0.5) {
  input image: [1, 8, 8]
  let body[0] = image -> conv(widths[0], 3) -> batch_norm
  let body[k] for k in 1..<len(widths) = body[k-1] -> conv(widths[k], 3) -> batch_norm
  output logits = body[len(widths) - 1] -> conv(2, 1)
}
`
const { graph } = graphOf(spec)

/** Element i is i + 1 + a hundred times the tensor's place. */
function tensors(shapes: Readonly<Record<string, readonly number[]>>): NamedTensors {
  const names = Object.keys(shapes)
  return {
    entries: new Map(Object.entries(shapes).map(([name, shape]) => [name, { dtype: 'F32', shape }])),
    read: (name) =>
      Float32Array.from(
        { length: elementCount(shapes[name] ?? []) },
        (_, i) => i + 1 + 100 * names.indexOf(name),
      ),
  }
}

const norm = (name: string, c: number): Record<string, readonly number[]> =>
  Object.fromEntries(
    ['weight', 'bias', 'running_mean', 'running_var'].map((leaf) => [`${name}.${leaf}`, [c]]),
  )
const conv = (name: string, shape: readonly number[]): Record<string, readonly number[]> => ({
  [`${name}.weight`]: shape,
  [`${name}.bias`]: [shape[0] ?? 0],
})
const official = {
  ...conv('down.1.conv', [4, 1, 3, 3]),
  ...norm('down.1.bn', 4),
  ...conv('down.2.conv', [6, 4, 3, 3]),
  ...norm('down.2.bn', 6),
  ...conv('out', [2, 6, 1, 1]),
}

interface MapText {
  readonly rules: readonly object[]
  readonly let?: Readonly<Record<string, string>>
  readonly ignore?: readonly string[]
}

const soundRules = [
  { from: 'down.{n}.conv', to: 'body[{n-1}].conv' },
  { from: 'down.{n}.bn', to: 'body[{n-1}].batch_norm' },
  { from: 'out', to: 'logits.conv' },
]

function mapOf(map: MapText): RenameMap {
  const parsed = parseRenameMap(JSON.stringify({ format: 'weft-rename-1', ...map }), 'map.json')
  if ('rules' in parsed) return parsed
  throw new Error(parsed.map(textOf).join('\n'))
}

function renaming(
  given: Readonly<Record<string, readonly number[]>>,
  map: MapText = { rules: soundRules },
  options: RenamingOptions = {},
): Renaming {
  return renamed(graph, tensors(given), { map: mapOf(map), ...options })
}

const problemsOf = (...given: Parameters<typeof renaming>): string[] =>
  renaming(...given).problems.map(textOf)

function numbers(of: Renaming, path: string, from: Graph = graph): number[] {
  const parameter = from.parameters.find((one) => one.path === path)
  if (parameter === undefined) throw new Error(`no parameter ${path}`)
  const found = of.weights.numbersOf(parameter)
  if (isProblem(found)) throw new Error(textOf(found))
  return [...found]
}

describe('what fits', () => {
  test('fills every parameter, statistics too', () => {
    const found = renaming(official)
    expect(found.problems).toEqual([])
    expect(found.sources.size).toBe(graph.parameters.length)
    expect(found.sources.get('body[1].batch_norm.running_var')).toEqual({ tensor: 'down.2.bn.running_var' })
    expect(numbers(found, 'body[1].batch_norm.running_mean')[0]).toBe(1 + 100 * 10)
  })

  test('equal names need no map', () => {
    const own = Object.fromEntries(graph.parameters.map(({ path, shape }) => [path, shape]))
    expect(renamed(graph, tensors(own)).problems).toEqual([])
  })

  test('the first rule that matches decides, ignoring comes before', () => {
    const rules = [
      { from: 'down.1.conv', to: 'body[0].conv' },
      { from: 'down.{n}.conv', to: 'body[{n-1}].conv' },
      ...soundRules.slice(1),
    ]
    const more = { ...official, 'down.1.bn.num_batches_tracked': [], 'copy.out.weight': [2, 6, 1, 1] }
    expect(problemsOf(more, { rules, ignore: ['*.num_batches_tracked', 'copy.*'] })).toEqual([])
  })

  test('a rule may name a tensor, leaf and all', () => {
    const { 'out.bias': bias, ...rest } = official
    const rules = [...soundRules, { from: 'offset', to: 'logits.conv.bias' }]
    expect(problemsOf({ ...rest, offset: bias ?? [] }, { rules })).toEqual([])
  })

  test('names are captured and compared, lets refer to each other and to arguments', () => {
    const rules = [
      { from: 'net{a}.{kind:name}.{a}', to: 'body[{last-a}].{kind == "c" ? "conv" : "batch_norm"}' },
      { from: 'out', to: 'logits.conv' },
    ]
    const given = {
      ...conv('net0.c.0', [6, 4, 3, 3]),
      ...norm('net0.b.0', 6),
      ...conv('net1.c.1', [4, 1, 3, 3]),
      ...norm('net1.b.1', 4),
      ...conv('out', [2, 6, 1, 1]),
    }
    expect(problemsOf(given, { rules, let: { last: 'depth - 1', depth: 'len(widths)' } })).toEqual([])
  })

  test('axes are reordered where a tensor has as many', () => {
    const rules = [
      { from: 'down.{n}.conv', to: 'body[{n-1}].conv', permute: [3, 2, 0, 1] },
      ...soundRules.slice(1),
    ]
    const found = renaming(
      { ...official, 'down.1.conv.weight': [3, 3, 1, 4], 'down.2.conv.weight': [3, 3, 4, 6] },
      { rules },
    )
    expect(found.problems).toEqual([])
    // Element [o, 0, y, x] is element [y, x, 0, o].
    const expected = [0, 1, 2, 3].flatMap((o) => Array.from({ length: 9 }, (_, yx) => yx * 4 + o + 1))
    expect(numbers(found, 'body[0].conv.weight')).toEqual(expected)
    expect(numbers(found, 'body[0].conv.bias')).toEqual([101, 102, 103, 104])
  })

  test('a rule may give tensors the shapes of their parameters', () => {
    const flat = { ...official, 'out.weight': [2, 6], 'down.2.conv.weight': [9, 4, 6] }
    const rules = [
      { from: 'down.2.conv', to: 'body[1].conv', permute: [2, 1, 0], reshape: true },
      ...soundRules.slice(0, 2),
      { from: 'out', to: 'logits.conv', reshape: true },
    ]
    const found = renaming(flat, { rules })
    expect(found.problems).toEqual([])
    expect(numbers(found, 'logits.conv.weight')).toEqual(
      Array.from({ length: 12 }, (_, i) => 1 + 100 * 12 + i),
    )
    // Element [o, i, y, x] is element [3y + x, i, o]: the order of axes comes first.
    const [first, second] = numbers(found, 'body[1].conv.weight')
    expect((second ?? 0) - (first ?? 0)).toBe(4 * 6)
    expect(problemsOf(flat)).toEqual([
      expect.stringContaining(
        '(both have as many numbers: `"reshape": true` in its rule takes them in their order)',
      ),
    ])
    expect(problemsOf({ ...flat, 'out.weight': [2, 5] }, { rules })).toEqual([
      expect.stringContaining(
        '`out.weight` is [2, 5], but `logits.conv.weight` is [2, 6, 1, 1], which are other counts (set the',
      ),
    ])
  })

  test('what is not required may be absent', () => {
    const { 'out.weight': _, 'out.bias': __, ...rest } = official
    const options = { required: ({ path }: { readonly path: string }) => !path.startsWith('logits') }
    const rules = soundRules.slice(0, 2)
    expect(problemsOf(rest, { rules }, options)).toEqual([])
    expect(problemsOf(rest, { rules })).toHaveLength(1)
  })
})

describe('what does not fit', () => {
  test('missing parameters, by name and count', () => {
    const { 'down.2.bn.running_var': _, 'down.1.conv.bias': __, ...rest } = official
    expect(problemsOf(rest)).toEqual([
      'WEFT911 nothing fills 2 of 14 parameters: `body[0].conv.bias`, `body[1].batch_norm.running_var` (add rules for them, or set the arguments with which the checkpoint was trained)',
    ])
  })

  test('tensors that nobody uses', () => {
    const more = { ...official, 'ema.decay': [1], 'aux.weight': [3] }
    expect(problemsOf(more)).toEqual([
      'WEFT912 2 of 16 tensors in the file are covered by no rule: `ema.decay`, `aux.weight` (add rules for them, or patterns to `ignore`)',
    ])
  })

  test('without a map: both sides are named', () => {
    const found = renamed(graph, tensors(official)).problems.map(textOf)
    expect(found).toHaveLength(2)
    expect(found[0]).toContain(
      'WEFT912 14 of 14 tensors in the file are no parameter of the network: `down.1.conv.weight`',
    )
    expect(found[0]).toContain('--rename MAP.json')
    expect(found[1]).toMatch(/WEFT911 nothing fills 14 of 14 parameters: .* and 9 more/)
  })

  test('shapes, all in one', () => {
    const wrong = {
      ...official,
      'down.1.conv.weight': [4, 3, 3, 3],
      'out.weight': [5, 6, 1, 1],
      'out.bias': [5],
    }
    expect(problemsOf(wrong)).toEqual([
      'WEFT913 `down.1.conv.weight` is [4, 3, 3, 3], but `body[0].conv.weight` is [4, 1, 3, 3], and so for 2 more (set the arguments with which the checkpoint was trained, each with --set NAME=VALUE)',
    ])
  })

  test('of a scalar, unless the parameter is one number', () => {
    const { graph: scaled } = graphOf(`network Scaled {
  input x: [4, 8, 8]
  output y = x * parameter([1]) + parameter([8])
}
`)
    const [one, eight] = scaled.parameters.map(({ path }) => path)
    const found = renamed(scaled, tensors({ [one ?? '']: [], [eight ?? '']: [] }), {})
    expect(found.problems.map(textOf)).toEqual([
      expect.stringContaining(`WEFT913 \`${eight}\` is [], but \`${eight}\` is [8] (`),
    ])
  })

  test('types of numbers that are no real ones, all in one', () => {
    const given = tensors(official)
    const entries = [...given.entries].map(
      ([name, { shape }]) =>
        [name, { dtype: name.startsWith('down.1') ? 'F8_E4M3' : 'BF16', shape }] as const,
    )
    const found = renamed(
      graph,
      { ...given, entries: new Map(entries) },
      { map: mapOf({ rules: soundRules }) },
    )
    expect(found.problems.map(textOf)).toEqual([
      expect.stringContaining(
        'WEFT906 `down.1.conv.weight` has numbers of type F8_E4M3, and so for 5 more (weights are read from F64',
      ),
    ])
  })

  test('shapes that another order of axes makes right', () => {
    expect(problemsOf({ ...official, 'down.2.conv.weight': [3, 3, 4, 6] })[0]).toContain(
      '`body[1].conv.weight` is [6, 4, 3, 3] (its axes fit in another order: "permute": [3, 2, 0, 1])',
    )
  })

  test('two tensors for one parameter', () => {
    const rules = [{ from: 'copy.{n}', to: 'body[{n}].conv', optional: true }, ...soundRules]
    const copied = { ...official, ...conv('copy.0', [4, 1, 3, 3]) }
    expect(problemsOf(copied, { rules })).toEqual([
      'WEFT914 `down.1.conv.weight` and `copy.0.weight` both fill `body[0].conv.weight`, and so for 1 more (say in `aliases` which is a copy of which, or make a pattern narrower)',
    ])
  })

  test('a rule that leads nowhere does not also make parameters missing', () => {
    const rules = [{ from: 'down.{n}.conv', to: 'body[{n-1}].cnov' }, ...soundRules.slice(1)]
    expect(problemsOf(official, { rules })).toEqual([
      'WEFT915 rule 1 takes `down.1.conv.weight`, `down.1.conv.bias`, `down.2.conv.weight`, `down.2.conv.bias` to what the network does not have: `body[0].cnov.weight` (did you mean `body[0].conv.weight`?)',
    ])
  })

  test('a checkpoint of a deeper network', () => {
    const deeper = { ...official, ...conv('down.3.conv', [8, 6, 3, 3]) }
    expect(problemsOf(deeper)).toHaveLength(1)
    expect(problemsOf(deeper)[0]).toContain('WEFT915 rule 1 takes `down.3.conv.weight`')
  })

  test('a rule that matches nothing, unless it may', () => {
    const idle = { from: 'dwon.{n}', to: 'x' }
    expect(problemsOf(official, { rules: [...soundRules, idle] })[0]).toContain(
      'WEFT923 map.json, rule 4: no tensor is named like `dwon.{n}`',
    )
    expect(problemsOf(official, { rules: [...soundRules, { ...idle, optional: true }] })).toEqual([])
  })

  test('the map of another network is one mistake', () => {
    const rules = [
      { from: 'a', to: 'b' },
      { from: 'c', to: 'd' },
    ]
    expect(problemsOf(official, { rules })).toHaveLength(1)
    expect(problemsOf(official, { rules })[0]).toContain(
      'WEFT912 14 of 14 tensors in the file are covered by no rule',
    )
  })

  test('what is wrong with numbers comes when they are read', () => {
    const wrong = problem('weights-changed', { path: 'w', tensor: 'out.weight' })
    const broken = { ...tensors(official), read: () => wrong }
    const { problems, weights } = renamed(graph, broken, { map: mapOf({ rules: soundRules }) })
    expect(problems).toEqual([])
    expect(graph.parameters.map((one) => weights.numbersOf(one))).toContain(wrong)
  })

  test('a parameter that was not required is a problem when it is asked for after all', () => {
    const { weights } = renamed(graph, tensors({}), { required: () => false })
    const found = graph.parameters.slice(0, 1).map((one) => weights.numbersOf(one))
    expect(found.map((one) => isProblem(one) && one.name)).toEqual(['weights-missing'])
  })
})

test('a weight denser than its mask is a warning, once', () => {
  const sparse = graphOf(`network N {
  input x: [2, 8, 8]
  backbone b { level[0] = x }
  fusion f {
    node[0, 0] = b[0]
    node[0, 1] { edge a = node[0, 0]  fuse = concat -> conv(4, 3, bias = false) }
    sparsity 50% { granularity = kernel }
  }
  output y = f[0, 1]
}
`).graph
  const [weight] = sparse.parameters
  if (weight === undefined) throw new Error('no weight')
  const warnings: Problem[] = []
  const given = (zeroKernels: number): NamedTensors => ({
    entries: new Map([[weight.path, { dtype: 'F32', shape: weight.shape }]]),
    read: () => new Float32Array(72).fill(1).fill(0, 0, 9 * zeroKernels),
  })
  for (const zeroKernels of [4, 3, 5]) {
    const { weights } = renamed(sparse, given(zeroKernels), { onWarning: (one) => warnings.push(one) })
    weights.numbersOf(weight)
    weights.numbersOf(weight)
  }
  expect(warnings.map(textOf)).toEqual([
    `WEFT916 \`${weight.path}\` has 5 connections that are not zero, its mask keeps 4 of 8 (set the sparsity with which it was trained; effective costs count the mask, not these weights)`,
  ])
})

describe('values', () => {
  test.each<[what: string, lets: Readonly<Record<string, string>>, to: string, message: string]>([
    [
      'a circle of lets',
      { a: 'b + 1', b: 'c', c: 'a' },
      'x',
      'WEFT922 map.json, let a: a value needs itself: a -> b -> c -> a',
    ],
    ['a let of itself', { widths: 'len(widths)' }, 'x', 'let widths: a value needs itself: widths -> widths'],
    [
      'an unknown name',
      { depth: 'len(pools)' },
      'x',
      "WEFT922 map.json, let depth: unknown name `pools` (known are the network's arguments",
    ],
    ['a let that is no expression', { depth: 'len(' }, 'x', 'WEFT922 map.json, let depth: '],
    ['a let of another type', { depth: 'len(3)' }, 'x', 'WEFT922 map.json, let depth: '],
    ['an unknown variable', {}, 'body[{m-1}].conv', 'WEFT922 map.json, rule 1, to: unknown name `m` (known'],
    [
      'half a number',
      {},
      'body[{n * scale}].conv',
      'rule 1, to: `{n * scale}` is 0.5; it must be a whole number or a string',
    ],
    ['a list', {}, 'body[{widths}].conv', '`{widths}` is [4, 6]; it must be a whole number or a string'],
    ['a division by zero', {}, 'body[{1 div (n - n)}].conv', 'WEFT922 map.json, rule 1, to: '],
    ['an index too far', {}, 'body[{widths[n + 7]}].conv', 'WEFT922 map.json, rule 1, to: '],
    ['no expression', {}, 'body[{n -}].conv', 'WEFT922 map.json, rule 1, to: '],
    ['nothing', {}, 'body[{}].conv', 'WEFT922 map.json, rule 1, to: '],
    [
      'a sum without end',
      { a: 'sum([i * j for i in 1..99999, j in 1..99999])' },
      'x',
      'WEFT922 map.json, let a: ',
    ],
  ])('%s is one mistake', (_, lets, to, message) => {
    const found = problemsOf(official, {
      let: lets,
      rules: [{ from: 'down.{n}.conv', to }, ...soundRules.slice(1)],
    })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(message)
  })

  test('a misspelt name is told what it may be', () => {
    expect(problemsOf(official, { let: { a: 'len(width)' }, rules: soundRules })[0]).toContain(
      'did you mean `widths`?',
    )
  })
})

describe('a map is refused', () => {
  const rule = { from: 'a', to: 'b' }
  test.each<[what: string, map: unknown, message: string]>([
    ['that is not JSON', '{', 'WEFT921 map.json: it is not JSON ('],
    ['that is a list', [], 'WEFT921 map.json: it must be an object, and is an empty list'],
    [
      'with rules twice',
      '{"format":"weft-rename-1","rules":[],"rules":[]}',
      'WEFT921 map.json, rules: it is there more than once',
    ],
    [
      'of another format',
      { format: 'weft-rename-2', rules: [rule] },
      'map.json, format: it must be "weft-rename-1", and is "weft-rename-2"',
    ],
    ['without rules', { rules: [] }, 'map.json, rules: it must be a list of 1 or more, and is an empty list'],
    ['with rules that are an object', { rules: {} }, 'map.json, rules: it must be a list, and is an object'],
    ['with a misspelt key', { rules: [rule], ignored: [] }, 'there is no `ignored`; did you mean `ignore`?'],
    [
      'with a misspelt key in a rule',
      { rules: [{ ...rule, form: 'a' }] },
      'rule 1: there is no `form`; did you mean `from`?',
    ],
    [
      'with a rule that is a string',
      { rules: [rule, 'a -> b'] },
      'map.json, rule 2: it must be an object, and is "a -> b"',
    ],
    ['without to', { rules: [{ from: 'a' }] }, 'map.json, rule 1: `to` is missing'],
    [
      'with an empty from',
      { rules: [{ from: '', to: 'b' }] },
      'rule 1, from: it must be a string that is not empty, and is ""',
    ],
    ['with an open brace', { rules: [{ from: 'a.{i', to: 'b' }] }, 'rule 1, from: a `{` has no `}` after it'],
    [
      'with a closed brace',
      { rules: [{ from: 'a', to: 'b[i}]' }] },
      'rule 1, to: a `}` has no `{` before it',
    ],
    ['with braces the wrong way', { rules: [{ from: 'a.{i}}', to: 'b' }] }, 'a `}` has no `{` before it'],
    [
      'with an expression in from',
      { rules: [{ from: 'a.{i-1}', to: 'b' }] },
      '`{i-1}` is not a variable: write `{i}`, or `{part:name}`',
    ],
    [
      'with a variable of an unknown kind',
      { rules: [{ from: 'a.{i:int}', to: 'b' }] },
      'a variable is a `number` or a `name`',
    ],
    [
      'with variables without a border',
      { rules: [{ from: 'a{i}{j}', to: 'b' }] },
      'nothing tells where `{j}` begins',
    ],
    [
      'with an axis twice',
      { rules: [{ ...rule, permute: [0, 0] }] },
      'rule 1, permute: it must be a list of each axis once, from 0: [3, 2, 0, 1], and is a list of 2',
    ],
    [
      'with an axis that is text',
      { rules: [{ ...rule, permute: [0, '1'] }] },
      'rule 1, permute 2: it must be a whole number, and is "1"',
    ],
    [
      'with optional as text',
      { rules: [{ ...rule, optional: 'yes' }] },
      'rule 1, optional: it must be true or false',
    ],
    [
      'with let as a list',
      { rules: [rule], let: [] },
      'map.json, let: it must be an object, and is an empty list',
    ],
    [
      'with a let that is a number',
      { rules: [rule], let: { depth: 5 } },
      'map.json, let depth: it must be a string, and is 5',
    ],
    [
      'with a let of no name',
      { rules: [rule], let: { '2d': '1' } },
      'map.json, let: its names must be of letters, digits and _, no digit first, and one is "2d"',
    ],
    [
      'with ignore as text',
      { rules: [rule], ignore: '*' },
      'map.json, ignore: it must be a list, and is "*"',
    ],
    [
      'with an alias of other stars',
      { rules: [rule], aliases: [{ copy: 'a.*', of: 'b' }] },
      'map.json, alias 1: `copy` has 1 `*`, and `of` 0: they stand for the same texts in the same order',
    ],
    [
      'with an alias of nothing',
      { rules: [rule], aliases: [{ copy: 'a' }] },
      'map.json, alias 1: `of` is missing',
    ],
    [
      'with more variables than a name has parts',
      { rules: [{ ...rule, from: Array.from({ length: 33 }, (_, i) => `{v${i}}`).join('.') }] },
      'rule 1, from: it has 33 variables, more than 32',
    ],
    [
      'with too many variables that are there again',
      { rules: [{ ...rule, from: '{a}.{b}.{c}.{d}.{a}.{b}.{c}.{d}' }] },
      'rule 1, from: 4 of its variables are there again, more than 3',
    ],
    [
      'with a number to ignore',
      { rules: [rule], ignore: [1] },
      'map.json, ignore 1: it must be a string, and is 1',
    ],
  ])('%s', (_, map, message) => {
    const isText = typeof map === 'string' || Array.isArray(map)
    const text =
      typeof map === 'string'
        ? map
        : JSON.stringify(isText ? map : { format: 'weft-rename-1', ...(map as object) })
    const parsed = parseRenameMap(text, 'map.json')
    const found = 'rules' in parsed ? [] : parsed.map(textOf)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(message)
  })

  test('and all its mistakes are told at once', () => {
    const parsed = parseRenameMap('{"format": 1, "rules": [{"from": "{", "to": 3}, 7]}', 'map.json')
    expect(parsed).toHaveLength(3)
    const many = JSON.stringify({ rules: Array.from({ length: 30 }, () => 1) })
    expect(parseRenameMap(many, 'map.json')).toHaveLength(21)
    const braces = '[{"from": "{", "to": "}"}, {"from": "a", "to": "b", "permute": [1]}]'
    expect(parseRenameMap(`{"format": "weft-rename-1", "rules": ${braces}}`, 'map.json')).toHaveLength(3)
  })
})
