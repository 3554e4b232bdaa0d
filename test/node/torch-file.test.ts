// Checkpoints of torch.save: what torch has written is read number by number, and what is wrong with a file is told.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { TensorFile } from '../../src/node/tensor-file.ts'
import { openWeights, type OpenOptions } from '../../src/node/weight-files.ts'
import { directoryOf } from '../../src/weights/torch/zip-writing.ts'
import { parseDirectory, parseEnd, parseEnd64 } from '../../src/weights/torch/zip.ts'
import { random } from '../fuzz/random.ts'
import { workspace } from '../support/run-weft.ts'
import { textOf } from '../weights/map-at.ts'
import { archiveOf, fileOf, recordsOf, torchFile, type Records } from '../weights/torch-records.ts'

function opened(path: string, options?: OpenOptions): TensorFile {
  const file = openWeights(path, options)
  if (isProblem(file)) throw new Error(textOf(file))
  return file
}

/** All tensors with their numbers, or what is wrong with one. */
function allOf(path: string, options?: OpenOptions): Record<string, unknown> {
  const file = opened(path, options)
  try {
    return Object.fromEntries(
      [...file.entries].map(([name, { shape }]) => {
        const numbers = file.read(name)
        return [name, isProblem(numbers) ? textOf(numbers) : { shape, numbers: [...numbers] }]
      }),
    )
  } finally {
    file.close()
  }
}

function refusal(path: string, options?: OpenOptions): string {
  const file = openWeights(path, options)
  if (isProblem(file)) return textOf(file)
  try {
    const [wrong = 'nothing is wrong'] = [...file.entries.keys()].flatMap((name) => {
      const numbers = file.read(name)
      return isProblem(numbers) ? [textOf(numbers)] : []
    })
    return wrong
  } finally {
    file.close()
  }
}

const small = {
  'conv.weight': { shape: [1, 1, 3], numbers: [0, 1, 2] },
  'conv.bias': { shape: [1], numbers: [0.5] },
}

describe('what torch has written', () => {
  test('is read as torch has it: views of every kind, types of every kind, beside what no weight needs', () => {
    const expected = JSON.parse(readFileSync(torchFile('views.json'), 'utf8')) as Record<string, unknown>
    expect(allOf(torchFile('views.pth'))).toEqual(expected)
  })

  test.each([
    ['by a machine that is big-endian', 'big-endian.pth'],
    ['without checksums, by protocol 5', 'unchecked.pth'],
  ])('%s', (_, name) => {
    expect(allOf(torchFile(name))).toEqual(small)
  })

  test('with several state dicts needs to be told which', () => {
    const path = torchFile('two.pth')
    expect(refusal(path)).toBe(
      `WEFT940 ${path} holds tensors under 2 keys: \`state.model\` (2 tensors), \`model_ema\` (2 tensors) (say which are the weights: --state-dict state.model)`,
    )
    expect(allOf(path, { stateDict: 'state.model' })).toEqual(small)
    expect(refusal(path, { stateDict: 'ema' })).toContain(
      'has no tensors under `ema`: they are under `state.model`',
    )
  })

  // WEFT920 where a parameter needs it, WEFT941 where nothing else is there.
  test('with what only Python can make names it where it is asked for', () => {
    expect(allOf(torchFile('unbuilt.pth'))).toMatchObject({
      'conv.weight': { numbers: [0, 1, 2] },
      'conv.bias': expect.stringContaining('WEFT920 `conv.bias` is a pickled `fractions.Fraction`') as string,
    })
    expect(refusal(torchFile('object.pth'))).toContain(
      'object.pth holds no tensors by name, but `model` (a pickled `fractions.Fraction`), `epoch`',
    )
  })

  test('before version 1.6 is named, with what turns it into what is read', () => {
    expect(refusal(torchFile('legacy.pth'))).toMatch(
      /^WEFT919 .* is of the format that torch\.save wrote before version 1\.6.*\n.*weights_only=True/,
    )
  })

  test('and holds code is named, with what turns it into what is read', () => {
    const records = new Map([
      ...recordsOf(torchFile('two.pth')),
      ['archive/constants.pkl', new Uint8Array(4)],
    ])
    expect(refusal(fileOf(archiveOf(records)))).toMatch(
      /^WEFT919 .* is a TorchScript archive.*\n.*torch\.jit\.load/,
    )
    const other = fileOf(archiveOf(new Map([['hello.txt', new Uint8Array(4)]])))
    expect(refusal(other)).toContain('WEFT919')
  })
})

