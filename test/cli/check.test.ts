// weft check: diagnostics in text and JSON, projects, files that cannot be read.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { workspace } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { misspelt, sound, tooDear, validator } from '../support/specs.ts'

describe('check', () => {
  test('a sound file', () => {
    expect(runWeft(['check', 'net.weft'], { cwd: workspace({ 'net.weft': sound }) })).toEqual({
      status: 0,
      stdout: '1 file checked, no problems\n',
      stderr: '',
    })
  })

  test('mistakes are shown in the source, on stderr', () => {
    const { status, stdout, stderr } = runWeft(['check', 'net.weft'], {
      cwd: workspace({ 'net.weft': misspelt }),
    })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('net.weft:3:45')
    expect(stderr).toContain('did you mean `relu`?')
    expect(stderr).toMatch(/1 error; `weft explain WEFT\d{3}` says more\n$/)
  })

  test('of many mistakes the first hundred errors, and how many more there are', () => {
    const lets = Array.from({ length: 150 }, (_, k) => `let a${k} = unknown_${k}`)
    const unused = Array.from({ length: 20 }, (_, k) => `fn f${k}(b: int) = 1`)
    const cwd = workspace({ 'net.weft': [...unused, ...lets, ''].join('\n') })
    const { status, stderr } = runWeft(['check', 'net.weft'], { cwd })
    expect(status).toBe(1)
    expect(stderr.match(/^error\[WEFT201\]/gm)).toHaveLength(100)
    expect(stderr).toContain('unknown_99`')
    expect(stderr).not.toContain('unknown_100`')
    expect(stderr).toMatch(/\n\n… 50 errors more\n\n150 errors; `weft explain WEFT201` says more\n$/)
    const all = runWeft(['check', 'net.weft', '--json'], { cwd }).stdout
    expect(all.match(/"WEFT201"/g)).toHaveLength(150)
  })

  test('a broken budget alone is 2, with another mistake 1', () => {
    const cwd = workspace({ 'dear.weft': tooDear, 'wrong.weft': misspelt })
    expect(runWeft(['check', 'dear.weft'], { cwd }).status).toBe(2)
    expect(runWeft(['check', 'dear.weft', 'wrong.weft'], { cwd }).status).toBe(1)
  })

  test('--budget holds every network against it: 2 when one is over, with slack and spenders', () => {
    const cwd = workspace({ 'net.weft': sound })
    const budgets = ['--budget', 'params<=60', '--budget', 'memory(training, batch = 2) <= 1MiB']
    const { status, stdout, stderr } = runWeft(['check', 'net.weft', ...budgets], { cwd })
    expect(status).toBe(2)
    expect(stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'Net params(training) 50 of 60 kept, 10 left (16.7 %)',
      expect.stringMatching(/^Net memory\(training, batch = 2\) \d.* of 1\.00 MiB kept, .* left/),
      'Wide params(training) 98 of 60 broken, 38 over (63.3 %)',
      expect.stringMatching(/^Wide memory.*kept/),
      '',
    ])
    expect(stderr).toContain('<budget params<=60>')
    expect(stderr).toContain('in the network Wide')
    expect(stderr).toMatch(/logits\.conv\[0\] spends 80 \(81\.6 %\)\n  --> net\.weft:3:28/)
  })

  test('--budget names the spenders of each network that is over it, and so does a budget of the file', () => {
    const cwd = workspace({ 'net.weft': sound, 'dear.weft': tooDear })
    const given = runWeft(['check', 'net.weft', '--budget', 'macs <= 100'], { cwd })
    expect(given.stderr).toMatch(
      /\(2,816\)[^]*in the network Net[^]*\(2,304\) \(81\.8 %\)[^]*\(5,632\)[^]*in the network Wide[^]*\(4,608\) \(81\.8 %\)[^]*2 errors/,
    )
    const own = runWeft(['check', 'dear.weft'], { cwd })
    expect(own.stderr).toMatch(
      /is 50[^]*spends 40 [^]*is 98[^]*in the network Wide[^]*spends 80 [^]*2 errors/,
    )
    expect(own.stderr).not.toContain('in the network Net')
  })

  test('--network and --set hold one network with other arguments against it', () => {
    const cwd = workspace({ 'specs/net.weft': sound })
    const weft = (...args: string[]): ReturnType<typeof runWeft> =>
      runWeft(['check', 'specs/net.weft', ...args], { cwd })
    const wide = weft('--network', 'Wide', '--set', 'base=16', '--budget', 'params <= 100', '--json')
    const document = JSON.parse(wide.stdout) as { budgets: object[] }
    expect(validator('weft-check-1.schema.json')(document)).toBe('')
    expect(wide.status).toBe(2)
    expect(document.budgets).toEqual([
      {
        network: 'Wide', name: 'params(training)', metric: 'params', limit: 100, actual: 194, slack: -94, kept: false,
        spenders: [
          { path: 'logits.conv[0]', amount: 160, share: 160 / 194, file: 'specs/net.weft', line: 3 },
          { path: 'logits.conv[1]', amount: 34, share: 34 / 194, file: 'specs/net.weft', line: 3 },
        ],
      },
    ]) // prettier-ignore
    const memory = weft('--set', 'base=2', '--budget', 'memory <= 1KiB', '--json')
    expect(JSON.parse(memory.stdout)).toMatchObject({
      budgets: [{ network: 'Net', kept: false, spenders: [{ cause: expect.any(String) as string }, {}, {}] }],
    })
    expect(weft('--network', 'Wide', '--set', 'base=2').stdout).toBe('1 file checked, no problems\n')
    expect(weft('--network', 'Wid').stderr).toContain('did you mean `Wide`?')
    expect(weft('--set', 'bas=2').stderr).toContain('did you mean `base`?')
    expect(weft('--set', 'base').stderr).toContain('error[WEFT')
    const wrong = weft('--network', 'Net', '--budget', 'parms <= 1', '--json')
    expect(JSON.parse(wrong.stdout)).toMatchObject({ budgets: [], errors: 1 })
  })

  test('--budget in JSON, with what is left', () => {
    const cwd = workspace({ 'net.weft': sound })
    const { status, stdout } = runWeft(['check', 'net.weft', '--budget', 'params <= 1K', '--json'], { cwd })
    const document = JSON.parse(stdout) as { budgets: unknown }
    expect(validator('weft-check-1.schema.json')(document)).toBe('')
    expect(status).toBe(0)
    expect(document.budgets).toMatchObject([
      { network: 'Net', name: 'params(training)', limit: 1000, actual: 50, slack: 950, kept: true },
      { network: 'Wide', slack: 902 },
    ])
  })

  test('--budget takes one budget', () => {
    const cwd = workspace({ 'net.weft': sound })
    const wrong = (budget: string): string => {
      const { status, stderr } = runWeft(['check', 'net.weft', '--budget', budget], { cwd })
      expect(status).toBe(1)
      return stderr
    }
    expect(wrong('params <= 12M budget macs <= 1T')).toContain('error[WEFT824]')
    expect(wrong('12M')).toContain('<budget 12M>')
    expect(wrong('param <= 12M')).toContain('did you mean `params`?')
    for (const budget of ['params < 12M', 'params = 12M', 'params >= 12M', 'params', '12M', ''])
      expect(wrong(budget)).toContain('a budget is `METRIC <= LIMIT`')
    expect(wrong('params <= 12 MB')).toContain('`12M` of numbers, `12MiB` of bytes')
    expect(wrong('params <= 12 m')).toContain('directly after its number: `12M`')
  })

  test('--budget has the units of its metric', () => {
    const cwd = workspace({ 'net.weft': sound })
    const check = (budget: string): ReturnType<typeof runWeft> =>
      runWeft(['check', 'net.weft', '--budget', budget], { cwd })
    const bytes = check('params <= 12GiB')
    expect(bytes).toMatchObject({ status: 1, stdout: '' })
    expect(bytes.stderr).toMatch(/error\[WEFT610\]: `params` is not counted in GiB[^]*write `12G`/)
    expect(check('memory <= 1M').stderr).toMatch(/`memory` is not counted in M\n[^]*write `1MiB`/)
    for (const budget of ['params <= 24GiB / 4', 'memory <= 4096000', 'memory <= 2 * 12MiB'])
      expect(check(budget)).toMatchObject({ status: 0, stderr: '' })
  })

  test('--json follows its schema, whatever is wrong', () => {
    const validate = validator('weft-check-1.schema.json')
    const cwd = workspace({ 'net.weft': sound, 'wrong.weft': misspelt, 'dear.weft': tooDear })
    const { status, stdout, stderr } = runWeft(
      ['check', 'net.weft', 'wrong.weft', 'dear.weft', 'gone.weft', '--json'],
      { cwd },
    )
    const document = JSON.parse(stdout) as { errors: number; diagnostics: { file: string; start: object }[] }
    expect(validate(document)).toBe('')
    expect({ status, stderr, errors: document.errors }).toEqual({ status: 1, stderr: '', errors: 4 })
    expect(document.diagnostics[0]).toMatchObject({
      file: 'wrong.weft',
      start: { line: 3, column: 45, offset: misspelt.indexOf('relo') },
    })
    expect(validate({ ...document, schema: 'weft-check/2' })).not.toBe('')
  })

  test('imports stay inside the project', () => {
    const cwd = workspace({
      'secret.weft': 'block B = relu\n',
      'project/net.weft': 'import { B } from "link"\n' + sound.replace('relu', 'B'),
    })
    symlinkSync('../secret.weft', join(cwd, 'project', 'link.weft'))
    const outside = runWeft(['check', 'net.weft'], { cwd: join(cwd, 'project') })
    expect(outside.status).toBe(1)
    expect(outside.stderr).toContain('error[WEFT806]')
    expect(runWeft(['check', 'project/net.weft'], { cwd }).status).toBe(0)
    expect(runWeft(['check', 'net.weft', '--project', '..'], { cwd: join(cwd, 'project') }).status).toBe(0)
  })

  test('a file elsewhere has its own project, and a path that can be followed', () => {
    const cwd = workspace({ 'here/x': '', 'there/net.weft': misspelt })
    const { stderr } = runWeft(['check', '../there/net.weft'], { cwd: join(cwd, 'here') })
    expect(stderr).toContain('--> ../there/net.weft:3:45')
  })
})

describe('files that cannot be read', () => {
  test.each([
    ['gone.weft', 'WEFT801'],
    ['folder', 'WEFT802'],
    ['/dev/null', 'WEFT803'],
    ['latin1.weft', 'WEFT804'],
    ['large.weft', 'WEFT805'],
  ])('%s', (path, code) => {
    const cwd = workspace({ 'large.weft': ' '.repeat(1_048_577) })
    mkdirSync(join(cwd, 'folder'))
    writeFileSync(join(cwd, 'latin1.weft'), Buffer.from([0x2f, 0x2f, 0x20, 0xe9, 0x0a]))
    for (const command of ['check', 'cost', 'graph', 'expand', 'fmt']) {
      const { status, stdout, stderr } = runWeft([command, path], { cwd })
      expect(stderr, command).toContain(`error[${code}]`)
      expect({ status, stdout }, command).toEqual({ status: 1, stdout: '' })
    }
  })
})
