// A list of cases that is worked through: all headers are looked at before the first window; a case that fails keeps no other from being done.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { CaseShape } from '../../data/case.ts'
import { remarkWarnings, type FileRemark } from '../../data/remarks.ts'
import { caseMemoryProblem, type Need } from './case-memory.ts'

export interface CaseListeners {
  /** Told what does not keep the cases from being worked on: files that belong to none, headers that leave something open. */
  onWarning?(found: Problem): void
  /** Told of each case that cannot be worked on, as soon as that is known. */
  onFailure?(failed: FailedCase): void
  /** Told when a case is begun and after each window. */
  onProgress?(progress: CaseProgress): void
}

export interface FailedCase {
  readonly name: string
  readonly problem: Problem
}

/** Where work on a list of cases stands. */
export interface CaseProgress {
  readonly name: string
  /** Of the cases that can be read, counted from 1. */
  readonly number: number
  readonly cases: number
  /** Windows of the case that are done. */
  readonly window: number
  readonly windows: number
  /** Of the windows of all cases. */
  readonly share: number
}

export interface CaseDemand {
  readonly windows: number
  readonly needs: readonly Need[]
}

interface CaseList<Shape> {
  readonly names: readonly string[]
  inspect(name: string): Promise<Shape | Problem>
  demand(shape: Shape): CaseDemand
}

interface Planned {
  readonly name: string
  readonly windows: number
}

/** Told while a case is worked on. */
export interface CaseWatch {
  onWindow(done: number): void
  /** What its files leave open; what headers show is known before. */
  onRemarks(found: readonly FileRemark[]): void
}

/** What was made of the cases, and those that failed, in their order. */
export interface Worked<T> {
  readonly done: readonly T[]
  readonly failed: readonly FailedCase[]
}

/** Works through the cases one after the other. */
export async function workThrough<Shape extends CaseShape, T>(
  list: CaseList<Shape>,
  { onFailure, onProgress, onWarning }: CaseListeners,
  work: (name: string, watch: CaseWatch) => Promise<T | Problem>,
): Promise<Worked<T>> {
  const failed: FailedCase[] = []
  const fail = (one: FailedCase): void => {
    failed.push(one)
    onFailure?.(one)
  }
  const { planned, remarks } = await plan(list, fail)
  for (const one of remarkWarnings(remarks)) onWarning?.(one)
  const all = planned.reduce((sum, { windows }) => sum + windows, 0)
  const done: T[] = []
  let before = 0
  const late: FileRemark[] = []
  const onRemarks = (found: readonly FileRemark[]): void =>
    void late.push(...found.filter(({ kind }) => kind === 'bytes-beyond'))
  for (const [at, { name, windows }] of planned.entries()) {
    const begun = before
    const onWindow = (window: number): void => {
      const share = (begun + window) / all
      onProgress?.({ name, number: at + 1, cases: planned.length, window, windows, share })
    }
    onWindow(0)
    const found = await work(name, { onWindow, onRemarks })
    if (isProblem(found)) fail({ name, problem: found })
    else done.push(found)
    before += windows
    // Signals and timers are heard between turns only.
    await new Promise(setImmediate)
  }
  for (const one of remarkWarnings(late)) onWarning?.(one)
  const order = new Map(list.names.map((name, at) => [name, at]))
  const place = ({ name }: FailedCase): number => order.get(name) ?? 0
  return { done, failed: failed.toSorted((a, b) => place(a) - place(b)) }
}

/** Looks at the headers of all cases. */
async function plan<Shape extends CaseShape>(
  { names, inspect, demand }: CaseList<Shape>,
  fail: (failed: FailedCase) => void,
): Promise<{ readonly planned: readonly Planned[]; readonly remarks: readonly FileRemark[] }> {
  const planned: Planned[] = []
  const remarks: FileRemark[] = []
  for (const name of names) {
    const shape = await inspect(name)
    if (isProblem(shape)) {
      fail({ name, problem: shape })
      continue
    }
    const { windows, needs } = demand(shape)
    const tooLarge = caseMemoryProblem(name, shape, needs)
    if (tooLarge !== undefined) {
      fail({ name, problem: tooLarge })
      continue
    }
    remarks.push(...(shape.remarks ?? []))
    planned.push({ name, windows })
  }
  return { planned, remarks }
}
