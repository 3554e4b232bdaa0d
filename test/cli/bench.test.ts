// weft bench: rows, ratios and documents, and which models can be compared. Never how long anything takes.
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, type ModelProto } from 'onnx-buf'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runtime } from '../support/onnx.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'

const net = `network Net(base: int = 2, patch: [int] = [8, 8]) {
  input image: [1, ...patch]
  output logits = image -> conv(base, 3) -> conv(2, 1)
}

network Wide = Net(base = 8)
`
/** Its sides have to be even, or the two parts do not fit together. */
const even = `network Even(patch: [int] = [8, 8]) {
  input image: [1, ...patch]
  let fine = image -> conv(3, 3)
  output logits = concat(fine, fine -> max_pool(2) -> conv_transpose(2, 2, stride = 2))
}
`
const valid = `network Valid(patch: [int] = [12, 12]) {
  input image: [1, ...patch]
  output logits = image -> conv(2, 3, padding = "valid") -> max_pool(2)
}
`
const two = `network Two {
  input a: [1, 8, 8]
  input b: [1, 8, 8]
  output y = concat(a, b) -> conv(2, 3)
}
`

const quick = ['--warmup', '0', '--repeats', '2', '--threads', '1'] as const
const benching = (cwd: string, ...args: readonly string[]): Outcome =>
  runWeft(['bench', 'net.weft', ...quick, ...args], { cwd })

/** A directory with `net.weft`, and another spec compiled to `other.onnx`. */
function beside(other: string, ...args: readonly string[]): string {
  const cwd = workspace({ 'net.weft': net, 'other.weft': other })
  const outcome = runWeft(['compile', 'other.weft', '--target', 'onnx', '-o', 'other.onnx', ...args], { cwd })
  if (outcome.status !== 0) throw new Error(outcome.stderr)
  return cwd
}

/** Changes a model file as another exporter could have written it. */
function edit(path: string, change: (model: ModelProto) => void): void {
  const model = fromBinary(ModelProtoSchema, readFileSync(path))
  change(model)
  writeFileSync(path, toBinary(ModelProtoSchema, model))
}

interface Document {
  readonly batch: number
  readonly threads: number
  readonly timings: readonly {
    readonly name: string
    readonly samples: readonly number[]
    readonly macs?: number
  }[]
  readonly ratios: readonly { readonly name: string; readonly ratio: number }[]
}

function documentOf({ status, stdout, stderr }: Outcome): Document {
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return JSON.parse(stdout) as Document
}

const number = String.raw`[\d.,e+]+(?: [KMGT])?`

describe.skipIf(runtime === undefined)('bench', () => {
  test('prints a row with the static count', () => {
    const { status, stdout, stderr } = benching(workspace({ 'net.weft': net }))
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^ONNX Runtime \d\S+, 1 thread, batch 1; 2 runs after 0\n/)
    expect(stdout).toMatch(/^model +input +median +least +90 % +inputs\/s +voxels\/s +MACs +GFLOPS$/m)
    // 64 positions of 2*9 + 2*2.
    const times = `(?: +${number} ms){3}(?: +${number}){2}`
    expect(stdout).toMatch(new RegExp(`^Net +1×1×8×8${times} +1\\.41 K +${number}$`, 'm'))
    expect(stdout).not.toContain('times as long')
  })

  test('compares with another network of another spec, with other arguments', () => {
    const cwd = workspace({ 'net.weft': net, 'other.weft': net })
    const { status, stdout } = benching(
      cwd,
      '--against',
      'other.weft',
      '--against-network',
      'Wide',
      '--patch',
      '6x4',
    )
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Net +1×1×6×4 .* 528 +[\d.]+$/m)
    expect(stdout).toMatch(/^Wide +1×1×6×4 .* 2\.11 K +[\d.]+$/m)
    expect(stdout).toMatch(/^Net takes [\d.]+ times as long as Wide /m)
    const set = documentOf(
      benching(cwd, '--json', '--against', 'other.weft', '--against-set', 'base=4', '--set', 'base=1'),
    )
    expect(set.timings.map(({ macs }) => macs)).toEqual([64 * 11, 64 * 44])
  })

  test('as a document has every sample of each, and their ratio', () => {
    const cwd = workspace({ 'net.weft': net })
    const document = documentOf(benching(cwd, '--json', '--against', 'net.weft', '--batch', '3'))
    expect(document).toMatchObject({ threads: 1, batch: 3, warmup: 0 })
    expect(document.timings.map(({ samples, macs }) => [samples.length, macs])).toEqual([
      [2, 3 * 1408],
      [2, 3 * 1408],
    ])
    expect(document.ratios).toEqual([{ name: 'Net', ratio: expect.any(Number) as number }])
  })

  test('compares with a file; its count is known where its extents are fixed', () => {
    const cwd = beside(even)
    const against = (...args: readonly string[]): readonly (number | undefined)[] =>
      documentOf(benching(cwd, '--json', '--against', 'other.onnx', ...args)).timings.map(({ macs }) => macs)
    // 64 * 27 and 16 * 24.
    expect(against()).toEqual([1408, 2112])
    expect(against('--batch', '2')).toEqual([2816, 4224])
    const free = benching(beside(even, '--dynamic', 'spatial'), '--against', 'other.onnx', '--patch', '6x4')
    expect(free.status).toBe(0)
    expect(free.stdout).toMatch(/^other\.onnx +1×1×6×4 .* unknown +unknown$/m)
    expect(free.stdout).toMatch(/^Net takes [\d.]+ times as long as other\.onnx /m)
  })
})

