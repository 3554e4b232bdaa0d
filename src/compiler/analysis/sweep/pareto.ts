// The Pareto front: the points that no other point beats, being as good in every objective and better in one.
import type { Objective } from './metrics.ts'

/** What one point has of each objective; a point that lacks one takes no part. */
export type Candidate = readonly (number | null)[]

/** Indices of the points on the front, ascending. Points that are equal in everything beat nobody and are on it together. */
export function paretoFront(candidates: readonly Candidate[], objectives: readonly Objective[]): number[] {
  if (objectives.length === 0) return []
  const entries = candidates.flatMap((values, index) => {
    const costs = costsOf(values, objectives)
    return costs === undefined ? [] : [{ index, costs }]
  })
  // Who beats a point comes before it in this order.
  entries.sort((a, b) => compare(a.costs, b.costs) || a.index - b.index)
  const front: typeof entries = []
  for (const one of entries) if (!front.some(({ costs }) => beats(costs, one.costs))) front.push(one)
  return front.map(({ index }) => index).sort((a, b) => a - b)
}

/** All to be minimised. */
function costsOf(values: Candidate, objectives: readonly Objective[]): number[] | undefined {
  const costs: number[] = []
  for (const [at, objective] of objectives.entries()) {
    const value = values[at] ?? null
    if (value === null) return undefined
    costs.push(objective === 'minimise' ? value : -value)
  }
  return costs
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) {
    const difference = value - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Asked of every pair where all points are on the front: with an iterator, 10,000 of them took three times as long. */
function beats(a: readonly number[], b: readonly number[]): boolean {
  let better = false
  for (let at = 0; at < a.length; at += 1) {
    const value = a[at] ?? 0
    const other = b[at] ?? 0
    if (value > other) return false
    better ||= value < other
  }
  return better
}
