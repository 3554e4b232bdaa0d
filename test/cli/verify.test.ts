// weft verify: what it says, when it is content, and what it does without ONNX Runtime.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { runtime } from '../support/onnx.ts'
import { runWeft as runAlone, workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { f32, safetensorsBytes } from '../weights/safetensors-bytes.ts'

const net = `network Net(patch: [int] = [8, 8]) {
  input image: [1, ...patch]
  let body = image -> conv(4, 3) -> batch_norm
  output logits = body -> conv(2, 1)
  aux output deep = body -> max_pool(2) -> conv(2, 1)
}
`
/** Odd extents cannot be halved: the least square that leaves the norm some voxels is all that remains. */
const dear = `network Dear(patch: [int] = [129, 129]) {
  input image: [1, ...patch]
  output logits = image -> conv(850, 1) -> conv(850, 1) -> instance_norm -> conv(1, 1)
}
`

const verifying = (text: string, ...args: readonly string[]): Outcome =>
  runWeft(['verify', 'net.weft', ...args], { cwd: workspace({ 'net.weft': text }) })

interface Document {
  readonly values: readonly { readonly path: string; readonly relative: number }[]
  readonly outputs: readonly { readonly name: string }[]
  readonly holds: boolean
}

describe.skipIf(runtime === undefined)('verify', () => {
  test('compares every value and every output, and is content', () => {
    const { status, stdout, stderr } = verifying(net)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    // 64 positions of 4*9 and 2*4, 16 of 2*4.
    expect(stdout).toMatch(/^Net, seed 1; 2\.94 K MACs in double precision\ninput {4}image 1×8×8\n/)
    expect(stdout).toMatch(/^runtime {2}ONNX Runtime \d+\./m)
    expect(stdout).toMatch(/^values {3}5 compared$/m)
    expect(stdout).toMatch(/^output {3}logits: \S+ of its standard deviation/m)
    expect(stdout).toMatch(/^output {3}deep: \S+ of its standard deviation/m)
    expect(stdout).toMatch(/^verified: everything is within 0\.001 standard deviations/m)
  })

  test('holds fewer bits to tolerances of their own, and says from what outputs are so far', () => {
    const half = verifying(net, '--precision', 'f16')
    expect({ status: half.status, stderr: half.stderr }).toEqual({ status: 0, stderr: '' })
    expect(half.stdout).toMatch(
      /^output {3}logits: \S+ of its standard deviation from the same file in single precision on average, \S+ at most$/m,
    )
    expect(half.stdout).toMatch(/^verified: everything is within 0\.02 standard deviations on average/m)
    const bytes = verifying(net, '--precision', 'int8')
    expect({ status: bytes.status, stderr: bytes.stderr }).toEqual({ status: 0, stderr: '' })
    expect(bytes.stdout).toMatch(/^verified: everything is within 0\.7 standard deviations on average/m)
    const strict = verifying(net, '--precision', 'int8', '--tolerance', '1e-4')
    expect(strict.status).toBe(1)
    expect(strict.stdout).toMatch(/^NOT verified: of 2 outputs 2/m)
  })

  test('says what becomes of the numbers of a checkpoint', () => {
    const cwd = workspace({
      'net.weft': 'network Net { input image: [1, 9] output logits = image -> conv(1, 1) }',
    })
    const header = {
      'logits.conv.weight': { dtype: 'F16', shape: [1, 1, 1], data_offsets: [4, 6] },
      'logits.conv.bias': { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    }
    const bytes = safetensorsBytes(header, Uint8Array.of(...f32(1), 0, 0x3c))
    writeFileSync(join(cwd, 'half.safetensors'), bytes)
    const { stdout, stderr } = runWeft(['verify', 'net.weft', '--weights', 'half.safetensors'], { cwd })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^numbers {2}F16 in 1 tensor, which F32 holds exactly$/m)
  })

  test('leaves out what only training needs where asked', () => {
    const { status, stdout } = verifying(net, '--outputs', 'inference')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^values {3}3 compared$/m)
    expect(stdout).not.toContain('deep')
  })

  test('as a document has each value', () => {
    const { status, stdout } = verifying(net, '--json', '--seed', '3')
    expect(status).toBe(0)
    const document = JSON.parse(stdout) as Document
    expect(document).toMatchObject({
      network: 'Net',
      input: 'image 1×8×8',
      given: 'image 1×8×8',
      weights: 'seed 3',
      holds: true,
      merged: 0,
      shapeFaults: [],
    })
    expect(document.outputs.map(({ name }) => name)).toEqual(['logits', 'deep'])
    expect(document.values.map(({ path }) => path)).toEqual([
      'body.conv',
      'body.batch_norm',
      'logits.conv',
      'deep.max_pool',
      'deep.conv',
    ])
  })

  test('is not content with less than what is asked, and names the farthest value and its line', () => {
    const { status, stdout, stderr } = verifying(net, '--tolerance', '1e-12')
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(stdout).toMatch(/^farthest \S+ at \[0(?:, \d+){3}\]: \S+ of its .*, net\.weft:[345]$/m)
    expect(stdout).toMatch(/^far {6}\S+ at \[0(?:, \d+){3}\]: \S+ of its .*, net\.weft:[345]$/m)
    expect(stdout).toMatch(
      /^not decided: rounding in single precision alone may move body\.conv \(net\.weft:3\) by \S+ standard deviations, and all that is not within 1e-12 standard/m,
    )
    const json = verifying(net, '--tolerance', '1e-12', '--json')
    expect({ status: json.status, document: JSON.parse(json.stdout) as unknown }).toMatchObject({
      status: 1,
      document: { outcome: 'undecided', reason: { kind: 'rounding', path: 'body.conv' }, holds: false },
    })
  })

  test('is not content with an output that is the same for every image', () => {
    const { status, stdout, stderr } = verifying(
      net.replace('batch_norm', 'mean -> instance_norm').replace('max_pool(2)', 'relu'),
    )
    expect(status).toBe(1)
    expect(stderr).toContain('warning[WEFT619]')
    expect(stdout).toMatch(
      /^not decided: the output logits is the same for another image .*: body\.instance_norm \(net\.weft:3\) normalises a single value and hides every weight before it$/m,
    )
  })

  test('names a norm over one value that the output does not depend on alone', () => {
    const { status, stdout } = verifying(`network Net {
  input image: [1, 8, 8]
  let gate = image -> mean -> conv(4, 1) -> instance_norm
  output logits = add(image -> conv(4, 3), gate) -> conv(2, 1)
}
`)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^verified: /m)
    expect(stdout).toMatch(
      /^hides {4}gate\.instance_norm \(net\.weft:3\) normalises a single value: no output depends through it on/m,
    )
  })

  test('counts what a pass leaves no value of', () => {
    const { status, stdout } = verifying(net, '--with', 'fold-batch-norm')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^values {3}4 compared; 1 are computed together with others$/m)
  })

  test('takes a smaller patch where the reference would take long, and says so', () => {
    const { status, stdout } = verifying(dear)
    expect(status).toBe(0)
    expect(stdout).toContain(
      'input    image 1×2×2 instead of image 1×129×129, where the reference would take long\n',
    )
    expect(JSON.parse(verifying(dear, '--json').stdout)).toMatchObject({
      input: 'image 1×2×2',
      given: 'image 1×129×129',
    })
  })

  test('keeps the whole patch where asked', { timeout: 180_000 }, () => {
    const { status, stdout } = verifying(dear, '--whole-patch')
    expect(status).toBe(0)
    expect(stdout).toContain('input    image 1×129×129\n')
  })

  test('of weights from a file says which', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(runWeft(['weights', 'net.weft', '-o', 'w', '--seed', '4'], { cwd }).status).toBe(0)
    const { status, stdout } = runWeft(['verify', 'net.weft', '--weights', 'w'], { cwd })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Net, w; /)
  })

  test('of numbers that are none, of free extents, of an operator that is missing, is an error', () => {
    const cwd = workspace({
      'net.weft': 'network N {\n  input x: [1, 2]\n  output y = x -> conv(1, 1, bias = false)\n}\n',
      'free.weft': 'network F {\n  input x: [1, dim("W", multiple = 8)]\n  output y = x -> conv(1, 1)\n}\n',
      'norm.weft': 'network L {\n  input x: [2, 4]\n  output y = x -> layer_norm\n}\n',
    })
    const header = { 'y.conv.weight': { dtype: 'F32', shape: [1, 1, 1], data_offsets: [0, 4] } }
    writeFileSync(join(cwd, 'w'), safetensorsBytes(header, f32(Infinity)))
    for (const [args, message] of [
      [['net.weft', '--weights', 'w'], 'error[WEFT907]'],
      [['free.weft'], "error[WEFT965]: the input's extent W is free"],
      [['norm.weft', '--opset', '16'], 'error[WEFT961]'],
      [['norm.weft', '--tolerance', '0'], '--tolerance takes a positive number'],
      [['norm.weft', '--with', 'nothing'], 'there is no pass nothing'],
    ] as const) {
      const { status, stdout, stderr } = runWeft(['verify', ...args], { cwd })
      expect(stderr).toContain(message)
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    }
  })
})

