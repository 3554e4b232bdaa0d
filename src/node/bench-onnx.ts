// Latency of exported models in ONNX Runtime. Several models take turns (A B A B …), so that all of them meet the same machine.
import { isProblem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { RuntimeSession, RuntimeTensor } from './onnx-runtime.ts'

/** A model that is ready to run. */
export interface Contestant {
  readonly name: string
  readonly session: RuntimeSession
  readonly feeds: ReadonlyMap<string, RuntimeTensor>
  /** Multiply-accumulates of one run, all of its batch; undefined where they are not known. */
  readonly macs: number | undefined
}

export interface BenchOptions {
  /** Runs that are not counted: the runtime allocates and settles. */
  readonly warmup: number
  readonly repeats: number
  readonly onProgress?: (done: number, all: number) => void
}

export interface Timing {
  readonly name: string
  /** Milliseconds of each run. */
  readonly samples: readonly number[]
  readonly medianMs: number
  readonly leastMs: number
  /** 90th percentile. */
  readonly slowMs: number
  readonly inputsPerSecond: number
  readonly voxelsPerSecond: number
  readonly macs: number | undefined
  /** Twice the MACs over the median. */
  readonly gflops: number | undefined
}

export interface BenchResult {
  readonly timings: readonly Timing[]
  /** Of each model but the first: the median over the rounds of the first one's time over its own. Above 1, it is faster. */
  readonly ratios: readonly { readonly name: string; readonly ratio: number }[]
}

/** Runs the models in turns. */
export async function benchModels(
  contestants: readonly Contestant[],
  options: BenchOptions,
): Promise<BenchResult | Problem> {
  const { warmup, repeats, onProgress } = options
  const samples: number[][] = contestants.map(() => [])
  for (let round = -warmup; round < repeats; round++) {
    for (const [at, { session, feeds }] of contestants.entries()) {
      const start = performance.now()
      const outputs = await session.run(feeds)
      const ms = performance.now() - start
      if (isProblem(outputs)) return outputs
      if (round >= 0) samples[at]?.push(ms)
    }
    onProgress?.(round + warmup + 1, warmup + repeats)
  }
  const timings = contestants.map((one, at) => timingOf(one, samples[at] ?? []))
  const [first = []] = samples
  const ratios = contestants.slice(1).map(({ name }, at) => {
    const pairs = first.map((ms, round) => ms / (samples[at + 1]?.[round] ?? NaN))
    return { name, ratio: quantile(pairs, 0.5) }
  })
  return { timings, ratios }
}

function timingOf({ name, feeds, macs }: Contestant, samples: readonly number[]): Timing {
  const medianMs = quantile(samples, 0.5)
  const shape = [...feeds.values()][0]?.shape ?? []
  const batch = shape[0] ?? 1
  const voxels = shape.slice(2).reduce((all, extent) => all * extent, batch)
  return {
    name,
    samples,
    medianMs,
    leastMs: Math.min(...samples),
    slowMs: quantile(samples, 0.9),
    inputsPerSecond: (1000 * batch) / medianMs,
    voxelsPerSecond: (1000 * voxels) / medianMs,
    macs,
    gflops: macs === undefined ? undefined : (2 * macs) / medianMs / 1e6,
  }
}

/** Linear between the samples next to it. */
function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const low = sorted[Math.floor(place)] ?? NaN
  const high = sorted[Math.ceil(place)] ?? NaN
  return low + (high - low) * (place - Math.floor(place))
}
