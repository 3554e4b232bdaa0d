// What is asked of a fit: which parameters may vary, what has to be kept within, what there shall be most or least of.
import { readAxes, type Axis } from '../analysis/sweep/axes.ts'
import type { Measurement } from '../analysis/sweep/measurements.ts'
import {
  costMetric,
  costMetricNames,
  unknownMetric,
  type MetricData,
  type Objective,
} from '../analysis/sweep/metrics.ts'
import type { MemoryOptions } from '../analysis/memory.ts'
import { compileResults, compileToCount, readSpec, type SourceHost } from '../compile.ts'
import { diagnose, isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import { pointArguments, type Given } from '../point-arguments.ts'
import { isArgumentFile } from '../semantics/values/argument-file.ts'
import type { Limits } from '../semantics/values/limits.ts'
import { chosenNetworks, refused, type RefusedSweep, type SweepPlan } from '../sweep.ts'

export interface FitOptions {
  /** `['base=16..64:8', 'patch[0]=32..160:16']`, as a sweep takes them. */
  readonly vary: readonly string[]
  /** By default the first of the file. */
  readonly network?: string
  /** Arguments of every point, as Weft expressions. */
  readonly arguments?: Given
  /** What follows `budget` in a spec: `['memory(training, batch = 2) <= 8GiB']`. The spec's own budgets hold as well. */
  readonly within?: readonly string[]
  readonly objective: {
    /** A metric of `weft sweep`, or of the spec's `results`. */
    readonly metric: string
    readonly sense: Objective
  }
  /** What the metrics of memory are counted for; by default a batch of 1, float32, SGD with momentum. */
  readonly memory?: Pick<MemoryOptions, 'batch' | 'dtype' | 'optimizer'>
  /** Evaluate every point, whatever bounds say. */
  readonly exhaustive?: boolean
  readonly limits?: Partial<Limits>
}

/** A fit that can be run. Plain data. */
export interface FitPlan {
  readonly entry: string
  readonly network: string
  readonly knobs: readonly Axis[]
  readonly arguments: Given
  readonly within: readonly string[]
  readonly objective: Omit<MetricData, 'objective'> & { readonly sense: Objective }
  /** Figures of the spec's `results`, where the objective is one of them. */
  readonly figures: readonly Measurement[] | undefined
  readonly memory: SweepPlan['memory']
  readonly exhaustive: boolean
  readonly limits: Partial<Limits>
}

/** Bounds settle most of them; what is known of each has to be kept. */
export const mostFittedPoints = 200_000

/** So few are evaluated sooner than bounds are tested. */
const fewPoints = 64

/** Reads what is asked for; a parameter that the network has not and a limit that says nothing are told here, not at every point. */
export function planFit(
  entry: string,
  host: SourceHost,
  options: FitOptions,
): FitPlan | Problem | RefusedSweep {
  const knobs = readAxes(options.vary, '--vary')
  if (isProblem(knobs)) return knobs
  const given = options.arguments ?? {}
  const both = knobs.find(({ name }) => Object.hasOwn(given, name))
  if (both !== undefined)
    return problem('sweep-parameter-twice', { name: both.name, option: '--vary', other: '--set' })
  const points = knobs.reduce((product, { values }) => product * values.length, 1)
  if (points > mostFittedPoints)
    return problem('sweep-too-large', { points: String(points), limit: mostFittedPoints })
  const networks = chosenNetworks(entry, host, options.network === undefined ? undefined : [options.network])
  if ('kind' in networks) return networks
  const [network = ''] = networks
  const objective = objectiveOf(entry, host, { ...options.objective, network })
  if (isProblem(objective)) return objective
  const { batch = 1, dtype = 'f32', optimizer = 'momentum' } = options.memory ?? {}
  const plan = {
    entry,
    network,
    knobs,
    arguments: given,
    within: options.within ?? [],
    ...objective,
    memory: { batch, dtype, optimizer },
    exhaustive: options.exhaustive === true || points <= fewPoints,
    limits: options.limits ?? {},
  }
  return refusal(plan, host) ?? plan
}

interface Asked {
  readonly metric: string
  readonly sense: Objective
  readonly network: string
}

/** A metric that can be counted, else one of the spec's results. */
function objectiveOf(
  entry: string,
  host: SourceHost,
  { metric: name, sense, network }: Asked,
): Pick<FitPlan, 'objective' | 'figures'> | Problem {
  const counted = costMetric(name)
  if (!isProblem(counted)) {
    const { title, unit, rule } = counted
    return { objective: { name, title, unit, rule, sense }, figures: undefined }
  }
  const { results } = compileResults(entry, host, { network })
  const own = results.filter(({ file }) => file === entry)
  const figures = own.flatMap(({ name: table, entries, span }) =>
    entries
      .filter(({ metric }) => metric === name)
      .map(({ metric, value, arguments: inForce }): Measurement => ({
        metric,
        value,
        network,
        arguments: Object.fromEntries(inForce.map((one) => [one.name, one.value])),
        where: { file: span.file, line: 1 },
        results: table,
      })),
  )
  const known = [
    ...costMetricNames,
    ...new Set(own.flatMap(({ entries }) => entries.map(({ metric }) => metric))),
  ]
  if (figures.length === 0) return unknownMetric(name, known)
  const rule = `measured: ${[...new Set(figures.map(({ results: table }) => table))].join(', ')} of the spec`
  return { objective: { name, title: name, unit: 'result', rule, sense }, figures }
}

function refusal(plan: FitPlan, host: SourceHost): RefusedSweep | undefined {
  const spec = readSpec(plan.entry, host, plan.limits)
  const first = Object.fromEntries(plan.knobs.map(({ name, values }) => [name, values[0] ?? '']))
  const args = pointArguments(spec, plan.network, { ...plan.arguments, ...first })
  if (isProblem(args)) return refused([diagnose(args, { file: plan.entry, start: 0, end: 0 })])
  const { network, within: budgets } = plan
  const { diagnostics, sources } = compileToCount(spec, { network, arguments: args, budgets })
  const wrong = diagnostics.filter(
    ({ name, severity, span }) =>
      severity === 'error' &&
      (span.file.startsWith('<budget ') || (name === 'unknown-parameter' && isArgumentFile(span.file))),
  )
  return wrong.length === 0 ? undefined : refused(wrong, sources)
}
