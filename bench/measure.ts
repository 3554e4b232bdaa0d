// Samples and their medians. The machine may be shared: a median of one run means little alone, a ratio within one run more.

/** One number that a benchmark found. */
export interface Finding {
  readonly what: string
  readonly value: number
  readonly unit: 'ms' | 'µs' | '×' | 'count' | 'MB' | 'GMAC/s'
  /** For medians of several samples: the least of them and how many there were. */
  readonly least?: number
  readonly samples?: number
  /** What `value` should stay under on an idle machine. */
  readonly target?: number
}

export interface Section {
  readonly name: string
  readonly title: string
  readonly findings: readonly Finding[]
  readonly notes: readonly string[]
}

/** How thorough a run is. */
export interface Effort {
  readonly quick: boolean
}

/** What a benchmark found. */
export type Found = Omit<Section, 'name' | 'title'>

/** A benchmark by the name that selects it. */
export interface Benchmark {
  readonly name: string
  readonly title: string
  run(effort: Effort): Found | Promise<Found>
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = NaN, high = NaN] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1)
  return (low + high) / 2
}

/** Milliseconds of one call, and what it gave. */
export function timed<T>(run: () => T): { readonly ms: number; readonly result: T } {
  const start = performance.now()
  const result = run()
  return { ms: performance.now() - start, result }
}

/** The median of the samples as a finding. */
export function medianOf(
  what: string,
  samples: readonly number[],
  target?: number,
  unit: Finding['unit'] = 'ms',
): Finding {
  const known = target === undefined ? {} : { target }
  return {
    what,
    value: median(samples),
    unit,
    least: Math.min(...samples),
    samples: samples.length,
    ...known,
  }
}

/** Takes turns between the runs, so that all of them meet the same machine; each gives its samples in milliseconds. */
export function interleaved(times: number, runs: readonly (() => number)[]): number[][] {
  const samples: number[][] = runs.map(() => [])
  for (let turn = 0; turn < times; turn++) runs.forEach((run, k) => samples[k]?.push(run()))
  return samples
}
