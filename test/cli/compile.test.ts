// weft compile: a file that ONNX Runtime runs, what is said about it, and that nothing is left behind where there is none.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { noise, noiseInputs } from '../../src/node/noise.ts'
import type { RuntimeTensor } from '../../src/node/onnx-runtime.ts'
import { openSafetensors, writeSafetensors } from '../../src/node/safetensors-file.ts'
import { initialise } from '../../src/weights/initialise.ts'
import { compileExample } from '../examples/compile-example.ts'
import { graphOf } from '../support/compile-text.ts'
import { distance, runExported, runtime } from '../support/onnx.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { example } from '../support/specs.ts'
import { f32, safetensorsBytes } from '../weights/safetensors-bytes.ts'

/** Down and up again, with a head that only training needs. */
const net = `network Net(base: int = 4, patch: [int] = [8, 12]) {
  input image: [1, ...patch]
  let fine = image -> conv(base, 3) -> relu
  let up = fine -> max_pool(2) -> conv_transpose(base, 2, stride = 2)
  output logits = concat(fine, up) -> conv(2, 1)
  aux output deep = up -> conv(2, 1)
}
`
const normed = `network Normed {
  input image: [4, 8, 8]
  output logits = image -> conv(4, 1)
    -> layer_norm -> conv(2, 1)
}
`
const twoHolders = `network Two(size: [int] = [8, 8], grid: [int] = [8, 8]) {
  input image: [1, ...size]
  output logits = image -> conv(2, 3)
}
`
const learned = `network Learned(patch: [int] = [8, 8]) {
  input image: [1, ...patch]
  let position = parameter([1, product(patch)])
  output map = (image -> flatten(start = 1)) + position
}
`
const windows = `import { SwinStage, channels_first, channels_last } from "std/transformer"
network Windows(patch: [int] = [8, 8]) {
  input image: [1, ...patch]
  let tokens = image -> conv(2, 2, stride = 2) -> channels_last
  let seen = tokens -> SwinStage(2, 1, [3, 2], mlp = 1) -> channels_first
  output map = seen -> conv_transpose(1, 2, stride = 2) -> pad(high = [(-n) % 5 for n in patch])
}
`

const to = (name: string, ...more: readonly string[]): string[] => ['--target', 'onnx', '-o', name, ...more]
const compiling = (cwd: string, ...args: readonly string[]): Outcome => runWeft(['compile', ...args], { cwd })

