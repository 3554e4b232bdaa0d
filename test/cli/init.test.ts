// weft init: templates.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { workspace } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'

describe('init', () => {
  test('every template is a sound spec', () => {
    const cwd = workspace()
    const names = runWeft(['init', '--list'], { cwd })
      .stdout.split('\n')
      .map((line) => line.split(' ')[0] ?? '')
    const known = names.filter((name) => name !== '')
    expect(known).toContain('starter')
    expect(known).toContain('e2enet')
    for (const name of known)
      expect(runWeft(['init', name], { cwd })).toMatchObject({ status: 0, stderr: '' })
    expect(runWeft(['check', ...known.map((name) => `${name}.weft`)], { cwd })).toMatchObject({
      status: 0,
      stderr: '',
    })
    expect(readFileSync(join(cwd, 'starter.weft'), 'utf8')).toContain('train first for Net {')
    expect(runWeft(['fmt', '--check', 'starter.weft'], { cwd })).toMatchObject({ status: 0 })
  })

  test('writes where it is told and never over anything', () => {
    const cwd = workspace({ 'taken.weft': 'mine\n' })
    mkdirSync(join(cwd, 'specs'))
    expect(runWeft(['init', 'unet', '--out', 'specs'], { cwd }).stdout).toContain('specs/unet.weft')
    expect(existsSync(join(cwd, 'specs', 'unet.weft'))).toBe(true)
    const refused: readonly (readonly [args: readonly string[], code: string, words: string])[] = [
      [['--out', 'taken.weft'], 'WEFT832', 'taken.weft exists already'],
      [['--out', 'gone/net.weft'], 'WEFT833', 'its directory does not exist'],
      [['unett'], 'WEFT831', 'did you mean `unet`?'],
    ]
    for (const [args, code, words] of refused) {
      const { status, stdout, stderr } = runWeft(['init', ...args], { cwd })
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
      expect(stderr).toContain(`error[${code}]`)
      expect(stderr).toContain(words)
    }
    expect(readFileSync(join(cwd, 'taken.weft'), 'utf8')).toBe('mine\n')
  })
})
