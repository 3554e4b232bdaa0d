// weft train as it is called: what it asks for, what it refuses before anything is written, and how a run is gone on with.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { smallData, tinySpec } from '../support/tiny-training.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'

/** The first line of what is wrong. */
const refusal = ({ status, stderr }: Outcome): string =>
  `${status} ${stderr.split('\n').find((line) => line.startsWith('error')) ?? stderr}`

/** In a workspace with the tiny networks, whose files stay as they are. */
function refused(...args: readonly string[]): string {
  const cwd = workspace({
    'net.weft': tinySpec,
    'plain.weft': 'network Net { input x: [1, 8, 8]  output y = x -> conv(2, 1) }\n',
  })
  const before = readdirSync(cwd)
  const outcome = runWeft(['train', ...args], { cwd })
  expect(readdirSync(cwd)).toEqual(before)
  return refusal(outcome)
}

describe('weft train refuses', { timeout: 120_000 }, () => {
  const small = ['net.weft', '--recipe', 'small', '--backend', 'cpu'] as const

  test('recipes that are not there', () => {
    // WEFT815, WEFT816
    expect(refused('net.weft', '--recipe', 'smal', '--data', 'phantom:', '-o', 'run')).toBe(
      '1 error[WEFT815]: net.weft declares no recipe `smal`',
    )
    expect(refused('plain.weft', '--data', 'phantom:', '-o', 'run')).toBe(
      '1 error[WEFT816]: plain.weft declares no `train` block',
    )
  })

  test('to begin without data or a folder', () => {
    expect(refused(...small, '--data', 'phantom:')).toBe(
      '1 error[WEFT817]: --out is missing: a run needs a folder',
    )
    expect(refused(...small, '--out', 'run')).toBe(
      '1 error[WEFT817]: --data is missing: a new run needs cases to train on',
    )
  })

  test('numbers that mean nothing', () => {
    const call = [...small, '--data', 'phantom:', '-o', 'run'] as const
    expect(refused(...call, '--epochs', '0')).toBe('1 error: --epochs takes a positive whole number')
    expect(refused(...call, '--checkpoint-every', '0.5')).toBe(
      '1 error: --checkpoint-every takes a positive whole number',
    )
    for (const size of ['8GB', '-1', '1.5', 'all'])
      expect(refused(...call, '--cache', size)).toBe('1 error: --cache takes a size like 8GiB, 512MiB or 0')
    expect(refused(...call, '--seed', 'x')).toBe('1 error: --seed takes a whole number')
    expect(refused(...call, '--val-split', '1.5')).toBe(
      '1 error: --val-split takes a share below 1, or a whole number of cases',
    )
  })

  test('to go on with what is no run', () => {
    expect(refused('nowhere', '--resume')).toBe(
      '1 error[WEFT861]: nowhere is not the folder of a training run: it has no run.json',
    )
    expect(refused('.', '--resume')).toMatch(/^1 error\[WEFT861\]: /)
    expect(refused('net.weft/beneath', '--resume')).toMatch(/^1 error\[WEFT861\]: /)
  })

  test('channels, classes and data that do not fit', () => {
    const call = [...small, '-o', 'run'] as const
    expect(refused(...call, '--data', 'phantom:classes=4')).toMatch(
      /^1 error\[WEFT866\]: the output `logits` has 3 classes/,
    )
    expect(refused(...call, '--data', 'phantom:channels=2')).toMatch(
      /^1 error\[WEFT865\]: `Small` takes 1 channels/,
    )
    expect(refused(...call, '--data', 'nowhere')).toMatch(/^1 error\[WEFT\d+\]: .*nowhere/)
  })

  test('what does not fit into memory', () => {
    const huge = ['--set', 'patch=[512, 512, 512]', '--set', 'base=32'] as const
    const call = [
      'net.weft',
      '--recipe',
      'dense',
      ...huge,
      '--data',
      'phantom:',
      '-o',
      'run',
      '--backend',
      'wasm',
    ] as const
    // memory-exceeded
    expect(refused(...call)).toMatch(
      /^1 error\[WEFT982\]: .*`wasm`; what WebAssembly.s heap holds safely is 3\.0 GiB$/,
    )
  })
})

