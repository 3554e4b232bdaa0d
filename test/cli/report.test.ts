// weft report: what it writes where, what it compares with, and what it refuses.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { workspace } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { example, sound, tooDear, validator } from '../support/specs.ts'

interface Parts {
  readonly cost: unknown
  readonly memory: unknown
  readonly comparisons: readonly unknown[]
  readonly contenders: readonly {
    readonly name: string
    readonly network: string
    readonly parameters: number
  }[]
  readonly sources: readonly { readonly sha256: string }[]
}

describe('report', () => {
  test('writes a page beside the reader unless told where, the same bytes each time', () => {
    const cwd = workspace({ 'net.weft': sound })
    expect(runWeft(['report', 'net.weft'], { cwd })).toMatchObject({
      status: 0,
      stdout: '',
      stderr: 'wrote report.html\n',
    })
    const page = readFileSync(join(cwd, 'report.html'), 'utf8')
    expect(page).toMatch(/^<!doctype html>/)
    runWeft(['report', 'net.weft', '--out', 'again.html'], { cwd })
    expect(readFileSync(join(cwd, 'again.html'), 'utf8')).toBe(page)
  })

  test('prints Markdown with the numbers of `weft cost`', () => {
    const { status, stdout } = runWeft(['report', 'net.weft', '--format', 'md'], {
      cwd: workspace({ 'net.weft': sound }),
    })
    expect(status).toBe(0)
    // 50 parameters and 2816 MACs.
    expect(stdout).toContain('# Net(base = 4)\n')
    expect(stdout).toMatch(/^\| parameters \| 50 \| 50 \|$/m)
    expect(stdout).toMatch(/^\| MACs \| 2\.82 K \(2,816\) \| 2\.82 K \(2,816\) \|$/m)
    expect(stdout).toMatch(/^\| net\.weft:3 \| 50 \| 2,816 \| 100\.0 % \|/m)
    expect(stdout).toMatch(
      /50 parameters, 2,816 MACs at inference .* from net\.weft \(SHA-256 [0-9a-f]{16}\)\./,
    )
  })

  test('--executed says what the exported model multiplies, in text and on the page', () => {
    const cwd = workspace({ 'net.weft': sound })
    const { stdout } = runWeft(['report', 'net.weft', '--format', 'md', '--executed', 'onnx'], { cwd })
    expect(stdout).toMatch(/^\| MACs, executed by onnx \| – \| 2\.82 K \(2,816\) \|$/m)
    runWeft(['report', 'net.weft', '--executed', 'tfjs'], { cwd })
    expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toContain('>executed by tfjs</th>')
    const { status, stderr } = runWeft(
      ['report', 'net.weft', '--executed', 'onnx', '--convention', 'fvcore'],
      { cwd },
    )
    expect([status, stderr.includes('--executed counts MACs')]).toEqual([1, true])
  })

  test('JSON follows its schema, and each part its own', () => {
    const cwd = workspace({})
    const others = ['--against', '#E2ENetNoDSFF', '--against', `${example('nnunet')}#NNUNet(base = 16)`]
    runWeft(['report', example('e2enet'), ...others, '-o', 'e2enet.json'], { cwd })
    const document = JSON.parse(readFileSync(join(cwd, 'e2enet.json'), 'utf8')) as Parts
    expect(validator('weft-report-1.schema.json')(document)).toBe('')
    expect(validator('weft-cost-1.schema.json')(document.cost)).toBe('')
    expect(validator('weft-memory-1.schema.json')(document.memory)).toBe('')
    for (const one of document.comparisons) expect(validator('weft-diff-1.schema.json')(one)).toBe('')
    expect(document.contenders.map((one) => one.network)).toEqual(['E2ENet', 'E2ENetNoDSFF', 'NNUNet'])
    expect(document.contenders[2]?.name).toBe(`${example('nnunet')}#NNUNet, base=16`)
    const narrow = runWeft(['cost', example('nnunet'), '--network', 'NNUNet', '--set', 'base=16', '--json'], {
      cwd: workspace({}),
    })
    const { totals } = JSON.parse(narrow.stdout) as { totals: { training: { parameters: number } } }
    expect(document.contenders[2]?.parameters).toBe(totals.training.parameters)
  })

  test('shows what the spec says was measured, and of which arguments', () => {
    const { stdout } = runWeft(
      ['report', example('hippocampus'), '--network', 'Plain', '--set', 'base=8', '--format', 'md'],
      {
        cwd: workspace({}),
      },
    )
    expect(stdout).toMatch(
      /^\| plain: dice \| 0\.8615 \| its defaults \| other arguments \| .*hippocampus\.weft:\d+ \|$/m,
    )
    const { stdout: own } = runWeft(
      ['report', example('hippocampus'), '--network', 'Plain', '--format', 'md'],
      {
        cwd: workspace({}),
      },
    )
    expect(own).toMatch(/^\| plain: dice \| 0\.8615 \| its defaults \| yes \|/m)
  })

  test('what was measured of a network of another file is not said of one that has its name', () => {
    const base = sound.replace('network Net', 'network Base').replace('network Wide = Net(base = 8)', '')
    const own = `import { Base as Other } from "./base.weft"
${base}
results paper for Other { acc = 99% }
results mine for Base { acc = 91% at base = 2 + 2 }
`
    const cwd = workspace({ 'base.weft': base, 'own.weft': own })
    const { stdout, stderr } = runWeft(['report', 'own.weft', '--format', 'md'], { cwd })
    expect(stderr).toBe('')
    expect(stdout).toContain('| mine: acc | 0.91 | base = 4 | yes |')
    expect(stdout).not.toContain('0.99')
    const swept = runWeft(['sweep', 'own.weft', '--over', 'base=2,4', '--format', 'csv'], { cwd })
    expect(swept.stdout).toContain('0.91')
    expect(swept.stdout).not.toContain('0.99')
  })

  test('says where only the training differs', () => {
    const recipe = (lr: string): string => `${sound}
train quick for Net {
  loss = dice
  optimizer = sgd(lr = ${lr})
  steps = 2
}
`
    const cwd = workspace({ 'fast.weft': recipe('1e-2'), 'slow.weft': recipe('1e-3') })
    const against = ['report', 'fast.weft', '--against', 'slow.weft']
    const { stdout } = runWeft([...against, '--format', 'md'], { cwd })
    expect(stdout).toContain('- training recipe quick (1)')
    runWeft([...against, '-o', 'x.html'], { cwd })
    const page = readFileSync(join(cwd, 'x.html'), 'utf8')
    expect(page).toMatch(/: 1 difference<\/summary>/)
    expect(page).toContain('<h3>training recipe quick</h3>')
  })

  test('a broken budget is 2, and the report is there', () => {
    const cwd = workspace({ 'dear.weft': tooDear })
    const { status, stderr } = runWeft(['report', 'dear.weft', '-o', 'dear.md'], { cwd })
    expect(status).toBe(2)
    expect(stderr).toContain('wrote dear.md')
    expect(readFileSync(join(cwd, 'dear.md'), 'utf8')).toMatch(
      /^\| params\(training\) \| 50 \| 10 \| -40 \(-400\.0 %\) \| broken \| dear\.weft:3 \|$/m,
    )
  })

  test('without numbers for every extent there is no memory, and the rest is there', () => {
    const text = 'network N {\n  input x: [1, dim("H", multiple = 2)]\n  output y = x -> conv(2, 3)\n}\n'
    const { status, stdout } = runWeft(['report', 'free.weft', '--json'], {
      cwd: workspace({ 'free.weft': text }),
    })
    const document = JSON.parse(stdout) as Parts
    expect({ status, memory: document.memory }).toEqual({ status: 0, memory: null })
    expect(validator('weft-report-1.schema.json')(document)).toBe('')
  })

  test.each([
    ['#Net(8)', /malformed-against|WEFT995/],
    ['', /WEFT995/],
    ['#Net(base = )', /WEFT995/],
    ['#Nett', /declares no network `Nett`/],
    ['gone.weft', /gone\.weft/],
  ])('refuses --against %j', (against, message) => {
    const cwd = workspace({ 'net.weft': sound })
    const { status, stdout, stderr } = runWeft(['report', 'net.weft', '--against', against], { cwd })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(message)
    expect(existsSync(join(cwd, 'report.html'))).toBe(false)
  })

  test('writes what the name ends with, or nothing; - is the terminal', () => {
    const cwd = workspace({ 'net.weft': sound })
    for (const command of [
      ['report', 'net.weft'],
      ['diff', 'net.weft', '--against-set', 'base=8'],
      ['sweep', 'net.weft', '--over', 'base=2,4'],
      ['graph', 'net.weft'],
    ]) {
      const { status, stderr } = runWeft([...command, '-o', 'x.pdf'], { cwd })
      expect({ status, stderr }).toMatchObject({ status: 1 })
      expect(stderr).toContain('error[WEFT955]: the name x.pdf does not say in which format to write')
      const printed = runWeft([...command, '-o', '-'], { cwd })
      expect(printed.stdout.length).toBeGreaterThan(20)
      expect(printed.stderr).not.toContain('wrote')
    }
    expect(existsSync(join(cwd, 'x.pdf'))).toBe(false)
  })

  test('a budget that another network breaks is its own affair', () => {
    const cwd = workspace({ 'net.weft': sound, 'dear.weft': tooDear })
    const { status, stderr } = runWeft(
      ['report', 'net.weft', '--against', 'dear.weft', '--json', '-o', 'x.json'],
      { cwd },
    )
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'dear.weft breaks a budget of its own; `weft check` says which\nwrote x.json\n',
    })
  })

  test('bytes that are too many to be exact are an error, of memory and of reports', () => {
    const text = 'network N {\n  input x: [1, 2000000, 1000000]\n  output y = x -> relu -> sigmoid\n}\n'
    const cwd = workspace({ 'vast.weft': text })
    for (const command of ['memory', 'report']) {
      const { status, stderr } = runWeft([command, 'vast.weft', '--batch', '4096'], { cwd })
      expect({ command, status }).toEqual({ command, status: 1 })
      expect(stderr).toContain('error[WEFT701]')
    }
  })

  test('a # may be in a folder and in an argument', () => {
    const cwd = workspace({ 'a#1/net.weft': sound, 'net.weft': sound })
    for (const against of ['a#1/net.weft', 'a#1/net.weft#Wide', '#Net(base = 8)']) {
      const { status, stderr } = runWeft(['report', 'net.weft', '--against', against, '-o', 'x.md'], { cwd })
      expect({ against, status, stderr }).toEqual({ against, status: 0, stderr: 'wrote x.md\n' })
    }
  })

  test('never writes over a spec', () => {
    const cwd = workspace({ 'net.weft': sound, 'other.weft': sound })
    for (const out of ['net.weft', 'other.weft']) {
      const args = ['report', 'net.weft', '--against', 'other.weft', '--format', 'md', '-o', out]
      const { status, stderr } = runWeft(args, { cwd })
      expect({ status, stderr }).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('WEFT977') as string,
      })
    }
    expect(readFileSync(join(cwd, 'other.weft'), 'utf8')).toBe(sound)
  })
})
