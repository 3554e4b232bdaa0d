// weft memory: totals, causes, and extents that are left free.
import { expect, test } from 'vitest'
import { runWeft, workspace } from '../support/run-weft.ts'
import { sound } from '../support/specs.ts'

test('prints what training and inference hold, by cause', () => {
  const cwd = workspace({ 'net.weft': sound })
  const { status, stdout, stderr } = runWeft(['memory', 'net.weft'], { cwd })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^weights +\S+ \S+ +\S+ \S+$/m)
  expect(stdout).toContain('kept for the backward pass')
})

test('twice the batch holds more, and Adam one number more per weight than momentum', () => {
  const cwd = workspace({ 'net.weft': sound })
  const total = (...args: readonly string[]): string =>
    /^total.*$/m.exec(runWeft(['memory', 'net.weft', ...args], { cwd }).stdout)?.[0] ?? ''
  expect(total('--batch', '2')).not.toBe(total())
  expect(total('--optimizer', 'adam')).not.toBe(total())
})

test('free extents have no number', () => {
  const free = 'network N { input image: [1, dim("H", multiple = 8), 16]\n output y = image -> conv(2, 3) }\n'
  const { status, stderr } = runWeft(['memory', 'n.weft'], { cwd: workspace({ 'n.weft': free }) })
  expect(status).toBe(1)
  expect(stderr).toContain('WEFT822')
})
