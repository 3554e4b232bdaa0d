// Threads that count the points of a sweep. Each gets a few points at a time, so that none is left with the long ones.
import { Worker } from 'node:worker_threads'
import type { PointOutcome } from '../../compiler/sweep.ts'
import type { Finished, Task, WorkerSetting } from './messages.ts'

export interface Share {
  /** The first point to count. */
  readonly from: number
  readonly workers: number
}

/** Compiled, this folder holds `worker.js`. */
const workerFile = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** Small enough to share the work evenly, large enough that messages cost nothing. */
const mostPointsAtATime = 8

/** Outcomes of the points from `from` on, in their order. Fails as a whole where a thread fails. */
export async function countInWorkers(
  setting: WorkerSetting,
  { from, workers }: Share,
  onProgress: (done: number) => void,
): Promise<readonly PointOutcome[]> {
  const { length } = setting.plan.points
  const atATime = Math.max(1, Math.min(mostPointsAtATime, Math.floor((length - from) / (workers * 4))))
  let next = from
  const take = (): Task => {
    const start = next
    next = Math.min(length, next + atATime)
    return { points: Array.from({ length: next - start }, (_, k) => start + k) }
  }
  const outcomes: PointOutcome[] = []
  let done = 0
  const receive = (finished: Finished): void => {
    for (const { at, outcome } of finished) outcomes[at - from] = outcome
    done += finished.length
    onProgress(done)
  }
  const threads = Array.from({ length: workers }, () => new Worker(workerFile, { workerData: setting }))
  try {
    await Promise.all(threads.map((thread) => work(thread, take, receive)))
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
  return outcomes
}

/** Feeds one thread until nothing is left. */
function work(thread: Worker, take: () => Task, receive: (finished: Finished) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const feed = (): void => {
      const task = take()
      if (task.points.length === 0) resolve()
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins, windows do
      else thread.postMessage(task)
    }
    thread.on('message', (finished: Finished) => {
      receive(finished)
      feed()
    })
    thread.on('error', reject)
    thread.on('exit', (code) => reject(new Error(`a thread of the sweep ended with ${code}`)))
    feed()
  })
}
