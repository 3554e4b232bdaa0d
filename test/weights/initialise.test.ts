// What networks begin with: the stated distributions, one stream per parameter, the same bytes everywhere.
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Graph, Mask, Parameter } from '../../src/compiler/ir/graph.ts'
import type { Init } from '../../src/compiler/ops/op.ts'
import { initialise, keptConnections } from '../../src/weights/initialise.ts'
import { logarithm } from '../../src/weights/normal.ts'
import type { Weights } from '../../src/weights/weights.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { graphOf } from '../support/compile-text.ts'

const span = { file: 'net.weft', start: 0, end: 0 }

function parameter(init: Init, shape: readonly number[] = [1000, 1000], mask?: Mask): Parameter {
  const origin = { span, calls: [], path: 'conv', indices: [] }
  const common = { id: 0, path: 'conv.weight', name: 'weight', shape, init, buffer: false, origin }
  return mask === undefined ? common : { ...common, mask }
}

const noGraph: Graph = graphOf('network N {\n  input x: [1, 8]\n  output y = x -> relu\n}\n').graph

function numbers(of: Parameter, seed = 1, weights: Weights = initialise(noGraph, seed)): Float32Array {
  const found = weights.numbersOf(of)
  if (!(found instanceof Float32Array)) throw new Error(isProblem(found) ? found.name : 'double precision')
  return found
}

/** Mean, standard deviation, fourth moment over the squared variance, largest magnitude. */
function moments(of: Float32Array): { mean: number; std: number; kurtosis: number; largest: number } {
  let [sum, squares, fourths, largest] = [0, 0, 0, 0]
  for (const one of of) {
    sum += one
    squares += one * one
    fourths += one ** 4
    largest = Math.max(largest, Math.abs(one))
  }
  const mean = sum / of.length
  const variance = squares / of.length
  return { mean, std: Math.sqrt(variance), kurtosis: fourths / of.length / variance ** 2, largest }
}

