// weft cost: reports, arguments from outside, budgets.
import { describe, expect, test } from 'vitest'
import { runWeft, workspace } from '../support/run-weft.ts'
import { example, sound, tooDear, validator } from '../support/specs.ts'

describe('cost', () => {
  test('prints a table', () => {
    const { status, stdout, stderr } = runWeft(['cost', 'net.weft'], {
      cwd: workspace({ 'net.weft': sound }),
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    // 4*9 + 4 and 2*4 + 2 parameters; 64*36 + 64*8 MACs.
    expect(stdout).toMatch(/training +50 +2\.82 K \(2,816\)/)
    expect(stdout).toContain('N×1×8×8')
  })

  test('of another network, with other arguments', () => {
    const cwd = workspace({ 'net.weft': sound })
    const parameters = (...args: readonly string[]): number => {
      const { stdout, stderr } = runWeft(['cost', 'net.weft', '--json', ...args], { cwd })
      if (stdout === '') throw new Error(stderr)
      return (JSON.parse(stdout) as { totals: { training: { parameters: number } } }).totals.training
        .parameters
    }
    expect(parameters('--network', 'Wide')).toBe(8 * 10 + 18)
    expect(parameters('--set', 'base=2')).toBe(2 * 10 + 6)
    expect(parameters('--set', 'base=2', '--set=base=3 + 1')).toBe(50)
  })

  test('several settings may follow one --set, wherever the file stands', () => {
    const cwd = workspace({
      'net.weft':
        'network N(a: int = 1, b: int = 1) {\n  input x: [a, 4]\n  output y = x -> conv(b, 1, bias = false)\n}\n',
    })
    for (const args of [
      ['net.weft', '--set', 'a=3', 'b=5'],
      ['--set', 'a=3', 'b=5', 'net.weft'],
    ]) {
      const { stdout } = runWeft(['cost', '--json', ...args], { cwd })
      expect(JSON.parse(stdout)).toMatchObject({
        arguments: { a: 3, b: 5 },
        totals: { training: { parameters: 15 } },
      })
    }
  })

  test('--json follows its schema', () => {
    const { stdout } = runWeft(['cost', example('e2enet'), '--json'])
    expect(validator('weft-cost-1.schema.json')(JSON.parse(stdout))).toBe('')
  })

  test('a broken budget still prints the report', () => {
    const { status, stdout, stderr } = runWeft(['cost', 'net.weft'], {
      cwd: workspace({ 'net.weft': tooDear }),
    })
    expect(status).toBe(2)
    expect(stdout).toContain('budget params(training) 50 of 10: broken')
    expect(stderr).toContain('error[WEFT601]')
  })

  test.each([
    [['--set', 'base'], 'WEFT814'],
    [['--set', 'bass=3'], 'did you mean `base`?'],
    [['--set', 'base=)'], 'error['],
    [['--network', 'Nett'], 'did you mean `Net`?'],
  ])('%j is an error without a report', (args, message) => {
    const { status, stdout, stderr } = runWeft(['cost', 'net.weft', ...args], {
      cwd: workspace({ 'net.weft': sound }),
    })
    expect(stderr).toContain(message)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})
