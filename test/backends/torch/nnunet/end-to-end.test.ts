// Written trainers inside nnU-Net itself, on a few cases of a real dataset: planned, trained, stopped and gone on, predicted, packed.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repository } from '../../../examples/compile-example.ts'
import { runWeft } from '../../../support/run-weft.ts'
import { nnunetPython } from '../../../support/python.ts'
import { runPeer } from '../package.ts'

const minute = 60_000
const data = join(repository, '../shared/data/Dataset004_Hippocampus')
const hasData = existsSync(data)
if (!hasData) process.stderr.write(`no ${data}: training inside nnU-Net is skipped\n`)

/** nnU-Net's plan of the dataset has this patch; the networks are narrow, for speed. */
const extents = `classes = 3, base = 4, patch = [40, 56, 40]`
const strides = `strides = [[1, 1, 1], ...[[2, 2, 2] for i in 1..3]]`
const short = `optimizer = sgd(lr = 1e-2, momentum = 0.99, nesterov = true, weight_decay = 3e-5)
  steps = 2
  epochs = 2`
const spec = `import { E2ENet } from "./e2enet.weft"
import { NNUNet } from "./nnunet.weft"
import { ResEncUNet } from "./nnunet-resenc.weft"

train sparse for E2ENet(${extents}, pools = [[2, 2, 2] for i in 1..3], S = 80%, update_every = 1) {
  loss = dice(batch = true) + cross_entropy
  supervise = [logits: 1, ds[1]: 1/2]
  schedule = poly(power = 0.9)
  batch = 2
  ${short}
}
train plain for NNUNet(${extents}, ${strides}) {
  loss = dice + cross_entropy
  ${short}
}
train resenc for ResEncUNet(${extents}, ${strides}, blocks = [1, 2, 2, 2]) {
  loss = dice + cross_entropy
  warmup = 1 epochs
  clip = 1
  ${short}
}
`

/** What a recipe has no word for: how long nnU-Net validates, and how often it saves. */
const shorter = (name: string, base: string): string => `import os

import torch
from ${base} import ${base}


class ${name}(${base}):
    def __init__(self, plans, configuration, fold, dataset_json, device=torch.device("cuda")):
        super().__init__(plans, configuration, fold, dataset_json, device)
        self.num_val_iterations_per_epoch = 1
        self.save_every = 1

    def on_epoch_end(self):
        super().on_epoch_end()
        if str(self.current_epoch) == os.environ.get("STOP_AFTER"):
            raise KeyboardInterrupt
`

const trainers = [
  ['sparse', 'nnUNetTrainer_E2ENet_sparse', 'nnUNetTrainerSparse'],
  ['plain', 'nnUNetTrainer_NNUNet_plain', 'nnUNetTrainerPlain'],
  ['resenc', 'nnUNetTrainer_ResEncUNet_resenc', 'nnUNetTrainerResEnc'],
] as const

const fine = { same_extents: true, labels_known: true }

describe.skipIf(nnunetPython === undefined || !hasData)('nnU-Net trains by a written trainer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-nnunet-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  let report: Readonly<Record<string, unknown>> = {}

  beforeAll(() => {
    writeFileSync(join(folder, 'short.weft'), spec)
    for (const name of ['e2enet', 'nnunet', 'nnunet-resenc'])
      cpSync(join(repository, 'examples', `${name}.weft`), join(folder, `${name}.weft`))
    const folders = trainers.map(([recipe, base, name]) => {
      const out = join(folder, recipe)
      const options = ['--target', 'nnunet', '--recipe', recipe, '-o', out]
      const { status, stderr } = runWeft(['compile', 'short.weft', ...options], { cwd: folder })
      if (status !== 0) throw new Error(stderr)
      writeFileSync(join(out, `${name}.py`), shorter(name, base))
      return out
    })
    const work = join(folder, 'work')
    mkdirSync(work)
    report = runPeer('nnunet.py', work, data, ...folders)[0] as typeof report
  }, 10 * minute)

  test('a sparse one goes on where it was stopped, with its connections, and predicts', () => {
    expect(report['sparse']).toEqual({
      epochs: [1, 2],
      steps: [2, 4],
      kept: true,
      rewired: true,
      trainer: 'nnUNetTrainerSparse',
      prediction: fine,
      zip: true,
    })
  })

  test.each(['nnUNetTrainerPlain', 'nnUNetTrainerResEnc'])('%s trains and predicts', (name) => {
    expect(report[name]).toEqual({ epochs: 2, prediction: fine })
  })
})
