// Outputs by sigmoids, from training to evaluation.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { evaluateRun } from '../../../src/node/runs/evaluate.ts'
import { beginRun } from '../../../src/node/runs/prepare.ts'
import { train } from '../../../src/node/runs/training.ts'
import { asked, sound } from '../../support/tiny-training.ts'
import { wasm } from '../../support/trained-run.ts'

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
  const { classes, mean } = sound(await evaluateRun(folder, { backend: await wasm() }))
  expect(classes).toEqual(['ellipsoid 1'])
  expect(mean.dice).toBeGreaterThan(0.8)
})
