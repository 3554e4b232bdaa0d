// A thread that counts points of a sweep: it gets the plan once, then lists of points, and gives their outcomes back.
import { parentPort, workerData } from 'node:worker_threads'
import { pointCounter } from '../../compiler/sweep.ts'
import { nodeHost } from '../spec-files.ts'
import type { Finished, Task, WorkerSetting } from './messages.ts'

// What a worker is started with is what `pool.ts` gives it.
const { plan, root } = workerData as WorkerSetting
const count = pointCounter(plan, nodeHost(root))

parentPort?.on('message', ({ points }: Task) => {
  const finished: Finished = points.map((at) => {
    const point = plan.points[at]
    if (point === undefined) throw new Error(`the sweep has no point ${at}`)
    return { at, outcome: count(point) }
  })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins, windows do
  parentPort?.postMessage(finished)
})
