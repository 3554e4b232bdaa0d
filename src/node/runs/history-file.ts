// `history.jsonl`: one record per line, appended while a run goes on. A line that a crash cut short is not there.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { HistoryRecord } from '../../data/history.ts'
import { reasonOf } from '../spec-files.ts'
import { textFile, writeFiles } from '../write-file.ts'

const lineOf = (record: HistoryRecord): string => `${JSON.stringify(record)}\n`

export function appendRecords(path: string, records: readonly HistoryRecord[]): Problem | undefined {
  try {
    appendFileSync(path, records.map(lineOf).join(''))
    return undefined
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return problem('file-unwritable', { path, reason: reasonOf(String(error.code)) })
  }
}

/** All whole records; a last line without its end is left out. */
export function readHistory(path: string): HistoryRecord[] | Problem {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  const records: HistoryRecord[] = []
  for (const [at, line] of lines.slice(0, -1).entries()) {
    const record = recordOf(line)
    if (record === undefined)
      return problem('run-damaged', { path, reason: `line ${at + 1} is not a record` })
    records.push(record)
  }
  return records
}

const kinds: ReadonlySet<string> = new Set<HistoryRecord['kind']>(['start', 'step', 'epoch', 'topology'])

function recordOf(line: string): HistoryRecord | undefined {
  try {
    const json: unknown = JSON.parse(line)
    const isRecord =
      typeof json === 'object' &&
      json !== null &&
      'kind' in json &&
      kinds.has(String(json.kind)) &&
      'step' in json &&
      typeof json.step === 'number'
    // Written by this program only.
    return isRecord ? (json as HistoryRecord) : undefined
  } catch {
    return undefined
  }
}

/** Forgets what came after a step: a run that goes on from a checkpoint writes it again. Gives what is left. */
export function rewindHistory(path: string, step: number): HistoryRecord[] | Problem {
  const records = readHistory(path)
  if (isProblem(records)) return records
  const kept = records.filter((record) => record.step <= step)
  const failed = writeFiles([textFile(path, kept.map(lineOf).join(''))])
  return failed ?? kept
}
