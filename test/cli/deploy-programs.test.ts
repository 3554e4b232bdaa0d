// weft deploy as programs: each gives the label map of `weft predict`, byte by byte, and says what is wrong with a case. Richer models, with
// resampling, regions, slices and turned axes, are in test/node/models/parity.test.ts.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { repository } from '../examples/compile-example.ts'
import { deployedPython } from '../support/python.ts'
import { runWeft, workspace, type Outcome } from '../support/run-weft.ts'

const tiny = join(repository, 'test/node/models/tiny')

/** The model, deployed as `deployed`, with what `weft predict` finds. */
function deployed(target: string): string {
  const cwd = workspace()
  cpSync(tiny, cwd, { recursive: true })
  for (const args of [
    ['import', 'model', 'model', '-o', 'out'],
    ['predict', 'out', '-i', 'images', '-o', 'expected'],
    ['deploy', 'out', '--target', target, '-o', 'deployed'],
  ])
    expect(runWeft(args, { cwd })).toMatchObject({ status: 0 })
  return cwd
}

const unpacked = (path: string): Buffer => gunzipSync(readFileSync(path))

function expectAlike(cwd: string, found: string): void {
  const [own, expected] = [join(cwd, found, 'case.nii.gz'), join(cwd, 'expected/case.nii.gz')].map(unpacked)
  expect(own?.equals(expected ?? Buffer.of())).toBe(true)
}

test('a page alone is served', () => {
  const { status, stderr } = runWeft(['deploy', 'out', '--target', 'python', '--serve', '-o', 'x'])
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('--target site') as string,
  })
})

describe.skipIf(deployedPython === undefined)('a program in Python', () => {
  const running = (cwd: string, ...args: readonly string[]): Outcome =>
    spawnSync(deployedPython ?? '', ['deployed/segment.py', ...args, '--threads', '1'], {
      cwd,
      encoding: 'utf8',
    })

  test('labels as weft predict does, and tells of cases that cannot be segmented', () => {
    const cwd = deployed('python')
    expect(readdirSync(join(cwd, 'deployed')).toSorted()).toEqual([
      'fold_0.onnx',
      'pipeline.json',
      'segment.py',
    ])
    cpSync(join(cwd, 'images/case_0000.nii.gz'), join(cwd, 'images/cut_0000.nii.gz'))
    const whole = readFileSync(join(cwd, 'images/case_0000.nii.gz'))
    writeFileSync(join(cwd, 'images/cut_0000.nii.gz'), whole.subarray(0, whole.length / 2))
    const { status, stdout, stderr } = running(cwd, '-i', 'images', '-o', 'found')
    expect({ status, stdout }).toEqual({ status: 1, stdout: `wrote ${join('found', 'case.nii.gz')}\n` })
    expect(stderr).toMatch(/^cut: /)
    expectAlike(cwd, 'found')
    expect(readdirSync(join(cwd, 'found'))).toEqual(['case.nii.gz'])
  })

  const ruff = join(dirname(deployedPython ?? ''), 'ruff')
  test.skipIf(!existsSync(ruff))('is written as ruff formats', () => {
    const file = join(repository, 'src/deployed/python/segment.py')
    const { status, stdout } = spawnSync(ruff, ['format', '--no-cache', '--diff', file], { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    expect(spawnSync(ruff, ['check', '--no-cache', '--select', 'E4,E7,E9,F,I,UP,B,ANN', '--ignore', 'ANN401', file], { encoding: 'utf8' }).stdout).toContain('All checks passed') // prettier-ignore
  })
})
