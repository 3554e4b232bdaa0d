// A fit: the arguments within limits that have most or least of something, with what they depend on. Exact where every point was evaluated, and
// where what was tested to be monotone is.
import { attach } from '../analysis/sweep/measurements.ts'
import { axisTarget } from '../analysis/sweep/axes.ts'
import type { MetricValues } from '../analysis/sweep/measure.ts'
import { isProblem } from '../diagnostics/diagnostic.ts'
import { argumentsInForce, readSpec, type ReadSpec, type SourceHost } from '../compile.ts'
import { pointArguments, type Given } from '../point-arguments.ts'
import type { Finding } from '../sweep.ts'
import { countPoint, totalsOf, type CountedPoint, type FailedPoint, type Spending } from './count-point.ts'
import type { FitPlan } from './fit-plan.ts'
import { gridOf, neighbour, positionOn } from './grid.ts'
import { Knowledge, type Direction } from './knowledge.ts'
import { bestPoint, isWithin, type Goal, type Limit } from './search.ts'

/** A point that was counted. */
export interface FitPoint {
  /** By knob, as Weft expressions. */
  readonly given: Given
  readonly arguments: CountedPoint['arguments']
  /** What there shall be most or least of. */
  readonly value: number
  readonly within: readonly Spending[]
  /** The spec's own budgets. */
  readonly own: readonly Spending[]
}

/** A limit that was asked for, or all of the spec's own budgets. */
export interface FitLimit {
  /** The position in `within`; null: the spec's own budgets. */
  readonly within: number | null
  /** Without it another point would be better: that one. */
  readonly without: FitPoint | undefined
  /** Where no point is within all limits: the one that spends least of this. */
  readonly least: FitPoint | undefined
}

/** The point beside the best on one knob. */
export interface FitStep {
  readonly knob: string
  readonly to: string
  readonly point: FitPoint | undefined
  /** The names of the limits that it breaks. */
  readonly breaks: readonly string[]
  /** Why there is no point, where there is none. */
  readonly findings: readonly Finding[]
}

/** Points that have no network, by what keeps them from it. */
export interface FitFailure {
  readonly finding: Finding
  readonly points: number
  /** One of them. */
  readonly given: Given
}

export interface FitSearch {
  readonly points: number
  readonly evaluated: number
  /** Of a measured figure: the points that have one. */
  readonly measured: number | undefined
  readonly exhaustive: boolean
  /** Points on which monotonicity was tested before anything was inferred from it. */
  readonly tested: number
  /** What was inferred from: by quantity, `objective` or the name of a limit, then by knob. */
  readonly directions: readonly {
    readonly quantity: string
    readonly along: Readonly<Record<string, Direction>>
  }[]
}

export interface FitBest extends FitPoint {
  /** What `--set` takes: arguments of the call and of the knobs, elements as whole lists. */
  readonly settings: Given
  /** The metrics that a sweep counts by default. */
  readonly totals: MetricValues
}

export interface FitOutcome {
  /** Undefined where no point that has a network is within all limits. */
  readonly best: FitBest | undefined
  readonly limits: readonly FitLimit[]
  readonly steps: readonly FitStep[]
  readonly failures: readonly FitFailure[]
  readonly search: FitSearch
}

/** Runs the search. `onPoint` is told after each point how many were evaluated. */
export function runFit(
  plan: FitPlan,
  host: SourceHost,
  onPoint: (evaluated: number) => void = () => {},
): FitOutcome {
  const fit = new Fit(plan, readSpec(plan.entry, host, plan.limits), onPoint)
  return fit.run()
}

/** Quantities by their places: the objective, each limit, how far the spec's own budgets are exceeded (at most 0 where all are kept). */
const objectivePlace = 0
const limitPlace = (within: number): number => within + 1

class Fit {
  readonly #plan: FitPlan
  readonly #spec: ReadSpec
  readonly #counted = new Map<number, CountedPoint | FailedPoint>()
  readonly #figures: ReadonlyMap<number, number> | undefined
  readonly #knowledge: Knowledge

