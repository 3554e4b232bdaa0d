// weft deploy as programs: each gives the label map of `weft predict`, byte by byte, and says what is wrong with a case. Richer models, with
// resampling, regions, slices and turned axes, are in test/node/models/parity.test.ts.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readModelFacts } from '../../src/backends/onnx/read.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { loadOnnxRuntime } from '../../src/node/onnx-runtime.ts'
import { repository } from '../examples/compile-example.ts'
import { deployedPython } from '../support/python.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'

const runtime = await loadOnnxRuntime()
const tiny = join(repository, 'test/node/models/tiny')

/** The model, and what `weft predict` finds, made once. */
const kept = mkdtempSync(join(tmpdir(), 'weft-deploy-test-'))
afterAll(() => rmSync(kept, { recursive: true }))
beforeAll(() => {
  cpSync(tiny, kept, { recursive: true })
  for (const args of [
    ['import', 'model', 'model', '-o', 'out'],
    ['predict', 'out', '-i', 'images', '-o', 'expected'],
  ]) {
    const { status, stderr } = runWeft(args, { cwd: kept })
    if (status !== 0) throw new Error(stderr)
  }
})

/** A copy, with the model deployed as `deployed`. */
function deployed(target: string): string {
  const cwd = workspace()
  cpSync(kept, cwd, { recursive: true })
  const made = runWeft(['deploy', 'out', '--target', target, '-o', 'deployed'], { cwd })
  expect(made).toMatchObject({ status: 0 })
  return cwd
}

/** Cases beside the one of the model: cut off, damaged, with a channel twice, and with numbers of no type. */
function addWrongCases(cwd: string): void {
  const folder = join(cwd, 'images')
  const packed = readFileSync(join(folder, 'case_0000.nii.gz'))
  const raw = gunzipSync(packed)
  const damaged = Buffer.from(packed)
  const middle = Math.floor(damaged.length / 2)
  damaged.fill(0xff, middle, middle + 40)
  const typeless = Buffer.from(raw)
  typeless.writeInt16LE(3, 70)
  const files = {
    'cut_0000.nii.gz': packed.subarray(0, packed.length / 2),
    'damaged_0000.nii.gz': damaged,
    'twice_0000.nii': raw,
    'twice_0000.nii.gz': packed,
    'typeless_0000.nii': typeless,
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
}

const unpacked = (path: string): Buffer => gunzipSync(readFileSync(path))

function expectAlike(cwd: string, found: string): void {
  const [own, expected] = [join(cwd, found, 'case.nii.gz'), join(cwd, 'expected/case.nii.gz')].map(unpacked)
  expect(own?.equals(expected ?? Buffer.of())).toBe(true)
}

test('a page alone is served', () => {
  const { status, stderr } = runWeft(['deploy', 'out', '--target', 'python', '--serve', '-o', 'x'])
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('--target site') as string,
  })
})

