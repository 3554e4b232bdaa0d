// weft weights: the list of parameters, a checkpoint held against it, and files of weights.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { openSafetensors, type SafetensorsFile } from '../../src/node/safetensors-file.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { example, projectRoot, sound, validator } from '../support/specs.ts'
import { plainConvUNet } from '../weights/official-names.ts'
import { f32, safetensorsBytes } from '../weights/safetensors-bytes.ts'
import { torchFile } from '../weights/torch-records.ts'
import { map, shapes, withCheckpoint } from './small-checkpoint.ts'

const valid = validator('weft-weights-1.schema.json')

interface Document {
  readonly parameters: readonly {
    readonly path: string
    readonly shape: readonly number[]
    readonly source?: { readonly tensor: string; readonly permute: readonly number[] | null } | null
    readonly statistics?: { readonly mean: number; readonly std: number; readonly nonzero: number } | null
  }[]
  readonly totals: object
  readonly checkpoint: string | null
}

function documentOf({ stdout, stderr }: Outcome): Document {
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Document
}

/** Official names of `sound`, whose parameters are `conv[k].weight` and `conv[k].bias`. */
function opened(path: string): SafetensorsFile {
  const file = openSafetensors(path)
  if (isProblem(file)) throw new Error(file.name)
  return file
}

const mapped = ['--weights', 'official.safetensors', '--rename', 'map.json'] as const