/** The command has to succeed without a word on stderr. */
function written(cwd: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = compiling(cwd, ...args)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

/** What a file gives for noise of these extents. */
async function run(
  path: string,
  shape: readonly number[],
): Promise<{
  readonly shapes: ReadonlyMap<string, readonly (number | string)[]>
  readonly outputs: ReadonlyMap<string, RuntimeTensor>
}> {
  const session = await runtime?.open(path, { threads: 1 })
  if (session === undefined || isProblem(session)) throw new Error(JSON.stringify(session))
  const count = shape.reduce((all, one) => all * one, 1)
  const feeds = new Map(session.inputNames.map((name) => [name, { shape, data: noise(count, 1) }]))
  const outputs = await session.run(feeds)
  await session.release()
  if (isProblem(outputs)) throw new Error(JSON.stringify(outputs))
  return { shapes: session.inputShapes, outputs }
}

/** How far an output of a file is from what it should be. */
const off = (expected: Tensor, given: RuntimeTensor | undefined): number =>
  distance(expected, given && { shape: given.shape, data: Float64Array.from(given.data) })

const near = 1e-4

describe('a file', () => {
  test.skipIf(runtime === undefined)('in bytes says on what its values were seen', async () => {
    const cwd = workspace({ 'net.weft': net })
    const noisy = written(cwd, 'net.weft', ...to('net.onnx', '--precision', 'int8'))
    expect(noisy).toMatch(
      /^ranges {3}of \d+ values, seen on 2 patches of noise: give images by --calibrate$/m,
    )
    const data = 'phantom:cases=2,extents=16x16'
    const seen = written(cwd, 'net.weft', ...to('net.onnx', '--precision', 'int8', '--calibrate', data))
    expect(seen).toContain(`seen on 16 patches of ${data}`)
    const { graph } = graphOf(net)
    const expected = evaluate(graph, initialise(graph, 1), noiseInputs(graph, 1).reference, {
      outputs: 'inference',
    })
    if (isProblem(expected)) throw new Error(expected.name)
    const { outputs } = await run(join(cwd, 'net.onnx'), [1, 1, 8, 12])
    for (const [name, value] of expected) {
      expect(off(value, outputs.get(name))).toBeGreaterThan(near)
      expect(off(value, outputs.get(name))).toBeLessThan(0.5)
    }
  })

  test('is made for a goal: without weights in a larger form where it is to be small', () => {
    const deep = 'network Deep { input x: [16, 8, 16, 16] output y = x -> conv(32, 3) }'
    const cwd = workspace({ 'deep.weft': deep })
    const size = (...args: readonly string[]): number => {
      written(cwd, 'deep.weft', ...to('deep.onnx', ...args))
      return readFileSync(join(cwd, 'deep.onnx')).length
    }
    const weightBytes = 4 * 32 * 16 * 27
    expect(size() - size('--optimize', 'size')).toBeGreaterThan(0.9 * weightBytes)
    expect(size('--optimize', 'size', '--with', 'winograd-depth')).toBe(size())
    const foreign = compiling(cwd, 'deep.weft', '--target', 'tfjs', '-o', 'model', '--optimize', 'memory')
    expect(foreign.stderr).toContain('error[WEFT969]')
  })

  test('is calibrated only where bytes are asked for, with extents that are known', () => {
    const cwd = workspace({ 'net.weft': net })
    const idle = compiling(cwd, 'net.weft', ...to('net.onnx', '--calibrate', 'phantom'))
    expect(idle.status).not.toBe(0)
    expect(idle.stderr).toContain('--calibrate is for --precision int8')
    const free = compiling(cwd, 'net.weft', ...to('net.onnx', '--precision', 'int8', '--dynamic', 'spatial'))
    expect(free.stderr).toContain('error[WEFT965]')
    expect(existsSync(join(cwd, 'net.onnx'))).toBe(false)
  })

  test('is summed up: its size, its inputs, its outputs', () => {
    const cwd = workspace({ 'net.weft': net })
    const stdout = written(cwd, 'net.weft', ...to('net.onnx'))
    const size = readFileSync(join(cwd, 'net.onnx')).length.toLocaleString('en-US')
    expect(stdout).toBe(
      `wrote net.onnx  ${size} bytes
opset 17, IR version 8
inputs   image N×1×8×12
outputs  logits N×2×8×12
`,
    )
    expect(readdirSync(cwd).sort()).toEqual(['net.onnx', 'net.weft'])
  })

  test.skipIf(runtime === undefined)('gives what the reference gives, for a batch of any size', async () => {
    const cwd = workspace({ 'net.weft': net })
    written(cwd, 'net.weft', ...to('net.onnx', '--seed', '5', '--set', 'base=3'))
    const { graph } = graphOf(net, { arguments: { base: '3' } })
    const { shapes, outputs } = await run(join(cwd, 'net.onnx'), [2, 1, 8, 12])
    expect(shapes.get('image')).toEqual(['N', 1, 8, 12])
    const expected = evaluate(graph, initialise(graph, 5), noiseInputs(graph, 1, 2).reference)
    if (isProblem(expected)) throw new Error(expected.name)
    expect([...outputs.keys()]).toEqual([...expected.keys()])
    for (const [name, tensor] of expected) expect(off(tensor, outputs.get(name)), name).toBeLessThan(near)
  })

  test.skipIf(runtime === undefined)('has the aux outputs where all are asked for', async () => {
    const cwd = workspace({ 'net.weft': net })
    const stdout = written(cwd, 'net.weft', ...to('all.onnx', '--outputs', 'all'))
    expect(stdout).toContain('outputs  logits N×2×8×12, deep N×2×8×12\n')
    const { outputs } = await run(join(cwd, 'all.onnx'), [1, 1, 8, 12])
    expect([...outputs.keys()]).toEqual(['logits', 'deep'])
  })

  test('is the same bytes for the same seed, others for another', () => {
    const cwd = workspace({ 'net.weft': net })
    const bytes = (...args: readonly string[]): Buffer => {
      written(cwd, 'net.weft', ...to('net.onnx', ...args))
      return readFileSync(join(cwd, 'net.onnx'))
    }
    const first = bytes('--seed', '1')
    expect(bytes().equals(first)).toBe(true)
    expect(bytes('--seed', '2').equals(first)).toBe(false)
  })

  test.skipIf(runtime === undefined)('finds its weights beside it', async () => {
    const cwd = workspace({ 'net.weft': net })
    mkdirSync(join(cwd, 'out'))
    const stdout = written(cwd, 'net.weft', ...to('out/net.onnx', '--external-data'))
    expect(stdout).toMatch(/^wrote net\.onnx\.data {2}[\d,]+ bytes\nwrote net\.onnx {2}[\d,]+ bytes\n/)
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['net.onnx', 'net.onnx.data'])
    written(cwd, 'net.weft', ...to('whole.onnx'))
    const whole = await run(join(cwd, 'whole.onnx'), [1, 1, 8, 12])
    expect((await run(join(cwd, 'out', 'net.onnx'), [1, 1, 8, 12])).outputs).toEqual(whole.outputs)
  })

  test('with other passes has other bytes', () => {
    const cwd = workspace({
      'net.weft': `network Net {
  input image: [4, 4, 4, 4]
  output logits = image -> shift(depth, offsets = [1, 0]) -> conv(4, [1, 3, 3]) -> batch_norm
}
`,
    })
    const bytes = (...args: readonly string[]): string => {
      written(cwd, 'net.weft', ...to('net.onnx', ...args))
      return readFileSync(join(cwd, 'net.onnx'), 'latin1')
    }
    expect(bytes()).toContain('BatchNormalization')
    expect(bytes('--with', 'fold-batch-norm')).not.toContain('BatchNormalization')
    expect(bytes()).toContain('Gather')
    expect(bytes('--without', 'gather-shift')).not.toContain('Gather')
  })

  test('of a network over its budget is written, with the exit status that says so', () => {
    const cwd = workspace({ 'net.weft': net.replace('output', 'budget params <= 10\n  output') })
    const { status, stdout, stderr } = compiling(cwd, 'net.weft', ...to('net.onnx'))
    expect({ status, wrote: stdout.includes('wrote net.onnx') }).toEqual({ status: 2, wrote: true })
    expect(stderr).toContain('error[WEFT601]')
  })
})