describe('the distributions', () => {
  test('constant', () => {
    const found = numbers(parameter({ kind: 'constant', value: 0.1 }, [3]))
    expect([...found]).toEqual([Math.fround(0.1), Math.fround(0.1), Math.fround(0.1)])
    expect(found).toBeInstanceOf(Float32Array)
  })

  test('one number for each element', () => {
    expect([...numbers(parameter({ kind: 'values', values: [1, -2, 0.5, 4] }, [2, 2]))]).toEqual([
      1, -2, 0.5, 4,
    ])
  })

  test('uniform between minus and plus the bound', () => {
    const { mean, std, largest } = moments(numbers(parameter({ kind: 'uniform', bound: 0.25 })))
    expect(Math.abs(mean)).toBeLessThan(5 * 0.25e-3)
    expect(std).toBeCloseTo(0.25 / Math.sqrt(3), 3)
    expect(largest).toBeLessThanOrEqual(0.25)
    expect(largest).toBeGreaterThan(0.2499)
  })

  test('normal, with its tails', () => {
    const found = numbers(parameter({ kind: 'normal', std: 0.02, truncated: false }))
    const { mean, std, kurtosis, largest } = moments(found)
    expect(Math.abs(mean)).toBeLessThan(5 * 0.02e-3)
    expect(std / 0.02).toBeCloseTo(1, 2)
    expect(kurtosis).toBeCloseTo(3, 1)
    // Of a million, 500 lie beyond 3.4808 of either sign together; the ziggurat's own tail begins at 3.4426.
    const beyond = found.reduce((count, one) => count + (Math.abs(one) > 3.4808 * 0.02 ? 1 : 0), 0)
    expect(beyond).toBeGreaterThan(400)
    expect(beyond).toBeLessThan(600)
    expect(largest).toBeGreaterThan(4.2 * 0.02)
    expect(found.includes(0)).toBe(false)
  })

  test('normal, one in twenty of every twentieth', () => {
    // Quantiles of the standard normal at 0.05, 0.1, … 0.95.
    const quantiles = [
      -1.644854, -1.281552, -1.036433, -0.841621, -0.67449, -0.524401, -0.38532, -0.253347, -0.125661, 0,
      0.125661, 0.253347, 0.38532, 0.524401, 0.67449, 0.841621, 1.036433, 1.281552, 1.644854,
    ]
    const counts = Array.from({ length: 20 }, () => 0)
    for (const one of numbers(parameter({ kind: 'normal', std: 1, truncated: false }))) {
      const at = quantiles.findIndex((edge) => one < edge)
      const bin = at === -1 ? 19 : at
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    const deviation = counts.reduce((sum, count) => sum + (count - 50_000) ** 2 / 50_000, 0)
    // 19 degrees of freedom: beyond 50 once in seven thousand; the seed is fixed.
    expect(deviation).toBeLessThan(50)
  })

  test.each([
    // Standard deviations of a normal cut at ±2, from the density's formula.
    [0.5, 0.4999, 1e-3],
    [1, 0.8796, 2e-3],
    [1.9, 1.1, 0.02],
    [2.1, 1.108, 0.02],
    [1000, 2 / Math.sqrt(3), 2e-3],
  ])('normal of deviation %f, truncated at 2 whatever that is', (std, expected, tolerance) => {
    const found = moments(numbers(parameter({ kind: 'normal', std, truncated: true })))
    expect(found.largest).toBeLessThanOrEqual(2)
    expect(Math.abs(found.mean)).toBeLessThan(5e-3)
    expect(Math.abs(found.std - truncatedStd(std))).toBeLessThan(tolerance)
    expect(Math.abs(found.std - expected)).toBeLessThan(0.05)
  })

  test('a deviation of zero is zero, not minus zero', () => {
    for (const truncated of [false, true])
      expect([...numbers(parameter({ kind: 'normal', std: 0, truncated }, [2]))]).toEqual([0, 0])
  })
})

/** Numerically: the density over -2…2. */
function truncatedStd(std: number): number {
  let [mass, squares] = [0, 0]
  for (let x = -2; x <= 2; x += 1e-4) {
    const density = Math.exp((-0.5 * x * x) / std ** 2)
    mass += density
    squares += x * x * density
  }
  return Math.sqrt(squares / mass)
}

test('the logarithm is that of the mathematicians', () => {
  for (let value = 1e-10; value < 1; value *= 1.37)
    expect(Math.abs(logarithm(value) / Math.log(value) - 1)).toBeLessThan(1e-15)
  expect(logarithm(1)).toBe(0)
})

const twoBlocks = (first: string): string => `network N {
  input x: [1, 8, 8]
  let a = x -> conv(${first}, 3)
  output y = a -> conv(4, 3, init = he) -> batch_norm
}
`

describe('streams', () => {
  const normal: Init = { kind: 'normal', std: 1, truncated: false }

  test('give the same numbers at any time, in any order', () => {
    const weights = initialise(noGraph, 7)
    const one = parameter(normal, [5])
    const other = { ...one, path: 'other.weight' }
    const first = numbers(one, 7, weights)
    numbers(other, 7, weights)
    expect(numbers(one, 7, weights)).toEqual(first)
    expect(numbers(other, 7)).not.toEqual(first)
    expect(numbers(one, 8)).not.toEqual(first)
  })

  test('a longer parameter begins as a shorter one of its name', () => {
    expect(numbers(parameter(normal, [9])).slice(0, 5)).toEqual(numbers(parameter(normal, [5])))
  })

  test('are those of the path: what changes in one block leaves the others', () => {
    const all = (text: string): Map<string, Float32Array> => {
      const { graph } = graphOf(text)
      return new Map(graph.parameters.map((one) => [one.path, numbers(one, 3, initialise(graph, 3))]))
    }
    const [before, after] = [all(twoBlocks('2')), all(twoBlocks('2, bias = false'))]
    expect(after.size).toBe(before.size - 1)
    for (const [path, found] of after) expect(found).toEqual(before.get(path))
  })

  test('are not related to each other', () => {
    const found = Array.from({ length: 40 }, (_, seed) => numbers(parameter(normal, [2000]), seed))
    const correlations = found.flatMap((a, i) =>
      found.slice(i + 1).map((b) => a.reduce((sum, one, k) => sum + one * (b[k] ?? 0), 0) / Math.sqrt(2000)),
    )
    const { std } = moments(Float32Array.from(correlations))
    expect(std).toBeGreaterThan(0.9)
    expect(std).toBeLessThan(1.1)
  })

  test('are the same bytes on every platform and for ever', () => {
    const hash = (init: Init): string => {
      const bytes = new Uint8Array(numbers(parameter(init, [100_000]), 42).buffer)
      return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
    }
    const inits: Init[] = [
      normal,
      { kind: 'uniform', bound: 0.3 },
      { kind: 'normal', std: 1.5, truncated: true },
      { kind: 'normal', std: 20, truncated: true },
    ]
    expect(inits.map(hash)).toEqual([
      '3c4124cd0de1f684',
      'cb321109c0914cdb',
      '4be7ce774f659497',
      'd434b9e403cac85e',
    ])
  })
})

describe('masks', () => {
  const normal: Init = { kind: 'normal', std: 1, truncated: false }
  const maskOf = (kept: number, total: number, elements: number): Mask => ({
    granularity: 'kernel',
    density: kept / total,
    kept,
    total,
    elements,
    fusion: 0,
  })

  test('keep as many kernels as stated, the others are zero, and what stays is what it would be without', () => {
    const shape = [30, 20, 1, 3, 3]
    const masked = parameter(normal, shape, maskOf(120, 600, 9))
    const [found, dense] = [numbers(masked), numbers(parameter(normal, shape))]
    const kept = new Set(keptConnections(masked, 1))
    expect(kept.size).toBe(120)
    for (const [at, one] of found.entries()) expect(one).toBe(kept.has(Math.floor(at / 9)) ? dense[at] : 0)
  })

  test.each([
    [0, 5],
    [5, 5],
    [1, 1],
  ])('%i of %i', (kept, total) => {
    const found = numbers(parameter(normal, [total, 1], maskOf(kept, total, 1)))
    expect(found.filter((one) => one !== 0)).toHaveLength(kept)
  })

  test('choose every connection as often as any other, and every pair', () => {
    const counts = Array.from({ length: 10 }, () => 0)
    let neighbours = 0
    const trials = 4000
    for (let seed = 0; seed < trials; seed++) {
      const kept = [...(keptConnections(parameter(normal, [10], maskOf(3, 10, 1)), seed) ?? [])]
      for (const one of kept) counts[one] = (counts[one] ?? 0) + 1
      if (kept.includes(4) && kept.includes(5)) neighbours += 1
    }
    // Binomial: 0.3 of 4000 with a deviation of 29; pairs 3·2/(10·9) of 4000 with one of 16.
    for (const count of counts) expect(Math.abs(count - 1200)).toBeLessThan(4 * 29)
    expect(Math.abs(neighbours - 4000 / 15)).toBeLessThan(4 * 16)
  })

  test('are the same for one seed, others for another, none without a mask', () => {
    const masked = parameter(normal, [30, 20], maskOf(120, 600, 1))
    expect(keptConnections(masked, 1)).toEqual(keptConnections(masked, 1))
    expect(keptConnections(masked, 2)).not.toEqual(keptConnections(masked, 1))
    expect(keptConnections(parameter(normal), 1)).toBeUndefined()
  })
})
