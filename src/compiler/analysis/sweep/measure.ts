// One network's metrics, exactly: costs are counted once, memory only where a metric asks for it.
import { diagnose, problem, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Graph } from '../../ir/graph.ts'
import type { Sources } from '../charge.ts'
import { cost, type CostReport } from '../cost.ts'
import { memory, type MemoryAnalysis, type MemoryOptions } from '../memory.ts'
import type { CostMetric } from './metrics.ts'

/** By metric; null where it depends on a symbolic extent. */
export type MetricValues = Readonly<Record<string, number | null>>

export interface Measured {
  /** What was counted for them; absent with the values. */
  readonly report?: CostReport
  /** Absent where a count is too large to be exact. */
  readonly values?: MetricValues
  readonly diagnostics: readonly Diagnostic[]
}

export function measure(
  graph: Graph,
  sources: Sources,
  metrics: readonly CostMetric[],
  options: MemoryOptions,
): Measured {
  const { report, diagnostics } = cost(graph, sources)
  if (report === undefined) return { diagnostics }
  let found: { readonly analysis: MemoryAnalysis | undefined } | undefined
  const reading = { graph, report, memory: () => (found ??= { analysis: memory(graph, options) }).analysis }
  const values: Record<string, number | null> = {}
  for (const metric of metrics) {
    const value = metric.of(reading)
    if (value !== undefined && !Number.isSafeInteger(value)) return { diagnostics: [tooLarge(graph, metric)] }
    values[metric.name] = value ?? null
  }
  return { values, report, diagnostics }
}

function tooLarge({ outputs, network }: Graph, { name }: CostMetric): Diagnostic {
  const place = outputs[0]?.span
  if (place === undefined) throw new Error(`${network} has no output`)
  return diagnose(problem('integer-overflow', { what: name }), place)
}
