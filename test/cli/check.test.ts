// weft check: diagnostics in text and JSON, projects, files that cannot be read.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runWeft, workspace } from '../support/run-weft.ts'
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

  test('a broken budget alone is 2, with another mistake 1', () => {
    const cwd = workspace({ 'dear.weft': tooDear, 'wrong.weft': misspelt })
    expect(runWeft(['check', 'dear.weft'], { cwd }).status).toBe(2)
    expect(runWeft(['check', 'dear.weft', 'wrong.weft'], { cwd }).status).toBe(1)
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
    expect({ status, stderr, errors: document.errors }).toEqual({ status: 1, stderr: '', errors: 3 })
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