describe('weft train', { timeout: 120_000 }, () => {
  const again = ['--backend', 'wasm', '--resume'] as const
  const args = [
    '--recipe',
    'small',
    '--data',
    smallData,
    '-o',
    'run',
    '--epochs',
    '1',
    '--steps',
    '3',
  ] as const

  test('goes on by the spec or by the folder alone, and only as it began', () => {
    const cwd = workspace({ 'net.weft': tinySpec })
    const weft = (...more: readonly string[]): Outcome => runWeft(['train', ...more], { cwd })
    const first = weft('net.weft', ...args, '--backend', 'wasm', '--cache', '12KiB')
    expect(first.stderr).toMatch(/^$|^warning/)
    expect(first.stdout).toContain('finished 3 steps')
    // Five cases of 1000 voxels, 5 bytes each.
    expect(first.stdout).toContain(
      '\ncases take 24.41 KiB, 12.00 KiB of them stay in memory (--cache); the others are read each time they are drawn\n',
    )
    expect(readdirSync(join(cwd, 'run')).toSorted()).toEqual([
      'best.safetensors',
      'checkpoint.safetensors',
      'history.jsonl',
      'index.html',
      'run.json',
      'spec',
    ])
    expect(readFileSync(join(cwd, 'run', 'spec', 'net.weft'), 'utf8')).toBe(tinySpec)
    const history = readFileSync(join(cwd, 'run', 'history.jsonl'), 'utf8')

    // What the run was given in place of the recipe's own numbers is what it was trained by.
    const differing = runWeft(['diff', 'run', 'net.weft', '--against-network', 'Small'], { cwd })
    expect(differing.stdout).toMatch(
      /\ntraining recipe small\n {2}~ steps {2}3 → \d+\n {2}~ epochs {2}1 → \d+\n$/,
    )

    // run-exists
    expect(refusal(weft('net.weft', ...args, '--backend', 'wasm'))).toBe(
      '1 error[WEFT862]: run holds files already; a run needs a folder of its own',
    )
    expect(refusal(weft('run', '--backend', 'wasm'))).toMatch(/^1 error\[WEFT862\]: /)
    writeFileSync(join(cwd, 'net.weft'), `// A comment.\n${tinySpec}`)
    expect(weft('net.weft', ...args, ...again)).toMatchObject({ status: 0, stderr: '' })
    expect(weft('run', ...again).stdout).toContain('finished 3 steps; best validation: ')
    // run-differs
    expect(refusal(weft('run', ...again, '--seed', '7'))).toBe(
      '1 error[WEFT863]: the run in run is of another kind: the seed is 1 there and 7 here',
    )
    expect(refusal(weft('net.weft', ...args, ...again, '--batch', '5'))).toMatch(
      /: --batch is 2 there and 5 here$/,
    )
    expect(refusal(weft('net.weft', ...args, ...again, '--set', 'base=3'))).toMatch(
      /: the argument base is 2 there and 3 here$/,
    )
    // option-of-run
    expect(refusal(weft('run', ...again, '--recipe', 'dense'))).toMatch(
      /^1 error\[WEFT871\]: --recipe cannot be given/,
    )
    expect(readFileSync(join(cwd, 'run', 'history.jsonl'), 'utf8')).toBe(history)
    // run-damaged
    writeFileSync(join(cwd, 'run', 'run.json'), '{')
    expect(refusal(weft('run', ...again))).toMatch(/^1 error\[WEFT864\]: .*run\.json cannot be used: /)
  })

  test('says in its help how it ends', () => {
    const { stdout } = runWeft(['train', '--help'])
    expect(stdout).toContain('130 stopped by Ctrl-C')
    expect(stdout).toContain('143 by SIGTERM')
    expect(existsSync('run')).toBe(false)
  })
})
