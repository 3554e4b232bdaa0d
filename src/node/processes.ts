// Which processes are there: for files that say whose they are.
import { readFileSync } from 'node:fs'

/** Whether a process of this number runs on this machine. One that has ended and that nobody has asked after yet does not. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
  } catch (error) {
    // Somebody else's process is there, and may not be asked.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const state = statOf(processId)?.[0]
  return state !== 'Z' && state !== 'X'
}

/** What tells a process from a later one of the same number; undefined where the system does not say. */
export function beginningOf(processId: number): string | undefined {
  const ticks = statOf(processId)?.[ticksAt]
  const boot = unlessAbsent('/proc/sys/kernel/random/boot_id')?.trim()
  return ticks === undefined || boot === undefined ? undefined : `${boot} ${ticks}`
}

/** Of the fields after the command's name, when it began, in ticks since the machine did. */
const ticksAt = 19

/** Linux's `/proc/<process>/stat` from the state on: the name before it stands in brackets and may hold anything. */
function statOf(processId: number): readonly string[] | undefined {
  const text = unlessAbsent(`/proc/${processId}/stat`)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

function unlessAbsent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
