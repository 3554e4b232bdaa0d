// Outputs by sigmoids, from training to evaluation.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { parsePhantom, phantomCase } from '../../../src/data/phantom.ts'
import { countClasses, dice } from '../../../src/data/metrics.ts'
import { readLabels } from '../../../src/node/volume-files.ts'
import { evaluateRun } from '../../../src/node/runs/evaluate.ts'
import { predictRun } from '../../../src/node/runs/predict.ts'
import { beginRun } from '../../../src/node/runs/prepare.ts'
import { train } from '../../../src/node/runs/training.ts'
import { asked, historyOf, sound } from '../../support/tiny-training.ts'
import { said } from '../../support/datasets.ts'
import { niftiOf, wasm } from '../../support/trained-run.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const networkOf = (channels: number, loss: string): string => `
network Net(patch: [int] = [8, 16, 16]) {
  input image: [1, ...patch]
  let fine = image -> conv(8, 3) -> instance_norm -> relu
  output logits = fine -> conv(8, 3) -> instance_norm -> relu -> conv(${channels}, 1)
}
train quick for Net {
  loss = ${loss}
  optimizer = adam(lr = 1e-2)
  warmup = 3 steps
  ema = 0.8
  validate = ema
  batch = 2
  steps = 30
  epochs = 1
}
`

async function trained(spec: string, data: string): Promise<string> {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'weft-test-'))), 'run')
  folders.push(join(folder, '..'))
  const task = sound(await beginRun({ ...asked(folder, await wasm(), { spec }), data }, {}))
  sound(await train(task, { resume: false, checkpointEvery: 50, validationCases: 1 }))
  return folder
}

test('one channel tells two classes apart', { timeout: 60_000 }, async () => {
  const folder = await trained(
    networkOf(1, 'dice(sigmoid = true) + bce'),
    'phantom:cases=6,extents=10x18x18,classes=1',
  )
  const backend = await wasm()
  const { classes, mean } = sound(await evaluateRun(folder, { backend }))
  expect(classes).toEqual(['ellipsoid 1'])
  expect(mean.dice).toBeGreaterThan(0.7)
  // Both are by the averages of the weights, unless something else is said.
  const last = historyOf(folder).findLast(({ kind }) => kind === 'epoch')
  expect(last).toMatchObject({ meanDice: mean.dice })
  const unaveraged = sound(await evaluateRun(folder, { backend, ema: false }))
  expect(unaveraged.mean.dice).not.toBe(mean.dice)
})

const nested = 'phantom:cases=6,extents=10x18x18,classes=2,nested=1,unlabelled=0.2'

test(
  'regions are learned, written in their order and scored by themselves',
  { timeout: 60_000 },
  async () => {
    const folder = await trained(networkOf(2, 'dice(batch = true, sigmoid = true) + bce'), nested)
    const backend = await wasm()
    const scored = sound(await evaluateRun(folder, { backend }))
    expect(scored.classes).toEqual(['ellipsoid 1', 'ellipsoid 2'])
    expect(scored.mean.dice).toBeGreaterThan(0.7)
    // Nobody knows where a class ends in what is unlabelled.
    expect(scored.mean.hausdorff95).toBeNull()
    const [{ case: name, classes } = { case: '', classes: [] }] = scored.cases
    const one = phantomCase(sound(parsePhantom(nested)), name)
    const input = join(folder, '..', 'images')
    mkdirSync(input)
    writeFileSync(join(input, `${name}_0000.nii.gz`), niftiOf(one))
    const output = join(folder, '..', 'labels')
    const { trained: network, cases } = sound(await predictRun(folder, { backend, input, output }))
    const { dataset } = network.run.description
    const { labels } = sound(await readLabels(join(output, `${name}.nii.gz`), 3))
    expect(countClasses(labels.data, one.labels.data, dataset).map(dice)).toEqual(
      classes.map((own) => own.dice),
    )
    const [, whole = 0, core = 0] = cases[0]?.volumes ?? []
    expect([whole > core, core > 0]).toEqual([true, true])
    const other = await evaluateRun(folder, { backend, data: 'phantom:cases=2,extents=10x18x18' })
    expect(said(other)).toMatch(/^regions-differ: /)
  },
)

test('regions are refused by a softmax', async () => {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'weft-test-'))), 'run')
  folders.push(join(folder, '..'))
  const spec = networkOf(3, 'dice + cross_entropy')
  const found = await beginRun({ ...asked(folder, await wasm(), { spec }), data: nested }, {})
  expect(said(found)).toBe(
    'regions-by-softmax: the dataset has regions that share labels (ellipsoid 1, ellipsoid 2), and the loss takes a softmax, by which a voxel has one class',
  )
})
