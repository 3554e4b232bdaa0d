// weft compile --target nnunet: a folder for nnUNet_extTrainer, and what is refused. What nnU-Net does with it is in test/backends/torch/nnunet.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'

const net = `network Net(base: int = 4, patch: [int] = [8, 12], in_channels: int = 1, classes: int = 2) {
  input image: [in_channels, ...patch]
  let coarse = image -> conv(base, 3, stride = 2) -> relu
  aux output deep = coarse -> conv(classes, 1)
  output logits = coarse -> conv_transpose(base, 2, stride = 2) -> conv(classes, 1)
}

network Two {
  input t1: [1, 8, 8]
  input t2: [1, 8, 8]
  output logits = concat(t1, t2) -> conv(2, 3)
}

train slow for Net {
  loss = 0.5 * dice + cross_entropy(weights = [1, 3])
  supervise = [logits: 1, deep: 1/4]
  optimizer = adamw(lr = 2e-3)
  warmup = 2 epochs
  augment = [flip]
  clip = 1
  epochs = 9
}
`

const plans = `{
    "dataset_name": "Dataset901_Small",
    "configurations": {
        "2d": {
            "patch_size": [16, 24],
            "spacing": [1.0, 1.0],
            "normalization_schemes": ["ZScoreNormalization", "ZScoreNormalization"],
            "architecture": { "network_class_name": "unet.PlainConvUNet", "arch_kwargs": {}, "_kw_requires_import": [] }
        },
        "odd": { "inherits_from": "2d", "patch_size": [15, 24] }
    }
}
`
const dataset = JSON.stringify({
  channel_names: { 0: 'T1', 1: 'T2' },
  labels: { background: 0, left: 1, right: 2, ignore: 3 },
  numTraining: 1,
  file_ending: '.nii.gz',
})

const compiling = (cwd: string, ...args: readonly string[]): Outcome =>
  runWeft(['compile', 'net.weft', '--target', 'nnunet', ...args], { cwd })

function refused(cwd: string, code: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = compiling(cwd, ...args)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain(`error[${code}]`)
  return stderr
}

describe('a folder for nnU-Net', () => {
  test('is summed up: its files, the trainer, what it takes, what stays nnU-Net’s', () => {
    const cwd = workspace({ 'net.weft': net })
    const { status, stdout, stderr } = compiling(cwd, '--recipe', 'slow', '-o', 'ext')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('nnUNetTrainer_Net_slow.py')
    expect(stdout).toContain(`trainer  nnUNetTrainer_Net_slow, by the recipe slow
takes    1×8×12, gives 2 per voxel
of nnU-Net, not of the recipe: augment
`)
    expect(readdirSync(join(cwd, 'ext')).toSorted()).toEqual(
      ['README.md', 'nnUNetTrainer_Net_slow.py', 'weft_net_slow'].toSorted(),
    )
  })

  test('has what the recipe says, and of the rest nothing', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(compiling(cwd, '--recipe', 'slow', '-o', 'ext').status).toBe(0)
    const text = readFileSync(join(cwd, 'ext', 'nnUNetTrainer_Net_slow.py'), 'utf8')
    expect(text).toContain('OUTPUTS = [(8, 12), (4, 6)]\nWEIGHTS = [1, 0.25]\n')
    expect(text).toContain('self.num_epochs = 9\n')
    expect(text).not.toContain('self.num_iterations_per_epoch =')
    expect(text).not.toContain('batch_size')
    expect(text).toContain('clip_grad_norm_(self.network.parameters(), 1)')
    expect(text).toContain('self.rising = 2 * steps')
    expect(text).toContain('dice = 0.5 * self.dice(logits, target, loss_mask=mask)')
    expect(text).toContain('COMMAND = "weft compile net.weft --target nnunet -o ext --recipe slow"\n')
  })

  test('replaces an earlier one, whose network goes with it, and leaves a person’s own trainers', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(compiling(cwd, '--recipe', 'slow', '-o', 'ext').status).toBe(0)
    writeFileSync(join(cwd, 'ext', 'nnUNetTrainerMine.py'), 'from nnUNetTrainer_Net import *\n')
    expect(compiling(cwd, '-o', 'ext').status).toBe(0)
    expect(readdirSync(join(cwd, 'ext')).toSorted()).toEqual(
      ['README.md', 'nnUNetTrainerMine.py', 'nnUNetTrainer_Net.py', 'weft_net'].toSorted(),
    )
  })
})

