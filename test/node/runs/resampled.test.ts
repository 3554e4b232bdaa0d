// A recipe that resamples, from files of odd spacings to label maps on their own voxels.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWhole } from '../../support/volumes.ts'
import type { Pipeline } from '../../../src/data/pipeline/pipeline.ts'
import { deployableRun } from '../../../src/node/deploy/deployable.ts'
import { writingDeployment } from '../../../src/node/deploy/write.ts'
import { atOnce } from '../../../src/node/writing.ts'
import { repository } from '../../examples/compile-example.ts'
import { deployedPython } from '../../support/python.ts'
import { casePatches } from '../../../src/node/calibration/patches.ts'
import { evaluateRun } from '../../../src/node/runs/evaluate.ts'
import { predictRun } from '../../../src/node/runs/predict.ts'
import { beginRun, resumeRun } from '../../../src/node/runs/prepare.ts'
import { openRun } from '../../../src/node/runs/run-folder.ts'
import { train } from '../../../src/node/runs/training.ts'
import { niftiGz } from '../../support/nifti.ts'
import { validator } from '../../support/specs.ts'
import { asked, checkpointBytes, happened, sound } from '../../support/tiny-training.ts'
import { wasm } from '../../support/trained-run.ts'

const spec = `network Threshold(patch: [int] = [8, 12, 8]) {
  input image: [1, ...patch]
  output logits = image -> conv(4, 3) -> leaky_relu(0.01) -> conv(2, 1)
}

train median for Threshold {
  loss = dice(batch = true) + cross_entropy
  optimizer = adam(lr = 3e-2)
  spacing = median
  transpose = [1, 0, 2]
  augment = none
  batch = 2
  steps = 30
  epochs = 2
}

train given for Threshold {
  loss = dice(sigmoid = true) + bce
  optimizer = adam
  spacing = [2, 1, 1.5]
  normalise = [ct]
  resample = linear
}

train stated for Threshold {
  loss = dice(batch = true) + cross_entropy
  optimizer = adam
  spacing = as_stored
}

train silent for Threshold {
  loss = dice(batch = true) + cross_entropy
  optimizer = adam
}
`

/** Millimetres along i, j, k, which lead to the left, to the top and to the front: nothing is stored as it is trained. */
const spacings = [[1.3, 0.9, 2.1], [1, 1, 2.4], [0.8, 1.1, 1.9], [1.2, 1.4, 2], [1.1, 0.7, 2.8]] as const // prettier-ignore

interface Case {
  readonly image: Uint8Array
  readonly labels: Uint8Array
}

/** A body of 16 mm in a frame of zeros, and a brighter cube of 9 mm in it. */
function caseOf([di, dj, dk]: readonly [number, number, number]): Case {
  const dims = [di, dj, dk].map((size) => Math.round(24 / size))
  const [ni = 1, nj = 1, nk = 1] = dims
  const image: number[] = []
  const labels: number[] = []
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++) {
        const far = Math.max(...[(i + 0.5) * di - 11, (j + 0.5) * dj - 12, (k + 0.5) * dk - 13].map(Math.abs))
        labels.push(far < 4.5 ? 1 : 0)
        image.push(far < 4.5 ? 300 : far < 8 ? 100 + ((i + j + k) % 3) : 0)
      }
  const sform = [-di, 0, 0, 5, 0, 0, dk, -3, 0, dj, 0, 2]
  return {
    image: niftiGz({ dims, values: image, sform, type: 'int16' }),
    labels: niftiGz({ dims, values: labels, sform, type: 'uint8' }),
  }
}

let folder = ''
const run = (): string => join(folder, 'run')
const newRun = async (name: string, recipe: string): ReturnType<typeof beginRun> => {
  const options = {
    ...asked(join(folder, name), await wasm(), { spec, recipe }),
    data: join(folder, 'data'),
    validation: 1,
  }
  return beginRun(options, { onWarning: ({ name: found }) => warnings.push(found) })
}
const warnings: string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-test-'))
  for (const place of ['imagesTr', 'labelsTr']) mkdirSync(join(folder, 'data', place), { recursive: true })
  const description = {
    channel_names: { 0: 'T1' },
    labels: { background: 0, cube: 1 },
    file_ending: '.nii.gz',
  }
  writeFileSync(join(folder, 'data/dataset.json'), JSON.stringify(description))
  for (const [at, sizes] of spacings.entries()) {
    const { image, labels } = caseOf(sizes)
    writeFileSync(join(folder, `data/imagesTr/c${at}_0000.nii.gz`), image)
    writeFileSync(join(folder, `data/labelsTr/c${at}.nii.gz`), labels)
  }
  const task = sound(await newRun('run', 'median'))
  sound(await train(task, { resume: false, checkpointEvery: 50, validationCases: 1 }))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the run keeps its pipeline, settled by the cases that it trains on', () => {
  const document = JSON.parse(readFileSync(join(run(), 'pipeline.json'), 'utf8')) as { pipeline: Pipeline }
  expect(validator('weft-pipeline-1.schema.json')(document)).toBe('')
  const { split } = sound(openRun(run())).description
  // Turned, z is along j, y along k; and the network's first axis is y.
  const medianOf = (axis: 0 | 1 | 2): number => {
    const sizes = split.training
      .map((name) => spacings[Number(name.slice(1))]?.[axis] ?? 0)
      .sort((a, b) => a - b)
    return ((sizes[1] ?? 0) + (sizes[2] ?? 0)) / 2
  }
  const { spacing, normalisation, mirror } = document.pipeline
  for (const [k, axis] of ([2, 1, 0] as const).entries()) expect(spacing[k]).toBeCloseTo(medianOf(axis), 5)
  // Two thirds of each axis are body.
  expect(normalisation).toEqual([{ rule: 'zscore', masked: true }])
  expect(mirror).toEqual([])
  expect(warnings).not.toContain('spacings-differ')
})

