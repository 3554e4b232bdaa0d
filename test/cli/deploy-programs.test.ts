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
import { runWeft, workspace, type Outcome } from '../support/run-weft.ts'

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
    const whole = readFileSync(join(cwd, 'images/case_0000.nii.gz'))
    writeFileSync(join(cwd, 'images/cut_0000.nii.gz'), whole.subarray(0, whole.length / 2))
    const args = ['deployed/segment.js', '-i', 'images', '-o', 'found', '--threads', '1']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 1, stdout: `wrote ${join('found', 'case.nii.gz')}  soft 0.26 ml, hard 0.38 ml\n` }) // prettier-ignore
    expect(stderr).toMatch(/^cut: cut_0000.nii.gz .*gzip data end too early/)
    expect(readdirSync(join(cwd, 'found'))).toEqual(['case.nii.gz'])
    expectAlike(cwd, 'found')

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

  test.skipIf(deployedPython === undefined)('answers with the labels of weft predict', () => {
    const cwd = deployed('triton')
    const script = join(import.meta.dirname, 'triton/request.py')
    const args = ['-B', script, 'deployed/models/madeup', 'images/case_0000.nii.gz', 'case.nii.gz']
    expect(spawnSync(deployedPython ?? '', args, { cwd, encoding: 'utf8' })).toMatchObject({
      status: 0,
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
    cpSync(join(cwd, 'images/case_0000.nii.gz'), join(cwd, 'images/cut_0000.nii.gz'))
    const whole = readFileSync(join(cwd, 'images/case_0000.nii.gz'))
    writeFileSync(join(cwd, 'images/cut_0000.nii.gz'), whole.subarray(0, whole.length / 2))
    const { status, stdout, stderr } = running(cwd, '-i', 'images', '-o', 'found')
    expect({ status, stdout }).toEqual({ status: 1, stdout: `wrote ${join('found', 'case.nii.gz')}\n` })
    expect(stderr).toMatch(/^cut: /)
    expectAlike(cwd, 'found')
    expect(readdirSync(join(cwd, 'found'))).toEqual(['case.nii.gz'])
  })

  const ruff = join(dirname(deployedPython ?? ''), 'ruff')
  test.skipIf(!existsSync(ruff))('is written as ruff formats', () => {
    const file = join(repository, 'src/deployed/python')
    const { status, stdout } = spawnSync(ruff, ['format', '--no-cache', '--diff', file], { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    expect(spawnSync(ruff, ['check', '--no-cache', '--select', 'E4,E7,E9,F,I,UP,B,ANN', '--ignore', 'ANN401', file], { encoding: 'utf8' }).stdout).toContain('All checks passed') // prettier-ignore
  })
})
