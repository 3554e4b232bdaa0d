// Other programs: run with a time limit, and what they said of a failure brought to one line.
import { spawnSync } from 'node:child_process'
import process from 'node:process'

export interface Ran {
  readonly ok: boolean
  readonly stdout: string
  /** One line; empty where it went well. */
  readonly why: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly seconds: number
}

export function run(command: string, args: readonly string[], { cwd, env, seconds }: RunOptions): Ran {
  const found = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    timeout: seconds * 1000,
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (found.error !== undefined) {
    const late = 'code' in found.error && found.error.code === 'ETIMEDOUT'
    return { ok: false, stdout: '', why: late ? `not done after ${seconds} s` : found.error.message }
  }
  if (found.status === 0) return { ok: true, stdout: found.stdout, why: '' }
  const ended = found.signal === null ? `exit status ${found.status}` : `ended by ${found.signal}`
  return { ok: false, stdout: found.stdout, why: telling(found.stderr) ?? telling(found.stdout) ?? ended }
}

/** The line that says most: the first that begins an error's message, else the last one. */
function telling(output: string): string | undefined {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return lines.find((line) => /\b\w*error: /i.test(line)) ?? lines.at(-1)
}
