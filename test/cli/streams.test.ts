// Colour, pipes and interrupts.
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { mainScript, runWeft, startWeft, workspace } from '../support/run-weft.ts'
import { example, misspelt } from '../support/specs.ts'

describe('colour', () => {
  const colours = (env: Record<string, string>): boolean => {
    const { stderr } = runWeft(['check', 'net.weft'], { cwd: workspace({ 'net.weft': misspelt }), env })
    return stderr.includes('\u001B[')
  }

  test('only for people, unless forced', () => {
    expect(colours({})).toBe(false)
    expect(colours({ FORCE_COLOR: '1' })).toBe(true)
    expect(colours({ FORCE_COLOR: '0' })).toBe(false)
    expect(colours({ NO_COLOR: '1' })).toBe(false)
  })

  test.skipIf(spawnSync('script', ['--version']).error !== undefined)(
    'in a terminal unless NO_COLOR is set',
    () => {
      const cwd = workspace({ 'net.weft': misspelt })
      const inTerminal = (env: Record<string, string>): string =>
        spawnSync('script', ['-qec', `${process.execPath} ${mainScript()} check net.weft`, '/dev/null'], {
          cwd,
          encoding: 'utf8',
          env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env },
        }).stdout
      expect(inTerminal({})).toContain('\u001B[31m')
      expect(inTerminal({ NO_COLOR: '1' })).not.toContain('\u001B[')
    },
  )
})

describe('streams', () => {
  test('a reader that stops early is no error', () => {
    const command = `${process.execPath} ${mainScript()} cost ${example('e2enet')} --json --depth 9 | head -n 1`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${command}`], {
      encoding: 'utf8',
    })
    expect({ stdout, stderr }).toEqual({ stdout: '{\n', stderr: '' })
    expect(status).toBe(0)
  })

  test('a long report arrives whole through a pipe', () => {
    const { stdout } = runWeft(['cost', example('e2enet'), '--json'])
    expect(stdout.length).toBeGreaterThan(65_536)
    expect(stdout.endsWith('}\n')).toBe(true)
  })

  test('an interrupt ends quietly', async () => {
    const child = startWeft(['fmt', '-'], workspace())
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    await new Promise((resolve) => setTimeout(resolve, 600))
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.on('exit', (_, signal) => resolve(signal)),
    )
    child.kill('SIGINT')
    expect(await ended).toBe('SIGINT')
    expect(stderr).toBe('')
  })
})
