// weft compile --target tfjs: a folder that the stock loader of TensorFlow.js takes, and what is refused.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { noiseInputs } from '../../src/node/noise.ts'
import { initialise } from '../../src/weights/initialise.ts'
import { graphOf } from '../support/compile-text.ts'
import { loadStock, predicted, use } from '../support/graph-model.ts'
import { distance } from '../support/onnx.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'

const net = `network Net(base: int = 4, patch: [int] = [8, 12]) {
  input image: [1, ...patch]
  let fine = image -> conv(base, 3) -> relu
  let up = fine -> max_pool(2) -> conv_transpose(base, 2, stride = 2)
  output logits = concat(fine, up) -> conv(2, 1)
  aux output deep = up -> conv(2, 1)
}

train quick for Net {
  loss = dice
  optimizer = sgd(lr = 0.01)
  batch = 2
  steps = 10
  epochs = 3
}
`

const compiling = (cwd: string, ...args: readonly string[]): Outcome =>
  runWeft(['compile', 'net.weft', '--target', 'tfjs', ...args], { cwd })

/** The command has to succeed without a word on stderr. */
function written(cwd: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = compiling(cwd, ...args)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

/** The command has to fail with this code; gives its message. */
function refused(cwd: string, code: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = compiling(cwd, ...args)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain(`error[${code}]`)
  return stderr
}

const contents = (folder: string): Map<string, Uint8Array> =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]))

describe('a folder', () => {
  test('is summed up: its files with their sizes, its inputs, its outputs', () => {
    const cwd = workspace({ 'net.weft': net })
    const stdout = written(cwd, '-o', 'model')
    const size = (name: string): string =>
      readFileSync(join(cwd, 'model', name)).length.toLocaleString('en-US')
    expect(stdout).toBe(
      `wrote training.json  ${size('training.json')} bytes
wrote weights.bin  ${size('weights.bin')} bytes
wrote model.json  ${size('model.json')} bytes
graph model of 29 operations
inputs   image N×1×8×12
outputs  logits N×2×8×12
`,
    )
    expect(readdirSync(join(cwd, 'model')).sort()).toEqual(['model.json', 'training.json', 'weights.bin'])
  })

  test('gives what the reference gives, with the weights and arguments asked for', async () => {
    await use('wasm')
    const cwd = workspace({ 'net.weft': net })
    written(cwd, '-o', 'model', '--seed', '5', '--set', 'base=3', '--outputs', 'all', '--network', 'Net')
    const { graph } = graphOf(net, { arguments: { base: '3' } })
    const inputs = noiseInputs(graph, 1, 2).reference
    const expected = evaluate(graph, initialise(graph, 5), inputs, { outputs: 'all' })
    if (isProblem(expected)) throw new Error(expected.name)
    const model = await loadStock(contents(join(cwd, 'model')))
    expect([...expected.keys()]).toEqual(['logits', 'deep'])
    for (const [name, value] of expected)
      expect(distance(value, predicted(model, inputs, name)), name).toBeLessThan(1e-4)
    model.dispose()
  })

  test('stores weights in 16 bits where asked, which the stock loader makes 32 of', async () => {
    await use('wasm')
    const cwd = workspace({ 'net.weft': net })
    written(cwd, '-o', 'whole')
    written(cwd, '-o', 'half', '--precision', 'f16')
    const size = (folder: string): number => readFileSync(join(cwd, folder, 'weights.bin')).length
    // 36 + 64 + 16 weights in two bytes, 10 biases in four.
    expect(size('half')).toBe(size('whole') - 2 * (36 + 64 + 16))
    const { graph } = graphOf(net)
    const inputs = noiseInputs(graph, 1, 2).reference
    const expected = evaluate(graph, initialise(graph, 1), inputs, { outputs: 'inference' })
    if (isProblem(expected)) throw new Error(expected.name)
    const model = await loadStock(contents(join(cwd, 'half')))
    const value = expected.get('logits')
    if (value === undefined) throw new Error('there is an output')
    const away = distance(value, predicted(model, inputs, 'logits'))
    expect(away).toBeGreaterThan(1e-6)
    expect(away).toBeLessThan(2e-2)
    model.dispose()
  })

  test('carries what trains it again: the spec with its recipes, the arguments, how parameters begin', () => {
    const cwd = workspace({ 'net.weft': net })
    written(cwd, '-o', 'model', '--set', 'base=3')
    const training: unknown = JSON.parse(readFileSync(join(cwd, 'model', 'training.json'), 'utf8'))
    expect(training).toMatchObject({
      format: 'weft-training',
      network: 'Net',
      arguments: { base: 3, patch: [8, 12] },
      entry: 'net.weft',
      files: { 'net.weft': net },
    })
    const { expanded, parameters } = training as { expanded: string; parameters: readonly object[] }
    const again = graphOf(expanded).graph
    expect(again.parameters.length).toBe(parameters.length)
    expect(parameters[0]).toMatchObject({ path: 'fine.conv.weight', shape: [3, 1, 3, 3], trained: true })
  })

  test('that an export wrote is replaced, its other shards removed, and what is not of an export left', () => {
    const cwd = workspace({ 'net.weft': net.replace('base: int = 4', 'base: int = 256') })
    written(cwd, '-o', 'model', '--shard', '1')
    expect(readdirSync(join(cwd, 'model')).filter((name) => name.endsWith('.bin'))).toEqual([
      'weights-1-of-2.bin',
      'weights-2-of-2.bin',
    ])
    writeFileSync(join(cwd, 'model', 'notes.txt'), 'mine')
    written(cwd, '-o', 'model')
    expect(readdirSync(join(cwd, 'model')).sort()).toEqual([
      'model.json',
      'notes.txt',
      'training.json',
      'weights.bin',
    ])
  })

  test('of a network over its budget is written, with the exit status that says so', () => {
    const cwd = workspace({ 'net.weft': net.replace('output', 'budget params <= 10\n  output') })
    const { status, stdout } = compiling(cwd, '-o', 'model')
    expect({ status, wrote: stdout.includes('wrote model.json') }).toEqual({ status: 2, wrote: true })
  })
})

