// Chunks of a channel shift against torch.chunk: sizes by channels and offsets.
import { expect, test } from 'vitest'
import { shiftChunks } from '../../src/compiler/ops/primitive/shift.ts'

test.each([
  [48, 3, [16, 16, 16]],
  [8, 3, [3, 3, 2]],
  [6, 5, [2, 2, 2]],
  [7, 5, [2, 2, 2, 1]],
  [2, 5, [1, 1]],
  [1, 1, [1]],
])('%i channels, %i offsets', (channels, offsets, sizes) => {
  const chunks = shiftChunks(
    channels,
    Array.from({ length: offsets }, (_, at) => at - 1),
  )
  expect(chunks.map(({ start, end }) => end - start)).toEqual(sizes)
  expect(chunks.map(({ offset }) => offset)).toEqual(sizes.map((_, at) => at - 1))
})
