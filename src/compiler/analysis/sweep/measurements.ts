// Numbers that were measured of networks (accuracies above all), and how they find the points of a sweep that they belong to.
import { problem, type Problem } from '../../diagnostics/diagnostic.ts'
import type { Graph } from '../../ir/graph.ts'
import type { Plain } from '../../ops/attrs.ts'
import type { Objective } from './metrics.ts'

/** One number that was measured of one network. */
export interface Measurement {
  /** `dice`. */
  readonly metric: string
  readonly value: number
  /** Null: whichever network is swept. */
  readonly network: string | null
  /** Values of parameters by name; with as many of them as it takes to tell the points of a sweep apart. */
  readonly arguments: Readonly<Record<string, Plain>>
  readonly where: { readonly file: string; readonly line: number }
  /** The name of the `results` block that has it. */
  readonly results?: string
}

/** A point that has been counted, with every argument in force. Failed points have none, and nothing belongs to them. */
export interface MeasurablePoint {
  readonly network: string
  readonly arguments: Graph['arguments'] | undefined
}

export interface Attachment {
  /** Of each point, by metric. */
  readonly found: readonly ReadonlyMap<string, Measurement>[]
  /** What belongs to no point that was counted. */
  readonly unmatched: readonly Measurement[]
}

/** Gives each point what was measured of it, matching arguments by value. A measurement belongs to one point, a point has one of each metric. */
export function attach(
  points: readonly MeasurablePoint[],
  measurements: readonly Measurement[],
): Attachment | Problem {
  const index = new PointIndex(points)
  const found = points.map(() => new Map<string, Measurement>())
  const unmatched: Measurement[] = []
  for (const one of measurements) {
    const fitting = index.fitting(one)
    const [at] = fitting
    const mine = at === undefined ? undefined : found[at]
    if (mine === undefined) {
      unmatched.push(one)
      continue
    }
    if (fitting.length > 1) return ambiguous(one, fitting, points)
    const before = mine.get(one.metric)
    if (before !== undefined) return twice(one, before)
    mine.set(one.metric, one)
  }
  return { found, unmatched }
}

/** Points by the values of some of their parameters; one table for each set of names that measurements have. */
export class PointIndex {
  readonly #points: readonly MeasurablePoint[]
  readonly #tables = new Map<string, Map<string, number[]>>()

  constructor(points: readonly MeasurablePoint[]) {
    this.#points = points
  }

  /** Positions of the points that it may be about. */
  fitting({ network, arguments: wanted }: Measurement): readonly number[] {
    const names = Object.keys(wanted).sort()
    const key = keyOf(names, (name) => wanted[name])
    const all = this.#table(names).get(key) ?? []
    return network === null ? all : all.filter((at) => this.#points[at]?.network === network)
  }

  #table(names: readonly string[]): ReadonlyMap<string, number[]> {
    const signature = names.join(' ')
    const made = this.#tables.get(signature)
    if (made !== undefined) return made
    const table = new Map<string, number[]>()
    for (const [at, point] of this.#points.entries()) {
      if (point.arguments === undefined) continue
      const values = new Map(point.arguments.map(({ name, value }) => [name, value]))
      const key = keyOf(names, (name) => values.get(name))
      const before = table.get(key)
      if (before === undefined) table.set(key, [at])
      else before.push(at)
    }
    this.#tables.set(signature, table)
    return table
  }
}

function keyOf(names: readonly string[], valueOf: (name: string) => Plain | undefined): string {
  return names.map((name) => keyOfValue(valueOf(name))).join(' ')
}

/** 12 digits: 0.1 + 0.2 is 0.3. */
const significant = 12

/** Equal for values that are the same argument, however they were written. */
export function keyOfValue(value: Plain | undefined): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(significant)))
  if (Array.isArray(value)) return `[${value.map(keyOfValue).join(',')}]`
  return JSON.stringify(value) ?? 'none'
}

function ambiguous(
  { metric, where }: Measurement,
  fitting: readonly number[],
  points: readonly MeasurablePoint[],
): Problem {
  const parts = { path: where.file, line: where.line, metric, points: fitting.length }
  return problem('measured-ambiguous', { ...parts, missing: varying(fitting, points) })
}

/** What tells these points apart. */
function varying(fitting: readonly number[], points: readonly MeasurablePoint[]): string[] {
  const chosen = fitting.flatMap((at) => points[at] ?? [])
  const names = new Set(chosen.flatMap((one) => one.arguments?.map(({ name }) => name) ?? []))
  const valueOf = (point: MeasurablePoint, name: string): string =>
    keyOfValue(point.arguments?.find((one) => one.name === name)?.value)
  const differ = (of: (point: MeasurablePoint) => string): boolean => new Set(chosen.map(of)).size > 1
  return [
    ...(differ(({ network }) => network) ? ['network'] : []),
    ...[...names].filter((name) => differ((point) => valueOf(point, name))),
  ]
}

function twice({ metric, where }: Measurement, before: Measurement): Problem {
  const place = `line ${before.where.line} of ${before.where.file}`
  return problem('measured-twice', { path: where.file, line: where.line, metric, before: place })
}

/** Distances, errors and times: what is better the less it is. Everything else that is measured is better the more it is. */
const lessIsBetter: ReadonlySet<string> = new Set(
  'asd assd distance error hausdorff hausdorff95 hd hd95 latency loss masd ms msd rvd seconds'.split(' '),
)

/** `lower` are names that the user says of. */
export function objectiveOf(metric: string, lower: readonly string[] = []): Objective {
  const words = metric.toLowerCase().split(/[^a-z0-9]+/)
  return lower.includes(metric) || words.some((word) => lessIsBetter.has(word)) ? 'minimise' : 'maximise'
}
