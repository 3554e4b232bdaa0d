// What `weft bench` says: a row for each model, and how many times faster one is than the other.
import { humanCount, largest } from '../../compiler/text/numbers.ts'
import type { BenchResult, Contestant, Timing } from '../../node/bench-onnx.ts'

interface BenchSetting {
  readonly runtime: string
  readonly threads: number | undefined
  readonly batch: number
  readonly warmup: number
}

export function benchText(
  { timings, ratios }: BenchResult,
  { runtime, threads, batch, warmup }: BenchSetting,
  contestants: readonly Contestant[],
): string {
  const rounds = timings[0]?.samples.length ?? 0
  const cores = threads === undefined ? 'a thread per core' : `${threads} thread${threads === 1 ? '' : 's'}`
  const turns = timings.length > 1 ? ' in turns' : ''
  const header = ['model', 'input', 'median', 'least', '90 %', 'inputs/s', 'voxels/s', 'MACs', 'GFLOPS']
  const rows = timings.map((timing, at) => row(timing, contestants[at]))
  const [first] = timings
  return [
    `ONNX Runtime ${runtime}, ${cores}, batch ${batch}; ${rounds} run${rounds === 1 ? '' : 's'}${turns} after ${warmup}`,
    '',
    ...aligned([header, ...rows]),
    '',
    ...ratios.map(({ name, ratio }) => comparison(first?.name ?? '', name, ratio)),
    ...(new Set(rows.map(([, input]) => input)).size > 1
      ? ['the inputs differ: --patch gives both the same extents']
      : []),
    'MACs are the static count; GFLOPS = 2 · MACs / median',
    '',
  ].join('\n')
}

function row(timing: Timing, contestant: Contestant | undefined): string[] {
  const shape = [...(contestant?.feeds.values() ?? [])][0]?.shape ?? []
  return [
    timing.name,
    shape.join('×'),
    ms(timing.medianMs),
    ms(timing.leastMs),
    ms(timing.slowMs),
    timing.inputsPerSecond.toPrecision(3),
    humanCount(Number(timing.voxelsPerSecond.toPrecision(3))),
    timing.macs === undefined ? 'unknown' : humanCount(timing.macs),
    timing.gflops === undefined ? 'unknown' : timing.gflops.toFixed(1),
  ]
}

const ms = (value: number): string => `${value.toFixed(value < 100 ? 2 : 0)} ms`

function comparison(first: string, other: string, ratio: number): string {
  return `${first} takes ${ratio.toFixed(2)} times as long as ${other} (median of the ratios of each turn)`
}

/** The first two columns to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => largest(rows.map((cells) => cells[column]?.length ?? 0)))
  return rows.map((cells) =>
    cells
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
