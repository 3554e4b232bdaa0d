// A sweep as a document: what `weft sweep --format json` prints, and what every other rendering reads.
import { axisTarget } from '../../../compiler/analysis/sweep/axes.ts'
import { attach, objectiveOf, type Measurement } from '../../../compiler/analysis/sweep/measurements.ts'
import { unknownMetric, type MetricData, type Objective } from '../../../compiler/analysis/sweep/metrics.ts'
import { paretoFront } from '../../../compiler/analysis/sweep/pareto.ts'
import type { ResultsSource } from '../../../compiler/analysis/sweep/spec-results.ts'
import {
  defaultScoreWeights,
  scoreRule,
  tradeOffScores,
  type ScoreWeights,
} from '../../../compiler/analysis/sweep/score.ts'
import { isProblem, problem, type Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import { countedMetrics, type Finding, type PointOutcome, type SweepPlan } from '../../../compiler/sweep.ts'
import { plainData, type PlainData } from '../plain-data.ts'

export interface SweepRow {
  readonly network: string
  /** What is swept, as it was given. */
  readonly given: Readonly<Record<string, string>>
  /** The same as values; null where the point failed. */
  readonly arguments: Readonly<Record<string, PlainData>> | null
  /** `over-budget`: counted, and a budget is broken. */
  readonly status: 'counted' | 'over-budget' | 'failed'
  /** By metric; null where it is unknown or was not measured. */
  readonly values: Readonly<Record<string, number | null>>
  /** By metric, the name of the `results` block that a figure is from; absent where none is from one. */
  readonly origins?: Readonly<Record<string, string>>
  readonly front: boolean
  readonly score: number | null
  readonly findings: readonly Finding[]
}

export interface ScoreData {
  readonly rule: string
  readonly weights: ScoreWeights
  /** The metrics that it takes. */
  readonly accuracy: string
  readonly parameters: string
  readonly flops: string
}

export interface UnmatchedRow {
  readonly metric: string
  readonly value: number
  readonly network: string | null
  readonly arguments: Readonly<Record<string, PlainData>>
  readonly file: string
  readonly line: number
}

/** `weft-sweep/1`: fields may be added, never changed or removed; schema/weft-sweep-1.schema.json says the same. */
export interface SweepDocument {
  readonly schema: 'weft-sweep/1'
  readonly file: string
  readonly networks: readonly string[]
  readonly axes: readonly { readonly name: string; readonly values: readonly string[] }[]
  /** Arguments of every point, as they were given. */
  readonly arguments: Readonly<Record<string, string>>
  /** What memory is counted for; null where no metric asks for memory. */
  readonly memory: SweepPlan['memory'] | null
  /** In the order of columns: what is counted, then what was measured. */
  readonly metrics: readonly MetricData[]
  /** The points that no other beats in all of these metrics; points that break a budget take no part. */
  readonly front: { readonly metrics: readonly string[]; readonly rows: readonly number[] }
  readonly score: ScoreData | null
  readonly rows: readonly SweepRow[]
  /** The `results` blocks of the spec that rows have figures of. */
  readonly results: readonly ResultsSource[]
  /** Null where nothing measured was brought along. */
  readonly measured: {
    /** What fits no point that was counted. */
    readonly unmatched: readonly UnmatchedRow[]
    /** Counted points that lack some result. */
    readonly incomplete: readonly number[]
  } | null
}

export interface SweepDocumentOptions {
  /** How the file is called in the document. */
  readonly file: string
  readonly measurements?: readonly Measurement[]
  /** Where those of the spec are from. */
  readonly sources?: readonly ResultsSource[]
  /** Results that are better the less they are, beside those that are known to be. */
  readonly lower?: readonly string[]
  /** The metrics of the front; by default all that were asked for and all that was measured. */
  readonly pareto?: readonly string[]
  /** The result that the score takes; by default the first that is better the more it is. */
  readonly accuracy?: string
  readonly scoreWeights?: ScoreWeights
}

/**
 * Puts a sweep together: the outcomes of `runSweep`, in the order of the plan's points, with what was measured. A problem where a name is none of its metrics, or a
 * measurement belongs to several points. Scores need a plan that was made with `scored`.
 */
export function sweepDocument(
  plan: SweepPlan,
  outcomes: readonly PointOutcome[],
  options: SweepDocumentOptions,
): SweepDocument | Problem {
  const { measurements, lower = [] } = options
  const attached = attach(outcomes, measurements ?? [])
  if (isProblem(attached)) return attached
  const counted = countedMetrics(plan)
  const results = resultMetrics(measurements ?? [], lower)
  const metrics = [
    ...counted.map(({ name, title, unit, rule, objective }) => ({ name, title, unit, rule, objective })),
    ...results,
  ]
  const values = outcomes.map((one, at) => valuesOf(one, results, attached.found[at] ?? new Map()))
  const frontMetrics = options.pareto ?? [...plan.metrics, ...results.map(({ name }) => name)]
  const score = scoreOf(plan, results, options)
  if (isProblem(score)) return score
  const wrong = strangeName([...frontMetrics, ...lower], metrics)
  if (wrong !== undefined) return wrong
  const front = frontOf(outcomes, values, frontMetrics, metrics)
  return {
    schema: 'weft-sweep/1',
    file: options.file,
    networks: plan.networks,
    axes: plan.axes,
    arguments: plan.arguments,
    memory: metrics.some(({ unit }) => unit === 'bytes') ? plan.memory : null,
    metrics,
    front: { metrics: frontMetrics, rows: front },
    score,
    rows: rowsOf(outcomes, values, new Set(front), scoresOf(score, values)).map((row, at) => ({
      ...row,
      ...originsOf(attached.found[at] ?? new Map()),
    })),
    results: options.sources ?? [],
    measured:
      measurements === undefined
        ? null
        : {
            unmatched: attached.unmatched.map(unmatchedRow),
            incomplete: incompleteRows(values, outcomes, results),
          },
  }
}

/** In the order in which they appear. */
function resultMetrics(
  measurements: readonly Measurement[],
  lower: readonly string[],
): readonly MetricData[] {
  const names = [...new Set(measurements.map(({ metric }) => metric))]
  return names.map((name) => {
    const objective = objectiveOf(name, lower)
    const rule = `measured; ${objective === 'maximise' ? 'more' : 'less'} is better`
    return { name, title: name, unit: 'result', rule, objective }
  })
}

type Values = Readonly<Record<string, number | null>>

function valuesOf(
  outcome: PointOutcome,
  results: readonly MetricData[],
  measured: ReadonlyMap<string, Measurement>,
): Values {
  if (outcome.status === 'failed') return recordOf([])
  return recordOf([
    ...Object.entries(outcome.values),
    ...results.map(({ name }) => [name, measured.get(name)?.value ?? null] as const),
  ])
}

/** Without the names that every object has, which a result may have too: `valueOf`. */
function recordOf<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(entries))
}

