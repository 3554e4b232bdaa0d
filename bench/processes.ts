// Processes from the outside: wall time from start to end.
import { spawnSync } from 'node:child_process'
import { timed } from './measure.ts'
import type { Once } from './once.ts'
import { oncePath } from './paths.ts'

const maxOutputBytes = 64 * 2 ** 20

/** What a command prints; throws when it fails. */
export function output(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: maxOutputBytes,
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

/** Milliseconds of a whole process. */
export const processMs = (command: string, args: readonly string[]): number =>
  timed(() => output(command, args)).ms

export const nodeMs = (...args: readonly string[]): number => processMs(process.execPath, args)

/** One measurement in a fresh process. */
export function once(...args: readonly string[]): Once {
  return JSON.parse(output(process.execPath, [oncePath, ...args])) as Once
}
