// A sweep on this machine: in this thread while it is short, in several where that pays. Outcomes are the same, in the order of the points.
import { availableParallelism } from 'node:os'
import { countPoint, type PointOutcome, type SweepPlan } from '../../compiler/sweep.ts'
import type { Located } from '../spec-files.ts'
import { countInWorkers } from './pool.ts'

export interface RunOptions {
  /** Threads. By default one, and as many as there are processors once it is known that the sweep is long. */
  readonly jobs?: number
  readonly onProgress?: (done: number) => void
}

/** A thread takes half a second to load the compiler and to get fast: what is left has to be worth several of that. */
const worthWorkersMs = 4000

/** After so many milliseconds it is known how long a point takes. */
const trialMs = 250

/** Other things that the thread has to do get their turn between points. */
const turnMs = 50

export async function runSweepHere(
  plan: SweepPlan,
  located: Located,
  { jobs, onProgress = () => {} }: RunOptions = {},
): Promise<readonly PointOutcome[]> {
  const outcomes: PointOutcome[] = []
  const begin = performance.now()
  let turn = begin
  for (const point of plan.points) {
    if (startsWorkers(jobs, outcomes.length, plan.points.length, performance.now() - begin)) break
    outcomes.push(countPoint(plan, located.host, point))
    onProgress(outcomes.length)
    if (performance.now() - turn < turnMs) continue
    await new Promise((resolve) => setImmediate(resolve))
    turn = performance.now()
  }
  const rest = plan.points.length - outcomes.length
  if (rest === 0) return outcomes
  const workers = Math.min(rest, jobs ?? availableParallelism())
  const setting = { plan, root: located.root }
  const done = outcomes.length
  const more = await countInWorkers(setting, { from: done, workers }, (count) => onProgress(done + count))
  return [...outcomes, ...more]
}

function startsWorkers(jobs: number | undefined, done: number, all: number, elapsedMs: number): boolean {
  if (done === all) return false
  if (jobs !== undefined) return jobs > 1 && all > 1
  const leftMs = (elapsedMs / Math.max(1, done)) * (all - done)
  return availableParallelism() > 1 && done > 1 && elapsedMs > trialMs && leftMs > worthWorkersMs
}
