// A sweep: one file compiled at many points, each counted on its own, so that points can be counted anywhere and in any order.
import { readAxes, type Axis } from './analysis/sweep/axes.ts'
import { measure, type MetricValues } from './analysis/sweep/measure.ts'
import { costMetric, defaultMetrics, type CostMetric } from './analysis/sweep/metrics.ts'
import { pointsOf, type SweepPoint } from './analysis/sweep/points.ts'
import type { Dtype, MemoryOptions, Optimizer } from './analysis/memory.ts'
import { compileRead, compileResults, readSpec, type ReadSpec, type SourceHost } from './compile.ts'
import {
  diagnose,
  DiagnosticBag,
  isProblem,
  problem,
  type Diagnostic,
  type Problem,
} from './diagnostics/diagnostic.ts'
import type { Graph } from './ir/graph.ts'
import { isArgumentFile } from './semantics/values/argument-file.ts'
import { pointArguments } from './point-arguments.ts'
import type { Limits } from './semantics/values/limits.ts'
import { parse } from './syntax/parse.ts'
import { positionAt, type SourceFile } from './text/source.ts'
import { suggest } from './text/suggest.ts'

export interface SweepOptions {
  /** `['S=0.5..0.95:0.05', 'base=32,48']`; the last varies fastest. */
  readonly over: readonly string[]
  /** `all`, or names of networks of the file; by default its first. */
  readonly networks?: 'all' | readonly string[]
  /** Arguments of every point, as Weft expressions. */
  readonly arguments?: Readonly<Record<string, string>>
  /** Default: `params`, `macs`, `memory.training`, `memory.inference`. */
  readonly metrics?: readonly string[]
  /** What memory is counted for; by default a batch of 1, float32, SGD with momentum. */
  readonly memory?: Pick<MemoryOptions, 'batch' | 'dtype' | 'optimizer'>
  /** Count what the trade-off score takes, too: there will be accuracies. */
  readonly scored?: boolean
  readonly limits?: Partial<Limits>
}

/** A sweep that can be run. Plain data. */
export interface SweepPlan {
  readonly entry: string
  readonly networks: readonly string[]
  readonly axes: readonly Axis[]
  readonly arguments: Readonly<Record<string, string>>
  readonly metrics: readonly string[]
  /** The metrics that the trade-off score takes; they are counted even where nobody asked for them. */
  readonly score: ScoreMetrics | undefined
  readonly memory: { readonly batch: number; readonly dtype: Dtype; readonly optimizer: Optimizer }
  readonly limits: Partial<Limits>
  readonly points: readonly SweepPoint[]
}

export interface ScoreMetrics {
  readonly parameters: string
  readonly flops: string
}

/** A file or arguments that no point can be made with. */
export interface RefusedSweep {
  readonly kind: 'refused'
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: ReadonlyMap<string, SourceFile>
}

/** A diagnostic of one point, with its place as people count; null where it is about an argument or no place. */
export interface Finding {
  readonly code: string
  readonly name: string
  readonly message: string
  readonly help: string | null
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | null
}

/** What became of one point. Plain data, that may pass between threads. */
export interface PointOutcome extends SweepPoint {
  /** `over-budget`: counted, and a budget is broken. */
  readonly status: 'counted' | 'over-budget' | 'failed'
  /** Every argument in force; undefined where the point failed. */
  readonly arguments: Graph['arguments'] | undefined
  /** Empty where the point failed. */
  readonly values: MetricValues
  /** Its errors. */
  readonly findings: readonly Finding[]
}

/** Reads what is asked for, and tries each network once: a parameter that it has not is told here, not at every point. */
export function planSweep(
  entry: string,
  host: SourceHost,
  options: SweepOptions,
): SweepPlan | Problem | RefusedSweep {
  const axes = readAxes(options.over)
  if (isProblem(axes)) return axes
  const given = options.arguments ?? {}
  const both = axes.find(({ name }) => Object.hasOwn(given, name))
  if (both !== undefined)
    return problem('sweep-parameter-twice', { name: both.name, option: '--over', other: '--set' })
  const metrics = [...new Set(options.metrics ?? defaultMetrics)]
  const wrong = metrics.map(costMetric).find(isProblem)
  if (wrong !== undefined) return wrong
  const score = options.scored === true ? scoreMetrics(options.metrics ?? []) : undefined
  const networks = chosenNetworks(entry, host, options.networks)
  if ('kind' in networks) return networks
  const points = pointsOf(networks, axes)
  if (isProblem(points)) return points
  const { batch = 1, dtype = 'f32', optimizer = 'momentum' } = options.memory ?? {}
  const memory = { batch, dtype, optimizer }
  const limits = options.limits ?? {}
  const plan = { entry, networks, axes, arguments: given, metrics, score, memory, limits, points }
  return refusal(plan, host) ?? plan
}

