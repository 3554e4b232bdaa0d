// A run that is gone on with is the one that was begun: whatever was changed or damaged since is found, named, and never silently learned from.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { isProblem, messageOf, type Problem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { readCheckpoint } from '../../../src/node/runs/checkpoint.ts'
import { beginRun, resumeRun } from '../../../src/node/runs/prepare.ts'
import { openTrained } from '../../../src/node/runs/trained.ts'
import type { TrainingTask } from '../../../src/node/runs/task.ts'
import { train, type TrainingResult } from '../../../src/node/runs/training.ts'
import { openSafetensors, writeSafetensors } from '../../../src/node/safetensors-file.ts'
import { chooseBackend, type ChosenBackend } from '../../../src/node/tfjs-backend.ts'
import { niftiBytes, niftiGz, type FileSpec } from '../../support/nifti.ts'
import { asked, checkpointBytes, happened, historyOf, sound, tinySpec } from '../../support/tiny-training.ts'
import { workspace } from '../../support/run-weft.ts'

let backend: ChosenBackend
beforeAll(async () => {
  backend = sound(await chooseBackend('wasm'))
})

/** What keeps a run from going on, or `goes on`. */
async function again(folder: string): Promise<string> {
  const found = await resumeRun(folder, backend, {}, {})
  return isProblem(found) ? `${found.name}: ${messageOf(found)}` : 'goes on'
}

function edit(path: string, change: (json: Record<string, unknown>) => void): void {
  const json = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  change(json)
  writeFileSync(path, JSON.stringify(json))
}

// ---------------------------------------------------------------- what decides what is learned

const cube = (change = -1): FileSpec => ({
  dims: [10, 10, 10],
  values: Array.from({ length: 1000 }, (_, k) => (k === change ? 1 : (k * 7) % 3)),
})

function dataset(): string {
  const folder = workspace()
  const json = {
    channel_names: { 0: 'T1' },
    labels: { background: 0, head: 1, tail: 2 },
    numTraining: 3,
    file_ending: '.nii.gz',
  }
  writeFileSync(join(folder, 'dataset.json'), JSON.stringify(json))
  for (const name of ['a', 'b', 'c'])
    for (const path of [`imagesTr/${name}_0000.nii.gz`, `labelsTr/${name}.nii.gz`]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), niftiGz(cube()))
    }
  return folder
}

async function begun(data: string): Promise<string> {
  const folder = join(workspace(), 'run')
  sound(await beginRun({ ...asked(folder, backend, { recipe: 'small' }), data, validation: 1 }, {}))
  return folder
}

describe('data', () => {
  test('of which one voxel or label was changed are refused by name; how they are packed or where they lie does not matter', async () => {
    const data = dataset()
    const folder = await begun(data)
    expect(await again(folder)).toBe('goes on')
    const image = join(data, 'imagesTr', 'b_0000.nii.gz')
    const digest = String.raw`SHA-256 [0-9a-f]{12}… there and SHA-256 [0-9a-f]{12}… here`
    writeFileSync(image, niftiGz(cube(500)))
    expect(await again(folder)).toMatch(new RegExp(`^run-differs: .* in the image of b, is ${digest}$`))
    const labels = join(data, 'labelsTr', 'c.nii.gz')
    // The same numbers, on voxels of another size.
    const apart: FileSpec = { ...cube(), sform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0] }
    for (const path of [labels, join(data, 'imagesTr', 'c_0000.nii.gz')]) writeFileSync(path, niftiGz(apart))
    writeFileSync(image, niftiGz(cube()))
    expect(await again(folder)).toMatch(/^run-differs: .* in the image of c, /)
    for (const path of [labels, join(data, 'imagesTr', 'c_0000.nii.gz')]) writeFileSync(path, niftiGz(cube()))
    // Not packed, under the ending of packed files.
    writeFileSync(image, niftiBytes(cube()))
    expect(await again(folder)).toBe('goes on')
    writeFileSync(labels, niftiGz(cube(501)))
    expect(await again(folder)).toMatch(new RegExp(`^run-differs: .* in the labels of c, is ${digest}$`))
    writeFileSync(labels, niftiGz(cube()))
    renameSync(data, `${data}-moved`)
    edit(join(folder, 'run.json'), (json) => (json['data'] = `${data}-moved`))
    expect(await again(folder)).toBe('goes on')
    renameSync(`${data}-moved`, data)
  })

  test('that change while a run goes on end it, with the state before the step', async () => {
    const data = dataset()
    const folder = join(workspace(), 'run')
    // Nothing is kept in memory: a case is read again for each patch.
    const run = { ...asked(folder, backend, { recipe: 'small' }), data, validation: 1, cacheBytes: 0 }
    const task = sound(await beginRun(run, {}))
    const onStep = ({ step }: { readonly step: number }): void => {
      const image = niftiGz(cube(500))
      if (step === 3)
        for (const name of ['a', 'b', 'c'])
          writeFileSync(join(data, 'imagesTr', `${name}_0000.nii.gz`), image)
    }
    const options = { resume: false, checkpointEvery: 50, validationCases: 1, onStep }
    expect(await train(task, options)).toMatchObject({ name: 'run-differs' })
    expect(sound(readCheckpoint(lastOf(folder), task.graph)).progress.step).toBe(3)
  })
})