describe('the list', () => {
  test('has every parameter with its shape and what it begins as', () => {
    const { status, stdout, stderr } = runWeft(['weights', 'net.weft'], {
      cwd: workspace({ 'net.weft': sound }),
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^Net\(base = 4\)$/m)
    expect(stdout).toMatch(/^logits\.conv\[0\]\.weight +4×1×3×3 +36 +uniform ±0\.3333$/m)
    expect(stdout).toMatch(/^parameters +50$/m)
  })

  test('says what masks keep and what is no parameter', () => {
    const sparse = runWeft(['weights', example('e2enet'), '--set', 'S=70%'])
    expect(sparse.stdout).toMatch(
      /upward\.UpConv\.conv_transpose\.weight .* normal, std \S+ +[\d,]+ of [\d,]+$/m,
    )
    expect(sparse.stdout).toMatch(/^connections kept +[\d,]+ of [\d,]+ \(2\d\.\d %\)$/m)
    const normed = runWeft(['weights', example('vnet')])
    expect(normed.stdout).toMatch(/running_var +16 +16 +1, a buffer$/m)
    expect(normed.stdout).toMatch(/^numbers of buffers +\d/m)
  })

  test('as a document follows its schema, and counts what costs count', () => {
    for (const name of ['e2enet', 'vnet', 'nnunet']) {
      const document = documentOf(runWeft(['weights', example(name), '--json']))
      expect(valid(document)).toBe('')
      const cost = JSON.parse(runWeft(['cost', example(name), '--json']).stdout) as {
        totals: { training: { parameters: number } }
      }
      expect(document.totals).toMatchObject({ parameters: cost.totals.training.parameters })
    }
  })

  test('knows the maps that come with the examples by name', () => {
    const cwd = workspace({ 'net.weft': sound })
    expect(runWeft(['weights', 'net.weft', '-o', 'own.safetensors'], { cwd }).status).toBe(0)
    const shipped = runWeft(['weights', 'net.weft', '--weights', 'own.safetensors', '--rename', 'e2enet'], {
      cwd,
    })
    // The map was found and read: it does not fit this network.
    expect(shipped.stderr).toContain('error[WEFT946]: e2enet takes no name in the file')
    expect(shipped.stderr).toContain('e2enet is for: E2ENet and its ablations')
    const unknown = runWeft(['weights', 'net.weft', '--weights', 'own.safetensors', '--rename', 'e2enot'], {
      cwd,
    })
    expect(unknown.stderr).toContain('error[WEFT924]: there is no file e2enot')
    expect(unknown.stderr).toContain('did you mean `e2enet`?')
  })

  test('puts a mistake at the file that it is about, and never at a parameter', () => {
    const cwd = workspace({ 'net.weft': sound })
    expect(runWeft(['weights', 'net.weft', '-o', 'own.safetensors'], { cwd }).status).toBe(0)
    const args = ['weights', 'net.weft', '--set', 'base=8', '--weights', 'own.safetensors']
    const { stderr } = runWeft(args, { cwd })
    expect(stderr).toContain('WEFT913')
    expect(stderr).toMatch(/^ *--> (?:net\.weft|own\.safetensors)$/m)
    expect(stderr).not.toMatch(/^ *--> logits/m)
  })

  test('of inference leaves out what only aux outputs need', () => {
    const count = (...args: readonly string[]): number =>
      documentOf(runWeft(['weights', example('nnunet'), '--json', ...args])).parameters.length
    expect(count()).toBe(98)
    expect(count('--outputs', 'inference')).toBe(94)
  })

  test('has what no output reads, but for inference', () => {
    const spec =
      'network N {\n  input x: [1, 4, 4]\n  keep dead = parameter([3])\n  output y = x -> conv(2, 1)\n}\n'
    const cwd = workspace({ 'n.weft': spec })
    const paths = (...args: readonly string[]): string[] =>
      documentOf(runWeft(['weights', 'n.weft', '--json', ...args], { cwd })).parameters.map(
        ({ path }) => path,
      )
    expect(paths()).toEqual(['dead.parameter.value', 'y.conv.weight', 'y.conv.bias'])
    expect(paths('--outputs', 'inference')).toEqual(['y.conv.weight', 'y.conv.bias'])
    expect(runWeft(['weights', 'n.weft', '-o', 'own.safetensors'], { cwd }).stdout).toContain('3 tensors')
    expect(runWeft(['cost', 'n.weft'], { cwd }).stdout).toMatch(/^never read +3 +0$/m)
  })
})

describe('a checkpoint', () => {
  test('that fits: which tensor fills what, and what it is like', () => {
    const cwd = withCheckpoint()
    const { status, stdout, stderr } = runWeft(['weights', 'net.weft', ...mapped], { cwd })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('weights from official.safetensors')
    expect(stdout).toMatch(/^logits\.conv\[0\]\.weight +4×1×3×3 +first\.weight +1\.000 +0\.8165 +66\.7 %$/m)
    const document = documentOf(runWeft(['weights', 'net.weft', '--json', ...mapped], { cwd }))
    expect(valid(document)).toBe('')
    expect(document.checkpoint).toBe('official.safetensors')
    expect(document.parameters[1]).toMatchObject({
      path: 'logits.conv[0].bias',
      source: { tensor: 'first.bias', dtype: 'F32', permute: null, reshape: false },
      statistics: { mean: 0.75, nonzero: 0.5 },
    })
  })

  test('that does not: the table shows what does, the errors what is wrong', () => {
    const { 'head.bias': _, ...rest } = shapes
    const cwd = withCheckpoint({ ...rest, 'step.count': [1] })
    const { status, stdout, stderr } = runWeft(['weights', 'net.weft', ...mapped], { cwd })
    expect(status).toBe(1)
    expect(stdout).toMatch(/^logits\.conv\[1\]\.bias +2 +nothing$/m)
    expect(stdout).toMatch(/^logits\.conv\[1\]\.weight .* head\.weight/m)
    expect(stderr).toContain('error[WEFT911]: nothing fills 1 of 4 parameters: `logits.conv[1].bias`')
    expect(stderr).toContain('error[WEFT912]: 1 of 4 tensors in the file is covered by no rule: `step.count`')
    const document = documentOf(runWeft(['weights', 'net.weft', '--json', ...mapped], { cwd }))
    expect(valid(document)).toBe('')
    expect(document.parameters[3]).toMatchObject({ source: null, statistics: null })
  })

  test('without a map', () => {
    const { status, stderr } = runWeft(['weights', 'net.weft', '--weights', 'official.safetensors'], {
      cwd: withCheckpoint(),
    })
    expect(status).toBe(1)
    expect(stderr).toContain('--rename MAP.json')
  })

  test('of another width', () => {
    const { status, stderr } = runWeft(['weights', 'net.weft', '--set', 'base=8', ...mapped], {
      cwd: withCheckpoint(),
    })
    expect(status).toBe(1)
    expect(stderr).toContain(
      'error[WEFT913]: `first.weight` is [4, 1, 3, 3], but `logits.conv[0].weight` is [8, 1, 3, 3]',
    )
  })

  test('in several files, behind a wrapper, is read by its index', () => {
    const wrapped = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [`module.${name}`, shape]),
    )
    const cwd = withCheckpoint(wrapped)
    const part = 'model-00001-of-00001.safetensors'
    renameSync(join(cwd, 'official.safetensors'), join(cwd, part))
    const weight_map = Object.fromEntries(Object.keys(wrapped).map((name) => [name, part]))
    writeFileSync(join(cwd, 'model.safetensors.index.json'), JSON.stringify({ weight_map }))
    const args = ['net.weft', '--weights', 'model.safetensors.index.json', '--rename', 'map.json']
    const { status, stdout, stderr } = runWeft(['weights', ...args], { cwd })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('model.safetensors.index.json, whose names begin with `module.`: left out')
    expect(stdout).toMatch(/^logits\.conv\[0\]\.weight .* module\.first\.weight /m)
    const document = runWeft(['weights', ...args, '--json'], { cwd })
    expect(valid(documentOf(document))).toBe('')
    expect(documentOf(document)).toMatchObject({ prefix: 'module.' })
    const compiled = runWeft(['compile', ...args, '--target', 'onnx', '-o', 'net.onnx'], { cwd })
    expect(compiled).toMatchObject({ status: 0, stderr: '' })
    expect(compiled.stdout).toContain('names    without `module.`')
  })

  test('of an official network needs no map where the names fit one', () => {
    const plan = { base: 2, most: 4, classes: 2, pools: [[2, 2]], kernels: [[3, 3], [3, 3]] } // prettier-ignore
    const official = plainConvUNet(plan).map(({ name, shape }) => [`_orig_mod.${name}`, shape] as const)
    const cwd = withCheckpoint(Object.fromEntries(official))
    const of = [
      'base=2',
      'max_width=4',
      'classes=2',
      'patch=[4,4]',
      'strides=[[1,1],[2,2]]',
      'kernels=[[3,3],[3,3]]',
    ]
    const args = [example('nnunet'), '--network', 'NNUNet', ...of.flatMap((one) => ['--set', one])]
    const given = [...args, '--weights', 'official.safetensors']
    const { status, stdout, stderr } = runWeft(['weights', ...given], { cwd })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('whose names begin with `_orig_mod.`: left out\nnames by the map nnunet-v2\n')
    const compiled = runWeft(['compile', ...given, '--target', 'onnx', '-o', 'net.onnx'], { cwd })
    expect(compiled).toMatchObject({ status: 0, stderr: '' })
    expect(compiled.stdout).toContain('names    by the map nnunet-v2, which they fit')
    expect(runWeft(['weights', ...given, '--rename', 'none'], { cwd }).stderr).toContain('WEFT912')
    const wrong = runWeft(['weights', ...given, '--rename', 'monai-unet'], { cwd })
    expect(wrong.stderr).toContain('are not those that monai-unet is for: they fit nnunet-v2')
    expect(wrong.stderr).toContain('help: --rename nnunet-v2; monai-unet is for: ')
  })

  test('in half precision comes back as it was, from safetensors and from PyTorch files', () => {
    const spec = 'network Net { input image: [1, 9] output logits = image -> conv(1, 3) }'
    const cwd = workspace({ 'net.weft': spec })
    const half = (...bits: readonly number[]): Uint8Array => new Uint8Array(Uint16Array.from(bits).buffer)
    const header = {
      'logits.conv.weight': { dtype: 'F16', shape: [1, 1, 3], data_offsets: [0, 6] },
      'logits.conv.bias': { dtype: 'BF16', shape: [1], data_offsets: [6, 8] },
    }
    const data = half(0x3c01, 0x8001, 0x7bff, 0xbf81)
    writeFileSync(join(cwd, 'half.safetensors'), safetensorsBytes(header, data))
    const given = ['weights', 'net.weft', '--weights'] as const
    for (const [from, to] of [
      ['half.safetensors', 'half.pth'],
      ['half.pth', 'back.safetensors'],
    ] as const)
      expect(runWeft([...given, from, '--to', to], { cwd })).toMatchObject({ status: 0, stderr: '' })
    const back = opened(join(cwd, 'back.safetensors'))
    expect([...back.entries.values()].map(({ dtype }) => dtype).toSorted()).toEqual(['BF16', 'F16'])
    expect(readFileSync(join(cwd, 'back.safetensors')).subarray(-8)).toEqual(Buffer.from(data))
  })

  test('of PyTorch is read as it is, and what becomes of its numbers is said', () => {
    const spec = 'network Net { input image: [1, 9] output logits = image -> conv(1, 3) }'
    const rules = [{ from: 'conv', to: 'logits.conv' }]
    const cwd = workspace({
      'net.weft': spec,
      'map.json': JSON.stringify({ format: 'weft-rename-1', rules }),
    })
    const args = ['net.weft', '--weights', torchFile('two.pth'), '--rename', 'map.json']
    const { status, stderr } = runWeft(['weights', ...args], { cwd })
    expect(status).toBe(1)
    expect(stderr).toContain('WEFT940')
    const chosen = [...args, '--state-dict', 'model_ema']
    const listed = runWeft(['weights', ...chosen, '--json'], { cwd })
    expect(listed).toMatchObject({ status: 0, stderr: '' })
    expect(documentOf(listed)).toMatchObject({
      map: 'map.json',
      parameters: [{ statistics: { mean: 0.5 } }, { statistics: { mean: 0.25 } }],
    })
    const compiled = runWeft(['compile', ...chosen, '--target', 'onnx', '-o', 'net.onnx'], { cwd })
    expect(compiled).toMatchObject({ status: 0, stderr: '' })
    expect(compiled.stdout).toContain('numbers  F64 in 1 tensor, rounded to F32, from 53 bits to 24')
  })

  test('that is one part of several says which', () => {
    const { 'head.weight': _, 'head.bias': __, ...rest } = shapes
    const cwd = withCheckpoint(rest)
    renameSync(join(cwd, 'official.safetensors'), join(cwd, 'a-00001-of-00002.safetensors'))
    const args = ['weights', 'net.weft', '--weights', 'a-00001-of-00002.safetensors', '--rename', 'map.json']
    const { status, stderr } = runWeft(args, { cwd })
    expect(status).toBe(1)
    expect(stderr).toContain('error[WEFT910]: a-00001-of-00002.safetensors is by its name part 1 of 2')
    expect(stderr).toContain('give the index of all parts: --weights a.safetensors.index.json')
    expect(stderr).not.toMatch(/WEFT911|WEFT923/)
  })

  test('whose copies differ is not compiled', () => {
    const aliases = [{ copy: 'wrapped.*', of: '*' }]
    const cwd = withCheckpoint({ ...shapes, 'wrapped.first.bias': [4] }, { ...map, aliases })
    expect(runWeft(['weights', 'net.weft', ...mapped], { cwd })).toMatchObject({ status: 0, stderr: '' })
    const bytes = readFileSync(join(cwd, 'official.safetensors'))
    // The copy was written last.
    bytes.writeFloatLE(7, bytes.length - 4)
    writeFileSync(join(cwd, 'official.safetensors'), bytes)
    const args = ['compile', 'net.weft', ...mapped, '--target', 'onnx', '-o', 'net.onnx']
    const { status, stderr } = runWeft(args, { cwd })
    expect(status).toBe(1)
    expect(stderr).toContain(
      'error[WEFT917]: 1 of 1 copy differs from what it is a copy of: `wrapped.first.bias` from `first.bias` by up to 7',
    )
    expect(existsSync(join(cwd, 'net.onnx'))).toBe(false)
  })

  test('with numbers that are none', () => {
    const cwd = workspace({
      'net.weft': 'network N {\n  input x: [1, 2]\n  output y = x -> conv(1, 1, bias = false)\n}\n',
    })
    const header = { 'y.conv.weight': { dtype: 'F32', shape: [1, 1, 1], data_offsets: [0, 4] } }
    writeFileSync(join(cwd, 'w.safetensors'), safetensorsBytes(header, f32(NaN)))
    const args = ['weights', 'net.weft', '--weights', 'w.safetensors']
    const listed = runWeft(args, { cwd })
    expect(listed.status).toBe(1)
    expect(listed.stderr).toContain(
      'error[WEFT907]: w.safetensors: 1 of the 1 number of `y.conv.weight` is not finite',
    )
    const written = runWeft([...args, '-o', 'out.safetensors'], { cwd })
    expect(written.status).toBe(1)
    expect(written.stderr).toContain('WEFT907')
    expect(readdirSync(cwd).sort()).toEqual(['net.weft', 'w.safetensors'])
  })

  test.each([
    [['--weights', 'none.safetensors'], 'error[WEFT801]: there is no file none.safetensors'],
    [['--weights', 'net.weft'], 'error[WEFT902]'],
    [
      ['--weights', 'map.json'],
      'error[WEFT909]: map.json cannot be used as the index of a checkpoint: `weight_map` is missing',
    ],
    [
      ['--weights', 'official.safetensors', '--rename', 'none.json'],
      'error[WEFT801]: there is no file none.json',
    ],
    [
      ['--weights', 'official.safetensors', '--rename', 'net.weft'],
      'error[WEFT921]: net.weft: it is not JSON',
    ],
    [['--rename', 'map.json'], '--rename goes with --weights'],
    [['--seed', '1.5'], '--seed takes a whole number'],
  ])('%j is an error without a table', (args, message) => {
    const { status, stdout, stderr } = runWeft(['weights', 'net.weft', ...args], { cwd: withCheckpoint() })
    expect(stderr).toContain(message)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})

describe('a file', () => {
  test('of initial weights: the same bytes for the same seed, and what made it', () => {
    const cwd = workspace({ 'net.weft': sound })
    const write = (name: string, ...args: readonly string[]): Buffer => {
      const outcome = runWeft(['weights', 'net.weft', '-o', name, ...args], { cwd })
      expect(outcome).toMatchObject({ status: 0, stderr: '' })
      expect(outcome.stdout).toMatch(new RegExp(`^wrote ${name}  4 tensors, [\\d,]+ bytes\n$`))
      return readFileSync(join(cwd, name))
    }
    const first = write('a', '--seed', '3')
    expect(write('b', '--seed', '3').equals(first)).toBe(true)
    expect(write('c', '--seed', '4').equals(first)).toBe(false)
    expect(readdirSync(cwd).sort()).toEqual(['a', 'b', 'c', 'net.weft'])
    const file = opened(join(cwd, 'a'))
    expect(Object.fromEntries(file.metadata)).toEqual({
      arguments: '{"base":4}',
      network: 'Net',
      seed: '3',
      weft: expect.stringMatching(/^\d+\./) as string,
    })
    expect([...file.entries.keys()]).toEqual(
      [0, 1].flatMap((k) => [`logits.conv[${k}].weight`, `logits.conv[${k}].bias`]),
    )
    file.close()
  })

  test('of a checkpoint under the names of the network, which needs no map any more', () => {
    const cwd = withCheckpoint()
    expect(runWeft(['weights', 'net.weft', ...mapped, '-o', 'own.safetensors'], { cwd })).toMatchObject({
      status: 0,
      stderr: '',
    })
    expect(runWeft(['weights', 'net.weft', '--weights', 'own.safetensors'], { cwd })).toMatchObject({
      status: 0,
      stderr: '',
    })
    const [given, own] = [opened(join(cwd, 'official.safetensors')), opened(join(cwd, 'own.safetensors'))]
    expect(own.read('logits.conv[1].weight')).toEqual(given.read('head.weight'))
    expect(own.metadata.get('weights')).toBe('official.safetensors')
    given.close()
    own.close()
  })

  test('is not written from a checkpoint that does not fit', () => {
    const { 'head.bias': _, ...rest } = shapes
    const cwd = withCheckpoint(rest)
    const before = readdirSync(cwd)
    const { status, stdout, stderr } = runWeft(['weights', 'net.weft', ...mapped, '-o', 'own.safetensors'], {
      cwd,
    })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('WEFT911')
    expect(readdirSync(cwd)).toEqual(before)
  })

  test.each([
    ['folder', 'folder cannot be written: it is a directory'],
    ['nowhere/own', 'nowhere/own cannot be written: its directory does not exist'],
    ...(existsSync('/dev/full') ? [['/dev/full', '/dev/full cannot be written: no space left']] : []),
  ])('that cannot be written (%s) leaves nothing', (out = '', message = '') => {
    const cwd = withCheckpoint()
    mkdirSync(join(cwd, 'folder'))
    const before = readdirSync(cwd)
    const { status, stdout, stderr } = runWeft(['weights', 'net.weft', ...mapped, '-o', out], { cwd })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(`error[WEFT833]: ${message}`)
    expect(readdirSync(cwd)).toEqual(before)
  })

  test('of inference only asks for no dead heads', () => {
    const cwd = workspace()
    const weft = (...args: readonly string[]): Outcome =>
      runWeft(['weights', example('e2enet'), '--set', 'base=2', '--set', 'max_width=8', ...args], { cwd })
    expect(weft('--outputs', 'inference', '-o', 'inference').status).toBe(0)
    expect(weft('--weights', 'inference').stderr).toContain('WEFT911')
    expect(weft('--weights', 'inference', '--outputs', 'inference')).toMatchObject({ status: 0, stderr: '' })
  })

  test('denser than its masks warns once for all weights, and is written all the same', () => {
    const cwd = workspace()
    const weft = (...args: readonly string[]): Outcome =>
      runWeft(['weights', example('e2enet'), '--set', 'base=2', '--set', 'max_width=8', ...args], { cwd })
    weft('--set', 'S=0', '-o', 'dense')
    const { status, stderr } = weft('--set', 'S=50%', '--weights', 'dense', '-o', 'again')
    expect(status).toBe(0)
    expect(stderr.match(/warning\[WEFT916\]/g)).toHaveLength(1)
    expect(stderr).toMatch(/its mask keeps \d+ of \d+, and so for 34 more/)
    expect(readdirSync(cwd).sort()).toEqual(['again', 'dense'])
  })
})

test('the maps of the examples follow their schema', () => {
  const folder = join(projectRoot, 'examples', 'maps')
  const validMap = validator('weft-rename-1.schema.json')
  for (const name of readdirSync(folder)) {
    const found: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    expect(validMap(found), name).toBe('')
  }
})
