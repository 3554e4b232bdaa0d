// weft compile --target nnunet: a folder for nnUNet_extTrainer, and what is refused. What nnU-Net does with it is in test/backends/torch/nnunet.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runWeft, workspace, type Outcome } from '../support/run-weft.ts'

const net = `network Net(base: int = 4, patch: [int] = [8, 12]) {
  input image: [1, ...patch]
  let coarse = image -> conv(base, 3, stride = 2) -> relu
  aux output deep = coarse -> conv(2, 1)
  output logits = coarse -> conv_transpose(base, 2, stride = 2) -> conv(2, 1)
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

describe('what is refused', () => {
  test('a network that takes more than an image', () => {
    const cwd = workspace({ 'net.weft': net })
    const stderr = refused(cwd, 'WEFT997', '--network', 'Two', '-o', 'ext')
    expect(stderr).toContain('it has 2 inputs, and nnU-Net gives one image')
  })

  test('a network beside a recipe that has its own', () => {
    const cwd = workspace({ 'net.weft': net })
    const stderr = refused(cwd, 'WEFT998', '--network', 'Two', '--recipe', 'slow', '-o', 'ext')
    expect(stderr).toContain('--network Two and --recipe slow both choose a network')
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
  })
})
