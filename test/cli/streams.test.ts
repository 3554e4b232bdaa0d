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

/** Without the colours of the command's own style. */
const withoutOwnCodes = (text: string): string =>
  [1, 2, 22, 31, 33, 36, 39].reduce((rest, code) => rest.replaceAll(`\u001B[${code}m`, ''), text)

describe('streams', () => {
  test('a reader that stops early is no error', () => {
    const command = `${process.execPath} ${mainScript()} cost ${example('e2enet')} --json --depth 9 | head -n 1`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${command}`], {
      encoding: 'utf8',
    })
    expect({ stdout, stderr }).toEqual({ stdout: '{\n', stderr: '' })
    expect(status).toBe(0)
  })

  test('standard output that cannot be written is one error, and no trace', () => {
    const shell = (command: string): object => {
      const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8', cwd: workspace() })
      return { status, errors: stderr.split('\n').filter((line) => /error|\bat /.test(line)) }
    }
    const cost = `${process.execPath} ${mainScript()} cost ${example('unet')}`
    expect(shell(`${cost} > /dev/full`)).toEqual({
      status: 1,
      errors: [
        'error[WEFT833]: standard output cannot be written: no space left',
        '1 error; `weft explain WEFT833` says more',
      ],
    })
    expect(shell(`rmdir "$PWD"; ${cost}`)).toEqual({
      status: 1,
      errors: [
        'error[WEFT807]: the current directory does not exist any more',
        '1 error; `weft explain WEFT807` says more',
      ],
    })
  })

  test('standard input stays as it is for others that share it', () => {
    const cost = `${process.execPath} ${mainScript()} cost ${example('unet')}`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `${cost} | diff - <(${cost})`], {
      encoding: 'utf8',
    })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  test('a pipe is an output like a file', () => {
    const graph = `${process.execPath} ${mainScript()} graph ${example('unet')} --format svg -o`
    const script = `mkfifo pipe; ${graph} pipe & tail -c 7 pipe; wait; ${graph} /dev/stdout | tail -c 7`
    const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: workspace() })
    expect(stdout).toBe('</svg>\n</svg>\n')
  })

  test('control characters of files and names do not reach a terminal', () => {
    const cwd = workspace({ 'net.weft': misspelt })
    const name = 'a\u001B[2J\u009B31m\u202Eb'
    for (const args of [
      ['cost', `${name}.weft`],
      ['cost', 'net.weft', `--${name}`],
      [name],
      ['explain', name],
    ]) {
      const { status, stdout, stderr } = runWeft(args, { cwd, env: { FORCE_COLOR: '1' } })
      expect(status).toBe(1)
      expect(withoutOwnCodes(`${stdout}${stderr}`)).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u)
    }
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