/** Nearly all of it is WEFT918. */
describe('what is damaged', () => {
  const whole = readFileSync(torchFile('big-endian.pth'))
  const sound = recordsOf(torchFile('unchecked.pth'))
  const changed = (change: (bytes: Buffer) => void, bytes: Buffer = whole): string => {
    const copy = Buffer.from(bytes)
    change(copy)
    return fileOf(copy)
  }
  const without = (name: string): Records => new Map([...sound].filter(([one]) => one !== name))
  const end = whole.length - 22

  test.each<[what: string, path: () => string, message: string]>([
    [
      'cut off',
      () => fileOf(whole.subarray(0, -1)),
      'w.pth is not what torch.save wrote: it has no directory at its end',
    ],
    ['only a begin', () => fileOf(whole.subarray(0, 20)), 'it has no directory at its end'],
    [
      'of another checksum',
      () => changed((bytes) => void (bytes[whole.indexOf(Buffer.from([0x40, 0, 0, 0]))] = 0x41)),
      'do not have the checksum of the directory',
    ],
    [
      'with a directory outside',
      () => changed((bytes) => bytes.writeUInt32LE(0x7fffffff, end + 16)),
      'its directory is said to be outside of the file',
    ],
    [
      'with a directory of fewer records',
      () => changed((bytes) => bytes.writeUInt16LE(900, end + 10)),
      'its directory should list 900 records and breaks off after',
    ],
    [
      'compressed',
      () => changed((bytes) => bytes.writeUInt16LE(8, bytes.readUInt32LE(end + 16) + 10)),
      'is compressed, and torch.save stores everything as it is',
    ],
    [
      'with a record outside',
      () => changed((bytes) => bytes.writeUInt32LE(0x7fffffff, bytes.readUInt32LE(end + 16) + 42)),
      'is said to be outside of the file',
    ],
    [
      'with a record of another place',
      () => changed((bytes) => bytes.writeUInt32LE(3, bytes.readUInt32LE(end + 16) + 42)),
      'should be is something else',
    ],
    ['without a storage', () => fileOf(archiveOf(without('archive/data/0'))), 'WEFT939'],
    [
      'with a storage that is too short',
      () => fileOf(archiveOf(new Map([...sound, ['archive/data/0', new Uint8Array(8)]]))),
      '`conv.weight`, [1, 1, 3] in steps of [3, 3, 1], takes 12 bytes, and its storage has 8',
    ],
    [
      'with a pickle that breaks off',
      () => fileOf(archiveOf(new Map([...sound, ['archive/data.pkl', Buffer.from([0x80, 2, 0x7d])]]))),
      'its pickle is malformed: it ends in the middle of an operation',
    ],
  ])('%s', (_, path, message) => {
    expect(refusal(path())).toContain(message)
  })
})

test('bytes at random in a file give numbers or what is wrong', () => {
  const { below } = random(3)
  const originals = ['big-endian.pth', 'unchecked.pth'].map((name) => readFileSync(torchFile(name)))
  const folder = workspace()
  const outcomes = Array.from({ length: 300 }, (_, at) => {
    const bytes = Buffer.from(originals[at % 2] ?? [])
    for (let change = 0; change <= below(3); change++) bytes[below(bytes.length)] = below(256)
    const path = join(folder, `${at}.pth`)
    writeFileSync(path, bytes)
    return refusal(path).slice(0, 7)
  })
  expect(new Set(outcomes)).toContain('nothing')
  expect(new Set(outcomes)).toContain('WEFT918')
})

test('several files are read by their index', () => {
  const folder = workspace()
  const part = 'pytorch_model-00001-of-00001.bin'
  copyFileSync(torchFile('unchecked.pth'), join(folder, part))
  const index = join(folder, 'pytorch_model.bin.index.json')
  const weight_map = { 'conv.weight': part, 'conv.bias': part }
  writeFileSync(index, JSON.stringify({ weight_map }))
  expect(allOf(index)).toEqual(small)
  writeFileSync(index, JSON.stringify({ weight_map: { ...weight_map, 'conv.bias': 'gone.bin' } }))
  expect(refusal(index)).toContain('it lists `gone.bin`, and there is no such file')
})

test('archives past 4 GiB have long numbers', () => {
  const records = [
    { name: 'a/data/0', bytes: 5e9, crc: 7, at: 64 },
    { name: 'a/data/1', bytes: 12, crc: 8, at: 5e9 + 128 },
  ]
  const begin = 5e9 + 256
  const written = directoryOf(records, begin)
  const end = parseEnd(written)
  if (end?.kind !== 'elsewhere') throw new Error('the end leads nowhere')
  const place = parseEnd64(written.subarray(end.at - begin))
  expect(place).toEqual({ begin, bytes: end.at - begin, records: 2 })
  expect(parseDirectory(written.subarray(0, place?.bytes), 2)).toEqual(
    records.map((one) => ({ ...one, packedBytes: one.bytes, packed: undefined })),
  )
})
