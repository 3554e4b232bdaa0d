// Which map a checkpoint's names are of, where nobody says.
import { expect, test } from 'vitest'
import { problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { fittingMaps } from '../../src/weights/fitting-maps.ts'
import type { NamedTensors } from '../../src/weights/named-tensors.ts'
import { parseRenameMap, type RenameMap } from '../../src/weights/rename-map.ts'
import { graphOf } from '../support/compile-text.ts'
import { textOf } from './map-at.ts'

const { graph } = graphOf(`network Net {
  input image: [1, 4]
  output logits = image -> conv(1, 1) -> conv(1, 1)
}
`)

const tensors: NamedTensors = {
  entries: new Map(
    ['a.weight', 'a.bias', 'b.weight', 'b.bias'].map((name) => [name, { dtype: 'F32', shape: [5] }]),
  ),
  read: () => new Float32Array(5),
}

function mapOf(path: string, rules: Readonly<Record<string, string>>): RenameMap {
  const text = JSON.stringify({
    format: 'weft-rename-1',
    rules: Object.entries(rules).map(([from, to]) => ({ from, to })),
  })
  const map = parseRenameMap(text, path)
  if ('rules' in map) return map
  throw new Error(map.map(textOf).join())
}

const maps = {
  right: mapOf('right', { a: 'logits.conv[0]', b: 'logits.conv[1]' }),
  same: mapOf('same', { b: 'logits.conv[1]', a: 'logits.conv[0]' }),
  turned: mapOf('turned', { a: 'logits.conv[1]', b: 'logits.conv[0]' }),
  half: mapOf('half', { a: 'logits.conv[0]' }),
  more: mapOf('more', { a: 'logits.conv[0]', b: 'logits.conv[1]', c: 'logits.norm' }),
  elsewhere: mapOf('elsewhere', { a: 'logits.conv[0]', b: 'logits.conv[2]' }),
}
const fitting = (...given: readonly RenameMap[]): string[] =>
  fittingMaps(graph, tensors, given, () => true).map(({ path }) => path)

test('the one by which everything has its place, whatever the shapes', () => {
  expect(fitting(maps.half, maps.more, maps.elsewhere, maps.right)).toEqual(['right'])
  expect(fitting(maps.half, maps.elsewhere)).toEqual([])
})

test('the one by which every parameter has its tensor, where tensors are left over by all', () => {
  const entries = new Map([...tensors.entries, ['loss.scale', { dtype: 'F32', shape: [] }]])
  const beside = { ...tensors, entries }
  const found = fittingMaps(graph, beside, [maps.half, maps.right, maps.elsewhere], () => true)
  expect(found.map(({ path }) => path)).toEqual(['right'])
})

test('one of several that say the same, and all that say something else', () => {
  expect(fitting(maps.right, maps.same)).toEqual(['right'])
  expect(fitting(maps.right, maps.turned)).toEqual(['right', 'turned'])
  expect(textOf(problem('rename-ambiguous', { maps: ['right', 'turned'] }))).toBe(
    'WEFT942 the names in the file fit 2 maps, which say different things of them: `right`, `turned` (say which program they are of: --rename right)',
  )
})
