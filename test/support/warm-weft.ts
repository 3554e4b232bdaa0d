// Runs the compiled command as run-weft.ts does, but one call after another in one process: to start one takes longer than most calls.
// For what concerns the process itself (signals, streams, colour, standard input, training), there is run-weft.ts.
import { spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { environment, mainScript, type Outcome } from './run-weft.ts'

/** A process that takes commands from a pipe, and the files that its streams go to. */
interface Warm {
  readonly requests: number
  readonly answers: number
  readonly streams: readonly [out: number, err: number]
  readonly folder: string
}

let warm: Warm | undefined

afterAll(() => {
  if (warm === undefined) return
  // It ends where its requests do.
  for (const one of [warm.requests, warm.answers, ...warm.streams]) closeSync(one)
  rmSync(warm.folder, { recursive: true, force: true })
  warm = undefined
})

function started(): Warm {
  const folder = mkdtempSync(join(tmpdir(), 'weft-warm-'))
  const [requests, answers, out, err] = ['requests', 'answers', 'out', 'err'].map((name) => join(folder, name)) as [string, string, string, string] // prettier-ignore
  spawnSync('mkfifo', [requests, answers])
  const streams = [openSync(out, 'a+'), openSync(err, 'a+')] as const
  const script = join(import.meta.dirname, 'warm-process.mjs')
  const child = spawn(process.execPath, [script, mainScript(), requests, answers], {
    env: environment(),
    stdio: ['ignore', ...streams],
  })
  child.unref()
  // Each waits until the other side is open.
  return { requests: openSync(requests, 'w'), answers: openSync(answers, 'r'), streams, folder }
}

interface Circumstances {
  readonly cwd?: string
  /** On top of what every call has, for this one. */
  readonly env?: Readonly<Record<string, string>>
}

export function runWeft(args: readonly string[], { cwd = tmpdir(), env = {} }: Circumstances = {}): Outcome {
  warm ??= started()
  const { requests, answers, streams, folder } = warm
  for (const stream of streams) ftruncateSync(stream)
  writeSync(requests, `${JSON.stringify({ args, cwd, env })}\n`)
  const answer = Buffer.alloc(8)
  const length = readSync(answers, answer)
  const [stdout, stderr] = ['out', 'err'].map((name) => readFileSync(join(folder, name), 'utf8')) as [string, string] // prettier-ignore
  if (length === 0) throw new Error(`weft ${args.join(' ')} ended its process: ${stderr}`)
  return { status: Number(answer.toString('utf8', 0, length)), stdout, stderr }
}