describe.skipIf(runtime === undefined)('models that cannot be compared', () => {
  const refused = (cwd: string, ...args: readonly string[]): string => {
    const { status, stdout, stderr } = benching(cwd, '--against', 'other.onnx', ...args)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('\n1 error')
    return stderr
  }

  test('no file, no model, half a model', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(refused(cwd)).toContain('error[WEFT801]: there is no file other.onnx')
    writeFileSync(join(cwd, 'other.onnx'), 'network')
    expect(refused(cwd)).toContain('error[WEFT974]: other.onnx is not an ONNX model')
    writeFileSync(join(cwd, 'other.onnx'), '')
    expect(refused(cwd)).toContain('error[WEFT974]')
    const whole = beside(even)
    writeFileSync(join(cwd, 'other.onnx'), readFileSync(join(whole, 'other.onnx')).subarray(0, -9))
    expect(refused(cwd)).toContain('error[WEFT974]')
  })

  test('other inputs', () => {
    expect(refused(beside(two))).toContain(
      'error[WEFT975]: other.onnx takes 2 inputs, the network it is compared with 1',
    )
  })

  test('other extents, where they are fixed', () => {
    const cwd = beside(even)
    const message = 'error[WEFT976]: other.onnx takes `image` of N×1×8×8, not'
    expect(refused(cwd, '--patch', '8x6')).toContain(`${message} 1×1×8×6: axis 3 is fixed`)
    expect(refused(cwd, '--patch', '8x8x8')).toContain(
      'error[WEFT966]: --patch 8x8x8 does not have 2 extents, as `patch` has: 8x8',
    )
    const one = beside(even, '--dynamic', 'none')
    expect(refused(one, '--batch', '2')).toContain(
      'other.onnx takes `image` of 1×1×8×8, not 2×1×8×8: axis 0 is fixed',
    )
  })

  test('extents that a free one does not allow', () => {
    const stderr = refused(beside(even, '--dynamic', 'spatial'), '--patch', '7x8')
    expect(stderr).toContain(
      'error[WEFT976]: other.onnx takes `image` of N×1×H×W, not 1×1×7×8: H has to be a positive multiple of 2',
    )
    expect(stderr).toContain('for example with --patch')
    const offset = beside(valid, '--dynamic', 'spatial')
    const takes = 'other.onnx takes `image` of N×1×(H + 2)×(W + 2), not'
    expect(refused(offset, '--patch', '6x5')).toContain(
      `${takes} 1×1×6×5: W in W + 2 has to be a positive multiple of 2`,
    )
    expect(refused(offset, '--patch', '2x8')).toContain(
      `${takes} 1×1×2×8: H in H + 2 has to be a positive multiple of 2`,
    )
    expect(benching(offset, '--against', 'other.onnx', '--patch', '6x4').status).toBe(0)
  })

  test('what the runtime does not load: weights that are not beside it, operators that it does not know', () => {
    const cwd = beside(even, '--external-data')
    expect(benching(cwd, '--against', 'other.onnx').status).toBe(0)
    rmSync(join(cwd, 'other.onnx.data'))
    expect(refused(cwd)).toMatch(
      /error\[WEFT972\]: ONNX Runtime does not load other\.onnx: .*other\.onnx\.data/,
    )
    const strange = beside(even)
    edit(join(strange, 'other.onnx'), ({ graph }) => {
      const [node] = graph?.node ?? []
      if (node !== undefined) node.opType = 'Confabulate'
    })
    expect(refused(strange)).toMatch(/error\[WEFT972\]: .*Confabulate/)
  })

  test('what fails while it runs: extents that a file without rules only seems to take', () => {
    const cwd = beside(even, '--dynamic', 'spatial')
    edit(join(cwd, 'other.onnx'), (model) => {
      model.metadataProps = []
    })
    expect(benching(cwd, '--against', 'other.onnx').status).toBe(0)
    expect(refused(cwd, '--patch', '7x8')).toContain('error[WEFT973]: ONNX Runtime cannot run the model: ')
  })

  test('another spec in which something is wrong is shown with its own place', () => {
    const cwd = workspace({ 'net.weft': net, 'other.weft': even.replace('max_pool', 'max_pol') })
    const { status, stderr } = benching(cwd, '--against', 'other.weft')
    expect(status).toBe(1)
    expect(stderr).toContain('--> other.weft:4:')
  })

  test.each([
    [
      'free extents',
      'network F {\n  input x: [1, dim("W", multiple = 8)]\n  output y = x -> conv(1, 1)\n}\n',
      [],
      "error[WEFT965]: the input's extent W is free",
    ],
    ['no parameter for --patch', two, ['--patch', '8x8'], 'error[WEFT963]: `Two` has no single parameter'],
    ['a patch that the spec refuses', even, ['--patch', '7x8'], 'error['],
    ['an operator set that is too old', net, ['--opset', '9'], 'error[WEFT962]'],
  ])('%s', (_, text, args, message) => {
    const { status, stdout, stderr } = benching(workspace({ 'net.weft': text }), ...args)
    expect(stderr).toContain(message)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})

test.each([
  [['--batch', '0'], '--batch takes a whole number from 1'],
  [['--repeats', '1.5'], '--repeats takes a whole number from 1'],
  [['--threads', 'x'], '--threads takes a whole number from 1'],
  [['--warmup', '-1'], '--warmup takes a whole number from 0'],
  [['--patch', '8xx8'], '--patch takes extents, for example 32x32x32'],
  [['--patch', '-8'], '--patch takes extents, for example 32x32x32'],
  [['--with', 'nothing'], 'there is no pass nothing'],
  [['--against-network', 'Wide'], '--against-network goes with --against'],
  [['--against-set', 'base=3'], '--against-set goes with --against'],
])('%j is told', (args, message) => {
  const { status, stdout, stderr } = runWeft(['bench', 'net.weft', ...args], {
    cwd: workspace({ 'net.weft': net }),
  })
  expect(stderr).toContain(message)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
})

test.skipIf(runtime === undefined)('a broken budget is told once, and is the exit status', () => {
  const text =
    'network N(patch: [int] = [8, 8]) {\n  input x: [1, ...patch]\n  output y = x -> conv(4, 3)\n  budget params <= 3\n}\n'
  const cwd = workspace({ 'n.weft': text })
  const { status, stderr } = runWeft(['bench', 'n.weft', '--patch', '6x6', '--repeats', '1'], { cwd })
  expect(status).toBe(2)
  expect(stderr.match(/WEFT601\]/g)).toHaveLength(1)
})

test.skipIf(runtime === undefined)('a directory for temporary files that is not there is named', () => {
  const cwd = workspace({ 'n.weft': 'network N {\n  input x: [1, 8, 8]\n  output y = x -> conv(4, 3)\n}\n' })
  const { status, stderr } = runWeft(['bench', 'n.weft'], { cwd, env: { TMPDIR: '/nonexistent' } })
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('WEFT833') as string,
  })
  expect(stderr).toContain('/nonexistent')
})
