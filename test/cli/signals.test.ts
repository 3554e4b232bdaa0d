// Commands under signals: they end by them while they compute, and leave no files behind. Training, which saves first, is in train-stops.test.ts.
import { once } from 'node:events'
import { mkdirSync, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runtime } from '../support/onnx.ts'
import { startWeft, workspace } from '../support/run-weft.ts'

/** Seconds of the reference, in nodes that take a second each. */
const long = `network Long(patch: [int] = [129, 129], base: int = 400) {
  input image: [1, ...patch]
  let wide = image -> conv(base, 1) -> conv(base, 1) -> conv(base, 1) -> conv(base, 1) -> conv(base, 1)
  output logits = wide -> conv(1, 1)
}
`
/** Some hundred MB of weights. */
const large = `network Large {
  input image: [1024, 8, 8]
  let a = image -> conv(1024, 3) -> conv(1024, 3) -> conv(1024, 3) -> conv(1024, 3)
  output logits = a -> conv(1024, 3) -> conv(1024, 3) -> conv(1024, 3) -> conv(1024, 3)
}
`

interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  /** What is in the directory of temporary files, and in the one it ran in. */
  readonly left: readonly string[]
}

/** ONNX Runtime has files of its own among the temporary ones. */
const isOwn = (name: string): boolean => name.startsWith('weft-')

/** Sends the signal so long after the command has put its first file into `watched`. */
async function signalled(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
  signal: NodeJS.Signals,
  { watched, afterMs }: { readonly watched: 'here' | 'temporary'; readonly afterMs: number },
): Promise<Ended> {
  const cwd = workspace(files)
  const temporary = join(workspace(), 'temporary')
  mkdirSync(temporary)
  const watcher = watch(watched === 'here' ? cwd : temporary)
  const child = startWeft(args, cwd, { TMPDIR: temporary })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  const begun = new Promise((resolve) => {
    watcher.on('change', (_, name) => {
      if (watched === 'here' || isOwn(String(name))) resolve(name)
    })
  })
  await Promise.race([begun, ended])
  watcher.close()
  await pause(afterMs)
  child.kill(signal)
  const [status, by] = await ended
  const left = [
    ...readdirSync(temporary).filter(isOwn),
    ...readdirSync(cwd).filter((name) => !Object.hasOwn(files, name)),
  ]
  return { status, signal: by, left }
}

describe('a signal ends', () => {
  test.skipIf(runtime === undefined).each([
    ['SIGINT', 0],
    ['SIGTERM', 0],
    ['SIGINT', 1500],
    ['SIGTERM', 1500],
  ] as const)('verify by %s, %i ms after its first file', { timeout: 120_000 }, async (signal, afterMs) => {
    const given = { watched: 'temporary', afterMs } as const
    const ended = await signalled(
      ['verify', 'net.weft', '--whole-patch', '--set', 'base=1200'],
      { 'net.weft': long },
      signal,
      given,
    )
    expect(ended).toEqual({ status: null, signal, left: [] })
  })

  test.each([
    ['SIGTERM', 'compile net.weft --target onnx -o net.onnx'],
    ['SIGINT', 'compile net.weft --target tfjs -o net'],
    ['SIGTERM', 'weights net.weft -o net.safetensors'],
  ] as const)('by %s %s', { timeout: 120_000 }, async (signal, command) => {
    const given = { watched: 'here', afterMs: 0 } as const
    const ended = await signalled(command.split(' '), { 'net.weft': large }, signal, given)
    expect(ended).toEqual({ status: null, signal, left: [] })
  })

  test.each([
    ['SIGINT', 'sweep'],
    ['SIGTERM', 'sweep'],
  ] as const)('by %s a %s', { timeout: 120_000 }, async (signal, command) => {
    const cwd = workspace({ 'net.weft': long })
    const child = startWeft([command, 'net.weft', '--over', 'base=1..9999', '-o', 'sweep.csv'], cwd)
    onTestFinished(() => void child.kill('SIGKILL'))
    await pause(1000)
    child.kill(signal)
    expect(await once(child, 'close')).toEqual([null, signal])
    expect(readdirSync(cwd)).toEqual(['net.weft'])
  })
})
