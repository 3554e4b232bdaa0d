// The checkpoints that a run keeps, and what it goes on from: the last one, or the one before it where that cannot be used, with the history up
// to there.
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph } from '../../compiler/ir/graph.ts'
import { isProblem, messageOf, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { HistoryRecord } from '../../data/history.ts'
import { writeProblem } from '../write-file.ts'
import { readCheckpoint, writeCheckpoint, type Checkpoint, type CheckpointToWrite } from './checkpoint.ts'
import { digestOf } from './digests.ts'
import { rewindHistory } from './history-file.ts'
import { checkpointFiles, damagedFile, historyFile, removeRunDrafts, type RunFolder } from './run-folder.ts'

/** What ties a checkpoint to its run: one digest of all that decides what the run learns. */
export const runDigest = ({ description }: RunFolder): string => digestOf(description.digests ?? null)

/** Saves the state of a run. The checkpoint before stays beside it, and the history is on the disk before a state that has come further. */
export function saveCheckpoint(folder: string, asked: CheckpointToWrite): Problem | undefined {
  try {
    flush(join(folder, historyFile))
    keepPrevious(folder)
  } catch (error) {
    return writeProblem(error, folder)
  }
  return writeCheckpoint(join(folder, checkpointFiles.last), asked)
}

function flush(path: string): void {
  const fd = openSync(path, 'r+')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** By a second name for the same file, so that at no moment the last checkpoint is missing; by renaming where there are no such names. */
function keepPrevious(folder: string): void {
  const last = join(folder, checkpointFiles.last)
  const previous = join(folder, checkpointFiles.previous)
  const draft = join(folder, `.${checkpointFiles.previous}.${process.pid}.tmp`)
  if (!existsSync(last)) return
  rmSync(draft, { force: true })
  try {
    linkSync(last, draft)
  } catch {
    renameSync(last, previous)
    return
  }
  // Where both names are of one file already, POSIX keeps both.
  renameSync(draft, previous)
  rmSync(draft, { force: true })
}

export interface Restored {
  /** Absent in a run that begins again. */
  readonly checkpoint?: Checkpoint
  readonly records: HistoryRecord[]
  /** What could not be used, and what took its place. */
  readonly notes: readonly Problem[]
}

/** Nothing but what was written down before the first step. */
export function beginAnew({ folder }: RunFolder): Restored | Problem {
  const history = rewindHistory(join(folder, historyFile), 0)
  return isProblem(history) ? history : { records: history.records, notes: [] }
}

/** What is left of a run that was stopped or killed. What could not be used is moved out of the way. */
export function restoreRun(run: RunFolder, graph: Graph, totalSteps: number): Restored | Problem {
  const { folder } = run
  removeRunDrafts(folder)
  const chosen = choose(run, graph, totalSteps)
  if (isProblem(chosen)) return chosen
  const { checkpoint, instead } = chosen
  const step = checkpoint?.progress.step ?? 0
  const history = rewindHistory(join(folder, historyFile), step)
  if (isProblem(history)) return history
  // A run that was stopped before its first step has nothing to lose.
  const isLoss = checkpoint !== undefined || history.lastStep > 0
  const note =
    instead === undefined || !isLoss
      ? undefined
      : problem('checkpoint-passed-over', { path: folder, reason: messageOf(instead), step })
  setAside(folder, instead)
  return {
    ...(checkpoint === undefined ? {} : { checkpoint }),
    records: history.records,
    notes: [note, history.damage].filter((one) => one !== undefined),
  }
}

interface Chosen {
  readonly checkpoint?: Checkpoint
  /** What keeps the last checkpoint from being used. */
  readonly instead?: Problem
}

/** A damaged checkpoint without a sound one is a problem: no run begins again behind its owner's back. */
function choose(run: RunFolder, graph: Graph, totalSteps: number): Chosen | Problem {
  const last = usable(run, 'last', graph, totalSteps)
  if (!isProblem(last)) return { checkpoint: last }
  const previous = usable(run, 'previous', graph, totalSteps)
  if (!isProblem(previous)) return { checkpoint: previous, instead: last }
  const damaged = [last, previous].find((one) => one.name !== 'checkpoint-missing')
  return damaged ?? { instead: last }
}

function usable(
  run: RunFolder,
  which: 'last' | 'previous',
  graph: Graph,
  totalSteps: number,
): Checkpoint | Problem {
  const path = join(run.folder, checkpointFiles[which])
  if (!existsSync(path)) return problem('checkpoint-missing', { path: run.folder, which })
  const found = readCheckpoint(path, graph)
  if (isProblem(found)) return found
  const { step } = found.progress
  if (found.run !== runDigest(run)) return damaged(path, 'it belongs to another run')
  return step <= totalSteps ? found : damaged(path, `it says step ${step}, and the run has ${totalSteps}`)
}

const damaged = (path: string, reason: string): Problem => problem('run-damaged', { path, reason })

/** Out of the way of the next state, for who wants to look into it. */
function setAside(folder: string, instead: Problem | undefined): void {
  const path = join(folder, checkpointFiles.last)
  if (instead !== undefined && existsSync(path)) renameSync(path, join(folder, damagedFile))
}
