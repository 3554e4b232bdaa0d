// A sweep on this machine: in this thread while it is short, in several where that pays. Outcomes are the same, in the order of the points.
import { availableParallelism } from 'node:os'
import { pointCounter, type PointOutcome, type SweepPlan } from '../../compiler/sweep.ts'
import type { Located } from '../spec-files.ts'
import { countInWorkers } from './pool.ts'

export interface RunOptions {
  /** Threads. By default one, and as many as there are processors once it is known that the sweep is long. */
  readonly jobs?: number
  readonly onProgress?: (done: number) => void
}

/**
 * A thread loads the compiler anew and is slow until its code is optimised: measured with the points of E2ENet, each takes 1.5 to 4 s of
 * processor time more. What threads save has to be more than that.
 */
const worthWorkersMs = 3000

/** Before that, points take several times as long as later, and nothing can be said of the rest. */
const trialMs = 1000

/** So many of the last points say how long one takes. */
const recentPoints = 20

/** Other things that the thread has to do get their turn between points. */
const turnMs = 50

export async function runSweepHere(
  plan: SweepPlan,
  located: Located,
  { jobs, onProgress = () => {} }: RunOptions = {},
): Promise<readonly PointOutcome[]> {
  const count = pointCounter(plan, located.host)
  const outcomes: PointOutcome[] = []
  const marks = [performance.now()]
  let turn = marks[0] ?? 0
  for (const point of plan.points) {
    if (startsWorkers(jobs, marks, plan.points.length)) break
    outcomes.push(count(point))
    const now = performance.now()
    marks.push(now)
    onProgress(outcomes.length)
    if (now - turn < turnMs) continue
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

/** `marks` are the times before the first point and after each. */
function startsWorkers(jobs: number | undefined, marks: readonly number[], all: number): boolean {
  const done = marks.length - 1
  if (done === all) return false
  if (jobs !== undefined) return jobs > 1 && all > 1
  const [first = 0, last = 0] = [marks[0], marks.at(-1)]
  if (last - first < trialMs) return false
  const recent = Math.min(done, recentPoints)
  const pointMs = (last - (marks[done - recent] ?? first)) / recent
  const saved = 1 - 1 / availableParallelism()
  return pointMs * (all - done) * saved > worthWorkersMs
}
