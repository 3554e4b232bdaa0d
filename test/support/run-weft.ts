// Runs the compiled command in a child process, in a directory of its own.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inject, onTestFinished } from 'vitest'

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export function mainScript(): string {
  return join(inject('built'), 'src', 'cli', 'main.js')
}

/** A directory with these files; it goes when the test is over. */
export function workspace(files: Readonly<Record<string, string>> = {}): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'weft-test-')))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return directory
}

interface RunOptions {
  readonly cwd?: string
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Without colour and with a UTF-8 locale, whatever the caller's environment is. */
export function environment(more: RunOptions['env'] = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', ...more }
}

export function runWeft(
  args: readonly string[],
  { cwd = tmpdir(), input = '', env }: RunOptions = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [mainScript(), ...args], {
    cwd,
    input,
    env: environment(env),
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** Starts the command and leaves it running. */
export function startWeft(
  args: readonly string[],
  cwd: string,
  env?: RunOptions['env'],
): ReturnType<typeof spawn> {
  return spawn(process.execPath, [mainScript(), ...args], { cwd, env: environment(env), stdio: 'pipe' })
}
