// The lock of a run's folder: one that trains there keeps others out; what a dead process left does not.
import { existsSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'
import { isProblem, messageOf } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { lockProblem, lockRun } from '../../../src/node/runs/lock.ts'
import { sound } from '../../support/tiny-training.ts'
import { workspace } from '../../support/run-weft.ts'

const gone = 99_999_999
const owner = { host: hostname(), process: process.pid, beginning: null, since: '2026-01-02T03:04:05.000Z' }

/** Takes the lock where a file of this text lies; gives `taken` or why not. */
function taking(text: string, folder = workspace({ '.lock': text })): string {
  const lock = lockRun(folder)
  if (isProblem(lock)) return messageOf(lock)
  expect(JSON.parse(readFileSync(join(folder, '.lock'), 'utf8'))).toMatchObject({ process: process.pid })
  lock.release()
  expect(readdirSync(folder)).toEqual([])
  return 'taken'
}

test('a lock is there until it is given back, and only one has it', () => {
  const folder = workspace()
  expect(lockProblem(folder)).toBeUndefined()
  const lock = sound(lockRun(folder))
  expect(lockProblem(folder)).toMatchObject({ name: 'run-locked' })
  expect(lockRun(folder)).toMatchObject({
    name: 'run-locked',
    parts: { path: folder, lock: join(folder, '.lock'), owner: { process: process.pid, host: hostname() } },
  })
  lock.release()
  expect(existsSync(join(folder, '.lock'))).toBe(false)
  sound(lockRun(folder)).release()
})

test('what a process left that is gone is replaced', () => {
  expect(taking(JSON.stringify({ ...owner, process: gone }))).toBe('taken')
})

// Linux says when a process began.
test.runIf(existsSync('/proc/self/stat'))('also where its number is used again', () => {
  expect(taking(JSON.stringify({ ...owner, beginning: 'another boot 12345' }))).toBe('taken')
})

test('of a process that is there, or on another machine, it stays', () => {
  expect(taking(JSON.stringify(owner))).toMatch(
    new RegExp(`is in use: process ${process.pid} on .* trains there since 2026-01-02`),
  )
  expect(taking(JSON.stringify({ ...owner, host: 'elsewhere', process: gone }))).toContain(
    `process ${gone} on elsewhere`,
  )
})

test('without an owner it is one that is just being written, and later what a power cut left', () => {
  for (const text of ['', '\0\0\0', '{"host": 1}']) {
    const folder = workspace({ '.lock': text })
    expect(taking(text, folder)).toMatch(/is in use by a process that has just begun/)
    const long = new Date(Date.now() - 3_600_000)
    utimesSync(join(folder, '.lock'), long, long)
    expect(taking(text, folder)).toBe('taken')
  }
})

test('one that somebody else has taken since is not given back', () => {
  const folder = workspace()
  const lock = sound(lockRun(folder))
  const theirs = JSON.stringify({ ...owner, host: 'elsewhere' })
  writeFileSync(join(folder, '.lock'), theirs)
  lock.release()
  expect(readFileSync(join(folder, '.lock'), 'utf8')).toBe(theirs)
})
