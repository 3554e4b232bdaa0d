// weft sweep: formats, files, exit status, results, threads.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { workspace } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { example, projectRoot, sound, validator } from '../support/specs.ts'

const limited = `network Net(base: int = 4) {
  input image: [1, 8, 8]
  output logits = image -> conv(base, 3) -> relu -> conv(2, 1)
  budget params <= 150
  assert base < 32, "too wide"
}
`

test('exit status: 0 counted, 2 a budget is broken, 1 every point fails or the call is wrong', () => {
  const cwd = workspace({ 'net.weft': limited, 'a.weft': sound, 'bad.weft': 'network' })
  const sweep = (...args: string[]): ReturnType<typeof runWeft> => runWeft(['sweep', ...args], { cwd })
  expect(sweep('net.weft', '--over', 'base=4,8,32')).toMatchObject({ status: 0, stderr: '' })
  const broken = sweep('net.weft', '--over', 'base=4,16,32')
  expect(broken).toMatchObject({ status: 2, stderr: '' })
  expect(broken.stdout).toMatch(/^points +3: 2 counted \(1 over budget\), 1 failed$/m)
  expect(broken.stdout).toMatch(/WEFT601: params\(training\) is 194.*\(net\.weft:4\)/)
  expect(broken.stdout).toContain('WEFT602: assertion failed: too wide (net.weft:5)')
  expect(sweep('net.weft', '--over', 'base=32,48').status).toBe(1)
  const wrong = (...args: string[]): string => {
    const { status, stdout, stderr } = sweep(...args)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    return stderr
  }
  expect(wrong('net.weft')).toContain('say what to sweep')
  expect(wrong('net.weft', '--over', 'bse=1')).toContain('did you mean `base`?')
  expect(wrong('net.weft', '--over', 'base=1..9:')).toContain('WEFT926')
  expect(wrong('net.weft', '--over', 'base=0.1:0.9:0.1')).toMatch(/WEFT926[^]*write `0\.1\.\.0\.9:0\.1`/)
  expect(wrong('net.weft', '--over', 'base=1', '--metric', 'parms')).toContain('WEFT930')
  expect(wrong('net.weft', '--over', 'base=1', '--pareto', 'params,dice')).toContain('WEFT930')
  expect(wrong('net.weft', '--over', 'base=1', '--score-weights', '1')).toContain('WEFT936')
  expect(wrong('net.weft', '--over', 'base=1', '--score-weights', '1,1')).toContain('WEFT937')
  expect(wrong('net.weft', '--networks', ',')).toMatch(/WEFT938[^]*`--networks ,` names nothing[^]*`all`/)
  expect(wrong('net.weft', '--over', 'base=1', '--results', ' , ')).toMatch(/WEFT938[^]*`none`/)
  expect(wrong('net.weft', '--over', 'base=1', '--pareto=')).toContain('WEFT938')
  expect(wrong('net.weft', '--over', 'base=1', '-o', 'net.weft', '--format', 'csv')).toContain('WEFT977')
  expect(wrong('bad.weft', '--over', 'base=1..5').match(/error\[/g)).toHaveLength(1)
  expect(wrong('a.weft', '--networks', 'all', '--network', 'Net')).toContain('mutually exclusive')
})

test('a point over a budget is a counted one in every sentence', () => {
  const cwd = workspace({ 'net.weft': limited, 'dice.csv': 'base,dice\n4,0.8\n' })
  const given = ['sweep', 'net.weft', '--over', 'base=4,8,16', '--measured', 'dice.csv', '--format']
  for (const format of ['text', 'md', 'html']) {
    const { stdout } = runWeft([...given, format], { cwd })
    expect(stdout).toMatch(/points:? +3, all counted \(1 over budget\)/i)
    expect(stdout).toContain('2 of 3 counted points lack a measured result')
  }
})

test('every format holds the same numbers; the ending of a file chooses', () => {
  const cwd = workspace({ 'net.weft': sound })
  const given = [
    'sweep',
    'net.weft',
    '--over',
    'base=4,8',
    '--networks',
    'Net,Wide',
    '--metric',
    'params',
    '--metric',
    'flop',
  ]
  const file = (name: string): string => {
    expect(runWeft([...given, '-o', name], { cwd })).toEqual({
      status: 0,
      stdout: '',
      stderr: `wrote ${name}\n`,
    })
    return readFileSync(join(cwd, name), 'utf8')
  }
  const document: unknown = JSON.parse(file('out.json'))
  expect(validator('weft-sweep-1.schema.json')(document)).toBe('')
  expect(document).toMatchObject({
    rows: [{ network: 'Net', values: { params: 50, flop: 5632 } }, {}, {}, {}],
  })
  expect(file('out.csv')).toBe(`network,base,params,flop,front,status,code,message
Net,4,50,5632,yes,counted,,
Net,8,98,11264,no,counted,,
Wide,4,50,5632,yes,counted,,
Wide,8,98,11264,no,counted,,
`)
  expect(file('out.md')).toContain('| ★ | Wide | 4 | 50 | 5,632 |')
  expect(file('out.html')).toMatch(/^<!doctype html>/)
  expect(runWeft(given, { cwd }).stdout).toMatch(/^\* Net {3,}4 +50 +5,632$/m)
  expect(readdirSync(cwd).toSorted()).toEqual(['net.weft', 'out.csv', 'out.html', 'out.json', 'out.md'])
})

test('results find their points, and a mistake in their table is told with its line', () => {
  const cwd = workspace({
    'net.weft': sound,
    'good.csv': 'base,dice\n4,80%\n8,0.9\n16,0.95\n',
    'bad.csv': 'base,dice\n4,high\n',
    'twice.csv': 'base,dice\n4,0.8\n4.0,0.9\n',
    'which.csv': 'kernel,dice\n3,0.8\n',
  })
  const sweep = (csv: string, ...more: string[]): ReturnType<typeof runWeft> =>
    runWeft(['sweep', 'net.weft', '--over', 'base=4,8', '--measured', csv, ...more], { cwd })
  const { status, stdout } = sweep('good.csv', '--json', '--score-weights', '2,1')
  expect(status).toBe(0)
  const document = JSON.parse(stdout) as { readonly rows: readonly { readonly score: number }[] }
  expect(validator('weft-sweep-1.schema.json')(document)).toBe('')
  expect(document.rows.map(({ score }) => score)).toEqual([2 * (0.8 / 0.9) + 2, 2 + 50 / 98 + 0.5])
  expect(document).toMatchObject({
    score: { weights: [2, 1] },
    measured: { unmatched: [{ arguments: { base: 16 }, line: 4 }], incomplete: [] },
  })
  expect(sweep('bad.csv').stderr).toContain('bad.csv, line 2: `dice` is `high`, which is not a number')
  expect(sweep('twice.csv').stderr).toContain('WEFT934')
  expect(sweep('which.csv').stderr).toMatch(/WEFT935[^]*the points differ in `base`/)
  expect(sweep('none.csv').stderr).toContain('WEFT801')
  expect(sweep('good.csv', '--accuracy', 'nsd').stderr).toContain('WEFT930')
})

test('threads give the same bytes', () => {
  const args = ['sweep', 'examples/unet.weft', '--over', 'base=4..13,nothing', '--format', 'csv', '--jobs']
  const run = (jobs: string): ReturnType<typeof runWeft> => runWeft([...args, jobs], { cwd: projectRoot })
  const alone = run('1')
  expect(alone).toMatchObject({ status: 0, stderr: '' })
  expect(alone.stdout.split('\n')).toHaveLength(13)
  expect(run('3')).toEqual(alone)
})

test('the screens of docs/sweep.md are what the command prints', () => {
  const page = readFileSync(join(projectRoot, 'docs', 'sweep.md'), 'utf8')
  const [, csv = ''] = /^```csv\n([^]*?)^```$/m.exec(page) ?? []
  const names = readdirSync(join(projectRoot, 'examples')).filter((name) => name.endsWith('.weft'))
  const specs = names.map(
    (name) => [`examples/${name}`, readFileSync(example(name.slice(0, -5)), 'utf8')] as const,
  )
  const cwd = workspace({ 'dice.csv': csv, ...Object.fromEntries(specs) })
  const screens = [...page.matchAll(/^```console\n\$ weft (sweep .*)\n([^]*?)^```$/gm)]
  expect(screens).toHaveLength(4)
  for (const [, command = '', output = ''] of screens)
    expect(runWeft(command.split(' '), { cwd }).stdout.trimEnd()).toBe(output.trimEnd())
})