describe('a description', () => {
  test('that was changed is refused, with what was changed', async () => {
    const folder = await begun(dataset())
    const path = join(folder, 'run.json')
    const text = readFileSync(path, 'utf8')
    const changes: readonly (readonly [field: string, value: unknown])[] = [
      ['seed', 2],
      ['normalisation', [{ rule: 'none' }]],
      ['split', { training: ['a'], validation: ['b', 'c'] }],
      ['arguments', { base: '3' }],
      ['instead', { epochs: 90 }],
      ['recipe', 'sparse'],
      ['orientation', 'nearest'],
      ['orientation', undefined],
      ['dataset', { name: 'x', channels: ['T1'], classes: ['background', 'tail', 'head'] }],
    ]
    for (const [field, value] of changes) {
      edit(path, (json) => (json[field] = value))
      const found = await again(folder)
      expect(found).toMatch(/^run-damaged: .*run\.json cannot be used: /)
      expect(found).toContain(`its \`${field}\` is not what the run began with (SHA-256 `)
      // What only uses the weights would use them wrongly.
      expect(openTrained(folder), field).toMatchObject({ name: 'run-damaged' })
      writeFileSync(path, text)
    }
    writeFileSync(join(folder, 'spec', 'net.weft'), tinySpec.replace('base: int = 8', 'base: int = 9'))
    expect(await again(folder)).toMatch(
      /^run-damaged: .*net\.weft cannot be used: its text is not what the run/,
    )
  })

  test('of an earlier version has weights to use, but is not gone on with', async () => {
    const folder = await begun(dataset())
    edit(join(folder, 'run.json'), (json) => delete json['digests'])
    expect(await again(folder)).toMatch(/^run-unverified: .* Weft 0 began it without digests/)
    expect(openTrained(folder)).toMatchObject({ name: 'checkpoint-missing' })
  })
})

// ---------------------------------------------------------------- checkpoints

const steps = { epochs: 1, steps: 6 } as const

/** Trains up to a step, with a checkpoint after every second one. */
async function trained(folder: string, until = Infinity): Promise<TrainingTask> {
  const run = { ...asked(folder, backend, { recipe: 'small' }), instead: steps }
  const task = sound(await beginRun(run, {}))
  sound(await goOn(task, { until }))
  return task
}

interface Watched {
  readonly until?: number
  readonly resume?: boolean
  onWarning?(found: Problem): void
}

function goOn(task: TrainingTask, { until, ...options }: Watched): Promise<TrainingResult | Problem> {
  const controller = new AbortController()
  return train(task, {
    resume: false,
    checkpointEvery: 2,
    validationCases: 2,
    signal: controller.signal,
    onStep: ({ step }) => (step === until ? controller.abort() : undefined),
    ...options,
  })
}

const lastOf = (folder: string): string => join(folder, 'checkpoint.safetensors')

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(path, bytes)
}

