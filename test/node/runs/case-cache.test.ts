// Cases that are read when they are drawn: what is kept, and that it changes nothing but how often a case is read.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isProblem, problem, type Problem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { parsePhantom, phantomCase, phantomNames, phantoms } from '../../../src/data/phantom.ts'
import { openCaseCache, type CaseCache } from '../../../src/node/runs/case-cache.ts'
import { beginRun, resumeRun, type NewRun } from '../../../src/node/runs/prepare.ts'
import { train, type TrainingOptions, type TrainingResult } from '../../../src/node/runs/training.ts'
import { chooseBackend } from '../../../src/node/tfjs-backend.ts'
import { niftiGz } from '../../support/nifti.ts'
import { asked, checkpointBytes, happened, sound } from '../../support/tiny-training.ts'
import { workspace } from '../../support/run-weft.ts'

const rules = [{ rule: 'zscore' }] as const
const dataset = { classes: ['background', 'ellipsoid 1', 'ellipsoid 2'] }

/** Of `count` phantoms of 512 voxels: 2560 bytes each, and 4 for each voxel of their ellipsoids once they are prepared. */
function cacheOf(count: number, limit: number): { readonly cache: CaseCache; readonly reads: string[] } {
  const settings = sound(parsePhantom(`phantom:cases=${count},extents=8x8x8`))
  const reads: string[] = []
  const readCase = async (name: string): ReturnType<CaseCache['read']> => {
    reads.push(name)
    await Promise.resolve()
    if (!phantomNames(settings).includes(name))
      return problem('case-unknown', { name, folder: '', suggestion: undefined })
    return phantomCase(settings, name)
  }
  return { cache: openCaseCache({ readCase }, limit), reads }
}

const [a, b, c] = ['phantom_001', 'phantom_002', 'phantom_003'] as const

describe('a cache of cases', () => {
  test('reads each case once where all fit, whether drawn from or looked at', async () => {
    const { cache, reads } = cacheOf(3, 1e6)
    for (const name of [a, b, c]) sound(await cache.read(name))
    for (const name of [a, b, a, b]) sound(await cache.prepare(name, { rules, dataset, pipeline: undefined }))
    for (const name of [c, c]) sound(await cache.read(name))
    expect(reads).toEqual([a, b, c])
    const [first] = sound(phantoms('phantom:cases=3,extents=8x8x8'))
    const { image } = sound(await cache.prepare(a, { rules, dataset, pipeline: undefined }))
    expect(image.data).not.toEqual(first?.image.data)
    expect(sound(await cache.read(c)).image.data).toEqual(
      sound(phantoms('phantom:cases=3,extents=8x8x8'))[2]?.image.data,
    )
  })

  test('keeps those that were drawn from last', async () => {
    // Room for two that are prepared.
    const { cache, reads } = cacheOf(3, 7500)
    for (const name of [a, b, a, c, a, b, a])
      sound(await cache.prepare(name, { rules, dataset, pipeline: undefined }))
    expect(reads).toEqual([a, b, c, b])
  })

  test('lets looking at cases push none out', async () => {
    const { cache, reads } = cacheOf(3, 7500)
    for (const name of [a, b]) sound(await cache.prepare(name, { rules, dataset, pipeline: undefined }))
    for (const name of [c, c]) sound(await cache.read(name))
    for (const name of [a, b]) sound(await cache.prepare(name, { rules, dataset, pipeline: undefined }))
    expect(reads).toEqual([a, b, c, c])
  })

  test('of nothing keeps nothing, and a case that cannot be read is said each time', async () => {
    const { cache, reads } = cacheOf(1, 0)
    for (const name of [a, a]) sound(await cache.prepare(name, { rules, dataset, pipeline: undefined }))
    for (const name of [b, b]) expect(await cache.read(name)).toMatchObject({ name: 'case-unknown' })
    expect(reads).toEqual([a, a, b, b])
  })
})

