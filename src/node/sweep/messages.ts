// What the threads of a sweep tell each other.
import type { PointOutcome, SweepPlan } from '../../compiler/sweep.ts'

export interface WorkerSetting {
  readonly plan: SweepPlan
  /** The project's directory. */
  readonly root: string
}

/** Points to count, by index. */
export interface Task {
  readonly points: readonly number[]
}

export type Finished = readonly { readonly at: number; readonly outcome: PointOutcome }[]