  constructor(plan: FitPlan, spec: ReadSpec, onPoint: (evaluated: number) => void) {
    this.#plan = plan
    this.#spec = spec
    const grid = gridOf(plan.knobs.map(({ values }) => values.length))
    this.#knowledge = new Knowledge(grid, plan.within.length + 2, (point) => {
      const values = this.#evaluate(point)
      onPoint(this.#counted.size)
      return values
    })
    this.#figures = plan.figures === undefined ? undefined : this.#figuresOf(plan.figures)
  }

  run(): FitOutcome {
    const { exhaustive, figures } = this.#plan
    const { grid } = this.#knowledge
    // Of figures that were measured nothing is inferred: only points that have one are looked at.
    if (figures === undefined && exhaustive)
      for (let point = 0; point < grid.points; point += 1) this.#knowledge.valuesAt(point)
    else if (figures === undefined) this.#knowledge.test()
    const best = bestPoint(this.#knowledge, this.#goal(this.#limits()))
    const limits = this.#limitPlaces().map((within): FitLimit => ({
      within,
      without: best === undefined ? undefined : this.#without(within, best),
      least: best === undefined ? this.#least(within) : undefined,
    }))
    return {
      best: best === undefined ? undefined : this.#best(best),
      limits,
      steps: best === undefined ? [] : this.#steps(best),
      failures: this.#failures(),
      search: this.#search(),
    }
  }

  // ---------------------------------------------------------------- points

  #given(point: number): Given {
    const { grid } = this.#knowledge
    const pairs = this.#plan.knobs.map(({ name, values }, axis) => [
      name,
      values[positionOn(grid, axis, point)] ?? '',
    ])
    return Object.fromEntries(pairs) as Given
  }

  #count(point: number): CountedPoint | FailedPoint {
    const before = this.#counted.get(point)
    if (before !== undefined) return before
    const counted = countPoint(this.#plan, this.#spec, this.#given(point))
    this.#counted.set(point, counted)
    return counted
  }

  #evaluate(point: number): readonly number[] | undefined {
    const counted = this.#count(point)
    if ('findings' in counted) return undefined
    const value = this.#valueOf(point, counted)
    const excess = counted.own.reduce((most, { actual, limit }) => Math.max(most, actual - limit), -Infinity)
    // Without budgets of its own a spec exceeds none, by however much.
    const own = excess === -Infinity ? 0 : excess
    return [value, ...counted.within.map(({ actual }) => actual), own]
  }

  /** A point without a figure is none to choose; what it has instead of one does not matter. */
  #valueOf(point: number, { value }: CountedPoint): number {
    return value ?? this.#figures?.get(point) ?? 0
  }

  #point(point: number): FitPoint | undefined {
    const counted = this.#count(point)
    if ('findings' in counted) return undefined
    const { arguments: inForce, within, own } = counted
    return {
      given: this.#given(point),
      arguments: inForce,
      value: this.#valueOf(point, counted),
      within,
      own,
    }
  }

  #best(point: number): FitBest {
    const found = this.#point(point)
    if (found === undefined) throw new Error('the best point has a network')
    const { network, arguments: set, knobs } = this.#plan
    const args = pointArguments(this.#spec, network, { ...set, ...found.given })
    if (isProblem(args)) throw new Error(`a point that was counted has arguments: ${args.name}`)
    const names = [...Object.keys(set), ...knobs.map(({ name }) => axisTarget(name).parameter)]
    const settings = Object.fromEntries([...new Set(names)].map((name) => [name, args[name] ?? '']))
    return { ...found, settings, totals: totalsOf(this.#plan, this.#spec, args) }
  }

  /** By point. Arguments are compared by value, defaults included; no network is built for it. */
  #figuresOf(figures: NonNullable<FitPlan['figures']>): ReadonlyMap<number, number> {
    const { network, arguments: set } = this.#plan
    const points = Array.from({ length: this.#knowledge.grid.points }, (_, point) => {
      const given = pointArguments(this.#spec, network, { ...set, ...this.#given(point) })
      const inForce = isProblem(given) ? undefined : argumentsInForce(this.#spec, network, given)
      return { network, arguments: inForce }
    })
    const attached = attach(points, figures)
    if (isProblem(attached)) throw new Error(`figures of one network: ${attached.name}`)
    return new Map(
      attached.found.flatMap((found, point) =>
        [...found.values()].map(({ value }) => [point, value] as const),
      ),
    )
  }

  // ---------------------------------------------------------------- goals

  #limitPlaces(): readonly (number | null)[] {
    return [...this.#plan.within.keys(), ...(this.#hasOwnBudgets() ? [null] : [])]
  }

  #hasOwnBudgets(): boolean {
    return [...this.#counted.values()].some((one) => 'own' in one && one.own.length > 0)
  }

  #placeOf(within: number | null): number {
    return limitPlace(within ?? this.#plan.within.length)
  }

  /** Of what a limit is has been read at some point; where no point has a network, nothing is within anything. */
  #limits(): readonly Limit[] {
    const counted = this.#firstCounted()
    const asked = counted?.within ?? []
    return [
      ...asked.map(({ limit }, at) => ({ quantity: limitPlace(at), most: limit })),
      { quantity: this.#placeOf(null), most: 0 },
    ]
  }

  #firstCounted(): CountedPoint | undefined {
    for (let point = 0; point < this.#knowledge.grid.points; point += 1) {
      if (this.#figures?.has(point) === false) continue
      const counted = this.#count(point)
      if (!('findings' in counted)) return counted
    }
    return undefined
  }

  #goal(limits: readonly Limit[]): Goal {
    const among = this.#figures === undefined ? {} : { among: new Set(this.#figures.keys()) }
    const ties = this.#plan.within.map((_, at) => limitPlace(at))
    return {
      objective: { quantity: objectivePlace, sense: this.#plan.objective.sense },
      limits,
      ties,
      ...among,
    }
  }

  /** What is best without one of the limits, where that is better than what is best with it. */
  #without(within: number | null, best: number): FitPoint | undefined {
    const others = this.#limits().filter(({ quantity }) => quantity !== this.#placeOf(within))
    const found = bestPoint(this.#knowledge, this.#goal(others))
    const [mine, other] = [this.#point(best), found === undefined ? undefined : this.#point(found)]
    return mine?.value === other?.value ? undefined : other
  }

  #least(within: number | null): FitPoint | undefined {
    const goal = this.#goal([])
    const objective = { quantity: this.#placeOf(within), sense: 'minimise' } as const
    const found = bestPoint(this.#knowledge, { ...goal, objective })
    return found === undefined ? undefined : this.#point(found)
  }

  // ---------------------------------------------------------------- what surrounds the best

  #steps(best: number): readonly FitStep[] {
    const { grid } = this.#knowledge
    return this.#plan.knobs.flatMap(({ name, values }, axis) =>
      ([1, -1] as const).flatMap((step): FitStep[] => {
        const point = neighbour(grid, best, axis, step)
        if (point === undefined) return []
        const to = values[positionOn(grid, axis, point)] ?? ''
        const known = this.#knowledge.valuesAt(point)
        const counted = this.#count(point)
        const findings = 'findings' in counted ? counted.findings : []
        return [{ knob: name, to, point: this.#point(point), breaks: this.#broken(counted, known), findings }]
      }),
    )
  }

  #broken(counted: CountedPoint | FailedPoint, values: readonly number[] | undefined): readonly string[] {
    if ('findings' in counted || values === undefined || isWithin(values, this.#limits())) return []
    return [...counted.within, ...counted.own]
      .filter(({ actual, limit }) => actual > limit)
      .map(({ name }) => name)
  }

  #failures(): readonly FitFailure[] {
    const groups = new Map<string, { finding: Finding; points: number; given: Given }>()
    for (const [point, counted] of this.#counted) {
      const [finding] = 'findings' in counted ? counted.findings : []
      if (finding === undefined) continue
      const key = `${finding.code} ${finding.place?.file ?? ''}:${finding.place?.line ?? ''}`
      const group = groups.get(key)
      if (group === undefined) groups.set(key, { finding, points: 1, given: this.#given(point) })
      else group.points += 1
    }
    return [...groups.values()].sort((a, b) => b.points - a.points)
  }

  #search(): FitSearch {
    const { grid, tested, directions } = this.#knowledge
    const points = grid.points
    const names = ['objective', ...(this.#firstCounted()?.within ?? []).map(({ name }) => name), 'budgets']
    const used = this.#hasOwnBudgets() ? names : names.slice(0, -1)
    const evaluated = this.#counted.size
    const exhaustive = evaluated === points
    return {
      points,
      evaluated,
      measured: this.#figures?.size,
      exhaustive,
      tested,
      directions:
        exhaustive || tested === 0
          ? []
          : used.map((quantity, at) => ({
              quantity,
              along: Object.fromEntries(
                this.#plan.knobs.map(({ name }, axis) => [name, directions[at]?.[axis] ?? 'none']),
              ),
            })),
    }
  }
}
