// Pictures of two axes, from files to files, through a network that takes their channels by two inputs.
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countClasses, dice } from '../../../src/data/metrics.ts'
import { parsePhantom, phantomCase } from '../../../src/data/phantom.ts'
import { pngBytes } from '../../../src/data/picture.ts'
import { openDataset } from '../../../src/node/dataset-files.ts'
import { writePhantoms } from '../../../src/node/phantom-files.ts'
import { readPictureLabels } from '../../../src/node/picture-files.ts'
import { evaluateRun } from '../../../src/node/runs/evaluate.ts'
import { predictRun } from '../../../src/node/runs/predict.ts'
import { beginRun } from '../../../src/node/runs/prepare.ts'
import { train } from '../../../src/node/runs/training.ts'
import { said } from '../../support/datasets.ts'
import { asked, sound } from '../../support/tiny-training.ts'
import { wasm } from '../../support/trained-run.ts'

const networkOf = (channels: number): string => `
network Net(patch: [int] = [24, 32]) {
  input colours: [2, ...patch]
  input grey: [${channels}, ...patch]
  let fine = [colours, grey] -> concat -> conv(8, 3) -> instance_norm -> relu
  output logits = fine -> conv(8, 3) -> instance_norm -> relu -> conv(3, 1)
}
train quick for Net {
  loss = dice + cross_entropy
  optimizer = adam(lr = 1e-2)
  batch = 2
  steps = 50
  epochs = 1
}
`
const phantoms = 'phantom:cases=6,extents=30x41,channels=3'
const parent = realpathSync(mkdtempSync(join(tmpdir(), 'weft-test-')))
const [data, run] = [join(parent, 'data'), join(parent, 'run')]
afterAll(() => rmSync(parent, { recursive: true }))
beforeAll(async () => {
  sound(await writePhantoms(sound(parsePhantom(phantoms)), { folder: data, tests: 1 }))
})

describe('pictures', { timeout: 60_000 }, () => {
  test('of a dataset are those that were made up, red, green and blue in one file', async () => {
    expect(readdirSync(join(data, 'imagesTr'))).toContain('phantom_001_0000.png')
    expect(readdirSync(join(data, 'imagesTr'))).toHaveLength(6)
    const found = sound(await sound(openDataset(data)).readCase('phantom_002'))
    const made = phantomCase(sound(parsePhantom(phantoms)), 'phantom_002')
    expect(found.image).toEqual(made.image)
    expect(found.labels).toEqual(made.labels)
  })

  test('are learned, scored and predicted, each channel by the input that takes it', async () => {
    const backend = await wasm()
    const task = await beginRun({ ...asked(run, backend, { spec: networkOf(1) }), data }, {})
    sound(await train(sound(task), { resume: false, checkpointEvery: 50, validationCases: 1 }))
    const scored = sound(await evaluateRun(run, { backend, cases: 'all' }))
    expect(scored.mean.dice).toBeGreaterThan(0.7)
    expect(sound(await evaluateRun(run, { backend, data: phantoms })).means).toEqual(scored.means)
    const output = join(parent, 'predictions')
    const { cases, trained } = sound(
      await predictRun(run, { backend, input: join(data, 'imagesTs'), output }),
    )
    expect(cases.map(({ path }) => path)).toEqual([join(output, 'phantom_007.png')])
    const [ours, theirs] = [output, join(data, 'labelsTs')].map((folder) =>
      sound(readPictureLabels(join(folder, 'phantom_007.png'), 3)),
    )
    if (ours === undefined || theirs === undefined) throw new Error('no labels')
    const found = countClasses(ours.labels.data, theirs.labels.data, trained.run.description.dataset)
    expect(Math.min(...found.map((one) => dice(one) ?? 0))).toBeGreaterThan(0.6)
  })

  test('that a network takes otherwise are refused', async () => {
    const spec = networkOf(2)
    const found = await beginRun({ ...asked(join(parent, 'other'), await wasm(), { spec }), data }, {})
    expect(said(found)).toBe(
      'channels-differ: `Net` takes 4 channels (2 + 2), and the dataset has 3 (made-up 0, made-up 1, made-up 2)',
    )
  })

  test('of other channels, extents and labels are refused', async () => {
    const folder = join(parent, 'wrong')
    sound(await writePhantoms(sound(parsePhantom(phantoms)), { folder, tests: 0 }))
    const shape = { height: 30, width: 41, channels: 1 }
    const pixels = new Uint8Array(30 * 41)
    const image = join(folder, 'imagesTr', 'phantom_001_0000.png')
    const label = join(folder, 'labelsTr', 'phantom_002.png')
    const dataset = sound(openDataset(folder))
    const reading = async (name: string): Promise<string> =>
      said(await dataset.readCase(name), folder).replaceAll(/(?:images|labels)Tr\//g, '')
    writeFileSync(image, pngBytes(pixels, shape))
    expect(await reading('phantom_001')).toBe(
      'picture-channels: phantom_001_0000.png has 1 channel, and the dataset declares 3',
    )
    writeFileSync(label, pngBytes(new Uint8Array(3 * pixels.length), { ...shape, channels: 3 }))
    expect(await reading('phantom_002')).toBe(
      'picture-channels: phantom_002.png has 3 channels, and labels have 1',
    )
    writeFileSync(label, pngBytes(pixels, { ...shape, height: 41, width: 30 }))
    expect(await reading('phantom_002')).toBe(
      'geometry-differs: phantom_002.png has extents 41x30, and phantom_002_0000.png, of the same case, 30x41',
    )
    writeFileSync(label, pngBytes(pixels.fill(7), shape))
    expect(await reading('phantom_002')).toMatch(/^labels-undeclared: .* 7 in 1230 voxels$/)
  })
})