/** Counts every point, one after another. */
export function runSweep(plan: SweepPlan, host: SourceHost): readonly PointOutcome[] {
  return plan.points.map(pointCounter(plan, host))
}

/** Reads the file once; what it gives compiles and counts one point. */
export function pointCounter(plan: SweepPlan, host: SourceHost): (point: SweepPoint) => PointOutcome {
  const spec = readSpec(plan.entry, host, plan.limits)
  return (point) => countPoint(plan, spec, point)
}

function countPoint(plan: SweepPlan, spec: ReadSpec, point: SweepPoint): PointOutcome {
  const { entry, memory } = plan
  const given = pointArguments(spec, point.network, { ...plan.arguments, ...point.given })
  // `refusal` has looked at the first point of each network; what is no list there may still be one at another.
  if (isProblem(given)) return failed(point, [diagnose(given, { file: entry, start: 0, end: 0 })], new Map())
  const { graph, diagnostics, sources } = compileRead(spec, { network: point.network, arguments: given })
  if (graph === undefined) return failed(point, diagnostics, sources)
  const counted = measure(graph, { entry, files: sources }, countedMetrics(plan), memory)
  if (counted.values === undefined) return failed(point, counted.diagnostics, sources)
  const findings = findingsOf(diagnostics, sources)
  const status = findings.length === 0 ? 'counted' : 'over-budget'
  return { ...point, status, arguments: graph.arguments, values: counted.values, findings }
}

/** What is asked for, then what only the score needs. */
export function countedMetrics({ metrics, score }: SweepPlan): readonly CostMetric[] {
  const names = new Set([...metrics, ...(score === undefined ? [] : [score.parameters, score.flops])])
  return [...names].map(costMetric).filter((one): one is CostMetric => !isProblem(one))
}

/** Those of the user's metrics that fit, else what the paper of the score counts. */
function scoreMetrics(asked: readonly string[]): ScoreMetrics {
  const first = (kind: CostMetric['kind']): string | undefined =>
    asked.find((name) => {
      const metric = costMetric(name)
      return !isProblem(metric) && metric.kind === kind
    })
  return { parameters: first('parameters') ?? 'params', flops: first('work') ?? 'e2enet' }
}

function failed(
  point: SweepPoint,
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
): PointOutcome {
  const findings = findingsOf(diagnostics, sources)
  return { ...point, status: 'failed', arguments: undefined, values: {}, findings }
}

export function findingsOf(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
): readonly Finding[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return errors.map(({ code, name, message, help, span }) => {
    const file = span.file.startsWith('<') ? undefined : sources.get(span.file)
    const place = file === undefined ? null : { file: span.file, ...positionAt(file, span.start) }
    return { code, name, message, help: help ?? null, place }
  })
}

// ---------------------------------------------------------------- before the first point

export function chosenNetworks(
  entry: string,
  host: SourceHost,
  asked: SweepOptions['networks'],
): readonly string[] | RefusedSweep {
  const known = declaredNetworks(entry, host)
  if ('kind' in known) return known
  const [first] = known
  const place = { file: entry, start: 0, end: 0 }
  if (first === undefined) return refused([diagnose(problem('no-network', { file: entry }), place)])
  if (asked === undefined) return [first]
  if (asked === 'all') return known
  const unknown = asked.find((one) => !known.includes(one))
  if (unknown === undefined) return [...new Set(asked)]
  const parts = { network: unknown, file: entry, known, suggestion: suggest(unknown, known) }
  return refused([diagnose(problem('unknown-network', parts), place)])
}

/** As the file itself declares them, in its order. A mistake of the file is one mistake, not one of each point. */
function declaredNetworks(entry: string, host: SourceHost): readonly string[] | RefusedSweep {
  const { diagnostics, sources } = compileResults(entry, host)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const file = sources.get(entry)
  if (errors.length > 0 || file === undefined) return refused(errors, sources)
  const { declarations } = parse(file, new DiagnosticBag())
  return declarations.flatMap((one) => (one.kind === 'NetworkDecl' ? [one.name.name] : []))
}

export function refused(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile> = new Map(),
): RefusedSweep {
  return { kind: 'refused', diagnostics, sources }
}

/** An unknown parameter is unknown at every point. */
function refusal(
  { entry, points, networks, arguments: given, limits }: SweepPlan,
  host: SourceHost,
): RefusedSweep | undefined {
  const spec = readSpec(entry, host, limits)
  for (const network of networks) {
    const first = points.find((one) => one.network === network)
    const args = pointArguments(spec, network, { ...given, ...first?.given })
    if (isProblem(args)) return refused([diagnose(args, { file: entry, start: 0, end: 0 })])
    const { diagnostics, sources } = compileRead(spec, { network, arguments: args })
    const unknown = diagnostics.filter(
      ({ name, span }) => name === 'unknown-parameter' && isArgumentFile(span.file),
    )
    if (unknown.length > 0) return refused(unknown, sources)
  }
  return undefined
}