describe('free extents', () => {
  test.skipIf(runtime === undefined)(
    'give at every size what a fixed export of that size gives',
    async () => {
      const cwd = workspace({ 'net.weft': net })
      const stdout = written(cwd, 'net.weft', ...to('free.onnx', '--dynamic', 'spatial', '--outputs', 'all'))
      expect(stdout).toContain('inputs   image N×1×H×W\n')
      expect(stdout).toContain('extents  H is a positive multiple of 2; W is a positive multiple of 2\n')
      for (const [height, width] of [
        [8, 12],
        [6, 4],
      ] as const) {
        const { graph } = graphOf(net, { arguments: { patch: `[${height}, ${width}]` } })
        const weights = initialise(graph, 1)
        const fixed = await runExported(graph, noiseInputs(graph, 1).reference, { weights, outputs: 'all' })
        const { outputs } = await run(join(cwd, 'free.onnx'), [1, 1, height, width])
        expect([...outputs.keys()]).toEqual([...fixed.keys()])
        for (const [name, tensor] of fixed) expect(off(tensor, outputs.get(name)), name).toBeLessThan(near)
      }
    },
  )

  test.skipIf(runtime === undefined)('say how many windows a file cuts an image to', async () => {
    const cwd = workspace({ 'net.weft': windows })
    const stdout = written(cwd, 'net.weft', ...to('free.onnx', '--dynamic', 'spatial'))
    expect(stdout).toContain('extents  H is a multiple of 2, at least 8; W is a multiple of 2, at least 6\n')
    for (const [height, width] of [
      [8, 6],
      [14, 10],
      [20, 16],
    ] as const) {
      const { graph } = graphOf(windows, { arguments: { patch: `[${height}, ${width}]` } })
      const weights = initialise(graph, 1)
      const fixed = await runExported(graph, noiseInputs(graph, 1).reference, { weights })
      const { outputs } = await run(join(cwd, 'free.onnx'), [1, 1, height, width])
      for (const [name, tensor] of fixed) expect(off(tensor, outputs.get(name)), name).toBeLessThan(near)
    }
  })

  test.skipIf(runtime === undefined)('are so large that no norm has a single value', async () => {
    const cwd = workspace({
      'deep.weft': `network Deep(patch: [int] = [16, 32]) {
  input image: [1, ...patch]
  let deep = image -> conv(4, 3, stride = [8, 16]) -> instance_norm
  output logits = deep -> conv_transpose(2, [8, 16], stride = [8, 16])
}
`,
    })
    const stdout = written(cwd, 'deep.weft', ...to('deep.onnx', '--dynamic', 'spatial'))
    expect(stdout).toContain(
      'extents  H is a multiple of 8, at least 16; W is a multiple of 16, at least 32\n',
    )
    const spread = async (height: number, width: number): Promise<number> => {
      const { outputs } = await run(join(cwd, 'deep.onnx'), [1, 1, height, width])
      const values = outputs.get('logits')?.data ?? []
      return Math.max(...values) - Math.min(...values)
    }
    expect(await spread(16, 32)).toBeGreaterThan(0.1)
    const { status, stderr } = runWeft(['bench', 'deep.weft', '--against', 'deep.onnx', '--patch', '8x16'], {
      cwd,
    })
    expect(status).toBe(1)
    expect(stderr).toContain('H has to be a multiple of 8, at least 16')
  })

  test.skipIf(runtime === undefined)(
    'have an offset where valid convolutions take something off',
    async () => {
      const cwd = workspace()
      const stdout = written(
        cwd,
        example('unet'),
        ...to('unet.onnx', '--set', 'base=2', '--dynamic', 'spatial'),
      )
      expect(stdout).toContain('inputs   image N×1×(H + 172)×(W + 172)\n')
      expect(stdout).toContain('extents  H is a positive multiple of 16; W is a positive multiple of 16\n')
      const { graph } = compileExample('examples/unet.weft', 'UNet', { base: '2', size: '[188, 204]' })
      const weights = initialise(graph, 1)
      const fixed = await runExported(graph, noiseInputs(graph, 1).reference, { weights })
      const { outputs } = await run(join(cwd, 'unet.onnx'), [1, 1, 188, 204])
      const logits = outputs.get('logits')
      expect(logits?.shape).toEqual([1, 2, 4, 20])
      for (const [name, tensor] of fixed) expect(off(tensor, outputs.get(name)), name).toBeLessThan(near)
    },
  )

  test.skipIf(runtime === undefined)('may be none at all: the batch is fixed too', async () => {
    const cwd = workspace({ 'net.weft': net })
    const stdout = written(cwd, 'net.weft', ...to('net.onnx', '--dynamic', 'none'))
    expect(stdout).toContain('inputs   image 1×1×8×12\noutputs  logits 1×2×8×12\n')
    const { shapes } = await run(join(cwd, 'net.onnx'), [1, 1, 8, 12])
    expect(shapes.get('image')).toEqual([1, 1, 8, 12])
  })

  test.each([
    [normed, 'error[WEFT963]: `Normed` has no single parameter', '--> net.weft:2:9'],
    [twoHolders, 'error[WEFT963]: `Two` has no single parameter', '--> net.weft:2:9'],
    [learned, 'error[WEFT964]: the extents in `patch` cannot be left free: `shape`', '--> net.weft:3:28'],
  ])('are refused where the spec does not allow them: %#', (text, message, place) => {
    const cwd = workspace({ 'net.weft': text })
    const { status, stdout, stderr } = compiling(cwd, 'net.weft', ...to('net.onnx', '--dynamic', 'spatial'))
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain(place)
    expect(stderr).toContain('\n1 error;')
    expect(readdirSync(cwd)).toEqual(['net.weft'])
  })

  test('of the spec itself stay as they are', () => {
    const cwd = workspace({
      'net.weft':
        'network Free {\n  input x: [1, dim("H", multiple = 8), 4]\n  output y = x -> conv(2, 3)\n}\n',
    })
    for (const dynamic of ['batch', 'spatial'])
      expect(written(cwd, 'net.weft', ...to('net.onnx', '--dynamic', dynamic))).toContain(
        'inputs   x N×1×H×4\noutputs  y N×2×H×4\nextents  H is a positive multiple of 8\n',
      )
  })
})

