// weft fit: exit status, formats, the variant in the spec, nnU-Net's plans.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { example, sound, validator } from '../support/specs.ts'

const weft = (cwd: string, ...args: readonly string[]): Outcome => runWeft(args, { cwd })
const widest = ['--vary', 'base=2..40', '--within', 'params <= 200', '--maximize', 'params'] as const

test('exit status: 0 found, 2 nothing is within the limits, 1 no network or a wrong call', () => {
  const cwd = workspace({ 'net.weft': sound, 'odd.weft': sound.replace('network Wide', 'network Net') })
  const fit = (...args: string[]): Outcome => weft(cwd, 'fit', 'net.weft', ...args)
  const found = fit(...widest)
  expect(found).toMatchObject({ status: 0, stderr: '' })
  expect(found.stdout).toContain('best: base = 16')
  const none = fit('--vary', 'base=8,4', '--within', 'params <= 20', '--maximize', 'macs')
  expect(none).toMatchObject({ status: 2, stderr: '' })
  expect(none.stdout).toMatch(/no point is within all limits[^]*least at base = 4/)
  const impossible = fit('--vary', 'base=-1,-2', '--maximize', 'macs')
  expect(impossible.status).toBe(1)
  expect(impossible.stdout).toContain('no point has a network')
  expect(fit('--vary', 'base=1,2', '--maximize', 'macs').stdout).toContain('no limit was given')
  const wrong = (...args: string[]): string => {
    const { status, stdout, stderr } = fit(...args)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    return stderr
  }
  expect(wrong('--maximize', 'macs')).toContain('say what may vary')
  expect(wrong('--vary', 'base=1,2')).toContain('say what is wanted')
  expect(wrong('--vary', 'base=1,2', '--maximize', 'macs', '--minimize', 'params')).toContain('mutually')
  expect(wrong('--vary', 'base=1..', '--maximize', 'macs')).toContain('WEFT926')
  expect(wrong('--vary', 'base', '--maximize', 'macs')).toContain('write it as --vary base=32,48,64')
  expect(wrong('--vary', 'base[0]=1,2', '--maximize', 'macs')).toMatch(/WEFT947[^]*the parameter is 4/)
  expect(wrong('--vary', 'base=1,2', '--maximize', 'macs', '--within', 'macs <= 8GiB')).toContain('<budget')
  expect(weft(cwd, 'fit', 'odd.weft', ...widest)).toMatchObject({ status: 1, stdout: '' })
})

test('as JSON, and as arguments that the next command takes', () => {
  const cwd = workspace({ 'net.weft': sound })
  const { stdout } = weft(cwd, 'fit', 'net.weft', ...widest, '--json')
  const document = JSON.parse(stdout) as { best: { arguments: object; totals: object; settings: object } }
  expect(validator('weft-fit-1.schema.json')(document)).toBe('')
  expect(document.best).toMatchObject({
    arguments: { base: 16 },
    settings: { base: '16' },
    totals: { params: 194, macs: 64 * (16 * 9 + 32) },
  })
  const set = weft(cwd, 'fit', 'net.weft', ...widest, '--format', 'set').stdout
  expect(set).toBe('--set base=16\n')
  expect(weft(cwd, 'cost', 'net.weft', ...set.trim().split(' ')).stdout).toContain('194')
})

test('as a variant, in the spec itself or in a copy, once', () => {
  const cwd = workspace({ 'net.weft': `// A comment that stays.\n${sound}` })
  const fit = (...args: string[]): Outcome => weft(cwd, 'fit', 'net.weft', ...widest, ...args)
  const copied = fit('-o', 'copy.weft')
  expect(copied).toMatchObject({ status: 0, stdout: '', stderr: 'added network Fitted to copy.weft\n' })
  expect(readFileSync(join(cwd, 'net.weft'), 'utf8')).not.toContain('Fitted')
  const own = fit('--variant', 'Widest')
  expect(own).toMatchObject({ status: 0, stderr: 'added network Widest to net.weft\n' })
  const text = readFileSync(join(cwd, 'net.weft'), 'utf8')
  expect(text).toContain('// A comment that stays.')
  expect(text).toMatch(
    /\n\/\/\/ The most params within params.* <= 200, over base .*\nnetwork Widest = Net\(base = 16\)\n$/,
  )
  expect(weft(cwd, 'fmt', '--check', 'net.weft', 'copy.weft').status).toBe(0)
  expect(weft(cwd, 'cost', 'net.weft', '--network', 'Widest').stdout).toContain('194')
  expect(fit('--variant', 'Widest')).toMatchObject({ status: 1, stdout: '' })
  expect(fit('--variant', 'Widest').stderr).toContain('WEFT949')
  // A network `conv` would be what every `conv(…)` of the file means.
  for (const word of ['conv', 'network', 'half'])
    expect(fit('--variant', word)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(`\`${word}\` is a word of the language`) as string,
    })
  expect(fit('--variant', 'no-name').stderr).toContain('takes the name of a network')
  expect(readFileSync(join(cwd, 'net.weft'), 'utf8')).toBe(text)
})

test("as nnU-Net's plans, where these can name the network", () => {
  const cwd = workspace({ 'net.weft': sound })
  const plans = (file: string, ...args: string[]): Outcome =>
    weft(cwd, 'fit', file, '--maximize', 'params', '--format', 'plans', ...args)
  const { status, stdout } = plans(
    example('nnunet'),
    '--network',
    'NNUNet',
    '--vary',
    'base=8,16',
    '--set',
    'patch=[64, 64, 64]',
    '--within',
    'params <= 10M',
  )
  expect(status).toBe(0)
  const exported = weft(
    cwd,
    'export',
    'plans',
    example('nnunet'),
    '--network',
    'NNUNet',
    '--set',
    'base=8',
    '--set',
    'patch=[64, 64, 64]',
  )
  expect(stdout).toBe(exported.stdout)
  expect(plans('net.weft', '--vary', 'base=4,8')).toMatchObject({ status: 1, stdout: '' })
})

test('weft sweep takes elements of lists, and receptive fields', () => {
  const cwd = workspace({
    'net.weft': sound
      .replace('base: int', 'size: [int] = [8, 8], base: int')
      .replace('[1, 8, 8]', '[1, ...size]'),
  })
  const { stdout } = weft(
    cwd,
    'sweep',
    'net.weft',
    '--over',
    'size[1]=8,16',
    '--metric',
    'macs',
    '--metric',
    'receptive_field',
    '--json',
  )
  const { rows } = JSON.parse(stdout) as { rows: { given: object; arguments: object; values: object }[] }
  expect(validator('weft-sweep-1.schema.json')(JSON.parse(stdout))).toBe('')
  expect(rows.map(({ given, arguments: inForce, values }) => [given, inForce, values])).toEqual([
    [{ 'size[1]': '8' }, { size: [8, 8] }, { macs: 2816, receptive_field: 3 }],
    [{ 'size[1]': '16' }, { size: [8, 16] }, { macs: 5632, receptive_field: 3 }],
  ])
})
