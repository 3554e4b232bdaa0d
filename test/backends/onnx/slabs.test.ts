// Cutting a depth into slabs: every slice once, the edges known.
import { expect, test } from 'vitest'
import { slabsOf } from '../../../src/backends/onnx/passes/slabs.ts'

const spans = (depth: number, block: number, greatest: number): string[] =>
  slabsOf(depth, block, greatest).map(
    ({ start, blocks, before, after }) =>
      `${before ? '…' : ''}${start}-${start + blocks * block - 1}${after ? '…' : ''}`,
  )

test('a slab at an edge of the volume is one block', () => {
  expect(spans(8, 8, 64)).toEqual(['0-7'])
  expect(spans(16, 8, 64)).toEqual(['0-7…', '…8-15'])
  expect(spans(64, 8, 64)).toEqual(['0-7…', '…8-55…', '…56-63'])
})

test('slabs are as deep as is allowed, the last of them perhaps less, and never less than a block', () => {
  expect(spans(64, 8, 20)).toEqual(['0-7…', '…8-23…', '…24-39…', '…40-55…', '…56-63'])
  expect(spans(20, 4, 9)).toEqual(['0-3…', '…4-11…', '…12-15…', '…16-19'])
  expect(spans(12, 4, 0)).toEqual(['0-3…', '…4-7…', '…8-11'])
})
