// weft export plans: the architecture on the terminal, and a configuration in plans.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { plansFile } from '../nnunet/fixtures.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { projectRoot } from '../support/specs.ts'

const plans = readFileSync(plansFile('heart'), 'utf8')
const net = `import { NNUNet } from "std/nnunet"

network Wide(base: int = 48) = NNUNet(in_channels = 1, classes = 4, patch = [64, 64], strides = [[1, 1], [2, 2], [2, 2]], base = base)
`
const files = { 'net.weft': net, 'plans.json': plans }
const exporting = (cwd: string, ...args: readonly string[]): Outcome =>
  runWeft(['export', 'plans', 'net.weft', ...args], { cwd })

interface Written {
  readonly configurations: Readonly<Record<string, { readonly inherits_from?: string }>>
}

test('prints what stands in a configuration', () => {
  const { status, stdout, stderr } = exporting(workspace(files), '--set', 'base=16')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({
    architecture: { arch_kwargs: { features_per_stage: [16, 32, 64], n_conv_per_stage: [2, 2, 2] } },
  })
})

test('its help begins with a call that works on the example that comes along', () => {
  const [, call = ''] =
    /Examples:\n +weft (export plans \S+(?: --\S+ \S+)*)/.exec(runWeft(['export', '--help']).stdout) ?? []
  expect(runWeft(call.split(' '), { cwd: join(projectRoot, 'examples') })).toMatchObject({
    status: 0,
    stderr: '',
  })
})

describe('--into', () => {
  test('adds a configuration, which is imported again', () => {
    const cwd = workspace(files)
    const { status, stderr } = exporting(cwd, '--into', 'plans.json', '--configuration', '2d_wide')
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'wrote plans.json\n' })
    const { configurations } = JSON.parse(readFileSync(join(cwd, 'plans.json'), 'utf8')) as Written
    expect(Object.keys(configurations)).toEqual(['2d_wide', '2d', '3d_fullres'])
    expect(configurations['2d_wide']).toMatchObject({ inherits_from: '2d', patch_size: [64, 64] })
    const { stdout } = runWeft(['import', 'plans', 'plans.json', '-c', '2d_wide'], { cwd })
    writeFileSync(join(cwd, 'again.weft'), stdout)
    const cost = (...args: readonly string[]): string | undefined =>
      /^training .*/m.exec(runWeft(['cost', ...args], { cwd }).stdout)?.[0]
    expect(cost('again.weft', '--set', 'classes=4')).toBe(cost('net.weft'))
    expect(exporting(cwd, '--into', 'plans.json', '--configuration', '2d_wide').stderr).toContain(
      'error[WEFT979]',
    )
  })

  test('writes elsewhere, and refuses a parent that does not fit', () => {
    const cwd = workspace(files)
    const into = ['--into', 'plans.json', '--configuration', 'wide']
    expect(exporting(cwd, ...into, '-o', 'other.json').status).toBe(0)
    expect(readFileSync(join(cwd, 'plans.json'), 'utf8')).toBe(plans)
    expect(readFileSync(join(cwd, 'other.json'), 'utf8')).toContain('"wide"')
    const { status, stderr } = exporting(cwd, ...into, '--inherits-from', '3d_fullres')
    expect(status).toBe(1)
    expect(stderr).toContain('error[WEFT999]')
    expect(exporting(cwd, ...into, '--inherits-from', '3d').stderr).toContain('error[WEFT991]')
  })

  test('refuses plans of version 1, which nnU-Net could not read', () => {
    const cwd = workspace({ ...files, 'plans.pkl': '}.' })
    const { status, stderr } = exporting(cwd, '--into', 'plans.pkl', '--configuration', 'wide')
    expect(status).toBe(1)
    expect(stderr).toContain('error[WEFT993]')
  })

  test('asks for a name', () => {
    const { status, stderr } = exporting(workspace(files), '--into', 'plans.json')
    expect(status).toBe(1)
    expect(stderr).toContain('configuration')
  })
})

test('says where a network is none of nnU-Net’s', () => {
  const cwd = workspace({ 'net.weft': net.replace('NNUNet(', 'NNUNet(norm = group_norm(4), ') })
  const { status, stdout, stderr } = exporting(cwd)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain('error[WEFT994]')
  expect(stderr).toContain(
    '`encoder.level[0].ConvStage.ConvNormAct.group_norm` is `group_norm`, which none of those classes has',
  )
})
