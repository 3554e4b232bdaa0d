// The command as it is shipped: what it prints where, and how it ends.
import { Ajv } from 'ajv'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mainScript, runWeft, startWeft, workspace } from '../support/run-weft.ts'

const root = join(import.meta.dirname, '..', '..')

const sound = `network Net(base: int = 4) {
  input image: [1, 8, 8]
  output logits = image -> conv(base, 3) -> relu -> conv(2, 1)
}

network Wide = Net(base = 8)
`
const misspelt = sound.replace('relu', 'relo')
const tooDear = sound.replace('output', 'budget params <= 10\n  output')

function validator(name: string): (document: unknown) => string {
  const schema = JSON.parse(readFileSync(join(root, 'schema', name), 'utf8')) as object
  const validate = new Ajv({ allowUnionTypes: true, allErrors: true }).compile(schema)
  return (document) => (validate(document) ? '' : JSON.stringify(validate.errors))
}

describe('usage', () => {
  test('help and version go to stdout', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(runWeft(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
    const help = runWeft(['--help'])
    expect(help).toMatchObject({ status: 0, stderr: '' })
    for (const command of ['check', 'cost', 'graph', 'expand', 'fmt', 'init', 'explain']) {
      expect(help.stdout).toContain(`weft ${command}`)
      expect(runWeft([command, '--help']).stdout, command).toContain('Examples:')
    }
  })

  test.each([
    [[], 'Commands:'],
    [['cots', 'net.weft'], 'Did you mean cost?'],
    [['cost'], 'Not enough non-option arguments'],
    [['cost', 'net.weft', '--formatt', 'csv'], 'Unknown argument: formatt'],
    [['cost', 'net.weft', '--format', 'xml'], 'Choices: "table", "json", "csv", "md"'],
    [['cost', 'net.weft', '--depth', '0'], '--depth takes a whole number from 1'],
  ])('%j is told', (args, message) => {
    const { status, stdout, stderr } = runWeft(args)
    expect(stderr).toContain(message)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})

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
    expect(stderr).toContain('net.weft:3:44')
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
    expect({ status, stderr, errors: document.errors }).toEqual({ status: 1, stderr: '', errors: 4 })
    expect(document.diagnostics[0]).toMatchObject({
      file: 'wrong.weft',
      start: { line: 3, column: 44, offset: misspelt.indexOf('relo') },
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
    expect(outside.stderr).toContain('outside the project')
    expect(runWeft(['check', 'project/net.weft'], { cwd }).status).toBe(0)
    expect(runWeft(['check', 'net.weft', '--project', '..'], { cwd: join(cwd, 'project') }).status).toBe(0)
  })

  test('a file elsewhere has its own project, and a path that can be followed', () => {
    const cwd = workspace({ 'here/x': '', 'there/net.weft': misspelt })
    const { stderr } = runWeft(['check', '../there/net.weft'], { cwd: join(cwd, 'here') })
    expect(stderr).toContain('--> ../there/net.weft:3:44')
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

  test('--json follows its schema', () => {
    const { stdout } = runWeft(['cost', join(root, 'examples', 'e2enet.weft'), '--json'])
    expect(validator('weft-cost-1.schema.json')(JSON.parse(stdout))).toBe('')
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
    [['--set', 'bass=3'], 'WEFT813'],
    [['--set', 'base=)'], 'error['],
    [['--network', 'Nett'], 'did you mean `Net`?'],
  ])('%j is an error without a report', (args, message) => {
    const { status, stdout, stderr } = runWeft(['cost', 'net.weft', ...args], {
      cwd: workspace({ 'net.weft': sound }),
    })
    expect(stderr).toContain(message)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})

describe('graph and expand', () => {
  test('draw the examples', () => {
    const { status, stdout } = runWeft(['graph', join(root, 'examples', 'unet.weft')])
    expect(status).toBe(0)
    expect(stdout).toContain('●───────────◉ logits')
    const ascii = runWeft(['graph', join(root, 'examples', 'unet.weft')], { env: { LC_ALL: 'C' } })
    expect(ascii.stdout).toContain('o-----------@ logits')
  })

  test('a network without families says so', () => {
    const { status, stdout } = runWeft(['graph', 'net.weft'], { cwd: workspace({ 'net.weft': sound }) })
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'Net has no fusion and no backbone to draw; `weft cost` lists its modules\n',
    })
  })

  test('an expanded network is a spec of the same cost', () => {
    const cwd = workspace({ 'net.weft': sound })
    const { status, stdout } = runWeft(['expand', 'net.weft'], { cwd })
    expect(status).toBe(0)
    writeFileSync(join(cwd, 'expanded.weft'), stdout)
    const totals = (file: string): unknown =>
      (JSON.parse(runWeft(['cost', file, '--json'], { cwd }).stdout) as { totals: unknown }).totals
    expect(totals('expanded.weft')).toEqual(totals('net.weft'))
  })
})

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
    expect(runWeft(['fmt', '--check', 'starter.weft'], { cwd })).toMatchObject({ status: 0 })
  })

  test('writes where it is told and never over anything', () => {
    const cwd = workspace({ 'taken.weft': 'mine\n' })
    mkdirSync(join(cwd, 'specs'))
    expect(runWeft(['init', 'unet', '--out', 'specs'], { cwd }).stdout).toContain('specs/unet.weft')
    expect(existsSync(join(cwd, 'specs', 'unet.weft'))).toBe(true)
    expect(runWeft(['init', '--out', 'taken.weft'], { cwd })).toMatchObject({ status: 1, stdout: '' })
    expect(readFileSync(join(cwd, 'taken.weft'), 'utf8')).toBe('mine\n')
    expect(runWeft(['init', '--out', 'gone/net.weft'], { cwd }).stderr).toContain(
      'its directory does not exist',
    )
    expect(runWeft(['init', 'unett'], { cwd }).stderr).toContain('did you mean `unet`?')
  })
})

describe('explain', () => {
  test('by code, by number, by name', () => {
    const { status, stdout } = runWeft(['explain', 'WEFT601'])
    expect(status).toBe(0)
    expect(stdout).toContain('WEFT601 budget-exceeded (error)')
    for (const given of ['601', 'weft601', 'budget-exceeded'])
      expect(runWeft(['explain', given]).stdout).toBe(stdout)
  })

  test('without a code lists all', () => {
    const lines = runWeft(['explain']).stdout.trim().split('\n')
    expect(lines.length).toBeGreaterThan(50)
    expect(lines.every((line) => /^WEFT\d{3} {2}(?:error|warning) +[a-z0-9-]+$/.test(line))).toBe(true)
  })

  test('an unknown code is an error', () => {
    expect(runWeft(['explain', 'budget-exceded'])).toMatchObject({ status: 1, stdout: '' })
    expect(runWeft(['explain', 'budget-exceded']).stderr).toContain('did you mean `budget-exceeded`?')
  })
})

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
    const command = `${process.execPath} ${mainScript()} cost ${join(root, 'examples', 'e2enet.weft')} --json --depth 9 | head -n 1`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${command}`], {
      encoding: 'utf8',
    })
    expect({ stdout, stderr }).toEqual({ stdout: '{\n', stderr: '' })
    expect(status).toBe(0)
  })

  test('a long report arrives whole through a pipe', () => {
    const { stdout } = runWeft(['cost', join(root, 'examples', 'e2enet.weft'), '--json'])
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