describe('an operator set', () => {
  test.each([
    [
      '16',
      "error[WEFT961]: `layer_norm` is ONNX's LayerNormalization of operator set 17",
      '--> net.weft:4:8',
    ],
    ['12', 'error[WEFT962]: operator set 12 cannot be written; 13 to ', '--> net.weft:'],
  ])('%s that lacks something is refused', (opset, message, place) => {
    const cwd = workspace({ 'net.weft': normed })
    const { status, stdout, stderr } = compiling(cwd, 'net.weft', ...to('net.onnx', '--opset', opset))
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain(place)
    expect(readdirSync(cwd)).toEqual(['net.weft'])
  })

  test('that has everything is what the file says', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(written(cwd, 'net.weft', ...to('net.onnx', '--opset', '13'))).toContain('opset 13, IR version 7\n')
  })
})

describe('weights', () => {
  test.skipIf(runtime === undefined)(
    'from a file give the numbers of the seed that it was made by',
    async () => {
      const cwd = workspace({ 'net.weft': net })
      expect(runWeft(['weights', 'net.weft', '-o', 'w', '--seed', '7'], { cwd }).status).toBe(0)
      written(cwd, 'net.weft', ...to('seed.onnx', '--seed', '7'))
      written(cwd, 'net.weft', ...to('file.onnx', '--weights', 'w'))
      written(cwd, 'net.weft', ...to('other.onnx'))
      const [seed, file, other] = await Promise.all(
        ['seed', 'file', 'other'].map((name) => run(join(cwd, `${name}.onnx`), [1, 1, 8, 12])),
      )
      expect(file?.outputs).toEqual(seed?.outputs)
      expect(other?.outputs).not.toEqual(seed?.outputs)
      expect(readFileSync(join(cwd, 'file.onnx'), 'latin1')).toContain('weft.weights')
    },
  )

  test.skipIf(runtime === undefined)(
    'under other names come in by a map; a training head may be missing',
    async () => {
      const map = {
        format: 'weft-rename-1',
        rules: [
          { from: 'down', to: 'fine.conv' },
          { from: 'up', to: 'up.conv_transpose' },
          { from: 'head', to: 'logits.conv' },
        ],
      }
      const cwd = workspace({ 'net.weft': net, 'map.json': JSON.stringify(map) })
      expect(runWeft(['weights', 'net.weft', '-o', 'own'], { cwd }).status).toBe(0)
      renamedCopy(join(cwd, 'own'), join(cwd, 'theirs'), map.rules)
      const args = ['--weights', 'theirs', '--rename', 'map.json']
      written(cwd, 'net.weft', ...to('net.onnx', ...args))
      written(cwd, 'net.weft', ...to('seed.onnx'))
      const seed = await run(join(cwd, 'seed.onnx'), [1, 1, 8, 12])
      expect((await run(join(cwd, 'net.onnx'), [1, 1, 8, 12])).outputs).toEqual(seed.outputs)
      const all = compiling(cwd, 'net.weft', ...to('all.onnx', '--outputs', 'all', ...args))
      expect(all.status).toBe(1)
      expect(all.stderr).toContain('error[WEFT911]: nothing fills 2 of 8 parameters')
      expect(all.stderr).toContain('deep.conv.weight')
      expect(existsSync(join(cwd, 'all.onnx'))).toBe(false)
    },
  )

  test('that are not numbers leave an older file as it was, and no other', () => {
    const spec = 'network N {\n  input x: [1, 2]\n  output y = x -> conv(1, 1, bias = false)\n}\n'
    const cwd = workspace({ 'net.weft': spec, 'net.onnx': 'older' })
    const header = { 'y.conv.weight': { dtype: 'F32', shape: [1, 1, 1], data_offsets: [0, 4] } }
    writeFileSync(join(cwd, 'w'), safetensorsBytes(header, f32(NaN)))
    const before = readdirSync(cwd)
    for (const external of [[], ['--external-data']]) {
      for (const name of ['net.onnx', 'new.onnx']) {
        const outcome = compiling(cwd, 'net.weft', ...to(name, '--weights', 'w', ...external))
        expect(outcome).toMatchObject({ status: 1, stdout: '' })
        expect(outcome.stderr).toContain('error[WEFT907]')
        expect(outcome.stderr).toContain('`y.conv.weight` is not finite')
        expect(readdirSync(cwd)).toEqual(before)
      }
    }
    expect(readFileSync(join(cwd, 'net.onnx'), 'utf8')).toBe('older')
  })

  test('of a file that is cut off are refused', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(runWeft(['weights', 'net.weft', '-o', 'w'], { cwd }).status).toBe(0)
    writeFileSync(join(cwd, 'w'), readFileSync(join(cwd, 'w')).subarray(0, -20))
    const before = readdirSync(cwd)
    const { status, stdout, stderr } = compiling(cwd, 'net.weft', ...to('net.onnx', '--weights', 'w'))
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/error\[WEFT90\d\]: w/)
    expect(readdirSync(cwd)).toEqual(before)
  })
})

