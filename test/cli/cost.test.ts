// weft cost: reports, arguments from outside, budgets.
import { describe, expect, test } from 'vitest'
import { workspace } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
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

  test('--executed says beside it what the exported model runs, line by line, and goes with MACs alone', () => {
    const cwd = workspace({
      'net.weft': `network N {
  input x: [8, 8, 8]
  fusion f {
    node[0] {
      edge a = x
      fuse = concat -> conv(16, 3, bias = false)
    }
    sparsity 75% { granularity = block(outs = 8) }
  }
  output y = f[0] -> conv(4, 1, bias = false)
}
`,
    })
    const run = (...args: readonly string[]): ReturnType<typeof runWeft> =>
      runWeft(['cost', 'net.weft', '--executed', 'onnx', ...args], { cwd })
    // Of 8·16·9 weights a quarter, and all of 16·4; each meets 64 positions.
    const { stdout } = run('--by', 'line')
    expect(stdout).toMatch(/^inference, executed by onnx +352 +22\.53 K \(22,528\)$/m)
    expect(stdout).toMatch(/fuse = .* 18,432 +.* 6$/m)
    expect(run('--format', 'csv', '--by', 'line').stdout).toMatch(
      /,executed_macs\n(?:.*\n)*net\.weft:6,.*,18432\n/,
    )
    const document: unknown = JSON.parse(run('--json').stdout)
    expect(validator('weft-cost-1.schema.json')(document)).toBe('')
    expect(document).toMatchObject({
      executed: { target: 'onnx', weights: 352 },
      totals: { inference: { macs: 77_824, effectiveMacs: 22_528, executedMacs: 22_528 } },
    })
    // The graph model picks the 2 channels of each block by a product with those that there are.
    const web = runWeft(['cost', 'net.weft', '--executed', 'tfjs', '--json'], { cwd })
    const picked: unknown = JSON.parse(web.stdout)
    expect(validator('weft-cost-1.schema.json')(picked)).toBe('')
    expect(picked).toMatchObject({
      executed: { target: 'tfjs', weights: 352 },
      totals: { inference: { executedMacs: 22_528 + 2 * 64 * 8 * 2 } },
    })
    const { status, stderr } = run('--convention', 'fvcore')
    expect([status, stderr.includes('--executed counts MACs')]).toEqual([1, true])
  })

  test('--executed of a run goes by the masks of its checkpoint', () => {
    const cwd = workspace({
      'net.weft': `network N {
  input x: [1, 8, 8]
  fusion f {
    node[0] {
      edge a = x -> conv(8, 3, bias = false)
      fuse = concat -> conv(16, 3, bias = false) -> relu
    }
    sparsity 75% { granularity = block(outs = 8) }
  }
  output y = f[0] -> conv(2, 1, bias = false)
}
train short for N {
  loss = cross_entropy
  supervise = [y: 1]
  optimizer = sgd(lr = 1e-2)
  batch = 1
  steps = 1
  epochs = 1
}
`,
    })
    const weightsOf = (file: string): string | undefined =>
      /executed by onnx +(\d+)/.exec(runWeft(['cost', file, '--executed', 'onnx'], { cwd }).stdout)?.[1]
    const data = 'phantom:cases=2,extents=8x8,classes=1'
    runWeft(['train', 'net.weft', '--data', data, '--backend', 'cpu', '--seed', '5', '-o', 'run'], { cwd })
    // Two blocks of 8 kernels for each of 2 channels, and 32 of the last convolution; of the first, the 3 and 2 channels that they read.
    expect(['net.weft', 'run'].map(weightsOf)).toEqual(['347', '338'])
  })

  test('--convention counts as a tool does, in every format, and leaves MACs and budgets alone', () => {
    const cwd = workspace({ 'net.weft': tooDear })
    const run = (...args: readonly string[]): string =>
      runWeft(['cost', 'net.weft', '--convention', 'ptflops-aten', ...args], { cwd }).stdout
    // 2,816 MACs, and a bias for each of 4·64 and 2·64 outputs.
    expect(run()).toMatch(/^training +50 +3\.20 K \(3,200\)$/m)
    expect(run()).toContain("ptflops 0.7.5 with backend='aten'")
    expect(run('--format', 'md')).toContain('| training | 50 | 3.20 K (3,200) |')
    expect(run('--format', 'csv', '--by', 'operator')).toContain(
      'conv,0,,,50,50,2816,2816,50,50,2816,2816,ptflops-aten,3200,3200,3200,3200',
    )
    const document = JSON.parse(run('--json')) as object
    expect(document).toMatchObject({
      convention: { name: 'ptflops-aten', sparsity: 'ignored' },
      totals: { training: { macs: 2816, counted: 3200 } },
      budgets: [{ name: 'params(training)', kept: false }],
    })
    expect(validator('weft-cost-1.schema.json')(document)).toBe('')
  })

  test('--reconcile shows every convention and why they differ, in every format', () => {
    const run = (...args: readonly string[]): string =>
      runWeft(['cost', 'net.weft', '--reconcile', ...args], { cwd: workspace({ 'net.weft': sound }) }).stdout
    expect(run()).toMatch(/^flop +5,632 +5,632$/m)
    expect(run()).toContain('+   384  output elements of convolutions with bias')
    expect(run('--format', 'md')).toContain('| ptflops-aten (training) | 384 | output elements of')
    expect(run('--format', 'csv')).toContain('ptflops-aten,training,dense,conv.bias,1,384,384,')
    const document = JSON.parse(run('--json')) as { reconciliation: readonly { free: unknown }[] }
    expect(document.reconciliation[0]).toMatchObject({
      training: { dense: { total: 2816, differences: [] } },
    })
    expect(validator('weft-cost-1.schema.json')(document)).toBe('')
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
    [['--convention', 'ptflop-aten'], 'did you mean `ptflops-aten`?'],
    [['--convention', 'thop'], 'WEFT820'],
    [['--network', 'Nett'], 'did you mean `Net`?'],
  ])('%j is an error without a report', (args, message) => {
    const { status, stdout, stderr } = runWeft(['cost', 'net.weft', ...args], {
      cwd: workspace({ 'net.weft': sound }),
    })
    expect(stderr).toContain(message)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})

test('costs are polynomials in parameters, as text and as JSON', () => {
  const cwd = workspace({ 'net.weft': sound })
  const symbolic = (...more: string[]): ReturnType<typeof runWeft> =>
    runWeft(['cost', 'net.weft', '--symbolic', 'base=2..8:2', ...more], { cwd })
  const { status, stdout, stderr } = symbolic()
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain('at all values\n    12·base + 2\n')
  expect(stdout).toContain('at all values\n    704·base\n')
  const document = JSON.parse(symbolic('--json').stdout) as object
  expect(validator('weft-symbolic-1.schema.json')(document)).toBe('')
  expect(symbolic('--convention', 'fvcore')).toMatchObject({ status: 1, stdout: '' })
  expect(symbolic('-o', 'costs.csv').stderr).toContain('--symbolic gives totals in MACs')
  expect(symbolic('--by', 'line').stderr).toContain('--symbolic gives totals in MACs')
  expect(symbolic('--symbolic', '').stderr).toContain('say over which parameters')
  expect(symbolic('--set', 'base=3').stderr).toContain('WEFT928')
  expect(runWeft(['cost', 'net.weft', '--symbolic', 'bass'], { cwd }).stderr).toContain('WEFT950')
})
