// Setting the native binding up: which way is tried when, what is said of failures, and that a failed attempt leaves what was there.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../tools/native/command.ts'
import { packageFolder } from '../../tools/native/package-folder.ts'
import { setUp, type Checked, type Steps } from '../../tools/native/set-up.ts'
import { findCompiler, findHeaders, findWheel } from '../../tools/native/wheel.ts'

const works: Checked = { works: true, description: 'TensorFlow 9.9 (native)' }
const broken: Checked = { works: false, why: 'no such file' }

/** Steps that write down that they ran; each check takes the next answer. */
function steps(checks: readonly Checked[], changes: Partial<Steps> = {}): { steps: Steps; ran: string[] } {
  const ran: string[] = []
  const answers = [...checks]
  const all: Steps = {
    check: () => answers.shift() ?? broken,
    hasPackage: () => true,
    installPackage: () => ({ done: true }),
    download: () => Promise.resolve({ done: true }),
    build: () => Promise.resolve({ done: true }),
    undo: () => {},
    ...changes,
  }
  const traced: Steps = {
    check: () => (ran.push('check'), all.check()),
    hasPackage: all.hasPackage,
    installPackage: () => (ran.push('install'), all.installPackage()),
    download: () => (ran.push('download'), all.download()),
    build: () => (ran.push('build'), all.build()),
    undo: () => (ran.push('undo'), all.undo()),
  }
  return { steps: traced, ran }
}

const offline = (): Promise<{ done: false; why: string }> =>
  Promise.resolve({ done: false, why: 'no network' })
const quiet = (): void => {}

describe('setting up', () => {
  test('leaves a binding that works alone', async () => {
    const { steps: given, ran } = steps([works])
    expect(await setUp(given, quiet)).toEqual({
      kind: 'ready',
      way: 'already',
      description: 'TensorFlow 9.9 (native)',
    })
    expect(ran).toEqual(['check'])
  })

  test('prefers the official download', async () => {
    const { steps: given, ran } = steps([broken, works])
    expect(await setUp(given, quiet)).toMatchObject({ kind: 'ready', way: 'download' })
    expect(ran).toEqual(['check', 'download', 'check'])
  })

  test('builds where the download fails, and says why it failed', async () => {
    const said: string[] = []
    const { steps: given, ran } = steps([broken, works], { download: offline })
    expect(await setUp(given, (line) => said.push(line))).toMatchObject({ kind: 'ready', way: 'build' })
    expect(ran).toEqual(['check', 'download', 'build', 'check'])
    expect(said.join('\n')).toContain('no network')
  })

  test('takes back a download that does not load', async () => {
    const { steps: given, ran } = steps([broken, { works: false, why: 'GLIBC_2.99 not found' }, works])
    expect(await setUp(given, quiet)).toMatchObject({ kind: 'ready', way: 'build' })
    expect(ran).toEqual(['check', 'download', 'check', 'undo', 'build', 'check'])
  })

  test('gives both reasons where nothing works', async () => {
    const build: Steps['build'] = () => Promise.resolve({ done: false, why: 'no compiler' })
    const { steps: given } = steps([broken], { download: offline, build })
    expect(await setUp(given, quiet)).toEqual({
      kind: 'failed',
      reasons: [
        { way: 'download', why: 'no network' },
        { way: 'build', why: 'no compiler' },
      ],
    })
  })

  test('installs a package that npm left out first, and stops where that fails', async () => {
    const absent = { hasPackage: () => false }
    const { steps: given, ran } = steps([broken, works], absent)
    expect(await setUp(given, quiet)).toMatchObject({ kind: 'ready', way: 'download' })
    expect(ran).toEqual(['check', 'install', 'download', 'check'])
    const failing = steps([broken], { ...absent, installPackage: () => ({ done: false, why: 'E404' }) })
    expect(await setUp(failing.steps, quiet)).toEqual({
      kind: 'failed',
      reasons: [{ way: 'package', why: 'E404' }],
    })
    expect(failing.ran).toEqual(['check', 'install'])
  })

  test('takes the way that is asked for, and no other', async () => {
    const { steps: given, ran } = steps([works])
    expect(await setUp(given, quiet, 'build')).toMatchObject({ kind: 'ready', way: 'build' })
    expect(ran).toEqual(['build', 'check'])
    const failing = steps([], { download: offline })
    expect(await setUp(failing.steps, quiet, 'download')).toMatchObject({ kind: 'failed' })
    expect(failing.ran).toEqual(['download'])
  })
})

