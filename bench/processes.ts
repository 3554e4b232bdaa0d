// Processes from the outside: wall time from start to end.
import { spawnSync, type StdioOptions } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { timed } from './measure.ts'
import type { Once } from './once.ts'
import { oncePath, peakPath } from './paths.ts'

const maxOutputBytes = 64 * 2 ** 20

/** What a command prints; throws when it fails. */
export function output(command: string, args: readonly string[]): string {
  return outputs(command, args, 'pipe')[1] ?? ''
}

/** What a process writes, by descriptor. */
function outputs(
  command: string,
  args: readonly string[],
  stdio: StdioOptions,
  expected = 0,
): (string | null)[] {
  const { status, signal, output, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: maxOutputBytes,
    stdio,
  })
  if (error !== undefined) throw error
  if (status !== expected)
    throw new Error(`${command} ${args.join(' ')} ended with ${status ?? signal}: ${stderr}`)
  return output
}

/** The same for a command of Node whose status is part of what it says. */
export const nodeMsEnding = (expected: number, args: readonly string[]): number =>
  timed(() => outputs(process.execPath, args, 'pipe', expected)).ms

/** Milliseconds of a whole process. */
export const processMs = (command: string, args: readonly string[]): number =>
  timed(() => output(command, args)).ms

export const nodeMs = (...args: readonly string[]): number => processMs(process.execPath, args)

/** One measurement in a fresh process. */
export function once(...args: readonly string[]): Once {
  return JSON.parse(output(process.execPath, [oncePath, ...args])) as Once
}

/** A whole Node process: its time, the most memory that it had at once, and what it printed. */
export interface WholeProcess {
  readonly ms: number
  readonly peakMB: number
  readonly printed: string
}

export function wholeProcess(...args: readonly string[]): WholeProcess {
  const { ms, result } = timed(() =>
    outputs(
      process.execPath,
      ['--import', pathToFileURL(peakPath).href, ...args],
      ['ignore', 'pipe', 'pipe', 'pipe'],
    ),
  )
  return { ms, peakMB: Number(result[3]) / 1e6, printed: result[1] ?? '' }
}