describe.skipIf(isProblem(runtime))('a package for Node', () => {
  test('labels as weft predict does, as a command and as a function', async () => {
    const cwd = deployed('node')
    const folder = join(cwd, 'deployed')
    expect(readdirSync(folder).toSorted()).toEqual(['fold_0.onnx', 'licences.txt', 'package.json', 'pipeline.json', 'segment.js']) // prettier-ignore
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
    expect(manifest).toMatchObject({
      name: 'madeup-segmentation',
      bin: { 'madeup-segmentation': './segment.js' },
      dependencies: { 'onnxruntime-node': expect.stringMatching(/^\d+\.\d+\.\d+$/) as string },
    })
    mkdirSync(join(folder, 'node_modules'))
    const installed = join(repository, 'node_modules/onnxruntime-node')
    symlinkSync(installed, join(folder, 'node_modules/onnxruntime-node'), 'junction')
    addWrongCases(cwd)
    const args = ['deployed/segment.js', '-i', 'images', '-o', 'found', '--threads', '1']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 1, stdout: `wrote ${join('found', 'case.nii.gz')}  soft 0.26 ml, hard 0.38 ml\n` }) // prettier-ignore
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^cut: cut_0000.nii.gz .*gzip data end too early/),
      expect.stringMatching(/^damaged: damaged_0000.nii.gz .*gzip data are damaged/),
      'twice: twice_0000.nii and twice_0000.nii.gz are of the same channel',
      expect.stringMatching(/^typeless: typeless_0000.nii /),
    ])
    expect(readdirSync(join(cwd, 'found'))).toEqual(['case.nii.gz'])
    expectAlike(cwd, 'found')

    const refused = (...more: readonly string[]): Outcome =>
      spawnSync(process.execPath, ['deployed/segment.js', ...more], { cwd, encoding: 'utf8' })
    const wrong: readonly (readonly [args: readonly string[], said: string])[] = [
      [['-i', 'deployed', '-o', 'none'], 'deployed has no file of the name CASE_0000.nii.gz'],
      [['-i', 'nowhere', '-o', 'none'], 'nowhere'],
      [['-i', 'images', '-o', 'none', '--reference', 'nnu'], '--reference takes nnunet'],
      [['-i', 'images', '-o', 'none', '--threads', 'two'], '--threads takes a whole number from 1'],
    ]
    for (const [more, said] of wrong) {
      const { status, stderr } = refused(...more)
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(said) as string })
    }
    expect(existsSync(join(cwd, 'none'))).toBe(false)

    const program = `import { openModel, segment } from './deployed/segment.js'
const model = await openModel('deployed', 1)
const { file, volumes } = await segment(['images/case_0000.nii.gz'], model)
console.log(file.length, volumes.length)
await model.close()`
    writeFileSync(join(cwd, 'use.mjs'), program)
    const { length } = unpacked(join(cwd, 'expected/case.nii.gz'))
    expect(spawnSync(process.execPath, ['use.mjs'], { cwd, encoding: 'utf8' }).stdout).toBe(`${length} 3\n`)
  })
})

describe('a model repository of Triton', () => {
  test('has the layout and the configurations that its documentation asks for', () => {
    const cwd = deployed('triton')
    const models = join(cwd, 'deployed/models')
    expect(readdirSync(models).toSorted()).toEqual(['madeup', 'madeup_fold_0'])
    for (const name of readdirSync(models)) {
      expect(readdirSync(join(models, name)).toSorted()).toEqual(['1', 'config.pbtxt'])
      const text = readFileSync(join(models, name, 'config.pbtxt'), 'utf8')
      expect(text).toMatch(
        new RegExp(`^name: "${name}"\nbackend: "(?:python|onnxruntime)"\nmax_batch_size: 0\n`),
      )
    }
    expect(readdirSync(join(models, 'madeup/1')).toSorted()).toEqual([
      'model.py',
      'pipeline.json',
      'segment.py',
    ])
    const network = readModelFacts(readFileSync(join(models, 'madeup_fold_0/1/model.onnx')))
    const said = readFileSync(join(models, 'madeup_fold_0/config.pbtxt'), 'utf8')
    for (const { name, shape } of network?.inputs ?? [])
      expect(said).toContain(`name: "${name}"\n    data_type: TYPE_FP32\n    dims: [ ${shape.join(', ')} ]`)
  })

  test('takes the place of another model, whose folders go', () => {
    const cwd = deployed('triton')
    const folder = join(cwd, 'deployed')
    const described = JSON.parse(readFileSync(join(folder, 'pipeline.json'), 'utf8')) as { files: string[] }
    const others = ['models/heart/1/model.py', 'models/heart/config.pbtxt', 'models/gone/1/model.onnx']
    mkdirSync(join(folder, 'models/heart/1'), { recursive: true })
    for (const name of others.slice(0, 2)) writeFileSync(join(folder, name), '')
    const listed = { ...described, files: [...described.files, ...others] }
    writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(listed))
    const again = runWeft(['deploy', 'out', '--target', 'triton', '-o', 'deployed'], { cwd })
    expect(again).toMatchObject({ status: 0 })
    expect(readdirSync(join(folder, 'models')).toSorted()).toEqual(['madeup', 'madeup_fold_0'])
  })

  test('is called by its network where the name of its dataset has no letters that it could be called by', () => {
    const cwd = workspace()
    cpSync(kept, cwd, { recursive: true })
    const path = join(cwd, 'out/model.json')
    const model = JSON.parse(readFileSync(path, 'utf8')) as { origin: object }
    writeFileSync(path, JSON.stringify({ ...model, origin: { ...model.origin, dataset: 'Dataset007_心臓' } }))
    for (const target of ['triton', 'node'])
      expect(runWeft(['deploy', 'out', '--target', target, '-o', target], { cwd })).toMatchObject({
        status: 0,
      })
    const names = readdirSync(join(cwd, 'triton/models')).toSorted()
    expect(names).toEqual(['madeup3dfullres', 'madeup3dfullres_fold_0'])
    const manifest = JSON.parse(readFileSync(join(cwd, 'node/package.json'), 'utf8')) as { name: string }
    expect(manifest.name).toBe('madeup3dfullres-segmentation')
  })

  test.skipIf(deployedPython === undefined)('answers with the labels of weft predict', () => {
    const cwd = deployed('triton')
    const script = join(import.meta.dirname, 'triton/request.py')
    const args = ['-B', script, 'deployed/models/madeup', 'images/case_0000.nii.gz', 'case.nii.gz']
    expect(spawnSync(deployedPython ?? '', args, { cwd, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: 'channel 0 has voxels that are no numbers\nno memory\n',
      stderr: '',
    })
    expectAlike(cwd, '.')
  })
})

