// weft sweep with the spec's own results: which point a figure belongs to, and what it does to the front.
import { describe, expect, test } from 'vitest'
import type { SweepDocument } from '../../src/backends/report/sweep/model.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { validator } from '../support/specs.ts'

const spec = `network Net(base: int = 4, classes: int = 2) {
  input image: [1, 8, 8]
  output logits = image -> conv(base, 3) -> relu -> conv(classes, 1)
}
network Wide = Net(base = 16)

/// Mean Dice,
/// Table 1.
results paper for Net {
  dice = 80%
  dice = 85% at base = 8
  dice = 99% at base = 8, classes = 3
  params = 7
}
results wide for Wide { dice = 86% }
`

interface Sweep {
  /** `4 0.8 *`: what is swept, the Dice, whether it is on the front. */
  readonly rows: readonly string[]
  readonly document: SweepDocument
}

const weft = (cwd: string, args: readonly string[]): Outcome =>
  runWeft(['sweep', 'net.weft', ...args], { cwd })

function sweep(args: readonly string[], files: Readonly<Record<string, string>> = {}): Sweep {
  const { stdout, stderr } = weft(workspace({ 'net.weft': spec, ...files }), [
    ...args,
    '--json',
    '--jobs',
    '1',
  ])
  expect(stderr).toBe('')
  const document = JSON.parse(stdout) as SweepDocument
  expect(validator('weft-sweep-1.schema.json')(document)).toBe('')
  const rows = document.rows.map(({ network, given, values, front }) =>
    [...Object.values(given), network, values['dice'] ?? '-', front ? '*' : ''].join(' ').trim(),
  )
  return { rows, document }
}

describe('the results of the spec', () => {
  test('belong to the points at which all their arguments are in force, defaults and --set included', () => {
    const { rows, document } = sweep(['--over', 'base=4,8'])
    expect(rows).toEqual(['4 Net 0.8 *', '8 Net 0.85 *'])
    expect(document.results).toEqual([
      {
        name: 'paper',
        network: 'Net',
        doc: 'Mean Dice,\nTable 1.',
        file: 'net.weft',
        line: 9,
        metrics: ['dice'],
      },
    ])
    expect(document.rows[0]?.values['params']).toBe(50)
    expect(sweep(['--over', 'base=4,8', '--set', 'classes=3']).rows).toEqual(['4 Net - *', '8 Net 0.99'])
  })

  test('count for the front only where every point has them', () => {
    const { rows, document } = sweep(['--over', 'base=4,6,8'])
    expect(rows).toEqual(['4 Net 0.8 *', '6 Net -', '8 Net 0.85'])
    expect(document.front.metrics).not.toContain('dice')
    expect(document.measured).toEqual({ unmatched: [], incomplete: [1] })
    expect(document.score?.accuracy).toBe('dice')
  })

  test('of several networks stand in one column', () => {
    const { rows, document } = sweep(['--networks', 'all'])
    expect(rows).toEqual(['Net 0.8 *', 'Wide 0.86 *'])
    expect(document.results.map(({ name }) => name)).toEqual(['paper', 'wide'])
  })

  test('are left out where they are not wanted, none belongs, or a file has that result', () => {
    for (const args of [
      ['--over', 'base=4,8', '--results', 'none'],
      ['--over', 'base=32,64'],
    ]) {
      const { rows, document } = sweep(args)
      expect(rows.join()).not.toContain('0.8')
      expect({ results: document.results, measured: document.measured, score: document.score }).toEqual({
        results: [], measured: null, score: null,
      }) // prettier-ignore
    }
    const csv = { 'dice.csv': 'base,dice\n4,0.7\n' }
    expect(sweep(['--over', 'base=4,8', '--measured', 'dice.csv'], csv).rows).toEqual([
      '4 Net 0.7 *',
      '8 Net -',
    ])
  })

  test('are said where they are from', () => {
    const { stdout } = weft(workspace({ 'net.weft': spec }), ['--over', 'base=4,8', '--format', 'md'])
    expect(stdout).toContain('paper of Net (net.weft:9): Mean Dice, Table 1.')
  })

  test('have comments whose code and full stops the page takes as they are', () => {
    const cwd = workspace({ 'net.weft': spec.replace('Mean Dice,', 'Mean `Dice`, one ` left,') })
    const { stdout } = weft(cwd, ['--over', 'base=4,8', '--format', 'html'])
    expect(stdout).toContain(': Mean <code>Dice</code>, one ` left, Table 1.</p>')
  })

  test('of two blocks in one column carry the letters of their blocks', () => {
    const cwd = workspace({ 'net.weft': `${spec}results ours for Net { dice = 79% at base = 6 }\n` })
    const render = (format: string, ...more: string[]): string =>
      weft(cwd, ['--over', 'base=4,6,12', '--metric', 'params', '--format', format, ...more]).stdout
    const text = render('text')
    expect(text).toContain('results  a = paper of Net (net.weft:9): Mean Dice, Table 1.')
    expect(text).toContain('results  b = ours of Net (net.weft:16)')
    expect(text).toMatch(/^\* +4 .* 0\.80 a .*\n +6 .* 0\.79 b .*\n +12 .* – +–$/m)
    expect(render('md')).toMatch(/\| 4 .*\| 0\.80 a \|[^]*\| 6 .*\| 0\.79 b \|[^]*\| 12 .*\| – \|/)
    expect(render('html')).toMatch(/<td>0\.80 <span class="origin">a<\/span><\/td>[^]*>b<\/span>/)
    expect(JSON.parse(render('json'))).toMatchObject({
      rows: [{ origins: { dice: 'paper' } }, { origins: { dice: 'ours' } }, {}],
    })
    expect(render('text', '--results', 'paper')).toMatch(/results +paper of Net[^]* 0\.8 +2\.0000\n/)
  })

  test('of one point in two tables: --results chooses', () => {
    const cwd = workspace({ 'net.weft': `${spec}results ours for Net { dice = 79% }\n` })
    const both = weft(cwd, ['--over', 'base=4,8'])
    expect(both.stderr).toContain('error[WEFT934]: net.weft, line 16: `dice` of this point is there already')
    expect(both.stderr).toContain('--results')
    expect(weft(cwd, ['--over', 'base=4,8', '--results', 'ours']).stdout).toContain('ours of Net')
    const unknown = weft(cwd, ['--over', 'base=4,8', '--results', 'our'])
    expect(unknown.stderr).toMatch(/error\[WEFT618\][^]*did you mean `ours`/)
    expect(unknown.status).toBe(1)
  })

  test('with a mistake stop the sweep', () => {
    const cwd = workspace({ 'net.weft': spec.replace('at base = 8\n', 'at bas = 8\n') })
    const { status, stderr } = weft(cwd, ['--over', 'base=4,8'])
    expect(status).toBe(1)
    expect(stderr).toMatch(/net\.weft:11:17[^]*did you mean `base`/)
  })
})