function originsOf(measured: ReadonlyMap<string, Measurement>): Pick<SweepRow, 'origins'> {
  const named = [...measured].flatMap(([metric, { results }]) =>
    results === undefined ? [] : [[metric, results] as const],
  )
  return named.length === 0 ? {} : { origins: recordOf(named) }
}

function strangeName(names: readonly string[], metrics: readonly MetricData[]): Problem | undefined {
  const known = metrics.map(({ name }) => name)
  const strange = names.find((one) => !known.includes(one))
  return strange === undefined ? undefined : unknownMetric(strange, known)
}

function frontOf(
  outcomes: readonly PointOutcome[],
  values: readonly Values[],
  names: readonly string[],
  metrics: readonly MetricData[],
): number[] {
  const objectives = names.map(
    (name): Objective => metrics.find((one) => one.name === name)?.objective ?? 'minimise',
  )
  const candidates = values.map((mine, at) =>
    names.map((name) => (outcomes[at]?.status === 'counted' ? (mine[name] ?? null) : null)),
  )
  return paretoFront(candidates, objectives)
}

function scoreOf(
  { score }: SweepPlan,
  results: readonly MetricData[],
  { accuracy, scoreWeights }: SweepDocumentOptions,
): ScoreData | null | Problem {
  const accuracies = results.filter(({ objective }) => objective === 'maximise').map(({ name }) => name)
  const [first] = accuracies
  if (accuracy !== undefined && !accuracies.includes(accuracy)) return unknownMetric(accuracy, accuracies)
  if (score === undefined || first === undefined)
    return scoreWeights === undefined
      ? null
      : problem('nothing-measured', { what: 'a trade-off score needs an accuracy' })
  const weights = scoreWeights ?? defaultScoreWeights
  return { rule: scoreRule, weights, accuracy: accuracy ?? first, ...score }
}

function scoresOf(score: ScoreData | null, values: readonly Values[]): readonly (number | null)[] {
  if (score === null) return values.map(() => null)
  const contenders = values.map((mine) => ({
    accuracy: mine[score.accuracy] ?? null,
    parameters: mine[score.parameters] ?? null,
    flops: mine[score.flops] ?? null,
  }))
  return tradeOffScores(contenders, score.weights)
}

function rowsOf(
  outcomes: readonly PointOutcome[],
  values: readonly Values[],
  front: ReadonlySet<number>,
  scores: readonly (number | null)[],
): readonly SweepRow[] {
  return outcomes.map(({ network, given, status, arguments: inForce, findings }, at) => ({
    network,
    given,
    arguments: inForce === undefined ? null : sweptData(inForce, given),
    status,
    values: values[at] ?? {},
    front: front.has(at),
    score: scores[at] ?? null,
    findings,
  }))
}

function sweptData(
  inForce: NonNullable<PointOutcome['arguments']>,
  given: PointOutcome['given'],
): Readonly<Record<string, PlainData>> {
  const parameters = new Set(Object.keys(given).map((name) => axisTarget(name).parameter))
  const swept = inForce.filter(({ name }) => parameters.has(name))
  return Object.fromEntries(swept.map(({ name, value }) => [name, plainData(value)]))
}

function unmatchedRow({ metric, value, network, arguments: given, where }: Measurement): UnmatchedRow {
  const data = Object.entries(given).map(([name, one]) => [name, plainData(one)] as const)
  return { metric, value, network, arguments: Object.fromEntries(data), ...where }
}

function incompleteRows(
  values: readonly Values[],
  outcomes: readonly PointOutcome[],
  results: readonly MetricData[],
): readonly number[] {
  return outcomes.flatMap(({ status }, at) =>
    status !== 'failed' && results.some(({ name }) => (values[at]?.[name] ?? null) === null) ? [at] : [],
  )
}