/** A checkpoint under the names that the rules translate; what no rule names is left out. */
function renamedCopy(
  from: string,
  path: string,
  rules: readonly { readonly from: string; readonly to: string }[],
): void {
  const file = openSafetensors(from)
  if (isProblem(file)) throw new Error(file.name)
  const tensors = [...file.entries].flatMap(([name, { shape }]) => {
    const rule = rules.find((one) => name.startsWith(`${one.to}.`))
    const numbers = file.read(name)
    if (rule === undefined || isProblem(numbers)) return []
    const own = `${rule.from}${name.slice(rule.to.length)}`
    return [{ name: own, dtype: 'F32' as const, shape, numbers: () => Float32Array.from(numbers) }]
  })
  file.close()
  const failed = writeSafetensors(path, tensors)
  if (failed !== undefined) throw new Error(failed.name)
}

/** A device that is full, where the system has one. */
const full = ['/dev/full'].filter((path) => existsSync(path))

/** Arguments, and what is said of them. */
const failures: readonly (readonly [args: readonly string[], message: string])[] = [
  [to('folder'), 'error[WEFT833]: folder cannot be written: it is a directory'],
  [
    to('nowhere/net.onnx'),
    'error[WEFT833]: nowhere/net.onnx cannot be written: its directory does not exist',
  ],
  [
    to('nowhere/net.onnx', '--external-data'),
    'error[WEFT833]: nowhere/net.onnx.data cannot be written: its directory does not exist',
  ],
  [to('taken', '--external-data'), 'error[WEFT833]: taken.data cannot be written: it is a directory'],
  ...full.map((device): [string[], string] => [
    to(device),
    `error[WEFT833]: ${device} cannot be written: no space left`,
  ]),
  [to('net.onnx', '--set', 'base=0'), 'error['],
  [to('net.onnx', '--network', 'Nett'), 'did you mean `Net`?'],
  [to('net.onnx', '--with', 'fold'), 'error: there is no pass fold; the passes are fold-batch-norm, '],
  [to('net.onnx', '--without', 'fold'), 'error: there is no pass fold; the passes are '],
  [to('net.onnx', '--opset', '17.5'), '--opset takes a whole number'],
  [to('net.onnx', '--seed', 'x'), '--seed takes a whole number'],
  [to('net.onnx', '--rename', 'map.json'), '--rename goes with --weights'],
  [['--target', 'tflite', '-o', 'net.onnx'], '--target takes onnx, tfjs, torch or nnunet, not tflite'],
  [['-o', 'net.onnx'], 'Missing required argument: target'],
  [['--target', 'onnx'], 'Missing required argument: out'],
]

