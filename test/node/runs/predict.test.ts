// What a run has learned, by every way out of it: predicted files, evaluation, ONNX and TensorFlow.js exports.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tensor } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createModel } from '../../../src/backends/tfjs/model.ts'
import type { Problem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Parameter } from '../../../src/compiler/ir/graph.ts'
import type { LabelledCase } from '../../../src/data/case.ts'
import { parsePhantom, phantomCase } from '../../../src/data/phantom.ts'
import { countClasses, dice } from '../../../src/data/metrics.ts'
import { normalised } from '../../../src/data/normalise.ts'
import { readLabels } from '../../../src/node/volume-files.ts'
import type { RuntimeSession, SessionOptions } from '../../../src/node/onnx-runtime.ts'
import { writeCheckpoint } from '../../../src/node/runs/checkpoint.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { evaluateRun } from '../../../src/node/runs/evaluate.ts'
import { runDigest } from '../../../src/node/runs/kept-checkpoints.ts'
import { predictRun } from '../../../src/node/runs/predict.ts'
import { densitiesOf, openTrained, type TrainedNetwork } from '../../../src/node/runs/trained.ts'
import type { Numbers } from '../../../src/weights/weights.ts'
import { loadStock, predicted as predictedBy } from '../../support/graph-model.ts'
import { distance, runtime } from '../../support/onnx.ts'
import { niftiGz } from '../../support/nifti.ts'
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

test('a run without averages has none to predict by', async () => {
  const found = await evaluateRun(run, { backend: await wasm(), ema: true })
  expect(isProblem(found) && found.name).toBe('average-missing')
})