test('what it predicts lies on the voxels of the images', async () => {
  const backend = await wasm()
  const output = join(folder, 'predictions')
  const { cases, failed } = sound(
    await predictRun(run(), { backend, input: join(folder, 'data/imagesTr'), output }),
  )
  expect(failed).toEqual([])
  expect(cases).toHaveLength(5)
  for (const { name, path } of cases) {
    const [found, image, truth] = [path, join(folder, `data/imagesTr/${name}_0000.nii.gz`), join(folder, `data/labelsTr/${name}.nii.gz`)].map(readWhole) // prettier-ignore
    expect(found?.extents).toEqual(image?.extents)
    expect(found?.affine).toEqual(image?.affine)
    const both = found?.voxels.filter((value, at) => value === 1 && truth?.voxels[at] === 1).length ?? 0
    const all = [found, truth].map((one) => one?.voxels.filter((value) => value === 1).length ?? 0)
    expect((2 * both) / ((all[0] ?? 0) + (all[1] ?? 0)), name).toBeGreaterThan(0.75)
  }
  const { mean } = sound(await evaluateRun(run(), { backend }))
  expect(mean.dice).toBeGreaterThan(0.75)
})

test('it goes on as if it had never stopped', async () => {
  const controller = new AbortController()
  const stopped = sound(await newRun('stopped', 'median'))
  const once = { checkpointEvery: 50, validationCases: 1 }
  sound(await train(stopped, { ...once, resume: false, signal: controller.signal, onStep: ({ step }) => (step === 7 ? controller.abort() : undefined) })) // prettier-ignore
  const path = join(folder, 'stopped')
  sound(await train(sound(await resumeRun(path, await wasm(), {}, {})), { ...once, resume: true }))
  expect(happened(path)).toEqual(happened(run()))
  expect(checkpointBytes(path).equals(checkpointBytes(run()))).toBe(true)
})

test('a recipe may say all of it', async () => {
  const one = { ...asked(join(folder, 'given'), await wasm(), { spec: spec.replace('conv(2, 1)', 'conv(1, 1)'), recipe: 'given' }), data: join(folder, 'data') } // prettier-ignore
  const { prepared } = sound(await beginRun(one, {})).run
  expect(prepared?.pipeline).toMatchObject({
    transpose: [0, 1, 2],
    spacing: [2, 1, 1.5],
    normalisation: [{ rule: 'ct', low: 300, high: 300 }],
    resampling: { image: { order: 1 } },
    mirror: [0, 1, 2],
    labelling: { kind: 'exclusive' },
  })
})

test('a pipeline that has been changed is found', () => {
  const file = join(folder, 'stopped', 'pipeline.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"order": 3', '"order": 1'))
  expect(openRun(join(folder, 'stopped'))).toMatchObject({ name: 'run-damaged' })
})

test('patches for quantisation are drawn as the network saw them', async () => {
  const { graph } = sound(openRun(run())).compile()
  if (graph === undefined) throw new Error('the run has a network')
  const { description, prepared } = sound(openRun(run()))
  const { data, normalisation: rules } = description
  const [feeds] = sound(await casePatches(graph, { data, rules, pipeline: prepared?.pipeline, seed: 1 }))
  expect(feeds?.get('image')?.shape).toEqual([1, 1, 8, 12, 8])
})

test('it is deployed as what segments alike', async () => {
  const backend = await wasm()
  const deploying = { target: 'a Python program' }
  const deployable = sound(deployableRun(run(), deploying))
  const directory = join(folder, 'deployed')
  const programs = join(repository, 'src/deployed/python')
  const options = { directory, target: 'python', weft: '0', programs, root: repository } as const
  const { deployment } = sound(atOnce(writingDeployment(deployable, options)))
  expect(validator('weft-pipeline-1.schema.json')(deployment)).toBe('')
  expect(deployment).toMatchObject({
    reader: 'NibabelIOWithReorient',
    members: [{ file: 'checkpoint_last.onnx' }],
  })
  if (deployedPython === undefined) return
  const [input, output, expected] = ['data/imagesTr', 'segmented', 'predicted'].map((name) =>
    join(folder, name),
  )
  const { status, stderr } = spawnSync(deployedPython, [join(directory, 'segment.py'), '-i', input ?? '', '-o', output ?? ''], { encoding: 'utf8' }) // prettier-ignore
  expect({ status, stderr }).toMatchObject({ status: 0 })
  const { cases } = sound(await predictRun(run(), { backend, input: input ?? '', output: expected ?? '' }))
  for (const { name, path } of cases) {
    const [own, theirs] = [path, join(output ?? '', `${name}.nii.gz`)].map(readWhole)
    const differing = own?.voxels.filter((value, at) => value !== theirs?.voxels[at]).length ?? Infinity
    expect(differing, name).toBeLessThanOrEqual(own === undefined ? 0 : own.voxels.length / 10_000)
    expect(theirs?.affine).toEqual(own?.affine)
  }
})

test('spacings that differ are warned of where the recipe says nothing about them, and nothing is deployed then', async () => {
  sound(await newRun('stated', 'stated'))
  expect(warnings).not.toContain('spacings-differ')
  const task = sound(await newRun('silent', 'silent'))
  expect(warnings).toContain('spacings-differ')
  sound(
    await train(
      { ...task, recipe: { ...task.recipe, steps: 1 } },
      { resume: false, checkpointEvery: 50, validationCases: 0 },
    ),
  )
  // deploy-unsupported
  expect(deployableRun(join(folder, 'silent'), { target: 'a page' })).toMatchObject({
    name: 'deploy-unsupported',
  })
})
