// Generated graphs of growing size, each in a fresh process: the time per node has to stay flat.
import { median, type Benchmark, type Finding } from './measure.ts'
import type { Once } from './once.ts'
import { once } from './processes.ts'
import type { SpecName } from './specs.ts'

interface Size {
  readonly spec: SpecName
  readonly depth: number
  /** Milliseconds for a first run. */
  readonly target?: number
}

/** The last of each comes to about 100,000 nodes, or as many nodes and edges. */
const sizes: readonly Size[] = [
  { spec: 'lattice', depth: 8 },
  { spec: 'lattice', depth: 16 },
  { spec: 'lattice', depth: 32 },
  { spec: 'lattice', depth: 64 },
  { spec: 'lattice', depth: 181, target: 2000 },
  { spec: 'nested', depth: 8 },
  { spec: 'nested', depth: 16 },
  { spec: 'nested', depth: 32 },
  { spec: 'nested', depth: 64 },
  { spec: 'chain', depth: 33_333, target: 2000 },
]

function findingsOf({ spec, depth, target }: Size, all: readonly Once[]): Finding[] {
  const [first] = all
  if (first === undefined) return []
  const { nodes, edges } = first
  const name = `${spec} of depth ${depth}: ${nodes} nodes, ${edges} edges`
  const cold = all.map((one) => one.coldMs)
  const warm = median(all.map((one) => one.warmMs))
  const known = target === undefined ? {} : { target }
  return [
    {
      what: `${name}, first run`,
      value: median(cold),
      unit: 'ms',
      least: Math.min(...cold),
      samples: all.length,
      ...known,
    },
    { what: '  warm', value: warm, unit: 'ms' },
    { what: '  warm, per node and edge', value: (1000 * warm) / (nodes + edges), unit: 'µs' },
  ]
}

export const growth: Benchmark = {
  name: 'growth',
  title: 'Generated graphs, text to cost report',
  run: ({ quick }) => ({
    findings: sizes.flatMap((size) =>
      findingsOf(
        size,
        Array.from({ length: quick ? 1 : 3 }, () => once(size.spec, String(size.depth))),
      ),
    ),
    notes: ['Each size runs in processes of its own; `warm` is the median of the runs after the first.'],
  }),
}
