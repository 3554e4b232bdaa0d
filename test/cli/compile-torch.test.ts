// weft compile --target torch: a Python package in a folder of its own, and what is refused.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { safetensorsBytes } from '../weights/safetensors-bytes.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'

const net = `network Net(base: int = 4, patch: [int] = [8, 12]) {
  input image: [1, ...patch]
  let fine = image -> conv(base, 3) -> relu
  let up = fine -> max_pool(2) -> conv_transpose(base, 2, stride = 2)
  output logits = concat(fine, up) -> conv(2, 1)
  aux output deep = up -> conv(2, 1)
}

/// Reads two images of different sizes with the same weights.
network Shared {
  input large: [2, 8, 8]
  input small: [2, 4, 4]
  share let tower = Tower
  output a = large -> tower -> mean(axes = [0, 1], keep = false)
  output b = small -> tower -> mean(axes = [0, 1], keep = false)
}

block Tower {
  in x
  out x -> conv(3, 1) -> reshape([3, product(size(x))])
}
`

const compiling = (cwd: string, ...args: readonly string[]): Outcome =>
  runWeft(['compile', 'net.weft', '--target', 'torch', '--network', 'Net', ...args], { cwd })

function refused(cwd: string, code: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = compiling(cwd, ...args)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain(`error[${code}]`)
  return stderr
}

describe('a package', () => {
  test('is summed up: its files with their sizes, its inputs, its outputs', () => {
    const cwd = workspace({ 'net.weft': net })
    const { status, stdout, stderr } = compiling(cwd, '-o', 'net')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const size = (name: string): string => readFileSync(join(cwd, 'net', name)).length.toLocaleString('en-US')
    const files = ['__init__.py', 'network.py', 'names.py', 'layers.py']
    expect(stdout).toBe(
      `${files.map((name) => `wrote ${name}  ${size(name)} bytes`).join('\n')}
inputs   image N×1×8×12
outputs  logits N×2×8×12
with deep_supervision  deep N×2×8×12
`,
    )
  })

  test('carries the weights of a file along, and loses them again when the next one has none', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(compiling(cwd, '-o', 'net', '--weights', 'none.safetensors').status).toBe(1)
    mkdirSync(join(cwd, 'net'))
    expect(compiling(cwd, '-o', 'net').status).toBe(0)
    writeFileSync(join(cwd, 'net', 'weights.safetensors'), '')
    expect(compiling(cwd, '-o', 'net').status).toBe(0)
    expect(readdirSync(join(cwd, 'net')).toSorted()).toEqual(
      ['__init__.py', 'layers.py', 'names.py', 'network.py'].toSorted(),
    )
  })
})

describe('what is refused', () => {
  test('a folder that holds something else, which is left as it is', () => {
    const cwd = workspace({ 'net.weft': net })
    mkdirSync(join(cwd, 'mine'))
    writeFileSync(join(cwd, 'mine', 'network.py'), '"""Mine."""\n')
    expect(refused(cwd, 'WEFT968', '-o', 'mine')).toContain('a network.py that Weft did not write')
    expect(readdirSync(join(cwd, 'mine'))).toEqual(['network.py'])
  })

  test('a name that Python cannot import', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(refused(cwd, 'WEFT987', '-o', 'my-net')).toContain('such as my_net')
    expect(refused(cwd, 'WEFT987', '-o', '3d')).toContain('such as net_3d')
  })

  test('options of other targets', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(refused(cwd, 'WEFT969', '-o', 'net', '--opset', '17')).toContain('--opset')
    expect(refused(cwd, 'WEFT969', '-o', 'net', '--shard', '4')).toContain('option of --target tfjs')
    expect(refused(cwd, 'WEFT969', '-o', 'net', '--dynamic', 'spatial')).toContain('--dynamic spatial')
  })

  test('names of tensors whose axes a map reorders', () => {
    const tensors = { 'a.weight': [3, 3, 1, 4], 'a.bias': [4] }
    let end = 0
    const header = Object.fromEntries(
      Object.entries(tensors).map(([name, shape]) => {
        const begin = end
        end += 4 * shape.reduce((count, extent) => count * extent, 1)
        return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }]
      }),
    )
    const map = { format: 'weft-rename-1', rules: [{ from: 'a', to: 'logits.conv', permute: [3, 2, 0, 1] }] }
    const cwd = workspace({
      'net.weft': 'network Net { input x: [1, 8, 8]  output logits = x -> conv(4, 3) }\n',
      'map.json': JSON.stringify(map),
    })
    writeFileSync(join(cwd, 'keras.safetensors'), safetensorsBytes(header, new Uint8Array(end)))
    const given = ['-o', 'net', '--weights', 'keras.safetensors', '--rename', 'map.json']
    expect(refused(cwd, 'WEFT989', ...given)).toContain('a.weight')
  })

  test('a map that says nothing of the network', () => {
    const cwd = workspace({ 'net.weft': net })
    expect(refused(cwd, 'WEFT943', '-o', 'net', '--rename', 'unet')).toContain('no rule of unet gives')
  })

  test('weights shared by computations of other extents', () => {
    const cwd = workspace({ 'net.weft': net })
    const args = ['compile', 'net.weft', '--network', 'Shared', '--target', 'torch', '-o', 'net']
    const { status, stderr } = runWeft(args, { cwd })
    expect({ status, found: /WEFT988/.test(stderr) }).toEqual({ status: 1, found: true })
  })
})

test('a map alone gives the names of its checkpoints', () => {
  const rules = [{ from: 'a', to: 'logits.conv' }]
  const aliases = [{ copy: 'again.*', of: 'a.*' }]
  const cwd = workspace({
    'net.weft': 'network Net { input x: [1, 8, 8]  output logits = x -> conv(4, 3) }\n',
    'map.json': JSON.stringify({ format: 'weft-rename-1', rules, aliases }),
  })
  const args = ['compile', 'net.weft', '--target', 'torch', '-o', 'net', '--rename', 'map.json']
  expect(runWeft(args, { cwd })).toMatchObject({ status: 0, stderr: '' })
  expect(readFileSync(join(cwd, 'net/names.py'), 'utf8')).toContain(
    '"logits.conv.weight": ["a.weight", "again.weight"]',
  )
})