describe('checkpoints', { timeout: 60_000 }, () => {
  test('of which the last is damaged or gone give way to the one before it, aloud, and the run becomes the same', async () => {
    const whole = join(workspace(), 'run')
    await trained(whole)
    const damages: readonly ((path: string) => void)[] = [
      (path) => flip(path, readFileSync(path).length - 9),
      (path) => flip(path, readFileSync(path).indexOf('"step\\":5') + 9),
      (path) => writeFileSync(path, readFileSync(path).subarray(0, 1000)),
      rmSync,
    ]
    for (const damage of damages) {
      const folder = join(workspace(), 'run')
      const task = await trained(folder, 5)
      damage(lastOf(folder))
      const told: string[] = []
      const onWarning = (found: Problem): void => void told.push(messageOf(found))
      expect(sound(await goOn(task, { resume: true, onWarning }))).toMatchObject({ finished: true })
      // checkpoint-passed-over
      expect(told).toHaveLength(1)
      expect(told[0]).toMatch(/; the run goes on from the checkpoint before it, after step 4$/)
      expect(historyOf(folder).findLast((one) => one.kind === 'start')).toMatchObject({
        step: 4,
        notes: told,
      })
      expect(existsSync(join(folder, 'damaged.safetensors'))).toBe(damage !== rmSync)
      expect(happened(folder)).toEqual(happened(whole))
      expect(checkpointBytes(folder).equals(checkpointBytes(whole))).toBe(true)
    }
  })

  test('that are all damaged keep the run from going on, and from beginning again', async () => {
    const folder = join(workspace(), 'run')
    const task = await trained(folder, 5)
    for (const name of ['checkpoint.safetensors', 'previous.safetensors'])
      flip(join(folder, name), readFileSync(join(folder, name)).length - 9)
    const before = readdirSync(folder)
    expect(await goOn(task, { resume: true })).toMatchObject({
      name: 'run-damaged',
      parts: { path: lastOf(folder) },
    })
    expect(readdirSync(folder)).toEqual(before)
    // Without any there is nothing to lose but time, which is said.
    for (const name of ['checkpoint.safetensors', 'previous.safetensors']) rmSync(join(folder, name))
    const told: string[] = []
    await goOn(task, { resume: true, until: 1, onWarning: (found) => void told.push(messageOf(found)) })
    expect(told).toEqual([expect.stringMatching(/no last checkpoint yet; the run begins again$/)])
  })

  test('of another run, of steps that the run does not have and with masks that are none are damaged', async () => {
    const folder = join(workspace(), 'run')
    const task = await trained(folder, 3)
    rmSync(join(folder, 'previous.safetensors'))
    const file = sound(openSafetensors(lastOf(folder)))
    const tensors = [...file.entries].map(([name, { shape }]) => ({
      name,
      shape,
      numbers: sound(file.read(name)),
    }))
    const { metadata } = file
    file.close()
    /** Written by another program, which knows of no digests. */
    const write = (step: number, maskValue: number): void => {
      const stored = tensors.map(({ name, shape, numbers }) => {
        const odd = name.startsWith('mask/') ? numbers.map((one) => one * maskValue) : numbers
        return { name, shape, dtype: 'F32' as const, numbers: () => odd }
      })
      const progress = JSON.stringify({ step, bestDice: null, bestEpoch: null })
      const run = metadata.get('weft.run') ?? ''
      sound(
        writeSafetensors(
          lastOf(folder),
          stored,
          new Map([
            ['weft.progress', progress],
            ['weft.run', run],
          ]),
        ) ?? 0,
      )
    }
    const reason = async (): Promise<unknown> => {
      const found = await goOn(task, { resume: true })
      return isProblem(found) ? new Map<string, unknown>(Object.entries(found.parts)).get('reason') : found
    }
    write(2 ** 53 - 1, 1)
    expect(await reason()).toBe('it says step 9007199254740991, and the run has 6')
    write(3, 7.5)
    expect(await reason()).toMatch(/^its mask\/\S+ holds 7\.5, and masks hold 0 and 1 only$/)
    expect(readCheckpoint(lastOf(folder), task.graph)).toMatchObject({ name: 'run-damaged' })

    const other = join(workspace(), 'run')
    const run = { ...asked(other, backend, { recipe: 'small' }), instead: steps, seed: 2 }
    sound(await goOn(sound(await beginRun(run, {})), { until: 2 }))
    writeFileSync(lastOf(folder), readFileSync(lastOf(other)))
    expect(await reason()).toBe('it belongs to another run')
  })
})
