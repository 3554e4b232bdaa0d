// `history.jsonl`: one record per line, appended while a run goes on. A line that a crash cut short is not there.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { HistoryRecord } from '../../data/history.ts'
import { weftHistory } from '../../json/generated/weft-history-1.ts'
import { hold } from '../../json/read.ts'
import { textFile, writeFiles, writeProblem } from '../write-file.ts'

const lineOf = (record: HistoryRecord): string => `${JSON.stringify(record)}\n`

export function appendRecords(path: string, records: readonly HistoryRecord[]): Problem | undefined {
  try {
    appendFileSync(path, records.map(lineOf).join(''))
    return undefined
  } catch (error) {
    return writeProblem(error, path)
  }
}

export interface ReadHistory {
  readonly records: readonly HistoryRecord[]
  /** A warning where the file ends in something else: what a power cut leaves of the last writes. */
  readonly damage?: Problem
}

/** All whole records up to the end or to a damaged one that none follows; a last line that was cut short is not there. */
export function readHistory(path: string): ReadHistory | Problem {
  if (!existsSync(path)) return { records: [] }
  const lines = readFileSync(path, 'utf8').split('\n')
  const unfinished = lines.pop() ?? ''
  const found = lines.map(recordOf)
  const sound = found.indexOf(undefined)
  const records = (sound === -1 ? found : found.slice(0, sound)).filter((one) => one !== undefined)
  if (found.slice(records.length).some((one) => one !== undefined))
    return problem('run-damaged', { path, reason: `line ${sound + 1} is not a record` })
  const isCut = unfinished === '' || unfinished.startsWith('{')
  const dropped = lines.length - records.length + (isCut ? 0 : 1)
  if (dropped === 0) return { records }
  const damage = problem('history-shortened', { path, lines: dropped, step: records.at(-1)?.step ?? 0 })
  return { records, damage }
}

function recordOf(line: string): HistoryRecord | undefined {
  try {
    const held = hold([JSON.parse(line)], weftHistory)
    return held.kind === 'held' ? held.data[0] : undefined
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return undefined
  }
}

export interface RewoundHistory {
  /** What is left. */
  readonly records: HistoryRecord[]
  /** The last step that the file knew of. */
  readonly lastStep: number
  readonly damage?: Problem
}

/** Forgets what came after a step: a run that goes on from a checkpoint writes it again. */
export function rewindHistory(path: string, step: number): RewoundHistory | Problem {
  const read = readHistory(path)
  if (isProblem(read)) return read
  const records = read.records.filter((record) => record.step <= step)
  const failed = writeFiles([textFile(path, records.map(lineOf).join(''))])
  if (failed !== undefined) return failed
  const lastStep = read.records.at(-1)?.step ?? 0
  return { records, lastStep, ...(read.damage === undefined ? {} : { damage: read.damage }) }
}
