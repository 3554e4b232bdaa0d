// weft import plans: a spec from nnU-Net's files, and what the command says where there is none.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { datasetFile, pickleOf, plansFile } from '../nnunet/fixtures.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'

const plans = readFileSync(plansFile('heart'), 'utf8')
const dataset = readFileSync(datasetFile('heart'), 'utf8')

const importing = (cwd: string, ...args: readonly string[]): Outcome =>
  runWeft(['import', 'plans', ...args], { cwd })

describe('a spec', () => {
  test('is written, is canonical, and can be costed', () => {
    const cwd = workspace({ 'plans.json': plans, 'dataset.json': dataset })
    expect(importing(cwd, 'plans.json', '-o', 'heart.weft')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'wrote heart.weft\n',
    })
    expect(runWeft(['fmt', '--check', 'heart.weft'], { cwd })).toEqual({ status: 0, stdout: '', stderr: '' })
    const { stdout } = runWeft(['cost', 'heart.weft', '--network', 'Heart3dFullres'], { cwd })
    expect(stdout).toContain('(44,579,608)  530.43 G (530,433,032,192)')
  })

  test('has the configurations that are asked for', () => {
    const cwd = workspace({ 'plans.json': plans, 'labels.json': dataset })
    const { status, stdout, stderr } = importing(cwd, 'plans.json', '-c', '2d', '--dataset', 'labels.json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.match(/^(network|train) \w+/gm)).toEqual(['network Heart2d', 'train heart_2d'])
    const both = importing(cwd, 'plans.json', '-c', '3d_fullres', '-c', '2d', '--dataset', 'labels.json')
    expect(both.stdout.match(/^network \w+/gm)).toEqual(['network Heart3dFullres', 'network Heart2d'])
  })

  test('leaves classes open where no description says how many there are', () => {
    const cwd = workspace({ 'plans.json': plans })
    const { status, stdout, stderr } = importing(cwd, 'plans.json')
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr:
        'no dataset.json is given or lies beside the plans: `classes` is left open, and there are no recipes\n',
    })
    writeFileSync(join(cwd, 'open.weft'), stdout)
    const { stdout: costs } = runWeft(['cost', 'open.weft', '--set', 'classes=4'], { cwd })
    expect(costs).toContain('(33,474,840)')
  })

  test('is made of a pickle of version 1, which says itself how many classes there are', () => {
    const cwd = workspace({})
    writeFileSync(join(cwd, 'nnUNetPlansv2.1_plans_3D.pkl'), pickleOf('v1-abdomen'))
    const { status, stdout, stderr } = importing(
      cwd,
      'nnUNetPlansv2.1_plans_3D.pkl',
      '-c',
      '3d_cascade_fullres',
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    writeFileSync(join(cwd, 'cascade.weft'), stdout)
    expect(runWeft(['cost', 'cascade.weft'], { cwd }).stdout).toContain('(31,180,928)')
  })
})

describe('refused', () => {
  const refused = (
    files: Readonly<Record<string, string>>,
    code: string,
    ...args: readonly string[]
  ): string => {
    const { status, stdout, stderr } = importing(workspace(files), ...args)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(`error[${code}]`)
    return stderr
  }

  test('a configuration that is not there', () => {
    const stderr = refused({ 'p.json': plans }, 'WEFT991', 'p.json', '-c', '3d_fulres')
    expect(stderr).toContain('did you mean `3d_fullres`?')
  })

  test('what is no plans', () => {
    expect(refused({ 'p.json': dataset }, 'WEFT990', 'p.json')).toContain('`configurations` is missing')
  })

  test('a parent that is not there, and a circle of parents', () => {
    const inheriting = (parents: Readonly<Record<string, string>>): string =>
      JSON.stringify({
        configurations: Object.fromEntries(
          Object.entries(parents).map(([name, parent]) => [name, { inherits_from: parent }]),
        ),
      })
    const absent = refused({ 'p.json': inheriting({ '3d_wide': '3d_wid' }) }, 'WEFT984', 'p.json')
    expect(absent).toContain('configuration `3d_wide` inherits from `3d_wid`, which is not there')
    const circle = refused({ 'p.json': inheriting({ a: 'b', b: 'a' }) }, 'WEFT984', 'p.json', '-c', 'a')
    expect(circle).toContain('configurations inherit in a circle: a -> b -> a')
    expect(circle).toContain('correct `inherits_from` in the file: the last parent inherits from none')
  })

  test('a number of stages that is none, once', () => {
    const half = plans.replace(/"n_stages": \d+/, '"n_stages": 7.5')
    const stderr = refused({ 'p.json': half }, 'WEFT992', 'p.json', '-c', '2d')
    expect(stderr).toContain('has `n_stages` = 7.5: it must be a whole number from 2')
    expect(stderr.match(/error\[/g)).toHaveLength(1)
  })

  test('a checkpoint in the place of plans', () => {
    expect(refused({ 'a.pth': 'PK\u0003\u0004' }, 'WEFT990', 'a.pth')).toContain(
      'it is a zip archive, as torch.save writes checkpoints; the plans of a trained model are plans.json',
    )
  })

  test('everything that has no counterpart, at once', () => {
    const custom = plans
      .replace('unet.PlainConvUNet', 'unet.Mine')
      .replace('torch.nn.LeakyReLU', 'torch.nn.Mish')
    const stderr = refused({ 'p.json': custom }, 'WEFT992', 'p.json')
    expect(stderr).toContain('configuration `2d` has `network_class_name`')
    const changed = plans.replaceAll('torch.nn.LeakyReLU', 'torch.nn.Mish')
    expect(refused({ 'p.json': changed }, 'WEFT992', 'p.json').match(/error\[WEFT992\]/g)).toHaveLength(2)
  })

  test('a pickle that is cut off', () => {
    const name = 'nnUNetPlansv2.1_plans_3D.pkl'
    expect(refused({ [name]: '}' }, 'WEFT990', name)).toContain('it ends in the middle of an operation')
  })

  test('a file that is not there, and a description that is not there', () => {
    expect(refused({}, 'WEFT801', 'p.json')).toContain('there is no file p.json')
    const stderr = refused({ 'p.json': plans }, 'WEFT801', 'p.json', '--dataset', 'd.json')
    expect(stderr).toContain('there is no file d.json')
  })
})
