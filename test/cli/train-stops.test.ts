// weft train under signals: it stops and saves where it is asked to, and loses no more than an interval where it is killed.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import {
  asked,
  checkpointBytes,
  happened,
  historyOf,
  smallData,
  sound,
  tinySpec,
} from '../support/tiny-training.ts'
import type { HistoryRecord } from '../../src/data/history.ts'
import { readCheckpoint } from '../../src/node/runs/checkpoint.ts'
import { uniform } from '../../src/weights/normal.ts'
import { stream } from '../../src/weights/streams.ts'
import { runWeft, startWeft, workspace } from '../support/run-weft.ts'

const interval = 2
const { graph } = asked('', { name: 'wasm', description: '', reason: '' }, { recipe: 'small' })

const common = ['--backend', 'wasm', '--checkpoint-every', String(interval)]
const begin = (folder: string): readonly string[] =>
  ['train', 'net.weft', '--recipe', 'small', '--data', smallData, '--out', folder].concat(common)
const again = (folder: string): readonly string[] => ['train', folder, '--resume'].concat(common)

interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
}

/** Starts the command, waits until it has taken a step, then so long, and sends the signal. */
async function signalled(
  args: readonly string[],
  cwd: string,
  signal: NodeJS.Signals,
  afterMs: number,
): Promise<Ended> {
  const child = startWeft(args, cwd)
  onTestFinished(() => void child.kill('SIGKILL'))
  const folder = join(cwd, 'run')
  const begun = beginnings(folder)
  const ended = endOf(child)
  while (child.exitCode === null && !isStepping(folder, begun)) await pause(10)
  await pause(afterMs)
  child.kill(signal)
  return ended
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()))
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { status, signal, stdout }
}

const recordsIn = (folder: string): HistoryRecord[] =>
  existsSync(join(folder, 'history.jsonl')) ? historyOf(folder) : []

const beginnings = (folder: string): number => recordsIn(folder).filter(({ kind }) => kind === 'start').length

/** It was begun once more since, and has taken a step. */
const isStepping = (folder: string, begun: number): boolean =>
  beginnings(folder) > begun && recordsIn(folder).at(-1)?.kind === 'step'

const lastStep = (folder: string): number =>
  recordsIn(folder).findLast(({ kind }) => kind === 'step')?.step ?? 0

/** As the run that was never stopped. */
function expectSame(folder: string, whole: string): void {
  expect(happened(folder)).toEqual(happened(whole))
  expect(checkpointBytes(folder).equals(checkpointBytes(whole))).toBe(true)
}

describe('weft train', { timeout: 180_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), 'weft-test-'))
  const whole = join(home, 'whole')
  beforeAll(() => {
    writeFileSync(join(home, 'net.weft'), tinySpec)
    runWeft(begin('whole'), { cwd: home })
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  test('killed again and again, leaves whole files, loses at most an interval, and comes to the same end', async () => {
    const cwd = workspace({ 'net.weft': tinySpec })
    const folder = join(cwd, 'run')
    const moments = stream(5, 'kills', '')
    for (let kill = 0; kill < 4; kill++) {
      const args = existsSync(join(folder, 'run.json')) ? again('run') : begin('run')
      const { signal, status } = await signalled(args, cwd, 'SIGKILL', 250 * uniform(moments))
      // So many kills fit into the run only where each leaves something to do.
      if (status === 0) break
      expect(signal).toBe('SIGKILL')
      const last = lastStep(folder)
      const path = join(folder, 'checkpoint.safetensors')
      const saved = existsSync(path) ? sound(readCheckpoint(path, graph)).progress.step : 0
      expect(last - saved).toBeGreaterThanOrEqual(0)
      expect(last - saved).toBeLessThanOrEqual(interval)
      expect(existsSync(path) || last <= interval).toBe(true)
    }
    const { status, stdout, stderr } = runWeft(again('run'), { cwd })
    expect(status, stderr).toBe(0)
    expect(stdout).toContain('finished 36 steps')
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expectSame(folder, whole)
  })

  test('asked to stop, saves, says how to go on, and has the exit status of the signal', async () => {
    const cwd = workspace({ 'net.weft': tinySpec })
    const folder = join(cwd, 'run')
    for (const [signal, args, status] of [
      ['SIGINT', begin('run'), 130],
      ['SIGTERM', again('run'), 143],
      ['SIGHUP', again('run'), 129],
    ] as const) {
      const ended = await signalled(args, cwd, signal, 0)
      expect(ended).toMatchObject({ status, signal: null })
      const last = lastStep(folder)
      expect(ended.stdout).toContain(`stopped after step ${last}; go on by: weft train run --resume\n`)
      const { progress } = sound(readCheckpoint(join(folder, 'checkpoint.safetensors'), graph))
      expect(progress.step).toBe(last)
      expect(readFileSync(join(folder, 'index.html'), 'utf8')).not.toContain('http-equiv="refresh"')
    }
    const { status, stderr } = runWeft(again('run'), { cwd })
    expect(status, stderr).toBe(0)
    expectSame(folder, whole)
  })

  test('keeps others out of its folder while it trains there, and not any longer', async () => {
    const cwd = workspace({ 'net.weft': tinySpec })
    const folder = join(cwd, 'run')
    const child = startWeft(begin('run'), cwd)
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = endOf(child)
    while (child.exitCode === null && !isStepping(folder, 0)) await pause(10)
    // It stands still, but is there.
    child.kill('SIGSTOP')
    const second = runWeft(again('run'), { cwd })
    expect(second.stderr).toMatch(
      /^error\[WEFT875\]: run is in use: process \d+ on \S+ trains there since 20\S+\n/,
    )
    expect(second.stderr).toContain(`process ${child.pid} on`)
    expect(second.status).toBe(1)
    child.kill('SIGKILL')
    expect(await ended).toMatchObject({ signal: 'SIGKILL' })
    const third = runWeft(again('run'), { cwd })
    expect(third.status, third.stderr).toBe(0)
    expectSame(folder, whole)
    expect(readdirSync(folder)).not.toContain('.lock')
  })

  test('whose terminal is closed saves all the same', async () => {
    const cwd = workspace({ 'net.weft': tinySpec })
    const folder = join(cwd, 'run')
    const child = startWeft(begin('run'), cwd)
    onTestFinished(() => void child.kill('SIGKILL'))
    const closed = once(child, 'exit')
    while (child.exitCode === null && !isStepping(folder, 0)) await pause(10)
    // Nobody reads what it writes any more.
    child.stdout?.destroy()
    child.stderr?.destroy()
    child.kill('SIGHUP')
    expect(await closed).toEqual([129, null])
    const { progress } = sound(readCheckpoint(join(folder, 'checkpoint.safetensors'), graph))
    expect(progress.step).toBe(lastStep(folder))
    expect(progress.step).toBeLessThan(36)
  })

  test('of signals that come at once makes one; a later one ends it without waiting', async () => {
    const module = pathToFileURL(join(inject('built'), 'src', 'cli', 'commands', 'stopping.js')).href
    const script = `import { untilStopped } from ${JSON.stringify(module)}
      const terminal = { isWatched: false, err: (text) => process.stdout.write(text) }
      const forever = () => new Promise(() => setTimeout(() => {}, 60_000))
      process.stdout.write('ready ')
      await untilStopped(terminal, forever)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' })
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = endOf(child)
    await once(child.stdout, 'data')
    await pause(100)
    child.kill('SIGTERM')
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    await pause(700)
    expect(child.exitCode).toBe(null)
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({
      status: 143,
      stdout: expect.stringMatching(/^ready stopping/) as string,
    })
  })
})
