// From text to cost report, through the public entries: what a user of the library waits for.
import type { Sources } from '../src/compiler/analysis/charge.ts'
import { cost, type CostReport } from '../src/compiler/analysis/cost.ts'
import { compile, type CompileOptions, type SourceHost } from '../src/compiler/compile.ts'
import type { Graph } from '../src/compiler/ir/graph.ts'

export interface Whole {
  readonly graph: Graph
  readonly sources: Sources
  readonly report: CostReport
}

/** Throws when the spec has errors: benchmarks measure nothing else. */
export function costReport(
  entry: string,
  host: SourceHost,
  network?: string,
  settings: CompileOptions = {},
): Whole {
  const { graph, sources, diagnostics } = compile(entry, host, {
    ...settings,
    ...(network === undefined ? {} : { network }),
  })
  if (graph === undefined) throw new Error(`${entry}: ${diagnostics.map((one) => one.message).join('; ')}`)
  const origin = { entry, files: sources }
  const { report } = cost(graph, origin)
  if (report === undefined) throw new Error(`${entry}: its counts are too large to be exact`)
  return { graph, sources: origin, report }
}

export function edgeCount({ fusions }: Graph): number {
  return fusions.reduce(
    (sum, fusion) => sum + fusion.nodes.reduce((own, node) => own + node.edges.length, 0),
    0,
  )
}