describe('refused', () => {
  test('a folder that holds something else', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(refused(cwd, 'WEFT968', '-o', '.')).toContain('it holds net.weft')
    mkdirSync(join(cwd, 'other'))
    writeFileSync(join(cwd, 'other', 'model.json'), '{"format": "graph-model", "generatedBy": "2.0"}')
    expect(refused(cwd, 'WEFT968', '-o', 'other')).toContain('a model.json that Weft did not write')
    expect(readdirSync(join(cwd, 'other'))).toEqual(['model.json'])
  })

  test('a file in the place of the folder, and the spec', () => {
    const cwd = workspace({ 'net.weft': net, 'there.txt': 'text' })
    expect(refused(cwd, 'WEFT833', '-o', 'there.txt')).toContain('it is not a directory')
    refused(cwd, 'WEFT977', '-o', 'net.weft')
    expect(refused(cwd, 'WEFT833', '-o', 'missing/model')).toContain('its directory does not exist')
  })

  test.each([
    ['--opset', '17'],
    ['--with', 'fold-batch-norm'],
    ['--without', 'gather-shift'],
    ['--external-data'],
    ['--dynamic', 'spatial'],
    ['--dynamic', 'none'],
  ])('%s, which is of ONNX', (...option) => {
    const cwd = workspace({ 'net.weft': net })
    expect(refused(cwd, 'WEFT969', '-o', 'model', ...option)).toContain(
      `${option[0] === '--dynamic' ? option.join(' ') : option.slice(0, 1).join()} is an option of`,
    )
    expect(existsSync(join(cwd, 'model'))).toBe(false)
  })

  test('--shard for ONNX', () => {
    const cwd = workspace({ 'net.weft': net })
    const args = ['compile', 'net.weft', '--target', 'onnx', '-o', 'net.onnx', '--shard', '4']
    expect(runWeft(args, { cwd }).stderr).toContain('error[WEFT969]')
  })

  test('--precision int8, which is for ONNX', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(refused(cwd, 'WEFT969', '-o', 'model', '--precision', 'int8')).toContain('--precision int8')
  })

  test('free extents', () => {
    const cwd = workspace({ 'net.weft': net })
    refused(cwd, 'WEFT965', '-o', 'model', '--set', 'patch=[dim("H", multiple = 2), 8]')
    expect(existsSync(join(cwd, 'model'))).toBe(false)
  })

  test('a product that broadcasts along more axes than kernels take', () => {
    const cwd = workspace({
      'net.weft': `network Net {
  input a: [2, 1, 2, 1, 2, 1, 2]
  input b: [1, 3, 1, 3, 1, 3, 1]
  output y = mul(a, b)
}
`,
    })
    expect(refused(cwd, 'WEFT967', '-o', 'model')).toContain('broadcast along 8 groups of axes')
  })

  test('weights that are not there, with no folder left behind', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(compiling(cwd, '-o', 'model', '--weights', 'missing.safetensors').status).toBe(1)
    expect(existsSync(join(cwd, 'model'))).toBe(false)
  })
})
