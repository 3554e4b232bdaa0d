// A fit as a document: what `weft fit --format json` prints, and what its other forms read.
import type { MetricValues } from '../../../compiler/analysis/sweep/measure.ts'
import type { Finding } from '../../../compiler/sweep.ts'
import type { Spending } from '../../../compiler/solve/count-point.ts'
import type {
  FitBest,
  FitLimit,
  FitOutcome,
  FitPoint,
  FitSearch,
  FitStep,
} from '../../../compiler/solve/fit.ts'
import type { FitPlan } from '../../../compiler/solve/fit-plan.ts'
import type { Given } from '../../../compiler/point-arguments.ts'
import { plainData, type PlainData } from '../plain-data.ts'

export interface FitPointData {
  /** By knob, as Weft expressions. */
  readonly given: Given
  readonly value: number
}

export interface FitLimitData {
  /** `memory(training, batch = 2)`. */
  readonly name: string
  readonly unit: 'count' | 'bytes'
  /** `spec`: a budget that the spec has itself. */
  readonly from: 'within' | 'spec'
  readonly limit: number
  /** Of the best point; null where there is none. */
  readonly actual: number | null
  readonly slack: number | null
  /** Without it (of budgets of the spec: without all of them) another point would be better. */
  readonly binds: boolean
  readonly without: FitPointData | null
  /** Where no point is within all limits: the least that any point with a network spends of it. */
  readonly least: { readonly given: Given; readonly actual: number } | null
}

export interface FitStepData {
  readonly knob: string
  readonly to: string
  /** `beyond`: it breaks a limit; `failed`: it has no network. */
  readonly status: 'within' | 'beyond' | 'failed'
  readonly value: number | null
  /** What it adds to the objective, and by limit to what is spent. */
  readonly change: { readonly value: number; readonly spent: Readonly<Record<string, number>> } | null
  readonly breaks: readonly string[]
  readonly findings: readonly Finding[]
}

/** `weft-fit/1`: fields may be added, never changed or removed; schema/weft-fit-1.schema.json says the same. */
export interface FitDocument {
  readonly schema: 'weft-fit/1'
  readonly file: string
  readonly network: string
  readonly knobs: readonly { readonly name: string; readonly values: readonly string[] }[]
  /** Arguments of every point, as they were given. */
  readonly set: Given
  readonly memory: FitPlan['memory']
  readonly objective: FitPlan['objective']
  readonly ties: string
  readonly limits: readonly FitLimitData[]
  /** Null where no point that has a network is within all limits. */
  readonly best: {
    readonly given: Given
    readonly value: number
    /** Every argument in force. */
    readonly arguments: Readonly<Record<string, PlainData>>
    /** What `--set` takes: those of the call and of the knobs, elements as whole lists. */
    readonly settings: Given
    /** By metric of `weft sweep`; null where it is unknown. */
    readonly totals: MetricValues
  } | null
  readonly steps: readonly FitStepData[]
  readonly failures: readonly { readonly finding: Finding; readonly points: number; readonly given: Given }[]
  readonly search: {
    readonly points: number
    readonly evaluated: number
    readonly measured: number | null
    readonly exhaustive: boolean
    readonly tested: number
    readonly directions: FitSearch['directions']
  }
}

export const tieRule =
  'of points that are equal in it, the one that spends least of the first limit is taken, then of the next; then the first in the order of the values'

/** `file` is how the spec is called in the document. */
export function fitDocument(plan: FitPlan, outcome: FitOutcome, file: string): FitDocument {
  const { best, failures, search } = outcome
  return {
    schema: 'weft-fit/1',
    file,
    network: plan.network,
    knobs: plan.knobs,
    set: plan.arguments,
    memory: plan.memory,
    objective: plan.objective,
    ties: tieRule,
    limits: outcome.limits.flatMap((one) => limitData(one, outcome)),
    best: best === undefined ? null : bestData(best),
    steps: best === undefined ? [] : outcome.steps.map((step) => stepData(step, best)),
    failures,
    search: { ...search, measured: search.measured ?? null },
  }
}

function bestData({ given, value, arguments: inForce, settings, totals }: FitBest): FitDocument['best'] {
  const data = inForce.map(({ name, value: one }) => [name, plainData(one)] as const)
  return { given, value, arguments: Object.fromEntries(data), settings, totals }
}

function limitData({ within, without, least }: FitLimit, { best }: FitOutcome): readonly FitLimitData[] {
  const pick = (point: FitPoint | undefined): readonly Spending[] =>
    within === null ? (point?.own ?? []) : (point?.within.slice(within, within + 1) ?? [])
  const leastSpent = pick(least)
  return pick(best ?? least).map(({ name, unit, limit, actual }, at) => {
    const cheapest = leastSpent[at]
    return {
      name,
      unit,
      from: within === null ? 'spec' : 'within',
      limit,
      actual: best === undefined ? null : actual,
      slack: best === undefined ? null : limit - actual,
      binds: without !== undefined,
      without: without === undefined ? null : { given: without.given, value: without.value },
      least:
        least === undefined || cheapest === undefined
          ? null
          : { given: least.given, actual: cheapest.actual },
    }
  })
}

function stepData({ knob, to, point, breaks, findings }: FitStep, best: FitPoint): FitStepData {
  const before = [...best.within, ...best.own]
  const after = point === undefined ? [] : [...point.within, ...point.own]
  const spent = after.map(({ name, actual }, at) => [name, actual - (before[at]?.actual ?? 0)] as const)
  return {
    knob,
    to,
    status: point === undefined ? 'failed' : breaks.length > 0 ? 'beyond' : 'within',
    value: point?.value ?? null,
    change:
      point === undefined ? null : { value: point.value - best.value, spent: Object.fromEntries(spent) },
    breaks,
    findings,
  }
}
