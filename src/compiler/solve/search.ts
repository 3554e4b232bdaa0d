// The best point of a grid within limits, exactly: every point is evaluated, or what is known of others shows that it breaks a limit or is no better.
import { positionOn } from './grid.ts'
import type { Knowledge } from './knowledge.ts'

export interface Limit {
  readonly quantity: number
  /** The most that it may be. */
  readonly most: number
}

export interface Goal {
  readonly objective: { readonly quantity: number; readonly sense: 'minimise' | 'maximise' }
  readonly limits: readonly Limit[]
  /** Quantities of which less is better where the objective is equal, the first first. Then the earlier point is better. */
  readonly ties: readonly number[]
  /** Where it is given, no other point will do. */
  readonly among?: ReadonlySet<number>
}

/** Undefined where no point is within the limits. */
export function bestPoint(knowledge: Knowledge, goal: Goal): number | undefined {
  let best: Found | undefined
  for (const [point, values] of knowledge.known()) best = better(best, point, values, goal)
  for (;;) {
    const open = openPoints(knowledge, goal, best)
    if (open.length === 0) return best?.point
    const point = mostTelling(knowledge, goal, open)
    const values = knowledge.valuesAt(point)
    if (values !== undefined) best = better(best, point, values, goal)
  }
}

/** A point with what points are compared by: less is better, the first difference decides. */
interface Found {
  readonly point: number
  readonly key: readonly number[]
}

function better(
  best: Found | undefined,
  point: number,
  values: readonly number[],
  goal: Goal,
): Found | undefined {
  if (!isWithin(values, goal.limits) || goal.among?.has(point) === false) return best
  const { quantity, sense } = goal.objective
  const first = values[quantity] ?? 0
  const key = [sense === 'minimise' ? first : -first, ...goal.ties.map((tie) => values[tie] ?? 0), point]
  return best === undefined || compare(key, best.key) < 0 ? { point, key } : best
}

export const isWithin = (values: readonly number[], limits: readonly Limit[]): boolean =>
  limits.every(({ quantity, most }) => (values[quantity] ?? 0) <= most)

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0
    if (value !== other) return value < other ? -1 : 1
  }
  return 0
}

/** What has not been evaluated and may still be better than the best so far. */
function openPoints(knowledge: Knowledge, goal: Goal, best: Found | undefined): number[] {
  const open: number[] = []
  for (let point = 0; point < knowledge.grid.points; point += 1)
    if (!knowledge.isEvaluated(point) && mayBeBetter(knowledge, goal, best, point)) open.push(point)
  return open
}

function mayBeBetter(
  knowledge: Knowledge,
  { objective, limits, ties, among }: Goal,
  best: Found | undefined,
  point: number,
): boolean {
  if (among?.has(point) === false) return false
  if (limits.some(({ quantity, most }) => knowledge.lower(quantity, point) > most)) return false
  if (best === undefined) return true
  const { quantity, sense } = objective
  const first = sense === 'minimise' ? knowledge.lower(quantity, point) : -knowledge.upper(quantity, point)
  const least = [first, ...ties.map((tie) => knowledge.lower(tie, point)), point]
  return compare(least, best.key) < 0
}

/** Enough to choose well; to look at all of them would take longer than to evaluate some. */
const [candidates, mostWeighed] = [24, 2000]

/**
 * Of some open points the one that leaves fewest open, whatever it turns out to be: within the limits it settles what can be no better, beyond
 * them what spends no less.
 */
function mostTelling(knowledge: Knowledge, goal: Goal, open: readonly number[]): number {
  const tried = spread(open, candidates)
  const weighed = spread(open, mostWeighed)
  const { quantity, sense } = goal.objective
  const settles = (point: number): number => {
    let [worse, dearer] = [0, 0]
    for (const other of weighed) {
      const [low, high] = sense === 'minimise' ? [point, other] : [other, point]
      if (knowledge.isBelow(quantity, low, high)) worse += 1
      if (goal.limits.some((limit) => knowledge.isBelow(limit.quantity, point, other))) dearer += 1
    }
    return goal.limits.length === 0 ? worse : Math.min(worse, dearer)
  }
  const scores = tried.map(settles)
  return tried[scores.indexOf(Math.max(...scores))] ?? 0
}

/** At most so many of them, from everywhere. */
function spread(points: readonly number[], most: number): readonly number[] {
  const count = Math.min(most, points.length)
  return Array.from({ length: count }, (_, at) => points[Math.floor((at * points.length) / count)] ?? 0)
}

/** Where the point lies on each axis. */
export const positionsOf = (knowledge: Knowledge, point: number): readonly number[] =>
  knowledge.grid.sizes.map((_, axis) => positionOn(knowledge.grid, axis, point))