describe('without ONNX Runtime', () => {
  /** Its package cannot be found, as where it was never installed. */
  const hook = `import * as loading from 'node:module'
const missing = () => Object.assign(new Error("Cannot find package 'onnxruntime-node'"), { code: 'ERR_MODULE_NOT_FOUND' })
const resolve = (specifier, context, next) => {
  if (specifier !== 'onnxruntime-node') return next(specifier, context)
  throw missing()
}
// Node 20 has hooks on a thread of their own alone, Node 26 warns of them: each takes the way that it has.
if (loading.registerHooks !== undefined) loading.registerHooks({ resolve })
else loading.register('data:text/javascript,' + encodeURIComponent('const missing = ' + missing + '; export const resolve = ' + resolve))
`
  const place = (): string => workspace({ 'net.weft': net, 'absent.mjs': hook })
  const without = (cwd: string, ...args: readonly string[]): Outcome =>
    runAlone(args, {
      cwd,
      env: { NODE_OPTIONS: `--import ${pathToFileURL(join(cwd, 'absent.mjs')).href}` },
    })

  test('a file is written all the same', () => {
    const cwd = place()
    const { status, stderr } = without(cwd, 'compile', 'net.weft', '--target', 'onnx', '-o', 'net.onnx')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(readdirSync(cwd)).toContain('net.onnx')
  })

  test.each(['verify', 'bench'])('%s says how to get it', (command) => {
    const { status, stdout, stderr } = without(place(), command, 'net.weft')
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('error[WEFT971]: onnxruntime-node cannot be loaded: Cannot find package')
    expect(stderr).toContain('help: install it: npm install onnxruntime-node')
    expect(stderr).toContain('ONNXRUNTIME_NODE_INSTALL=skip')
  })
})
