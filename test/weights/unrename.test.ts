// Maps turned round: names, layouts and copies of official checkpoints from the paths of a network, and what a map has to say for that.
import { describe, expect, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { NamedTensors } from '../../src/weights/named-tensors.ts'
import { elementCount } from '../../src/weights/numbers.ts'
import { parseRenameMap, type RenameMap } from '../../src/weights/rename-map.ts'
import { renamed } from '../../src/weights/renamed.ts'
import { officialNumbers, officialTensors } from '../../src/weights/unrename.ts'
import { graphOf } from '../support/compile-text.ts'
import { textOf } from './map-at.ts'

/** `body[k].conv` and `logits.conv`. */
const { graph } = graphOf(`network Net(widths: [int] = [4, 6, 5]) {
  input image: [1, 8, 8]
  let body[0] = image -> conv(widths[0], 3)
  let body[k] for k in 1..<len(widths) = body[k-1] -> conv(widths[k], 1)
  output logits = body[len(widths) - 1] -> conv(2, 1)
}
`)

function mapOf(map: object): RenameMap {
  const parsed = parseRenameMap(JSON.stringify({ format: 'weft-rename-1', ...map }), 'map.json')
  if ('rules' in parsed) return parsed
  throw new Error(parsed.map(textOf).join('\n'))
}

function back(map: object): { names: readonly (readonly string[])[]; problems: readonly string[] } {
  const { tensors, problems } = officialTensors(graph, mapOf(map))
  return { names: tensors.map(({ names }) => names), problems: problems.map(textOf) }
}

const head = { from: 'out', to: 'logits.conv' }

describe('names', () => {
  test('come from what a pattern captured, backwards through expressions', () => {
    const rules = [
      { from: 'up.{u}.c{n}', to: 'body[{len(widths) - 1 - u}].{["", "conv"][n div 16]}', when: 'n == 16' },
      head,
    ]
    expect(back({ rules })).toEqual({
      names: ['up.2.c16', 'up.1.c16', 'up.0.c16', 'out'].flatMap((name) => [
        [`${name}.weight`],
        [`${name}.bias`],
      ]),
      problems: [],
    })
  })

  test('of words, and of whole tensors', () => {
    const rules = [
      { from: '{part:name}.{k}', to: 'body[{k}].{part == "c" ? "conv" : "none"}' },
      { from: 'out', to: 'logits.conv.weight' },
      { from: 'offset', to: 'logits.conv.bias' },
    ]
    expect(back({ rules }).names.slice(-3)).toEqual([['c.2.bias'], ['out'], ['offset']])
  })

  test('are not those that an earlier rule takes, that are ignored, or that are of another version', () => {
    const rules = [
      { from: 'first', to: 'body[0].conv' },
      { from: 'c{k}', to: 'body[{k}].conv', when: 'k > 0' },
      { from: 'old{k}', to: 'body[{k}].conv', written: false },
      { from: 'skipped', to: 'logits.conv' },
      head,
    ]
    const { names, problems } = back({ rules, ignore: ['skipped.*'] })
    expect(problems).toEqual([])
    expect(names.map(([name]) => name).filter((name) => name?.endsWith('bias'))).toEqual([
      'first.bias',
      'c1.bias',
      'c2.bias',
      'out.bias',
    ])
  })

  test('have copies, take their place, or are left alone, as the aliases say', () => {
    const rules = [{ from: 'enc.{k}.conv', to: 'body[{k}].conv' }, head]
    const aliases = [
      { copy: 'dec.enc.*', of: 'enc.*' },
      { copy: 'net.*', of: 'out.*', written: 'copy' },
      { copy: '*.all.0.*', of: '*.conv.*' },
      { copy: '*.all.1.*', of: '*.conv.*', written: 'of' },
    ]
    const { names, problems } = back({ rules, aliases })
    expect(problems).toEqual([])
    expect(names[0]).toEqual([
      'enc.0.conv.weight',
      'dec.enc.0.conv.weight',
      'enc.0.all.0.weight',
      'dec.enc.0.all.0.weight',
    ])
    expect(names.at(-1)).toEqual(['net.bias'])
  })
})

test('layouts are turned back: axes in their order, extents as the map says', () => {
  const rules = [
    { from: 'first', to: 'body[0].conv', permute: [3, 2, 0, 1] },
    { from: 'fc{k}', to: 'body[{k}].conv', reshape: true, shape: '[extents[0], extents[1]]', when: 'k > 0' },
    head,
  ]
  const map = mapOf({ rules })
  const { tensors, problems } = officialTensors(graph, map)
  expect(problems.map(textOf)).toEqual([])
  expect(tensors.map(({ shape }) => shape)).toEqual([
    [3, 3, 1, 4],
    [4],
    [6, 4],
    [6],
    [5, 6],
    [5],
    [2, 5, 1, 1],
    [2],
  ])
  const given: NamedTensors = {
    entries: new Map(tensors.map(({ names: [name = ''], shape }) => [name, { dtype: 'F32', shape }])),
    read: (name) => {
      const count = elementCount(given.entries.get(name)?.shape ?? [])
      return Float32Array.from({ length: count }, (_, i) => i)
    },
  }
  const { weights, problems: wrong } = renamed(graph, given, { map })
  expect(wrong.map(textOf)).toEqual([])
  for (const one of tensors) {
    const numbers = weights.numbersOf(one.parameter)
    if (isProblem(numbers)) throw new Error(textOf(numbers))
    expect(officialNumbers(one, numbers)).toEqual(given.read(one.names[0] ?? ''))
  }
})

describe('what a map leaves open', () => {
  test.each<[what: string, map: object, message: string]>([
    [
      'which name a parameter has',
      { rules: [{ from: 'c{k}.{n}', to: 'body[{k}].conv' }, head] },
      'WEFT944 map.json takes both `c0.0.weight` and `c0.1.weight` to `body[0].conv.weight`, and so for 5 more',
    ],
    [
      'what it is called',
      { rules: [head] },
      'WEFT943 no rule of map.json gives 6 of 8 parameters: `body[0].conv.weight`',
    ],
    [
      'which extents it has',
      { rules: [{ from: 'c{k}', to: 'body[{k}].conv', reshape: true }, head] },
      'WEFT945 map.json, rule 1: it reshapes what fills `body[0].conv.weight`',
    ],
    [
      'extents that are none',
      { rules: [{ from: 'c{k}', to: 'body[{k}].conv', shape: '"x"' }, head] },
      'WEFT922 map.json, rule 1, shape: `"x"` is "x"; it must be a list of whole numbers',
    ],
    ['a let value', { rules: [head], let: { depth: 'layers' } }, 'WEFT922 map.json, let depth: '],
  ])('%s', (_, map, message) => {
    expect(back(map).problems[0]).toContain(message)
  })

  test('a condition that is none', () => {
    const map = mapOf({ rules: [{ ...head, when: 'len(widths)' }] })
    const tensors: NamedTensors = {
      entries: new Map([['out.bias', { dtype: 'F32', shape: [2] }]]),
      read: () => new Float32Array(2),
    }
    const [first] = renamed(graph, tensors, { map }).problems
    expect(first && textOf(first)).toBe(
      'WEFT922 map.json, rule 1, when: `len(widths)` is 3; it must be true or false',
    )
  })
})
