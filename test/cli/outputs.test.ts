// What a command reads is never written over: by any command, whatever the file is to it, by whatever name the output leads there.
import { linkSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommandLine } from '../../src/cli/command-line.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { plainStyle } from '../../src/compiler/text/style.ts'
import { workspace } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { sound } from '../support/specs.ts'

const blocks = 'block Stem(c: int) = conv(c, 3) -> relu\n'
const importing = `import { Stem } from "blocks.weft"\n${sound.replace('conv(base, 3) -> relu', 'Stem(base)')}`
const measured = 'base,dice\n4,0.8\n8,0.9\n'

interface Said {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** The command in this process: what it is about is files. */
async function weft(...args: readonly string[]): Promise<Said> {
  let [out, err] = ['', '']
  const terminal: Terminal = {
    width: 100,
    unicode: true,
    isWatched: false,
    outStyle: plainStyle,
    errStyle: plainStyle,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    document: (text) => void (out += text),
    redraw: () => {},
  }
  const status = await runCommandLine(args, terminal)
  return { status, out, err }
}

/** A folder with a spec, what it imports and more, and the content of all its files as a text. */
function place(): { at(name: string): string; content(): string } {
  const folder = workspace({
    'net.weft': importing,
    'blocks.weft': blocks,
    'rival.weft': sound,
    'dice.csv': measured,
    'map.json': '{"weft-map": 1, "rules": []}\n',
  })
  const at = (name: string): string => join(folder, name)
  const content = (): string =>
    readdirSync(folder)
      .toSorted()
      .map((name) => `${name}\n${readFileSync(at(name), 'latin1')}`)
      .join('\n')
  return { at, content }
}

const over: readonly (readonly [command: string, output: string, what: string])[] = [
  ['compile net.weft --target onnx -o', 'net.weft', 'the spec'],
  ['compile net.weft --target onnx -o', 'blocks.weft', 'a file that the spec imports'],
  ['compile net.weft --target tfjs -o', 'blocks.weft', 'a file that the spec imports'],
  ['report net.weft --format md -o', 'blocks.weft', 'a file that the spec imports'],
  ['report net.weft --against rival.weft --format md -o', 'rival.weft', 'the spec'],
  ['graph net.weft --format svg -o', 'blocks.weft', 'a file that the spec imports'],
  ['cost net.weft --json -o', 'blocks.weft', 'a file that the spec imports'],
  ['memory net.weft --json -o', 'blocks.weft', 'a file that the spec imports'],
  ['expand net.weft -o', 'blocks.weft', 'a file that the spec imports'],
  ['weights net.weft -o', 'blocks.weft', 'a file that the spec imports'],
  ['sweep net.weft --over base=4,8 --format csv -o', 'blocks.weft', 'a file that the spec imports'],
  ['sweep net.weft --over base=4,8 --measured dice.csv -o', 'dice.csv', 'the table of results'],
  ['diff net.weft rival.weft --format md -o', 'rival.weft', 'the spec'],
  ['diff net.weft rival.weft --map', 'blocks.weft', 'a file that the spec imports'],
  ['diff rival.weft net.weft --map both.json -o', 'both.json', 'the file of another output'],
]

const paths = new Set(['net.weft', 'rival.weft', 'dice.csv', 'both.json'])

describe('an output that is an input is refused, and nothing is written', () => {
  test.each(over)('%s %s', async (command, output, what) => {
    const { at, content } = place()
    const before = content()
    const args = command.split(' ').map((word) => (paths.has(word) ? at(word) : word))
    const { status, out, err } = await weft(...args, at(output))
    expect(err).toContain(`error[WEFT977]: ${at(output)} is ${what}, which the output would replace`)
    expect({ status, out }).toEqual({ status: 1, out: '' })
    expect(content()).toBe(before)
  })

  test('weights, at their beginning or under other names', async () => {
    const { at, content } = place()
    const [own, spec] = [at('own.safetensors'), at('net.weft')]
    expect(await weft('weights', spec, '-o', own)).toMatchObject({ status: 0, err: '' })
    const before = content()
    const commands = [
      ['weights', spec],
      ['compile', spec, '--target', 'onnx'],
    ] as const
    for (const command of commands)
      expect((await weft(...command, '--weights', own, '-o', own)).err).toContain(
        'own.safetensors is the file that the weights come from',
      )
    expect(content()).toBe(before)
  })

  test('the index of shards, and each shard', async () => {
    const { at, content } = place()
    const spec = at('net.weft')
    expect(await weft('weights', spec, '-o', at('one.safetensors'))).toMatchObject({ status: 0 })
    const { stdout } = runWeft(['weights', spec, '--json'])
    const { parameters } = JSON.parse(stdout) as { readonly parameters: readonly { readonly path: string }[] }
    const map = Object.fromEntries(parameters.map(({ path }) => [path, 'one.safetensors']))
    writeFileSync(at('all.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: map }))
    const before = content()
    const command = ['compile', spec, '--target', 'onnx', '--weights', at('all.safetensors.index.json'), '-o']
    for (const out of ['all.safetensors.index.json', 'one.safetensors'])
      expect((await weft(...command, at(out))).err).toContain('error[WEFT977]')
    expect(content()).toBe(before)
  })

  test.each([
    ['symbolic link', symlinkSync],
    ['hard link', linkSync],
  ])('behind a %s', async (_, link) => {
    const { at, content } = place()
    link(at('blocks.weft'), at('page.md'))
    const before = content()
    expect((await weft('report', at('net.weft'), '-o', at('page.md'))).err).toContain('WEFT977')
    expect(content()).toBe(before)
  })

  test('through a folder of another name', async () => {
    const { at } = place()
    symlinkSync(at('.'), at('same'))
    const { err } = await weft('cost', at('net.weft'), '--json', '-o', at('same/blocks.weft'))
    expect(err).toContain('WEFT977')
  })
})

test('a folder that an export replaces may hold no weights that are read', async () => {
  const { at } = place()
  const export_ = ['compile', at('net.weft'), '--target', 'tfjs', '-o', at('model')]
  expect(await weft('weights', at('net.weft'), '-o', at('own.safetensors'))).toMatchObject({ status: 0 })
  expect(await weft(...export_)).toMatchObject({ status: 0, err: '' })
  const name = readdirSync(at('model')).find((one) => one.endsWith('.bin')) ?? ''
  linkSync(at('own.safetensors'), at('linked'))
  expect((await weft(...export_, '--weights', join(at('model'), name))).status).toBe(1)
  expect(readdirSync(at('model'))).toContain(name)
})

test('formatting is meant to write what it read, and other files of the folder are free', async () => {
  const { at } = place()
  const folder = workspace({ 'loose.weft': sound.replace('image -> conv', 'image   ->   conv') })
  const loose = join(folder, 'loose.weft')
  expect(await weft('fmt', loose)).toMatchObject({ status: 0, err: '' })
  expect(readFileSync(loose, 'utf8')).toBe(sound)
  mkdirSync(at('out'))
  expect(await weft('cost', at('net.weft'), '-o', at('out/blocks.md'))).toMatchObject({ status: 0 })
})

test('costs and memory go to files in the form that their names say', async () => {
  const { at } = place()
  const written = async (command: string, name: string): Promise<string> => {
    expect(await weft(command, at('net.weft'), '-o', at(name))).toMatchObject({ status: 0, out: '' })
    return readFileSync(at(name), 'utf8')
  }
  expect(JSON.parse(await written('cost', 'a.json'))).toMatchObject({ schema: 'weft-cost/1' })
  expect(await written('cost', 'a.csv')).toMatch(/^module,depth,/)
  expect(await written('memory', 'm.md')).toContain('| cause | bytes |')
  expect(await written('memory', 'm.txt')).toContain('Net')
  expect((await weft('cost', at('net.weft'), '-o', at('a.png'))).err).toContain('.csv')
})
