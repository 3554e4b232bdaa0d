// A written trainer inside nnU-Net on slices, with regions and a label to ignore: what the volumes beside this file do not have.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { repository } from '../../../examples/compile-example.ts'
import { nnunetPython } from '../../../support/python.ts'
import { runWeft } from '../../../support/run-weft.ts'
import { runPeer } from '../package.ts'

const minute = 60_000

/** Of the extents that nnU-Net plans for the dataset that is made up, with two regions. */
const spec = `import { NNUNet } from "./nnunet.weft"

train slices for NNUNet(classes = 2, base = 4, patch = [48, 48], strides = [[1, 1], ...[[2, 2] for i in 1..3]]) {
  loss = dice(batch = true, sigmoid = true) + bce
  optimizer = sgd(lr = 1e-2, momentum = 0.99, nesterov = true, weight_decay = 3e-5)
  batch = 2
  steps = 2
  epochs = 2
}
`

/** What a recipe has no word for: how long nnU-Net validates. */
const shorter = `import torch
from nnUNetTrainer_NNUNet_slices import nnUNetTrainer_NNUNet_slices


class nnUNetTrainerSlices(nnUNetTrainer_NNUNet_slices):
    def __init__(self, plans, configuration, fold, dataset_json, device=torch.device("cuda")):
        super().__init__(plans, configuration, fold, dataset_json, device)
        self.num_val_iterations_per_epoch = 1
`

const folder = mkdtempSync(join(tmpdir(), 'weft-nnunet-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.skipIf(nnunetPython === undefined)(
  'slices with regions and a label to ignore are trained on, validated and predicted',
  () => {
    writeFileSync(join(folder, 'slices.weft'), spec)
    cpSync(join(repository, 'examples/nnunet.weft'), join(folder, 'nnunet.weft'))
    const [out, work] = [join(folder, 'trainers'), join(folder, 'work')]
    const options = ['--target', 'nnunet', '--recipe', 'slices', '-o', out]
    const { status, stderr } = runWeft(['compile', 'slices.weft', ...options], { cwd: folder })
    expect([status, stderr]).toEqual([0, ''])
    writeFileSync(join(out, 'nnUNetTrainerSlices.py'), shorter)
    mkdirSync(work)
    expect(runPeer('nnunet_slices.py', work, out)).toEqual([
      {
        finite_losses: [true, true],
        regions: ['(1, 2)', '(2,)'],
        prediction: { same_extents: true, labels_known: true },
      },
    ])
  },
  10 * minute,
)