describe.skipIf(deployedPython === undefined)('a program in Python', () => {
  const running = (cwd: string, ...args: readonly string[]): Outcome =>
    spawnSync(deployedPython ?? '', ['deployed/segment.py', ...args, '--threads', '1'], {
      cwd,
      encoding: 'utf8',
    })

  test('labels as weft predict does, and tells of cases that cannot be segmented', () => {
    const cwd = deployed('python')
    expect(readdirSync(join(cwd, 'deployed')).toSorted()).toEqual([
      'fold_0.onnx',
      'pipeline.json',
      'segment.py',
    ])
    addWrongCases(cwd)
    const { status, stdout, stderr } = running(cwd, '-i', 'images', '-o', 'found')
    expect({ status, stdout }).toEqual({ status: 1, stdout: `wrote ${join('found', 'case.nii.gz')}\n` })
    // nibabel tells of a type that it does not know by itself, too.
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('data code')),
    ).toEqual([
      expect.stringMatching(/^cut: /),
      expect.stringMatching(/^damaged: /),
      'twice: twice_0000.nii and twice_0000.nii.gz are of the same channel',
      expect.stringMatching(/^typeless: /),
    ])
    expectAlike(cwd, 'found')
    expect(readdirSync(join(cwd, 'found'))).toEqual(['case.nii.gz'])
    for (const folder of ['deployed', 'nowhere']) {
      const none = running(cwd, '-i', folder, '-o', 'none')
      expect(none.status).not.toBe(0)
      expect(none.stderr).toContain(`${folder} has no file of the name CASE_0000.nii.gz`)
    }
    expect(existsSync(join(cwd, 'none'))).toBe(false)
  })

  const ruff = join(dirname(deployedPython ?? ''), 'ruff')
  test.skipIf(!existsSync(ruff))('is written as ruff formats', () => {
    const file = join(repository, 'src/deployed/python')
    const { status, stdout } = spawnSync(ruff, ['format', '--no-cache', '--diff', file], { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    expect(spawnSync(ruff, ['check', '--no-cache', '--select', 'E4,E7,E9,F,I,UP,B,ANN', '--ignore', 'ANN401', file], { encoding: 'utf8' }).stdout).toContain('All checks passed') // prettier-ignore
  })
})
