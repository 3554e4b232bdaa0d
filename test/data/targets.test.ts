// Scores to labels, by a softmax and by sigmoids.
import { expect, test } from 'vitest'
import type { DatasetDescription } from '../../src/data/case.ts'
import { channelsFor, decisionOf, labelsIn, targetsOf } from '../../src/data/targets.ts'

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

/** BraTS as nnU-Net has it: the enhancing tumour lies in the core, the core in the whole. */
const tumour: DatasetDescription = {
  name: 'made up',
  channels: ['flair'],
  classes: ['background', 'whole', 'core', 'enhancing'],
  regions: [
    { labels: [1, 2, 3], written: 1 },
    { labels: [2, 3], written: 2 },
    { labels: [3], written: 3 },
  ],
  ignore: 4,
}

test('regions are written one over the other in their order', () => {
  expect([channelsFor(tumour, 'sigmoid'), labelsIn(tumour)]).toEqual([3, 5])
  expect(targetsOf(tumour, 'sigmoid')).toEqual({ regions: [[1, 2, 3], [2, 3], [3]], ignore: 4 })
  const decide = decisionOf(tumour, 'sigmoid')
  expect(
    labelsOf(decide, [0.9, 0.9, 0.9, 0.2, 0.5], [0.4, 0.6, 0.6, 0.2, 0.1], [0.1, 0.2, 0.7, 0.8, 0.2]),
  ).toEqual([1, 2, 3, 3, 0])
})
