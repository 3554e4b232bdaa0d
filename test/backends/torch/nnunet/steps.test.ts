// A written trainer's steps: resumed, with scaled gradients, compiled, on two ranks, and nnU-Net's own trainer on the same network.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repository } from '../../../examples/compile-example.ts'
import { nnunetPython } from '../../../support/python.ts'
import { runWeft } from '../../../support/run-weft.ts'
import { runPeer } from '../package.ts'

const minute = 60_000

const plans = {
  dataset_name: 'Dataset901_Made',
  plans_name: 'nnUNetPlans',
  configurations: {
    '3d_fullres': {
      data_identifier: 'nnUNetPlans_3d_fullres',
      batch_size: 2,
      patch_size: [16, 16, 16],
      spacing: [1, 1, 1],
      normalization_schemes: ['ZScoreNormalization'],
      use_mask_for_norm: [false],
      batch_dice: true,
      architecture: { network_class_name: 'none', arch_kwargs: {}, _kw_requires_import: [] },
    },
  },
}
const dataset = {
  channel_names: { 0: 'MRI' },
  labels: { background: 0, one: 1, two: 2 },
  numTraining: 1,
  file_ending: '.nii.gz',
}
const spec = `import { E2ENet } from "./e2enet.weft"
import { NNUNet } from "./nnunet.weft"

train sparse for E2ENet(base = 4, pools = [[2, 2, 2] for i in 1..3], S = 80%, update_every = 2) {
  loss = dice(batch = true) + cross_entropy
  supervise = [logits: 1, ds[1]: 1/2]
  optimizer = sgd(lr = 1e-3, momentum = 0.9, nesterov = true, weight_decay = 1e-4)
  clip = 1
  steps = 50
  epochs = 2
}
train plain for NNUNet(base = 4, strides = [[1, 1, 1], ...[[2, 2, 2] for i in 1..2]]) {
  loss = dice + cross_entropy
  supervise = [logits: 1, ds[1]: 1/2]
  optimizer = sgd(lr = 1e-2)
}
`

describe.skipIf(nnunetPython === undefined)('a step of a written trainer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-nnunet-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  let report: Readonly<Record<string, unknown>> = {}

  beforeAll(() => {
    writeFileSync(join(folder, 'short.weft'), spec)
    for (const name of ['e2enet', 'nnunet'])
      cpSync(join(repository, 'examples', `${name}.weft`), join(folder, `${name}.weft`))
    const work = join(folder, 'work')
    mkdirSync(work)
    writeFileSync(join(work, 'dataset.json'), JSON.stringify(dataset))
    writeFileSync(join(folder, 'nnUNetPlans.json'), JSON.stringify(plans))
    const trainers = ['sparse', 'plain'].map((recipe) => {
      const given = ['--plans', 'nnUNetPlans.json', '--dataset', 'work/dataset.json']
      const options = ['--target', 'nnunet', '--recipe', recipe, '-o', recipe, ...given]
      const { status, stderr } = runWeft(['compile', 'short.weft', ...options], { cwd: folder })
      if (status !== 0) throw new Error(stderr)
      return join(folder, recipe)
    })
    // The sparse network has no configuration of nnU-Net's own trainer.
    writeFileSync(join(work, 'plans.json'), readFileSync(join(folder, 'plain', 'nnUNetPlans.json')))
    report = runPeer('nnunet_steps.py', work, ...trainers)[0] as typeof report
  }, 5 * minute)

  test('rewires the fusion, and goes on from nnU-Net’s checkpoint as if it had not stopped', () => {
    expect(report).toMatchObject({ rewired: true, resumed: true })
  })

  test('is the same with a gradient scaler, and none where its gradients overflow', () => {
    expect(report).toMatchObject({ scaled: true, overflowed: true })
  })

  test('is the same on two ranks, and on one with the same batch', () => {
    expect(report).toMatchObject({ ranks_agree: true, one_rank_agrees: true })
  })

  test('works compiled, where deep supervision is switched', () => {
    const [all, half] = [16, 8].map((extent) => [extent, extent, extent])
    expect(report).toMatchObject({ compiled: [[all, half], all], compiled_topology: true })
  })

  test('is one of nnU-Net’s own trainer where plans name the network', () => {
    expect(report['own_trainer']).toEqual(['Planned', [[1, 1, 1], [0.5, 0.5, 0.5]], true]) // prettier-ignore
  })

  test('is refused by a softmax where the dataset has regions', () => {
    expect(report['regions']).toContain('the dataset has regions, and the loss of NNUNet takes a softmax')
  })

  test('is refused where plans and dataset ask for another network, which the error says how to compile', () => {
    expect(report['refused']).toBe(
      'nnU-Net asks NNUNet for what it was not compiled for (patch: (16, 16, 32), not (16, 16, 16); outputs per voxel: 4, not 3). ' +
        "Compile it again: weft compile short.weft --target nnunet -o plain --recipe plain --set 'patch=[16, 16, 32]' --set 'classes=4'",
    )
  })
})
