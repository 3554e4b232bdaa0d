// What is known of quantities on a grid: their values where they were evaluated, and from those bounds everywhere else, as far as they are monotone.
// That a quantity is monotone along an axis is tested: on whole lines beforehand, and on every pair of points that was evaluated since. What a
// test contradicts is not used again.
import { positionOn, testLines, type Grid } from './grid.ts'

/** The values of every quantity at a point; undefined where there is none, for a network that does not compile. */
export type Evaluate = (point: number) => readonly number[] | undefined

/** How a quantity goes along an axis. `none`: neither way, or nobody could tell. */
export type Direction = 'constant' | 'rising' | 'falling' | 'none'

export class Knowledge {
  readonly grid: Grid
  readonly quantities: number
  /** By quantity, then by axis. */
  readonly directions: Direction[][]
  /** Points that monotonicity was tested on before anything was inferred from it. */
  tested = 0
  readonly #evaluate: Evaluate
  readonly #values = new Map<number, readonly number[] | undefined>()
  readonly #lower: Float64Array[]
  readonly #upper: Float64Array[]

  constructor(grid: Grid, quantities: number, evaluate: Evaluate) {
    this.grid = grid
    this.quantities = quantities
    this.#evaluate = evaluate
    const each = Array.from({ length: quantities }, (_, at) => at)
    this.directions = each.map(() => grid.sizes.map(() => 'none'))
    this.#lower = each.map(() => new Float64Array(grid.points).fill(-Infinity))
    this.#upper = each.map(() => new Float64Array(grid.points).fill(Infinity))
  }

  get evaluated(): number {
    return this.#values.size
  }

  isEvaluated(point: number): boolean {
    return this.#values.has(point)
  }

  /** The points that have values, in the order in which they were evaluated. */
  known(): readonly (readonly [point: number, values: readonly number[]])[] {
    return [...this.#values].flatMap(([point, values]) =>
      values === undefined ? [] : [[point, values] as const],
    )
  }

  /** At most what the quantity is at this point. */
  lower(quantity: number, point: number): number {
    return this.#lower[quantity]?.[point] ?? -Infinity
  }

  /** At least what the quantity is at this point. */
  upper(quantity: number, point: number): number {
    return this.#upper[quantity]?.[point] ?? Infinity
  }

  valuesAt(point: number): readonly number[] | undefined {
    if (this.#values.has(point)) return this.#values.get(point)
    const values = this.#evaluate(point)
    this.#values.set(point, values)
    if (values !== undefined && !this.#contradicts(point, values)) this.#bound(point, values)
    return values
  }

  /** Evaluates whole lines of the grid and takes for monotone what is so on each of them. */
  test(): void {
    const lines = testLines(this.grid)
    const found = lines.map(({ axis, points }) => ({
      axis,
      values: points.flatMap((point) => {
        const values = this.valuesAt(point)
        return values === undefined ? [] : [values]
      }),
    }))
    this.tested = this.evaluated
    for (const [quantity, along] of this.directions.entries())
      for (const axis of along.keys())
        along[axis] = directionOf(
          found
            .filter((line) => line.axis === axis)
            .map(({ values }) => values.map((one) => one[quantity] ?? 0)),
        )
    for (const [point, values] of this.known()) this.#giveUpWhereContrary(point, values)
    this.#boundAnew()
  }

  /** Whether a quantity is at `low` no more than at `high`, as far as is known. */
  isBelow(quantity: number, low: number, high: number): boolean {
    const along = this.directions[quantity] ?? []
    for (let axis = 0; axis < along.length; axis += 1) {
      const step = positionOn(this.grid, axis, high) - positionOn(this.grid, axis, low)
      const direction = along[axis]
      if (direction === 'constant' || step === 0) continue
      if (direction === 'none' || step > 0 !== (direction === 'rising')) return false
    }
    return true
  }

  #bound(point: number, values: readonly number[]): void {
    for (const [quantity, value] of values.entries()) {
      const [lower, upper] = [this.#lower[quantity], this.#upper[quantity]]
      if (lower === undefined || upper === undefined) continue
      for (let other = 0; other < this.grid.points; other += 1) {
        if ((lower[other] ?? 0) < value && this.isBelow(quantity, point, other)) lower[other] = value
        if ((upper[other] ?? 0) > value && this.isBelow(quantity, other, point)) upper[other] = value
      }
    }
  }

  #boundAnew(): void {
    for (const one of this.#lower) one.fill(-Infinity)
    for (const one of this.#upper) one.fill(Infinity)
    for (const [point, values] of this.known()) this.#bound(point, values)
  }

  /** Gives up what this point shows to be no rule; true where there was something, and every bound is made anew. */
  #contradicts(point: number, values: readonly number[]): boolean {
    const holds = values.every(
      (value, quantity) => value >= this.lower(quantity, point) && value <= this.upper(quantity, point),
    )
    if (holds) return false
    this.#giveUpWhereContrary(point, values)
    this.#boundAnew()
    return true
  }

  #giveUpWhereContrary(point: number, values: readonly number[]): void {
    for (const [quantity, value] of values.entries())
      for (const [other, { [quantity]: before = 0 }] of this.known())
        if (
          (before > value && this.isBelow(quantity, other, point)) ||
          (before < value && this.isBelow(quantity, point, other))
        )
          this.#giveUp(quantity, other, point)
  }

  /** Of the axes on which two points differ: those that were thought not to matter, where there are such. */
  #giveUp(quantity: number, a: number, b: number): void {
    const along = this.directions[quantity] ?? []
    const differ = [...along.keys()].filter(
      (axis) => positionOn(this.grid, axis, a) !== positionOn(this.grid, axis, b),
    )
    const constant = differ.filter((axis) => along[axis] === 'constant')
    for (const axis of constant.length > 0 ? constant : differ) along[axis] = 'none'
  }
}

/** What all lines of values have in common. A line of fewer than two values says nothing. */
function directionOf(lines: readonly (readonly number[])[]): Direction {
  const steps = lines.flatMap((values) => values.slice(1).map((value, at) => value - (values[at] ?? 0)))
  if (steps.length === 0) return 'none'
  if (steps.every((step) => step === 0)) return 'constant'
  if (steps.every((step) => step >= 0)) return 'rising'
  return steps.every((step) => step <= 0) ? 'falling' : 'none'
}
