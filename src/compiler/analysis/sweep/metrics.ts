// What a sweep can count of a network, each under the name that asks for it. The counts are those of `weft cost` and `weft memory`.
import { problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { suggest } from '../../text/suggest.ts'
import type { Graph } from '../../ir/graph.ts'
import type { CostReport } from '../cost.ts'
import { conventionNames, conventionOf, countOf, type Convention } from '../conventions/conventions.ts'
import type { MemoryAnalysis } from '../memory.ts'
import { receptiveFields } from '../receptive-field.ts'

export type Objective = 'minimise' | 'maximise'

/** What a column of a sweep is. */
export interface MetricData {
  readonly name: string
  /** The head of its column. */
  readonly title: string
  /** `result`: a measured number, in whatever unit it was measured. */
  readonly unit: 'count' | 'bytes' | 'result'
  readonly rule: string
  readonly objective: Objective
}

/** What a network is counted by. */
export interface Reading {
  readonly graph: Graph
  readonly report: CostReport
  /** Made when the first metric asks for it; undefined where an extent is symbolic. */
  memory(): MemoryAnalysis | undefined
}

export interface CostMetric extends MetricData {
  /** What score counts it may stand for. */
  readonly kind: 'parameters' | 'work' | 'memory' | 'elements' | 'field'
  /** Undefined where it depends on a symbolic extent. */
  of(reading: Reading): number | undefined
}

const count = { unit: 'count', objective: 'minimise' } as const
const bytes = { unit: 'bytes', objective: 'minimise', kind: 'memory' } as const

const own: readonly CostMetric[] = [
  {
    ...count,
    name: 'params',
    title: 'parameters',
    kind: 'parameters',
    rule: 'parameters of the whole network that masks keep',
    of: ({ report }) => report.totals.training.effectiveParameters,
  },
  {
    ...count,
    name: 'params.dense',
    title: 'parameters, dense',
    kind: 'parameters',
    rule: 'parameters of the whole network, whatever masks remove',
    of: ({ report }) => report.totals.training.parameters,
  },
  {
    ...count,
    name: 'macs',
    title: 'MACs',
    kind: 'work',
    rule: 'multiply-accumulates of inference for a batch of 1, without what masks remove',
    of: ({ report }) => report.totals.inference.effectiveMacs,
  },
  {
    ...count,
    name: 'macs.dense',
    title: 'MACs, dense',
    kind: 'work',
    rule: 'multiply-accumulates of inference for a batch of 1, whatever masks remove',
    of: ({ report }) => report.totals.inference.macs,
  },
  {
    ...count,
    name: 'macs.training',
    title: 'MACs, every output',
    kind: 'work',
    rule: 'multiply-accumulates of every output, auxiliary ones too, for a batch of 1, without what masks remove',
    of: ({ report }) => report.totals.training.effectiveMacs,
  },
  {
    ...bytes,
    name: 'memory.training',
    title: 'training peak',
    rule: 'bytes at the peak of a training step: weights, gradients, optimiser state, activations',
    of: ({ memory }) => memory()?.training.totalBytes,
  },
  {
    ...bytes,
    name: 'memory.inference',
    title: 'inference peak',
    rule: 'bytes at the peak of inference: weights and activations',
    of: ({ memory }) => memory()?.inference.totalBytes,
  },
  {
    ...count,
    name: 'fmap',
    title: 'feature map',
    kind: 'elements',
    rule: 'output elements of the convolutions of every output, as nnU-Net plans by (nnunet.fmap)',
    of: ({ report }) => totalUnder(report, conventionOf('nnunet.fmap'), 'training'),
  },
  {
    unit: 'count',
    objective: 'maximise',
    name: 'receptive_field',
    title: 'receptive field',
    kind: 'field',
    rule: 'positions of the image that one of the first output depends on, along the axis where they are fewest, unclipped by the borders; all of the axis where it depends on all',
    of: ({ graph }) => shortestField(graph),
  },
]

const byConvention: readonly CostMetric[] = conventionNames.map((name) => {
  const convention = conventionOf(name)
  return {
    ...count,
    name,
    title: convention.column,
    kind: name === 'nnunet.fmap' ? 'elements' : 'work',
    rule: `${convention.rule}; of inference`,
    of: ({ report }) => totalUnder(report, convention, 'inference'),
  }
})

const all: readonly CostMetric[] = [...own, ...byConvention]

export const costMetricNames: readonly string[] = all.map(({ name }) => name)

export const defaultMetrics: readonly string[] = ['params', 'macs', 'memory.training', 'memory.inference']

export function costMetric(name: string): CostMetric | Problem {
  return all.find((one) => one.name === name) ?? unknownMetric(name, costMetricNames)
}

export function unknownMetric(name: string, known: readonly string[]): Problem {
  const begun = known.find((one) => name !== '' && one.startsWith(name))
  return problem('unknown-sweep-metric', { metric: name, known, suggestion: suggest(name, known) ?? begun })
}

/** Of the first output that is not auxiliary, seen from the first input; undefined where axes do not correspond. */
function shortestField(graph: Graph): number | undefined {
  const [input] = graph.inputs
  const output = graph.outputs.find(({ aux }) => !aux)
  if (input === undefined || output === undefined) return undefined
  const own = { ...graph, inputs: [input], outputs: [output] }
  const fields = receptiveFields(own)[0]?.fields
  const extents = graph.nodes[input.node]?.type.shape.slice(1) ?? []
  const known = fields?.map((field, axis) => (field === 'all' ? Number(extents[axis]) : field))
  return known === undefined || known.length === 0 ? undefined : Math.min(...known)
}

/** Without what masks remove, where the convention sees masks. */
function totalUnder(
  report: CostReport,
  convention: Convention,
  mode: 'training' | 'inference',
): number | undefined {
  let sum = 0
  for (const node of report.nodes) {
    if (!node[mode]) continue
    const terms = convention.sparsity === 'counted' ? node.effectiveTerms : node.terms
    if (terms === undefined) return undefined
    sum += countOf(convention, terms)
  }
  return sum
}
