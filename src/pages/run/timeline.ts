// The records of a run in order, without what a resumption threw away.
import type {
  EpochRecord,
  HistoryRecord,
  StartRecord,
  StepRecord,
  TopologyRecord,
} from '../../data/history.ts'

export interface Timeline {
  readonly starts: readonly StartRecord[]
  readonly steps: readonly StepRecord[]
  readonly epochs: readonly EpochRecord[]
  readonly topology: readonly TopologyRecord[]
  /** The last step that anything is known of; 0 before the first. */
  readonly lastStep: number
}

/**
 * A run that goes on from a checkpoint repeats the steps that came after it; what was written of them the first time no
 * longer belongs to the weights.
 */
export function timelineOf(records: readonly HistoryRecord[]): Timeline {
  const [starts, steps, epochs, topology]: [StartRecord[], StepRecord[], EpochRecord[], TopologyRecord[]] = [
    [],
    [],
    [],
    [],
  ]
  for (const record of records) {
    switch (record.kind) {
      case 'start':
        starts.push(record)
        for (const list of [steps, epochs, topology]) dropAfter(list, record.step)
        break
      case 'step':
        steps.push(record)
        break
      case 'epoch':
        epochs.push(record)
        break
      case 'topology':
        topology.push(record)
        break
    }
  }
  const lastStep = Math.max(steps.at(-1)?.step ?? 0, epochs.at(-1)?.step ?? 0, topology.at(-1)?.step ?? 0)
  return { starts, steps, epochs, topology, lastStep }
}

function dropAfter(list: { readonly step: number }[], step: number): void {
  while ((list.at(-1)?.step ?? 0) > step) list.pop()
}

/** Wall seconds of all that is known: up to the last epoch as written, the steps since then added. */
export function elapsedSeconds({ steps, epochs }: Timeline): number {
  const last = epochs.at(-1)
  let seconds = last?.elapsedSeconds ?? 0
  for (let k = steps.length - 1; k >= 0; k--) {
    const record = steps[k]
    if (record === undefined || record.step <= (last?.step ?? 0)) break
    seconds += record.seconds
  }
  return seconds
}

/** Median wall seconds of the last hundred steps; none before the first. */
export function secondsPerStep({ steps }: Timeline): number | undefined {
  const seconds = steps
    .slice(-100)
    .map((one) => one.seconds)
    .sort((a, b) => a - b)
  return seconds[Math.floor(seconds.length / 2)]
}

/** Records of updates: the first record of a run, at step 0, is where it began. */
export function updatesOf(timeline: Timeline): readonly TopologyRecord[] {
  return timeline.topology.filter((record) => record.step > 0)
}
