// weft fmt: canonical form in place, on stdin, as a check.
import { chmodSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runWeft, workspace } from '../support/run-weft.ts'

describe('fmt', () => {
  const untidy = 'network   Net { input image:[1,8,8]\n output logits=image->conv( 2,1 ) }\n'

  test('rewrites a file once, keeping its mode', () => {
    const cwd = workspace({ 'net.weft': untidy })
    const path = join(cwd, 'net.weft')
    chmodSync(path, 0o640)
    expect(runWeft(['fmt', '--check', 'net.weft'], { cwd })).toEqual({
      status: 2,
      stdout: 'net.weft\n',
      stderr: '',
    })
    expect(readFileSync(path, 'utf8')).toBe(untidy)
    expect(runWeft(['fmt', 'net.weft'], { cwd })).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(readFileSync(path, 'utf8')).not.toBe(untidy)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(runWeft(['fmt', '--check', 'net.weft'], { cwd }).status).toBe(0)
    expect(readdirSync(cwd)).toEqual(['net.weft'])
  })

  test('- reads stdin and writes stdout', () => {
    const cwd = workspace({ 'net.weft': untidy })
    const { status, stdout } = runWeft(['fmt', '-'], { cwd, input: untidy })
    runWeft(['fmt', 'net.weft'], { cwd })
    expect({ status, stdout }).toEqual({ status: 0, stdout: readFileSync(join(cwd, 'net.weft'), 'utf8') })
  })

  test('leaves a file with a syntax error alone', () => {
    const wrong = 'network Net { input }\n'
    const cwd = workspace({ 'net.weft': wrong })
    const { status, stderr } = runWeft(['fmt', 'net.weft'], { cwd })
    expect(status).toBe(1)
    expect(stderr).toContain('net.weft:1:')
    expect(readFileSync(join(cwd, 'net.weft'), 'utf8')).toBe(wrong)
  })

  test('follows a symbolic link', () => {
    const cwd = workspace({ 'net.weft': untidy })
    symlinkSync('net.weft', join(cwd, 'link.weft'))
    expect(runWeft(['fmt', 'link.weft'], { cwd }).status).toBe(0)
    expect(readFileSync(join(cwd, 'net.weft'), 'utf8')).not.toBe(untidy)
    expect(readdirSync(cwd).sort()).toEqual(['link.weft', 'net.weft'])
  })
})
