// Random networks in ONNX Runtime, from fixed seeds; tools/fuzz.ts runs many more.
import { describe, expect, test } from 'vitest'
import { runtime } from '../support/onnx.ts'
import { described, exportFailure, makeExportCase, makeLatticeCase } from './exports.ts'

const seeds = Array.from({ length: 48 }, (_, at) => at + 1)

describe.skipIf(runtime === undefined)('exports compute what the reference does', () => {
  test.each(seeds)('seed %i', { timeout: 30_000 }, async (seed) => {
    const one = makeExportCase(seed)
    const failure = await exportFailure(one)
    expect(failure === undefined ? [] : [failure, described(one)]).toEqual([])
  })
})

describe.skipIf(runtime === undefined)('exports of sparse fusions compute what the reference does', () => {
  test.each(seeds.slice(0, 16))('seed %i', { timeout: 30_000 }, async (seed) => {
    const one = makeLatticeCase(seed)
    const failure = await exportFailure(one)
    expect(failure === undefined ? [] : [failure, described(one)]).toEqual([])
  })
})

test('a seed always gives the same network, and others give others', () => {
  const texts = seeds.slice(0, 20).map((seed) => described(makeExportCase(seed)))
  expect(described(makeExportCase(3))).toBe(texts[2])
  expect(new Set(texts).size).toBe(texts.length)
})