describe('predicted files', () => {
  test('score what evaluation says of the same cases', async () => {
    const backend = await wasm()
    const output = join(folder, 'labels')
    const { cases } = sound(await predictRun(run, { backend, input: imagesIn('images'), output }))
    const scored = sound(await evaluateRun(run, { backend }))
    expect(cases.map(({ name }) => name)).toEqual(trained.run.description.split.validation)
    expect(readdirSync(output)).toEqual(cases.map(({ name }) => `${name}.nii.gz`))
    const { dataset } = trained.run.description
    const found: unknown[] = []
    for (const { name, path } of cases) {
      const { labels } = sound(await readLabels(path, 3))
      found.push(countClasses(labels.data, phantomOf(name).labels.data, dataset).map(dice))
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

describe('an oblique image', () => {
  test('is predicted by a run whose policy takes it, with a warning where its header leaves something open', async () => {
    const [name = ''] = trained.run.description.split.validation
    const { image } = phantomOf(name)
    const [depth, height, width] = image.geometry.extents
    const [c, s] = [Math.cos(0.84), Math.sin(0.84)]
    const file = {
      dims: [width, height, depth],
      values: [...image.data],
      sform: [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0],
      pixdim: [1, 1, 3],
    }
    const input = join(folder, 'oblique')
    mkdirSync(input)
    writeFileSync(join(input, 'a_0000.nii.gz'), niftiGz(file))
    const output = join(folder, 'oblique-labels')
    const backend = await wasm()
    const told: string[] = []
    const options = { backend, input, output, onWarning: ({ name }: Problem) => told.push(name) }
    const { failed } = sound(await predictRun(run, options))
    expect(failed.map(({ problem }) => problem.name)).toEqual(['nifti-oblique'])
    const other = join(folder, 'stored-run')
    cpSync(run, other, { recursive: true })
    // As an earlier version would have written it, without digests.
    const { digests: _, ...json } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as {
      readonly digests: unknown
    }
    writeFileSync(join(other, 'run.json'), JSON.stringify({ ...json, orientation: 'as_stored' }))
    const { cases } = sound(await predictRun(other, options))
    expect(told).toEqual(['nifti-spacing'])
    const [predicted] = cases
    // 3 mm by `pixdim`.
    const millilitres = predicted?.volumes.reduce((sum, volume) => sum + volume, 0)
    expect(millilitres).toBeCloseTo((3 * width * height * depth) / 1000, 6)
    const written = sound(await readVolume(join(output, 'a.nii.gz')))
    expect(written.extents).toEqual([depth, height, width])
    writeFileSync(join(other, 'run.json'), JSON.stringify({ ...json, orientation: 'sideways' }))
    expect(await predictRun(other, options)).toMatchObject({ name: 'run-damaged' })
  })
})

describe('a case that cannot be read', () => {
  test('keeps no other from being predicted, and its header is looked at before the first window', async () => {
    const [first = '', second = ''] = trained.run.description.split.validation
    const input = join(folder, 'mixed')
    mkdirSync(input)
    const sane = niftiOf(phantomOf(first))
    const put = (name: string, bytes: Uint8Array): void => writeFileSync(join(input, name), bytes)
    put('a_0000.nii.gz', sane)
    // Its header is sound.
    put('b_0000.nii.gz', sane.subarray(0, sane.length - 2000))
    put('c_0000.nii.gz', niftiOf(phantomOf(second)))
    put('d_0000.nii', new Uint8Array(400))
    put('e_0000.nii.gz', sane)
    put('e_0001.nii.gz', sane)
    put('notes.txt', new Uint8Array())
    const told: string[] = []
    const output = join(folder, 'mixed-labels')
    const { cases, failed } = sound(
      await predictRun(run, {
        backend: await wasm(),
        input,
        output,
        onWarning: ({ name }) => told.push(name),
        onFailure: (one) => told.push(`${one.name} ${one.problem.name}`),
        onProgress: ({ name, number, cases: count, window, windows, share }) =>
          told.push(`${name} ${number}/${count} ${window}/${windows} ${share.toFixed(2)}`),
        onCase: ({ name }) => told.push(`${name} written`),
      }),
    )
    expect(cases.map(({ name }) => name)).toEqual(['a', 'c'])
    expect(readdirSync(output)).toEqual(['a.nii.gz', 'c.nii.gz'])
    expect(failed.map(({ name, problem }) => [name, problem.name])).toEqual([
      ['b', 'nifti-malformed'],
      ['d', 'nifti-malformed'],
      ['e', 'channels-extra'],
    ])
    const windows = 2 * 3 * 2
    expect(told.slice(0, 5)).toEqual([
      'files-ignored',
      'd nifti-malformed',
      'e channels-extra',
      `a 1/3 0/${windows} 0.00`,
      `a 1/3 1/${windows} 0.03`,
    ])
    expect(told.filter((one) => !/^. \d/.test(one)).slice(3)).toEqual([
      'a written',
      'b nifti-malformed',
      'c written',
    ])
    expect(told.at(-2)).toBe(`c 3/3 ${windows}/${windows} 1.00`)
  })

  test('is left out of an evaluation, which says so', async () => {
    const data = join(folder, 'dataset')
    for (const part of ['imagesTr', 'labelsTr']) mkdirSync(join(data, part), { recursive: true })
    const { dataset } = trained.run.description
    const json = {
      channel_names: { 0: dataset.channels[0] },
      labels: Object.fromEntries(dataset.classes.map((name, value) => [name, value])),
    }
    writeFileSync(join(data, 'dataset.json'), JSON.stringify(json))
    const names = trained.run.description.split.validation
    for (const name of names) {
      const one = phantomOf(name)
      writeFileSync(join(data, 'imagesTr', `${name}_0000.nii.gz`), niftiOf(one))
      const { labels, image } = one
      const asImage = { ...image, data: Float32Array.from(labels.data) }
      writeFileSync(join(data, 'labelsTr', `${name}.nii.gz`), niftiOf({ ...one, image: asImage }))
    }
    const backend = await wasm()
    const whole = sound(await evaluateRun(run, { backend, data }))
    expect(whole.failed).toEqual([])
    rmSync(join(data, 'labelsTr', `${names[0] ?? ''}.nii.gz`))
    const part = sound(await evaluateRun(run, { backend, data }))
    expect(part.failed.map(({ name, problem }) => [name, problem.name])).toEqual([
      [names[0], 'dataset-file-missing'],
    ])
    expect(part.cases).toEqual(whole.cases.slice(1))
    const { status, stdout, stderr } = runWeft(['evaluate', run, '--data', data, '--backend', 'wasm'])
    expect(status).toBe(1)
    expect(stderr).toContain('error[WEFT844]')
    expect(stdout).toContain(`: 1 of 2 cases of `)
    expect(stdout).toContain(`failed: 1 case\n  ${names[0] ?? ''}: case \`${names[0] ?? ''}\` lacks labels`)
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

  test('folders that are no run, checkpoints that are not there', async () => {
    const options = { backend: await wasm(), input: imagesIn('channels'), output: join(folder, 'none') }
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
      /density {2}40\.1 % of lattice: ([\d,]+) of ([\d,]+) connections are switched on/.exec(stdout) ?? []
    const masks = [...trained.checkpoint.state.tensors].filter(([name]) => name.startsWith('mask/'))
    const kept = masks.reduce((sum, [, { data }]) => sum + data.filter((one: number) => one === 1).length, 0)
    const all = masks.reduce((sum, [, { data }]) => sum + data.length, 0)
    expect(Number(total.replaceAll(',', ''))).toBe(all)
    // Every 4 of the 16 steps connections change, and none after the last: what is 0 grew where no gradient reaches.
    const { graph, checkpoint } = trained
    const densities = sound(densitiesOf(graph, checkpoint.weights))
    const still = densities.reduce((sum, one) => sum + one.kept - one.active, 0)
    expect(still).toBeLessThan(0.1 * kept)
    expect(stdout).toContain(`switched on; ${still} of them are still 0: just grown, or`)
    expect(Number(active.replaceAll(',', ''))).toBe(kept)
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

  test('say of connections that were switched on and not trained since that they have just grown', async () => {
    const rewired = join(folder, 'rewired')
    cpSync(join(folder, 'run'), rewired, { recursive: true })
    const path = join(rewired, 'checkpoint.safetensors')
    const { graph, run, checkpoint } = trained
    // Half of the connections, as after an update at a drop rate of a half.
    const numbersOf = (parameter: Parameter): Numbers => {
      const numbers = sound(checkpoint.weights.numbersOf(parameter)).slice()
      return parameter.mask === undefined ? numbers : numbers.fill(0, 0, numbers.length / 2)
    }
    const { progress, state } = checkpoint
    sound(writeCheckpoint(path, { graph, weights: { numbersOf }, progress, state, run: runDigest(run) }) ?? 0)
    const [density] = sound(densitiesOf(graph, { numbersOf }))
    const grown = (density?.kept ?? 0) - (density?.active ?? 0)
    expect(grown).toBeGreaterThan(50)
    const { stdout } = runWeft(['compile', 'rewired', '--target', 'onnx', '-o', 'rewired.onnx'], {
      cwd: folder,
    })
    expect(stdout).toMatch(
      new RegExp(
        String.raw`density  40\.1 % of lattice: .* are switched on; ${grown} of them are still 0: just grown`,
      ),
    )
  })

  test('take the best weights where they are asked for', () => {
    const stdout = compile('--target', 'onnx', '-o', 'best.onnx', '--checkpoint', 'best')
    expect(stdout).toMatch(/weights {2}run, best checkpoint \(step (8|16)\)/)
  })
})
