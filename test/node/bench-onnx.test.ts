// Timing of several models: turns, what is counted, and what is made of the samples. Sessions here take the time that they are told.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { isProblem, problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { benchModels, type BenchResult, type Contestant } from '../../src/node/bench-onnx.ts'

let now = 0
let turns: string[] = []

beforeEach(() => {
  now = 0
  turns = []
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** A model whose runs take these milliseconds, one after the other. */
function contestant(name: string, times: readonly number[], more: Partial<Contestant> = {}): Contestant {
  let at = 0
  return {
    name,
    feeds: new Map([['x', { shape: [2, 1, 4, 5], data: new Float32Array(40) }]]),
    macs: 3e6,
    session: {
      inputNames: ['x'],
      outputNames: ['y'],
      inputShapes: new Map(),
      run: async () => {
        await Promise.resolve()
        turns.push(name)
        now += times[at++] ?? NaN
        return new Map()
      },
      release: () => Promise.resolve(),
    },
    ...more,
  }
}

async function timed(
  contestants: readonly Contestant[],
  warmup: number,
  repeats: number,
): Promise<BenchResult> {
  const result = await benchModels(contestants, { warmup, repeats })
  if (isProblem(result)) throw new Error(result.name)
  return result
}

describe('benchModels', () => {
  test('lets models take turns, and does not count the first runs', async () => {
    const { timings } = await timed([contestant('a', [99, 1, 2]), contestant('b', [98, 3, 4])], 1, 2)
    expect(turns.join('')).toBe('ababab')
    expect(timings.map(({ name, samples }) => [name, samples])).toEqual([
      ['a', [1, 2]],
      ['b', [3, 4]],
    ])
  })

  test('gives median, least and 90th percentile, and rates by the median', async () => {
    const { timings } = await timed([contestant('a', [5, 1, 2, 4, 3, 9])], 0, 6)
    const [timing] = timings
    expect(timing).toMatchObject({ medianMs: 3.5, leastMs: 1, macs: 3e6 })
    // Halfway between 5 and 9: place 0.9 · 5 = 4.5.
    expect(timing?.slowMs).toBe(7)
    expect(timing?.inputsPerSecond).toBeCloseTo(2000 / 3.5)
    expect(timing?.voxelsPerSecond).toBeCloseTo(40_000 / 3.5)
    // 6e6 operations in 3.5 ms.
    expect(timing?.gflops).toBeCloseTo(6e6 / 3.5e-3 / 1e9)
  })

  test('gives no rate of operations where they are not counted', async () => {
    const { timings } = await timed([contestant('a', [1], { macs: undefined })], 0, 1)
    expect(timings[0]).toMatchObject({ macs: undefined, gflops: undefined })
  })

  test('compares round by round: a machine that slows down slows both', async () => {
    const { ratios } = await timed(
      [contestant('a', [2, 20, 200]), contestant('b', [1, 10, 100]), contestant('c', [4, 40, 100])],
      0,
      3,
    )
    expect(ratios).toEqual([
      { name: 'b', ratio: 2 },
      { name: 'c', ratio: 0.5 },
    ])
  })

  test('tells how far it is', async () => {
    const seen: string[] = []
    await benchModels([contestant('a', [1, 1, 1])], {
      warmup: 1,
      repeats: 2,
      onProgress: (done, all) => seen.push(`${done}/${all}`),
    })
    expect(seen).toEqual(['1/3', '2/3', '3/3'])
  })

  test('ends at the first run that fails', async () => {
    const failing = contestant('b', [])
    const result = await benchModels(
      [
        contestant('a', [1, 1]),
        {
          ...failing,
          session: {
            ...failing.session,
            run: () => Promise.resolve(problem('runtime-fails', { reason: 'no memory' })),
          },
        },
      ],
      { warmup: 0, repeats: 2 },
    )
    expect(result).toMatchObject({ name: 'runtime-fails', parts: { reason: 'no memory' } })
    expect(turns).toEqual(['a'])
  })
})
