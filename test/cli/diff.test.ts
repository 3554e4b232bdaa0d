// weft diff: sides, exit status, files, Git revisions.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { workspace } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { projectRoot, sound, validator } from '../support/specs.ts'

const wider = sound.replace('conv(base, 3)', 'conv(base, 5)')

test('two files: 0 where they are the same, 2 where they differ, 1 where one is wrong', () => {
  const cwd = workspace({ 'a.weft': sound, 'b.weft': wider, 'c.weft': 'network' })
  expect(runWeft(['diff', 'a.weft', 'a.weft'], { cwd })).toMatchObject({ status: 0, stderr: '' })
  const { status, stdout, stderr } = runWeft(['diff', 'a.weft', 'b.weft'], { cwd })
  expect({ status, stderr }).toEqual({ status: 2, stderr: '' })
  expect(stdout).toContain('kernel [3, 3] → [5, 5]')
  expect(runWeft(['diff', 'a.weft', 'c.weft'], { cwd })).toMatchObject({ status: 1, stdout: '' })
})

test('settings and networks of one file: B begins with what A is given', () => {
  const cwd = workspace({ 'net.weft': sound })
  const document = (...args: readonly string[]): unknown =>
    JSON.parse(runWeft(['diff', 'net.weft', '--json', ...args], { cwd }).stdout)
  const found = document('--set', 'base=2', '--against-set', 'base=3')
  expect(validator('weft-diff-1.schema.json')(found)).toBe('')
  expect(found).toMatchObject({
    a: { name: 'net.weft, base=2', arguments: { base: '2' } },
    b: { name: 'net.weft, base=3', arguments: { base: '3' } },
  })
  expect(document('--against-network', 'Wide')).toMatchObject({
    a: { network: 'Net' },
    b: { network: 'Wide' },
  })
})

test('training recipes are part of what differs; one with a mistake is left out and told', () => {
  const recipe = (rate: string): string =>
    `${sound}train quick for Net {\n  loss = dice\n  optimizer = sgd(lr = ${rate})\n}\n`
  const cwd = workspace({ 'a.weft': recipe('0.1'), 'b.weft': recipe('0.2'), 'c.weft': recipe('fast') })
  const { status, stdout, stderr } = runWeft(['diff', 'a.weft', 'b.weft'], { cwd })
  expect({ status, stderr }).toEqual({ status: 2, stderr: '' })
  expect(stdout).toContain('training recipe quick\n  ~ optimizer lr  0.1 → 0.2\n')
  const broken = runWeft(['diff', 'a.weft', 'c.weft'], { cwd })
  expect(broken.status).toBe(0)
  expect(broken.stderr).toContain('WEFT')
})

test('nothing to compare with is told', () => {
  const { status, stderr } = runWeft(['diff', 'net.weft'], { cwd: workspace({ 'net.weft': sound }) })
  expect(status).toBe(1)
  expect(stderr).toContain('say what to compare with')
})

test('a page and a map as files; the map loads a checkpoint', () => {
  const moved = sound.replace('conv(base, 3) -> relu', 'Stem(base)')
  const cwd = workspace({ 'a.weft': sound, 'b.weft': `block Stem(c: int) = conv(c, 3) -> relu\n${moved}` })
  const { status, stdout } = runWeft(['diff', 'a.weft', 'b.weft', '-o', 'diff.html', '--map', 'map.json'], {
    cwd,
  })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(readFileSync(join(cwd, 'diff.html'), 'utf8')).toMatch(/^<!doctype html>/)
  expect(runWeft(['weights', 'a.weft', '-o', 'a.safetensors'], { cwd }).status).toBe(0)
  const loaded = ['weights', 'b.weft', '--weights', 'a.safetensors']
  expect(runWeft(loaded, { cwd }).status).toBe(1)
  expect(runWeft([...loaded, '--rename', 'map.json'], { cwd })).toMatchObject({ status: 0, stderr: '' })
  expect(runWeft(['diff', 'a.weft', 'b.weft', '-o', 'a.weft', '--format', 'md'], { cwd }).stderr).toContain(
    'WEFT977',
  )
  expect(readFileSync(join(cwd, 'a.weft'), 'utf8')).toBe(sound)
})

function repository(): { readonly cwd: string; git(...args: readonly string[]): void } {
  const cwd = workspace()
  const git = (...args: readonly string[]): void => {
    const own = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false']
    const { status, stderr } = spawnSync('git', [...own, ...args], { cwd, encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
  git('init', '-q')
  return { cwd, git }
}

test('revisions, with what they import; the file need not be there today', () => {
  const { cwd, git } = repository()
  const uses =
    'import { Unit } from "unit.weft"\nnetwork Net {\n  input x: [1, 8, 8]\n  output y = x -> Unit(4)\n}\n'
  const unit = (kernel: number): string => `block Unit(c: int) = conv(c, ${kernel})\n`
  writeFileSync(join(cwd, 'net.weft'), uses)
  writeFileSync(join(cwd, 'unit.weft'), unit(3))
  git('add', '.')
  git('commit', '-qm', 'first')
  expect(runWeft(['diff', 'net.weft', '--from', 'HEAD'], { cwd })).toMatchObject({ status: 0, stderr: '' })
  writeFileSync(join(cwd, 'unit.weft'), unit(5))
  const { status, stdout } = runWeft(['diff', 'net.weft', '--from', 'HEAD'], { cwd })
  expect(status).toBe(2)
  expect(stdout).toContain('kernel [3, 3] → [5, 5]')
  expect(stdout).toContain('A Net  HEAD:net.weft')
  git('commit', '-qam', 'second')
  rmSync(join(cwd, 'net.weft'))
  expect(runWeft(['diff', 'net.weft', '--from', 'HEAD~1', '--to', 'HEAD'], { cwd }).status).toBe(2)
  expect(runWeft(['diff', 'net.weft', '--from', 'HEAD~1', '--to', 'HEAD~1'], { cwd }).status).toBe(0)
  const told = (...args: readonly string[]): string => runWeft(['diff', ...args], { cwd }).stderr
  expect(told('net.weft', '--from', 'nowhere')).toContain('WEFT819')
  expect(told('net.weft', '--from=--output=x')).toContain('WEFT819')
  expect(told('other.weft', '--from', 'HEAD')).toContain('there is no file HEAD:other.weft')
  expect(
    runWeft(['diff', 'a.weft', '--from', 'HEAD'], { cwd: workspace({ 'a.weft': sound }) }).stderr,
  ).toContain('WEFT818')
})

test('a mistake of a revision is told under its name', () => {
  const { cwd, git } = repository()
  writeFileSync(join(cwd, 'net.weft'), sound.replace('relu', 'relo'))
  git('add', '.')
  git('commit', '-qm', 'first')
  writeFileSync(join(cwd, 'net.weft'), sound)
  const { status, stderr } = runWeft(['diff', 'net.weft', '--from', 'HEAD'], { cwd })
  expect(status).toBe(1)
  expect(stderr).toContain('HEAD:net.weft:3:')
})

test('the screens of docs/review.md are what the command prints', () => {
  const page = readFileSync(join(projectRoot, 'docs', 'review.md'), 'utf8')
  const screens = [...page.matchAll(/^```console\n\$ weft (diff .*)\n([^]*?)^```$/gm)]
  expect(screens).toHaveLength(2)
  for (const [, command = '', output = ''] of screens)
    expect(runWeft(command.split(' '), { cwd: projectRoot }).stdout.trimEnd()).toBe(output.trimEnd())
})