describe('files', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'weft-native-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** A package with one native part. */
  function installed(): string {
    const path = join(folder, 'tfjs-node')
    mkdirSync(join(path, 'lib'), { recursive: true })
    writeFileSync(join(path, 'package.json'), '{}')
    writeFileSync(join(path, 'lib', 'old.node'), 'old')
    return path
  }

  test('of a failed attempt do not reach the package', async () => {
    const path = installed()
    const outcome = await packageFolder(path).replaceParts((copy) => {
      expect(existsSync(join(copy, 'package.json'))).toBe(true)
      expect(existsSync(join(copy, 'lib'))).toBe(false)
      mkdirSync(join(copy, 'lib'))
      writeFileSync(join(copy, 'lib', 'half.node'), 'half')
      return { done: false as const, why: 'cut off' }
    })
    expect(outcome).toEqual({ done: false, why: 'cut off' })
    expect(readdirSync(join(path, 'lib'))).toEqual(['old.node'])
    expect(readdirSync(folder)).toEqual(['tfjs-node'])
  })

  test('of a good one take the place of the old ones, until they are taken back', async () => {
    const path = installed()
    const place = packageFolder(path)
    await place.replaceParts((copy) => {
      for (const part of ['lib', 'deps']) mkdirSync(join(copy, part))
      writeFileSync(join(copy, 'lib', 'new.node'), 'new')
      return { done: true }
    })
    expect(readdirSync(join(path, 'lib'))).toEqual(['new.node'])
    place.undo()
    expect(readFileSync(join(path, 'lib', 'old.node'), 'utf8')).toBe('old')
    expect(existsSync(join(path, 'deps'))).toBe(false)
    expect(readdirSync(folder)).toEqual(['tfjs-node'])
  })

  test('of a Python TensorFlow are found without Python importing it', () => {
    const tensorflow = join(folder, 'site-packages', 'tensorflow')
    mkdirSync(join(tensorflow, 'include/tensorflow/c/eager'), { recursive: true })
    writeFileSync(join(tensorflow, 'include/tensorflow/c/eager/c_api.h'), '')
    const python = join(folder, 'python')
    writeFileSync(python, `#!/bin/sh\necho '${tensorflow}'\n`)
    chmodSync(python, 0o755)
    const partial = findWheel([python])
    expect('why' in partial && partial.why).toContain(`${tensorflow} without libtensorflow_cc.so.2`)
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
      writeFileSync(join(tensorflow, name), '')
    expect(findWheel([join(folder, 'no-python'), python])).toEqual({ found: tensorflow })
  })

  test('that are missing are named, with how to get them', () => {
    const wheel = findWheel([join(folder, 'no-python')])
    expect('why' in wheel && wheel.why).toMatch(/ENOENT.*pip install --no-deps tensorflow-cpu/)
    const headers = findHeaders([join(folder, 'include')])
    expect('why' in headers && headers.why).toMatch(/node_api\.h.*include.*node-api-headers/)
    const compiler = findCompiler([join(folder, 'no-compiler')])
    expect('why' in compiler && compiler.why).toContain('no C++ compiler')
  })
})

describe('other programs', () => {
  test('end at their time limit', () => {
    const { ok, why } = run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { seconds: 0.3 })
    expect({ ok, why }).toEqual({ ok: false, why: 'not done after 0.3 s' })
  })

  test('give the line of their output that speaks of the error', () => {
    const program = "console.error('starting\\nx.cc:3: error: no such type\\n1 warning'); process.exit(2)"
    const { ok, why } = run(process.execPath, ['-e', program], { seconds: 30 })
    expect({ ok, why }).toEqual({ ok: false, why: 'x.cc:3: error: no such type' })
  })
})
