// One measurement in a process of its own, so that nothing is warm: `once.js example NAME [NETWORK]` or `once.js SPEC DEPTH`.
// Prints what it found as JSON.
import { exampleHost } from './paths.ts'
import { median, timed } from './measure.ts'
import { specs, type SpecName } from './specs.ts'
import { costReport, edgeCount, type Whole } from './whole.ts'

export interface Once {
  /** The first run of the process. */
  readonly coldMs: number
  /** Median of the runs that follow. */
  readonly warmMs: number
  readonly nodes: number
  readonly edges: number
  readonly macs: number | undefined
  readonly parameters: number
}

const warmRuns = 5

function once(run: () => Whole): Once {
  const { ms, result } = timed(run)
  const warm = Array.from({ length: warmRuns }, () => timed(run).ms)
  const { macs, parameters } = result.report.totals.training
  const { nodes } = result.graph
  return {
    coldMs: ms,
    warmMs: median(warm),
    nodes: nodes.length,
    edges: edgeCount(result.graph),
    macs,
    parameters,
  }
}

function job([kind = '', name = '', network]: readonly string[]): () => Whole {
  if (kind === 'example') return () => costReport(`${name}.weft`, exampleHost(), network)
  const text = specs[kind as SpecName](Number(name))
  return () => costReport('generated.weft', { read: () => text })
}

process.stdout.write(JSON.stringify(once(job(process.argv.slice(2)))))
