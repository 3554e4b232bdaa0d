// The memory report in terminals of several widths: names that tell tensors apart, lines of the source.
import { describe, expect, test } from 'vitest'
import { memoryDocument } from '../../../src/backends/report/memory/model.ts'
import { renderMemory } from '../../../src/backends/report/memory/text.ts'
import { shortenPath } from '../../../src/backends/report/text-layout.ts'
import { memory } from '../../../src/compiler/analysis/memory.ts'
import { compileExample } from '../../examples/compile-example.ts'

function tensorsAt(width: number): { readonly header: string; readonly rows: readonly string[] } {
  const { graph, sources } = compileExample('examples/e2enet.weft', 'E2ENet', {})
  const analysis = memory(graph, { batch: 1 })
  if (analysis === undefined) throw new Error('extents are free')
  const document = memoryDocument(graph, analysis, sources, 8)
  const lines = renderMemory(document, 'table', { width, unicode: true }).split('\n')
  const [header = '', ...rows] = lines.slice(lines.indexOf('training: largest tensors at the peak') + 1)
  return { header, rows: rows.slice(0, 8) }
}

describe('the largest tensors', () => {
  test.each([60, 80, 100, 160])(
    'at %d columns have different names, their indices and their lines',
    (width) => {
      const { header, rows } = tensorsAt(width)
      expect(header).toMatch(/^tensor +bytes .*line$/)
      expect(
        rows.filter((one) => !/^\S+\[\d+(?:,\d+)?\]\S* .* examples\/e2enet\.weft:\d+$/.test(one)),
      ).toEqual([])
      expect(
        new Set(rows.map((one) => `${one.split(' ')[0]} ${/[a-z ]+(?= +examples)/.exec(one)?.[0] ?? ''}`))
          .size,
      ).toBe(8)
      expect(rows.filter((one) => [...one].length > width)).toEqual([])
    },
  )

  test('lose their share and shape before their cause, and that before their line', () => {
    const columns = (width: number): readonly string[] => tensorsAt(width).header.split(/ +/).slice(1)
    expect(columns(140)).toEqual(['bytes', 'share', 'shape', 'cause', 'line'])
    expect(columns(90)).toEqual(['bytes', 'cause', 'line'])
    expect(columns(70)).toEqual(['bytes', 'line'])
  })
})

describe('a shortened path', () => {
  const path = 'lattice.node[0,5].fuse.Unit[1].shift_conv.shift'

  test.each([
    [60, path],
    [40, 'lattice.node[0,5]….shift_conv.shift'],
    [30, 'lattice.node[0,5]….shift'],
    [20, '…node[0,5]….shift'],
    [12, undefined],
  ])('in %d columns keeps whole segments around its first index', (room, expected) => {
    expect(shortenPath(path, room, room < 24 ? 'index' : 'root')).toBe(expected)
  })

  test('without an index keeps its ends, and one segment stays whole', () => {
    expect(shortenPath('stem.block.conv.weight', 20)).toBe('stem….conv.weight')
    expect(shortenPath('segmentation_logits', 10)).toBeUndefined()
  })
})
