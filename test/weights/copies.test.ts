// Checkpoints that list a tensor under several names, or all of them behind a wrapper's: what counts, and what is told.
import { describe, expect, test } from 'vitest'
import { problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { NamedTensors } from '../../src/weights/named-tensors.ts'
import { prefixesOf } from '../../src/weights/prefix.ts'
import { parseRenameMap } from '../../src/weights/rename-map.ts'
import { renamed, type Renaming } from '../../src/weights/renamed.ts'
import { graphOf } from '../support/compile-text.ts'
import { textOf } from './map-at.ts'

const { graph } = graphOf(`network Net {
  input image: [1, 4]
  output logits = image -> conv(1, 1) -> conv(1, 1)
}
`)

/** Each a weight [1, 1, 1] or a bias [1]. */
function tensors(numbers: Readonly<Record<string, number>>): NamedTensors {
  const shapeOf = (name: string): number[] => (name.endsWith('weight') ? [1, 1, 1] : [1])
  return {
    entries: new Map(Object.keys(numbers).map((name) => [name, { dtype: 'F32', shape: shapeOf(name) }])),
    read: (name) => Float64Array.of(numbers[name] ?? NaN),
  }
}

const map = {
  format: 'weft-rename-1',
  rules: [{ from: 'encoder.{i}.conv', to: 'logits.conv[{i}]' }],
  aliases: [
    { copy: 'decoder.encoder.*', of: 'encoder.*' },
    { copy: '*.all_modules.0.*', of: '*.conv.*' },
  ],
  ignore: ['*.step'],
}

function renaming(given: NamedTensors, withMap = true): Renaming {
  const parsed = parseRenameMap(JSON.stringify(map), 'map.json')
  if (!('rules' in parsed)) throw new Error(parsed.map(textOf).join('\n'))
  return renamed(graph, given, withMap ? { map: parsed } : {})
}

const leaves = { '0.conv.weight': 1, '0.conv.bias': 2, '1.conv.weight': 3, '1.conv.bias': 4 }
const under = (prefix: string, name = 'conv'): Record<string, number> =>
  Object.fromEntries(
    Object.entries(leaves).map(([key, value]) => [prefix + key.replace('conv', name), value]),
  )
const original = under('encoder.')
const everything = {
  ...under('decoder.encoder.'),
  ...under('decoder.encoder.', 'all_modules.0'),
  ...original,
  ...under('encoder.', 'all_modules.0'),
}

function numbersOf({ weights }: Renaming): unknown[] {
  return graph.parameters.map((one) => weights.numbersOf(one)).map((one) => ('length' in one ? one[0] : one))
}

describe('copies', () => {
  test('that are equal say nothing, and the name that counts is taken', () => {
    const found = renaming(tensors(everything))
    expect(found.problems).toEqual([])
    expect(found.sources.get('logits.conv[0].weight')).toEqual({
      tensor: 'encoder.0.conv.weight',
      copies: [
        'decoder.encoder.0.conv.weight',
        'decoder.encoder.0.all_modules.0.weight',
        'encoder.0.all_modules.0.weight',
      ],
    })
    expect(numbersOf(found)).toEqual([1, 2, 3, 4])
  })

  test('that differ are an error: both names, how many, by how much', () => {
    const grafted = { ...everything, 'encoder.0.conv.weight': 1.25, 'encoder.1.conv.bias': 3.5 }
    expect(renaming(tensors(grafted)).problems.map(textOf)).toEqual([
      expect.stringMatching(
        /^WEFT917 6 of 12 copies differ from what they are copies of: `decoder\.encoder\.1\.conv\.bias` from `encoder\.1\.conv\.bias` by up to 0\.5 \(/,
      ),
    ])
    const one = { ...original, 'decoder.encoder.0.conv.bias': -2 }
    expect(renaming(tensors(one)).problems.map(textOf)).toEqual([
      expect.stringContaining('1 of 1 copy differs from what it is a copy of: `decoder.encoder.0.conv.bias`'),
    ])
  })

  test('that differ in their shape are an error too', () => {
    const given = tensors({ ...original, 'decoder.encoder.0.conv.bias': 2 })
    const entries = new Map([...given.entries, ['decoder.encoder.0.conv.bias', { dtype: 'F32', shape: [] }]])
    expect(renaming({ ...given, entries }).problems.map(textOf)).toEqual([
      expect.stringContaining('from `encoder.0.conv.bias` in its shape'),
    ])
  })

  test('that cannot be read are told as what they are', () => {
    const given = tensors({ ...original, 'decoder.encoder.0.conv.bias': 2 })
    const changed = problem('weights-changed', { path: 'w', tensor: 'decoder.encoder.0.conv.bias' })
    const read: NamedTensors['read'] = (name) => (name.startsWith('decoder') ? changed : given.read(name))
    expect(renaming({ ...given, read }).problems).toEqual([changed])
  })

  test('stand in for names that the file does not have', () => {
    const kept = under('decoder.encoder.', 'all_modules.0')
    const found = renaming(tensors(kept))
    expect(found.problems).toEqual([])
    expect(numbersOf(found)).toEqual([1, 2, 3, 4])
  })

  test('of what no rule covers are told with all their names', () => {
    const more = { 'encoder.norm.bias': 0, 'decoder.encoder.norm.bias': 0, 'decoder.encoder.x.step': 0 }
    expect(renaming(tensors({ ...original, ...more })).problems.map(textOf)).toEqual([
      expect.stringContaining(
        '2 of 6 tensors in the file are covered by no rule: `encoder.norm.bias`, `decoder.encoder.norm.bias`',
      ),
    ])
  })
})

describe('a prefix', () => {
  test.each(['module.', '_orig_mod.', 'module._orig_mod.', 'network.', 'state_dict.model.', 'unet.'])(
    '%s before all names is left out, and said',
    (prefix) => {
      const found = renaming(
        tensors({ ...under(`${prefix}encoder.`), ...under(`${prefix}decoder.encoder.`) }),
      )
      expect(found.problems).toEqual([])
      expect(found.prefix).toBe(prefix)
      expect(found.sources.get('logits.conv[1].bias')?.tensor).toBe(`${prefix}encoder.1.conv.bias`)
      expect(numbersOf(found)).toEqual([1, 2, 3, 4])
    },
  )

  test('is left out of paths as well', () => {
    const own = Object.fromEntries(graph.parameters.map(({ path }, at) => [`module.${path}`, at]))
    const found = renaming(tensors(own), false)
    expect([found.problems, found.prefix, numbersOf(found)]).toEqual([[], 'module.', [0, 1, 2, 3]])
  })

  test('stays where names fill something as they are', () => {
    const found = renaming(tensors({ ...original, ...under('module.encoder.') }))
    expect(found.prefix).toBe('')
    expect(found.problems.map(textOf)).toEqual([
      expect.stringContaining(
        '4 of 8 tensors in the file are covered by no rule: `module.encoder.0.conv.weight`',
      ),
    ])
  })

  test('of a wrapper is left out where the trainer keeps something beside it, which is told', () => {
    const found = renaming(tensors({ ...under('model.encoder.'), 'loss.weight': 1, 'ema.step': 1 }))
    expect(found.prefix).toBe('model.')
    expect(found.problems.map(textOf)).toEqual([
      expect.stringContaining('1 of 5 tensors in the file is covered by no rule: `loss.weight`'),
    ])
    expect(prefixesOf(['teacher.a.b', 'teacher.a.c', 'student.a.b'])).toEqual([])
  })

  test('is no excuse for names of another network', () => {
    const found = renaming(tensors({ 'module.a.weight': 1, 'module.b.weight': 1 }))
    expect(found.prefix).toBe('')
    expect(found.problems.map(textOf)).toEqual([
      expect.stringContaining('`module.a.weight`, `module.b.weight`'),
    ])
  })
})
