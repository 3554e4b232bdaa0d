// Cases as a network sees them in training are those that nnU-Net's own preprocessor makes. prepared.jsonl is written by peers/prepared.py.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Triple } from '../../src/data/pipeline/grid.ts'
import { networkView, type Pipeline } from '../../src/data/pipeline/pipeline.ts'

interface Recorded {
  readonly name: string
  readonly extents: Triple
  readonly spacing: Triple
  readonly target: readonly number[]
  readonly transpose: Triple
  readonly scheme: 'CTNormalization' | 'ZScoreNormalization'
  readonly masked: boolean
  readonly order: 1 | 3
  readonly image: readonly number[]
  readonly labels: readonly number[]
  readonly to: Triple
  readonly data: readonly number[]
  readonly found: readonly number[]
}

const recorded = readFileSync(join(import.meta.dirname, 'prepared.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)

const separation = { separation: 'auto', threshold: 3 } as const

function pipelineOf({ target, transpose, scheme, masked, order }: Recorded): Pipeline {
  return {
    transpose,
    spacing: target,
    normalisation: [
      scheme === 'CTNormalization'
        ? { rule: 'ct', low: 90, high: 240, mean: 150, std: 40 }
        : { rule: 'zscore', masked },
    ],
    resampling: { image: { order, ...separation }, scores: separation },
    patch: target.map(() => 8),
    mirror: [],
    labelling: { kind: 'labels' },
  }
}

test.each(recorded.map((one) => [one.name, one] as const))('%s', (_, one) => {
  const { extents, spacing, image, labels } = one
  const volume = { extents, spacing, channels: [Float32Array.from(image)] }
  const view = networkView(volume, Uint8Array.from(labels), pipelineOf(one))
  if (typeof view === 'string') throw new Error(view)
  expect(view.extents).toEqual(one.to)
  expect([...view.labels]).toEqual(one.found)
  const [data = []] = view.channels
  const furthest = Math.max(...one.data.map((value, at) => Math.abs(value - (data[at] ?? NaN))))
  expect(furthest).toBeLessThan(1e-5)
})
