// What a run has learned, by every way out of it: predicted files, evaluation, ONNX and TensorFlow.js exports.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tensor } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createModel } from '../../../src/backends/tfjs/model.ts'
import type { Problem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { LabelledCase } from '../../../src/data/case.ts'
import { parsePhantom, phantomCase } from '../../../src/data/phantom.ts'
import { countClasses, dice } from '../../../src/data/metrics.ts'
import { normalised } from '../../../src/data/normalise.ts'
import { readLabels } from '../../../src/node/nifti-files.ts'
import type { RuntimeSession, SessionOptions } from '../../../src/node/onnx-runtime.ts'
import { evaluateRun } from '../../../src/node/runs/evaluate.ts'
import { predictRun } from '../../../src/node/runs/predict.ts'
import { openTrained, type TrainedNetwork } from '../../../src/node/runs/trained.ts'
import { loadStock, predicted as predictedBy } from '../../support/graph-model.ts'
import { distance, runtime } from '../../support/onnx.ts'
import { runWeft } from '../../support/run-weft.ts'
import { niftiOf, phantoms, reversedRows, sound, trainSmall, wasm } from '../../support/trained-run.ts'
import { readVolume, type Volume } from '../../support/volumes.ts'

let folder = ''
let run = ''
let trained: TrainedNetwork

beforeAll(async () => {
  folder = await trainSmall()
  run = join(folder, 'run')
  trained = sound(openTrained(run))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const phantomOf = (name: string): LabelledCase => phantomCase(sound(parsePhantom(phantoms)), name)

/** A folder with the images of the run's validation cases. */
function imagesIn(name: string): string {
  const input = join(folder, name)
  mkdirSync(input)
  for (const one of trained.run.description.split.validation)
    writeFileSync(join(input, `${one}_0000.nii.gz`), niftiOf(phantomOf(one)))
  return input
}

describe('predicted files', () => {
  test('score what evaluation says of the same cases', async () => {
    const backend = await wasm()
    const output = join(folder, 'labels')
    const { cases } = sound(await predictRun(run, { backend, input: imagesIn('images'), output }))
    const scored = sound(await evaluateRun(run, { backend }))
    expect(cases.map(({ name }) => name)).toEqual(trained.run.description.split.validation)
    expect(readdirSync(output)).toEqual(cases.map(({ name }) => `${name}.nii.gz`))
    const found: unknown[] = []
    for (const { name, path } of cases) {
      const { labels } = sound(await readLabels(path, 3))
      found.push(countClasses(labels.data, phantomOf(name).labels.data, 3).slice(1).map(dice))
    }
    expect(found).toEqual(scored.cases.map((one) => one.classes.map((scores) => scores.dice)))
    // It finds some of it, so that agreement is not that of empty maps.
    expect(scored.mean.dice).toBeGreaterThan(0.05)
  })

  test('lie on the grid of their image, however that is stored', async () => {
    const [name = ''] = trained.run.description.split.validation
    const one = phantomOf(name)
    const input = join(folder, 'turned')
    mkdirSync(input)
    writeFileSync(join(input, 'a_0000.nii.gz'), niftiOf(one))
    writeFileSync(join(input, 'b_0000.nii.gz'), niftiOf(one, 'turned'))
    const output = join(folder, 'deep', 'turned-labels')
    sound(await predictRun(run, { backend: await wasm(), input, output }))
    const volume = async (path: string): Promise<Volume> => sound(await readVolume(path))
    const [a, b] = [await volume(join(output, 'a.nii.gz')), await volume(join(output, 'b.nii.gz'))]
    const image = await volume(join(input, 'b_0000.nii.gz'))
    expect({ extents: b.extents, affine: b.affine }).toEqual({ extents: image.extents, affine: image.affine })
    expect(b.affine).not.toEqual(a.affine)
    expect(new Set(a.voxels)).toEqual(new Set([0, 1, 2]))
    const mirrored = reversedRows(Float32Array.from(b.voxels), one.image.geometry.extents[2])
    expect([...mirrored]).toEqual(a.voxels)
  })

  test('change with mirroring and with the overlap, and not with anything else', async () => {
    const input = imagesIn('same')
    const backend = await wasm()
    const bytes = async (name: string, options: object): Promise<Buffer> => {
      const output = join(folder, name)
      const { cases } = sound(await predictRun(run, { backend, input, output, ...options }))
      return readFileSync(cases[0]?.path ?? '')
    }
    const plain = await bytes('plain', {})
    expect((await bytes('plain', {})).equals(plain)).toBe(true)
    expect((await bytes('mirrored', { mirror: true })).equals(plain)).toBe(false)
    expect((await bytes('apart', { overlap: 0 })).equals(plain)).toBe(false)
  })
})

describe('what is refused', () => {
  /** The name of the problem. */
  async function refusal(found: Promise<object>): Promise<unknown> {
    const result = await found
    return 'name' in result ? result.name : result
  }

  test('places for predictions, before anything is written', async () => {
    const backend = await wasm()
    const input = imagesIn('in')
    const predicting = (output: string): Promise<unknown> =>
      refusal(predictRun(run, { backend, input, output: join(folder, output) }))
    mkdirSync(join(folder, 'labelsTr'))
    writeFileSync(join(folder, 'dataset.json'), '{}')
    const before = readdirSync(input)
    expect(await predicting('in')).toBe('output-misplaced')
    expect(await predicting('in/labels')).toBe('output-misplaced')
    expect(await predicting('labelsTr')).toBe('output-misplaced')
    expect(await predicting(join('net.weft', 'labels'))).toBe('file-unwritable')
    expect(readdirSync(join(folder, 'labelsTr'))).toEqual([])
    expect(readdirSync(input)).toEqual(before)
  })

  test('images of other channels, folders that are no run, checkpoints that are not there', async () => {
    const options = { backend: await wasm(), input: imagesIn('channels'), output: join(folder, 'none') }
    const [name = ''] = trained.run.description.split.validation
    writeFileSync(join(options.input, `${name}_0001.nii.gz`), niftiOf(phantomOf(name)))
    expect(await refusal(predictRun(run, options))).toBe('channels-extra')
    rmSync(join(options.input, `${name}_0000.nii.gz`))
    rmSync(join(options.input, `${name}_0001.nii.gz`))
    expect(readdirSync(options.output)).toEqual([])
    expect(await refusal(predictRun(options.input, options))).toBe('run-missing')
    const copy = join(folder, 'copy')
    cpSync(run, copy, { recursive: true })
    rmSync(join(copy, 'best.safetensors'))
    expect(await refusal(predictRun(copy, { ...options, checkpoint: 'best' }))).toBe('checkpoint-missing')
    rmSync(join(copy, 'spec'), { recursive: true })
    expect(await refusal(predictRun(copy, options))).toBe('run-damaged')
  })

  test('data that the network cannot be evaluated on, and cases that there are none of', async () => {
    const backend = await wasm()
    const other = 'phantom:cases=1,extents=8x16x16,classes=2,seed=9'
    const found = sound(await evaluateRun(run, { backend, data: other }))
    expect(found).toMatchObject({ data: other, which: 'all', cases: [{ case: 'phantom_001' }] })
    const refused = (data: string, cases?: 'training'): Promise<unknown> =>
      refusal(evaluateRun(run, { backend, data, ...(cases === undefined ? {} : { cases }) }))
    expect(await refused(other, 'training')).toBe('cases-absent')
    expect(await refused('phantom:classes=3')).toBe('classes-differ')
    expect(await refused('phantom:channels=2')).toBe('channels-differ')
    const training = sound(await evaluateRun(run, { backend, cases: 'training', checkpoint: 'best' }))
    expect(training.cases.map((one) => one.case)).toEqual(trained.run.description.split.training)
    expect(training.trained.which).toBe('best')
  })
})

describe('exports of a run', () => {
  const compile = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = runWeft(['compile', run, ...args], { cwd: folder })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return stdout
  }

  /** A patch out of a phantom as the network sees it, and what it makes of it. */
  async function expected(): Promise<{ patch: Float32Array; shape: number[]; logits: Float64Array }> {
    const { image } = phantomOf('phantom_001')
    const whole = normalised(image, trained.run.description.normalisation)
    const patch = whole.data.slice(0, 8 * 16 * 16)
    const shape = [1, 1, 8, 16, 16]
    const { name } = await wasm()
    const model = sound(createModel(trained.graph, trained.checkpoint.weights, { backend: name }))
    const { logits } = sound(model.predict({ image: tensor(patch, [1, 1, 8, 16, 16]) }))
    const data = Float64Array.from(logits?.dataSync() ?? [])
    logits?.dispose()
    model.dispose()
    return { patch, shape, logits: data }
  }

  /** Near in every logit, and of the same class but where two are as good as equal. */
  function agree(
    logits: Float64Array,
    other: { readonly shape: readonly number[]; readonly data: Float64Array },
  ): void {
    const shape = [1, 3, 8, 16, 16]
    expect(other.shape).toEqual(shape)
    expect(distance({ shape, data: logits }, other)).toBeLessThan(1e-3)
    const voxels = logits.length / 3
    const differing = Array.from({ length: voxels }, (_, at) => {
      const scores = [0, 1, 2].map((k) => logits[k * voxels + at] ?? 0)
      const [first = 0, second = 0] = scores.toSorted((a, b) => b - a)
      const others = [0, 1, 2].map((k) => other.data[k * voxels + at] ?? 0)
      const same = scores.indexOf(first) === others.indexOf(Math.max(...others))
      return same || first - second < 1e-3
    })
    expect(differing.filter((one) => !one)).toEqual([])
  }

  const opened = (path: string, options: SessionOptions): Promise<RuntimeSession | Problem> => {
    if (runtime === undefined) throw new Error('ONNX Runtime is absent')
    return runtime.open(path, options)
  }

  test.skipIf(runtime === undefined)('run in ONNX Runtime as in training', async () => {
    const stdout = compile('--target', 'onnx', '-o', 'run.onnx')
    const { patch, shape, logits } = await expected()
    const session = sound(await opened(join(folder, 'run.onnx'), { threads: 1 }))
    const outputs = sound(await session.run(new Map([['image', { shape, data: patch }]])))
    await session.release()
    const found = outputs.get('logits')
    agree(logits, { shape: found?.shape ?? [], data: Float64Array.from(found?.data ?? []) })
    expect(stdout).toContain('weights  run, last checkpoint (step 16)\n')
    const [, active = '', total = ''] =
      /density {2}.* of lattice: ([\d,]+) of ([\d,]+) connections/.exec(stdout) ?? []
    const masks = [...trained.checkpoint.state.tensors].filter(([name]) => name.startsWith('mask/'))
    const kept = masks.reduce((sum, [, { data }]) => sum + data.filter((one: number) => one === 1).length, 0)
    const all = masks.reduce((sum, [, { data }]) => sum + data.length, 0)
    expect(Number(total.replaceAll(',', ''))).toBe(all)
    // A connection that has just grown begins at 0.
    expect(Number(active.replaceAll(',', ''))).toBeLessThanOrEqual(kept)
    expect(Number(active.replaceAll(',', ''))).toBeGreaterThan(0.8 * kept)
    expect(kept).toBeLessThan(0.5 * all)
    const text = readFileSync(join(folder, 'run.onnx')).toString('latin1')
    expect(text).toContain('run, last checkpoint (step 16), lattice')
  })

  test('run in the stock loader of TensorFlow.js as in training', async () => {
    compile('--target', 'tfjs', '-o', 'run-tfjs')
    const { patch, shape, logits } = await expected()
    const path = join(folder, 'run-tfjs')
    const model = await loadStock(
      new Map(readdirSync(path).map((name) => [name, readFileSync(join(path, name))])),
    )
    const inputs = new Map([['image', { shape, data: Float64Array.from(patch) }]])
    const found = predictedBy(model, inputs, 'logits')
    model.dispose()
    agree(logits, found)
  })

  test('take the best weights where they are asked for', () => {
    const stdout = compile('--target', 'onnx', '-o', 'best.onnx', '--checkpoint', 'best')
    expect(stdout).toMatch(/weights {2}run, best checkpoint \(step (8|16)\)/)
  })
})