test('an output of probabilities is told of, where no recipe has done so', () => {
  const probable = 'network P {\n  input image: [1, 8, 8]\n  output p = image -> conv(2, 3) -> softmax\n}\n'
  const cwd = workspace({ 'net.weft': probable })
  const { status, stdout, stderr } = compiling(cwd, '-o', 'ext')
  expect(status).toBe(0)
  expect(stdout).toContain('trainer  nnUNetTrainer_P, by nnU-Net’s own settings')
  expect(stderr).toContain('warning[WEFT625]: the output `p` ends in a softmax')
})

describe('for plans', () => {
  const files = { 'net.weft': net, 'pre/nnUNetPlans.json': plans, 'pre/dataset.json': dataset }
  const given = ['--plans', 'pre/nnUNetPlans.json', '-c', '2d', '-o', 'ext']

  test('the network gets their patch, and the channels and classes of the dataset', () => {
    const cwd = workspace(files)
    const { status, stdout, stderr } = compiling(cwd, '--network', 'Net', ...given)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain(`takes    2×16×24, gives 3 per voxel
plans    with the configuration 2d_net, for nnU-Net’s own trainer
`)
  })

  test('they get a configuration that names the network, and are otherwise as they were', () => {
    const cwd = workspace(files)
    expect(compiling(cwd, '--network', 'Net', ...given).status).toBe(0)
    const written = readFileSync(join(cwd, 'ext', 'nnUNetPlans.json'), 'utf8')
    expect(JSON.parse(written)).toMatchObject({
      configurations: {
        '2d_net': {
          inherits_from: '2d',
          architecture: {
            network_class_name: 'weft_net.planned.Planned',
            // Of the logits, of the deeper output, and of a last stage that has none.
            arch_kwargs: {
              strides: [
                [1, 1],
                [2, 2],
                [1, 1],
              ],
            },
            _kw_requires_import: [],
          },
        },
      },
    })
    const [head = '', tail = ''] = plans.split('"2d": {')
    expect(written.startsWith(head.trimEnd())).toBe(true)
    expect(written.endsWith(`"2d": {${tail}`)).toBe(true)
  })

  test('of version 1 are refused', () => {
    const cwd = workspace({ ...files, 'pre/plans.pkl': '}.' })
    const stderr = refused(cwd, 'WEFT993', '--network', 'Net', '--plans', 'pre/plans.pkl', '-o', 'ext')
    expect(stderr).toContain('as nnU-Net of version 1 wrote its plans')
  })

  test('a patch that the network cannot take is an error that says what it divides by', () => {
    const cwd = workspace(files)
    const stderr = refused(cwd, 'WEFT996', '--recipe', 'slow', ...given.with(3, 'odd'))
    expect(stderr).toContain(
      'does not become what `odd` asks for: an input of 2×15×24, 3 channels of the output',
    )
    expect(stderr).toContain('can be halved 0, 3 times')
  })
})

describe('what is refused', () => {
  test('a network that takes more than an image', () => {
    const cwd = workspace({ 'net.weft': net })
    const stderr = refused(cwd, 'WEFT997', '--network', 'Two', '-o', 'ext')
    expect(stderr).toContain('it has 2 inputs, and nnU-Net gives one image')
  })

  test('a network beside a recipe that has its own', () => {
    const cwd = workspace({ 'net.weft': net })
    const stderr = refused(cwd, 'WEFT998', '--network', 'Two', '--recipe', 'slow', '-o', 'ext')
    expect(stderr).toContain('--network Two is not the network of --recipe slow, which trains Net')
    expect(compiling(cwd, '--network', 'Net', '--recipe', 'slow', '-o', 'ext').status).toBe(0)
  })

  test('a folder that holds something else, and a recipe for another target', () => {
    const cwd = workspace({ 'net.weft': net })
    mkdirSync(join(cwd, 'mine'))
    writeFileSync(join(cwd, 'mine', 'README.md'), '# Mine\n')
    expect(refused(cwd, 'WEFT968', '-o', 'mine')).toContain('a README.md that Weft did not write')
    const { stderr } = runWeft(
      ['compile', 'net.weft', '--target', 'onnx', '--recipe', 'slow', '-o', 'net.onnx'],
      { cwd },
    )
    expect(stderr).toContain('--recipe is an option of --target nnunet, not of onnx')
    const alone = compiling(cwd, '-o', 'ext', '-c', '2d')
    expect(alone.stderr).toContain('--configuration goes with --plans')
  })
})