describe('nothing is left behind', () => {
  test.each(failures)('by %j', (args, message) => {
    const cwd = workspace({ 'net.weft': net, taken: 'older' })
    mkdirSync(join(cwd, 'folder'))
    mkdirSync(join(cwd, 'taken.data'))
    const before = readdirSync(cwd)
    const { status, stdout, stderr } = compiling(cwd, 'net.weft', ...args)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(readdirSync(cwd)).toEqual(before)
    expect(readFileSync(join(cwd, 'taken'), 'utf8')).toBe('older')
  })
})

describe('what was read', () => {
  test('is never written over', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(compiling(cwd, 'net.weft', ...to('net.weft')).stderr).toContain(
      'error[WEFT977]: net.weft is the spec, which the output would replace',
    )
    expect(runWeft(['weights', 'net.weft', '-o', 'own.safetensors'], { cwd }).status).toBe(0)
    const over = compiling(cwd, 'net.weft', ...to('own.safetensors', '--weights', 'own.safetensors'))
    expect(over.stderr).toContain('error[WEFT977]: own.safetensors is the file that the weights come from')
    expect(runWeft(['weights', 'net.weft', '-o', './net.weft'], { cwd }).stderr).toContain('WEFT977')
    expect(readFileSync(join(cwd, 'net.weft'), 'utf8')).toBe(net)
    expect(readdirSync(cwd).toSorted()).toEqual(['net.weft', 'own.safetensors'])
  })
})

test('an option that takes one value is given once', () => {
  const cwd = workspace({ 'net.weft': net })
  expect(compiling(cwd, 'net.weft', ...to('a.onnx', '-o', 'b.onnx'))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('-o is given several times') as string,
  })
})

test('a free extent that no input settles is an error at its line, once', () => {
  const cwd = workspace({
    'net.weft':
      'network N {\n  input x: [1, 8, 8]\n  output y = x -> resize(size = [dim("S"), dim("S")])\n}\n',
  })
  const { status, stderr } = compiling(cwd, 'net.weft', ...to('net.onnx'))
  expect(status).toBe(1)
  expect(stderr).toContain('error[WEFT954]: the extent `S` is not known')
  expect(stderr).toContain('net.weft:3:')
  expect(stderr).toContain('1 error;')
})
