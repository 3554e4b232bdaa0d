// Writing files: all of them whole, or no trace.
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { describe, expect, inject, test } from 'vitest'
import { isProblem, problem, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { writeFiles } from '../../src/node/write-file.ts'
import { workspace } from '../support/run-weft.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const file = (
  path: string,
  ...chunks: readonly (Uint8Array | Problem)[]
): Parameters<typeof writeFiles>[0][0] => ({
  path,
  chunks: () => chunks,
})
const reasonOf = (found: Problem | undefined): string =>
  isProblem(found) ? (found.parts as { reason: string }).reason : 'written'

describe('writeFiles', () => {
  test('writes every chunk of every file and tells how far it is', () => {
    const cwd = workspace()
    const progress: number[] = []
    const files = [file(join(cwd, 'a'), bytes('one '), bytes('two')), file(join(cwd, 'b'), bytes('three'))]
    expect(writeFiles(files, (done) => progress.push(done))).toBeUndefined()
    expect(readFileSync(join(cwd, 'a'), 'utf8')).toBe('one two')
    expect(readFileSync(join(cwd, 'b'), 'utf8')).toBe('three')
    expect(progress).toEqual([4, 7, 12])
    expect(readdirSync(cwd).sort()).toEqual(['a', 'b'])
  })

  test('keeps the mode of what it replaces and follows links, to nothing yet as well', () => {
    const cwd = workspace({ 'real/old': 'old' })
    chmodSync(join(cwd, 'real/old'), 0o640)
    symlinkSync('real/old', join(cwd, 'link'))
    symlinkSync('real/new', join(cwd, 'dangling'))
    expect(
      writeFiles([file(join(cwd, 'link'), bytes('1')), file(join(cwd, 'dangling'), bytes('2'))]),
    ).toBeUndefined()
    expect(readFileSync(join(cwd, 'real/old'), 'utf8')).toBe('1')
    expect(statSync(join(cwd, 'real/old')).mode & 0o777).toBe(0o640)
    expect(readFileSync(join(cwd, 'real/new'), 'utf8')).toBe('2')
    expect(readdirSync(cwd).sort()).toEqual(['dangling', 'link', 'real'])
  })

  test('leaves a file alone that has the name it would have used', () => {
    const cwd = workspace({ [`.a.${process.pid}.tmp`]: 'theirs' })
    expect(writeFiles([file(join(cwd, 'a'), bytes('ours'))])).toBeUndefined()
    expect(readFileSync(join(cwd, `.a.${process.pid}.tmp`), 'utf8')).toBe('theirs')
    expect(readFileSync(join(cwd, 'a'), 'utf8')).toBe('ours')
  })

  test('takes away what processes that are gone left half written of the same file', () => {
    const others = ['.a.tmp', '.a.b.99999999.tmp', '.b.99999999.tmp', `.a.${process.pid}.2.tmp`]
    const left = ['.a.99999999.tmp', '.a.99999998.3.tmp']
    const cwd = workspace(Object.fromEntries([...others, ...left].map((name) => [name, 'half'])))
    expect(writeFiles([file(join(cwd, 'a'), bytes('whole'))])).toBeUndefined()
    expect(readdirSync(cwd).sort()).toEqual([...others, 'a'].sort())
  })

  test.each([
    ['a directory', 'folder', 'it is a directory'],
    ['a missing directory', 'nowhere/a', 'its directory does not exist'],
    ['a file as a directory', 'old/a', 'its directory does not exist'],
    ['a name beyond what a directory holds', 'x'.repeat(300), 'the name is too long'],
    ['a circle of links', 'circle', 'too many symbolic links'],
  ])('says why it cannot: %s', (_, path, reason) => {
    const cwd = workspace({ old: 'old' })
    mkdirSync(join(cwd, 'folder'))
    symlinkSync('circle', join(cwd, 'circle'))
    expect(reasonOf(writeFiles([file(join(cwd, path), bytes('new'))]))).toBe(reason)
    expect(readdirSync(cwd).sort()).toEqual(['circle', 'folder', 'old'])
  })

  test.skipIf(process.getuid?.() === 0)('refuses what is write-protected', () => {
    const cwd = workspace({ old: 'old', 'shut/file': 'old' })
    chmodSync(join(cwd, 'old'), 0o444)
    chmodSync(join(cwd, 'shut'), 0o555)
    expect(reasonOf(writeFiles([file(join(cwd, 'old'), bytes('new'))]))).toBe('permission denied')
    expect(reasonOf(writeFiles([file(join(cwd, 'shut/new'), bytes('new'))]))).toBe('permission denied')
    expect(readdirSync(join(cwd, 'shut'))).toEqual(['file'])
  })

  test.skipIf(!existsSync('/dev/full'))(
    'says that the disk is full, and writes into devices as they are',
    () => {
      const cwd = workspace({ a: 'old' })
      const found = writeFiles([file(join(cwd, 'a'), bytes('new')), file('/dev/full', bytes('new'))])
      expect(found).toEqual(problem('file-unwritable', { path: '/dev/full', reason: 'no space left' }))
      expect(readFileSync(join(cwd, 'a'), 'utf8')).toBe('old')
      expect(readdirSync(cwd)).toEqual(['a'])
      expect(statSync('/dev/full').isCharacterDevice()).toBe(true)
      expect(writeFiles([file('/dev/null', bytes('new'))])).toBeUndefined()
      expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
    },
  )

  test('a problem on the way leaves everything as it was', () => {
    const cwd = workspace({ a: 'old' })
    const wrong = problem('file-missing', { path: 'weights' })
    expect(writeFiles([file(join(cwd, 'a'), bytes('new')), file(join(cwd, 'b'), bytes('new'), wrong)])).toBe(
      wrong,
    )
    expect(readFileSync(join(cwd, 'a'), 'utf8')).toBe('old')
    expect(readdirSync(cwd)).toEqual(['a'])
  })

  test('so does a mistake of ours, which goes on', () => {
    const cwd = workspace()
    const chunks = function* (): Generator<Uint8Array> {
      yield bytes('new')
      throw new TypeError('ours')
    }
    expect(() => writeFiles([{ path: join(cwd, 'a'), chunks }])).toThrow('ours')
    expect(readdirSync(cwd)).toEqual([])
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s leaves a whole file, and ends the program',
    async (signal) => {
      const cwd = workspace()
      const script = `
      import { writeFiles } from ${JSON.stringify(join(inject('built'), 'src/node/write-file.js'))}
      import { writeSync } from 'node:fs'
      function* chunks() {
        writeSync(1, 'started')
        const end = Date.now() + 700
        while (Date.now() < end) yield new Uint8Array(1000)
        yield new Uint8Array([7])
      }
      setInterval(() => {}, 1000)
      writeFiles([{ path: 'a', chunks }])
    `
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd, stdio: 'pipe' })
      child.stdout.once('data', () => child.kill(signal))
      const ended = await new Promise((done) => child.once('exit', (_, by) => done(by)))
      expect(ended).toBe(signal)
      expect(readdirSync(cwd)).toEqual(['a'])
      expect(readFileSync(join(cwd, 'a')).at(-1)).toBe(7)
    },
  )

  test('written in turns, SIGTERM leaves nothing of them, and ends the program', async () => {
    const cwd = workspace()
    const script = `
      import { writingFiles } from ${JSON.stringify(join(inject('built'), 'src/node/write-file.js'))}
      import { inTurns } from ${JSON.stringify(join(inject('built'), 'src/node/writing.js'))}
      import { writeSync } from 'node:fs'
      function* chunks() {
        writeSync(1, 'started')
        for (;;) yield new Uint8Array(1000)
      }
      await inTurns(writingFiles([{ path: 'a', chunks: () => [] }, { path: 'b', chunks }]))
    `
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd, stdio: 'pipe' })
    child.stdout.once('data', () => child.kill('SIGTERM'))
    const ended = await new Promise((done) => child.once('exit', (_, by) => done(by)))
    expect(ended).toBe('SIGTERM')
    expect(readdirSync(cwd)).toEqual([])
  })
})
