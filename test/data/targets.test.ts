// Scores to labels, by a softmax and by sigmoids.
import { expect, test } from 'vitest'
import type { DatasetDescription } from '../../src/data/case.ts'
import { channelsFor, decisionOf, targetsOf } from '../../src/data/targets.ts'

const dataset: DatasetDescription = { name: 'made up', channels: ['ct'], classes: ['background', 'a', 'b'] }

const labelsOf = (
  decide: ReturnType<typeof decisionOf>,
  ...scores: readonly (readonly number[])[]
): number[] => {
  const labels = new Uint8Array(scores[0]?.length ?? 0)
  decide(
    scores.map((plane) => Float32Array.from(plane)),
    labels,
  )
  return [...labels]
}

test('by a softmax the greatest of all classes, of equal ones the first', () => {
  expect(channelsFor(dataset, 'softmax')).toBe(3)
  expect(targetsOf(dataset, 'softmax')).toEqual({})
  const decide = decisionOf(dataset, 'softmax')
  expect(labelsOf(decide, [0.4, 0.3, 0.2], [0.3, 0.3, 0.5], [0.3, 0.4, 0.3])).toEqual([0, 2, 1])
  expect(labelsOf(decide, [0.4], [0.4], [0.2])).toEqual([0])
})

test('by a sigmoid the greatest over a half, else the background', () => {
  expect(channelsFor(dataset, 'sigmoid')).toBe(2)
  expect(targetsOf(dataset, 'sigmoid')).toEqual({ regions: [[1], [2]] })
  const decide = decisionOf(dataset, 'sigmoid')
  expect(labelsOf(decide, [0.5, 0.6, 0.6, 0.1], [0.4, 0.2, 0.9, 0.51])).toEqual([0, 1, 2, 2])
})