describe('a run', { timeout: 60_000 }, () => {
  const plain = { resume: false, checkpointEvery: 100, validationCases: 8 } as const

  /** Four cases of 1000 voxels in files. */
  function dataset(): string {
    const folder = workspace()
    for (const part of ['imagesTr', 'labelsTr']) mkdirSync(join(folder, part))
    const json = { channel_names: { 0: 'CT' }, labels: { background: 0, one: 1, two: 2 } }
    writeFileSync(join(folder, 'dataset.json'), JSON.stringify(json))
    for (const { name, image, labels } of sound(phantoms('phantom:cases=4,extents=10x10x10'))) {
      const spec = { dims: [10, 10, 10], sform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] }
      writeFileSync(
        join(folder, 'imagesTr', `${name}_0000.nii.gz`),
        niftiGz({ ...spec, values: [...image.data] }),
      )
      writeFileSync(
        join(folder, 'labelsTr', `${name}.nii.gz`),
        niftiGz({ ...spec, type: 'uint8', values: [...labels.data] }),
      )
    }
    return folder
  }

  async function begun(folder: string, more: Partial<NewRun>): ReturnType<typeof beginRun> {
    const backend = sound(await chooseBackend('wasm'))
    const run = asked(folder, backend, { recipe: 'small' })
    return beginRun({ ...run, validation: 1, instead: { epochs: 1, steps: 6 }, ...more }, {})
  }

  const trained = async (
    folder: string,
    more: Partial<NewRun>,
    options: Partial<TrainingOptions> = {},
  ): Promise<TrainingResult | Problem> => train(sound(await begun(folder, more)), { ...plain, ...options })

  test('learns the same bit for bit, however much of its cases is kept', async () => {
    const data = dataset()
    const folders = [undefined, 10_000].map((cacheBytes) => ({
      cacheBytes,
      folder: join(workspace(), 'run'),
    }))
    for (const { cacheBytes, folder } of folders)
      sound(await trained(folder, { data, ...(cacheBytes === undefined ? {} : { cacheBytes }) }))
    const [first, ...others] = folders.map(({ folder }) => folder)
    for (const folder of others) {
      expect(happened(folder)).toEqual(happened(first ?? ''))
      expect(checkpointBytes(folder).equals(checkpointBytes(first ?? ''))).toBe(true)
    }
  })

  test('whose case can no longer be read is saved, says so, and goes on when it is there again', async () => {
    const data = dataset()
    const [whole, folder] = [join(workspace(), 'run'), join(workspace(), 'run')]
    sound(await trained(whole, { data }))
    const [away, back] = [join(data, 'away'), join(data, 'imagesTr')]
    const broken = await trained(
      folder,
      { data, cacheBytes: 0 },
      { onStep: ({ step }) => (step === 3 ? renameSync(back, away) : undefined) },
    )
    expect(isProblem(broken) && broken.name).toBe('file-missing')
    renameSync(away, back)
    const backend = sound(await chooseBackend('wasm'))
    const task = sound(await resumeRun(folder, backend, { cacheBytes: 10_000 }, {}))
    expect(task.memory).toEqual({ caseBytes: 4 * 5000, cacheBytes: 10_000 })
    expect(sound(await train(task, { ...plain, resume: true }))).toMatchObject({ finished: true, step: 6 })
    expect(happened(folder)).toEqual(happened(whole))
    expect(checkpointBytes(folder).equals(checkpointBytes(whole))).toBe(true)
  })

  test('on cases that fit into no memory is refused before it begins', async () => {
    const folder = join(workspace(), 'run')
    const spec = `network Net { input image: [16, 8, 8, 8]  output logits = image -> conv(3, 1) }
train quick for Net { loss = dice  optimizer = sgd(lr = 1e-2) }
`
    const backend = sound(await chooseBackend('wasm'))
    const data = 'phantom:channels=16,extents=1024x1024x1024'
    // case-too-large
    const found = await beginRun({ ...asked(folder, backend, { spec }), data }, {})
    expect(found).toMatchObject({ name: 'case-too-large', parts: { name: 'phantom_001' } })
    expect(existsSync(folder)).toBe(false)
  })
})
