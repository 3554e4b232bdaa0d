// safetensors files: everything that can be wrong with one, each type of numbers, and bytes that stay the same.
import { mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diagnose, isProblem, problem, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import {
  openSafetensors,
  writeSafetensors,
  type SafetensorsFile,
  type TensorToWrite,
} from '../../src/node/safetensors-file.ts'
import { decode, encodeIn } from '../../src/weights/dtypes.ts'
import { workspace } from '../support/run-weft.ts'
import { f32, safetensorsBytes } from './safetensors-bytes.ts'

function written(bytes: Uint8Array | string): string {
  const path = join(workspace(), 'w.safetensors')
  writeFileSync(path, bytes)
  return path
}

function opened(bytes: Uint8Array): SafetensorsFile {
  const file = openSafetensors(written(bytes))
  if (isProblem(file)) throw new Error(textOf(file))
  return file
}

/** `WEFT901 message (help)`, without the directory. */
function textOf(found: unknown): string {
  if (!isProblem(found)) return 'no problem'
  const { code, message, help } = diagnose(found, { file: '', start: 0, end: 0 })
  return `${code} ${message} (${help ?? ''})`.replaceAll(/\/\S*\/(?=w\.)/g, '')
}

const f32s = (begin: number, end: number, shape: readonly number[] = [(end - begin) / 4]): object => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
})
const zeros = (count: number): Uint8Array => new Uint8Array(count)

describe('a file is refused', () => {
  test.each<[what: string, bytes: Uint8Array, message: string]>([
    ['empty', zeros(0), 'WEFT901 w.safetensors has 0 bytes: too short'],
    ['shorter than its first number', zeros(7), 'WEFT901 w.safetensors has 7 bytes: too short'],
    [
      'with a header beyond its end',
      safetensorsBytes('{}', zeros(3), 6n),
      'WEFT902 w.safetensors declares a header of 6 bytes; the file has 13',
    ],
    [
      'with a header of 2^64 - 1 bytes',
      safetensorsBytes('{}', zeros(20), 2n ** 64n - 1n),
      'declares a header of 18446744073709551615 bytes; the file has 30, and a header at most 100000000',
    ],
    [
      'of torch.save',
      new TextEncoder().encode('PK\u0003\u0004archive/data.pkl'),
      'is a zip archive, as torch.save',
    ],
    ['of pickle', new Uint8Array([0x80, 2, ...zeros(40)]), 'is a Python pickle, not a safetensors file'],
    [
      'that Git LFS left',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n'),
      'is a Git LFS pointer',
    ],
    [
      'without a header',
      safetensorsBytes(''),
      'WEFT903 the header of w.safetensors is malformed: it is not JSON',
    ],
    ['with a header that is not JSON', safetensorsBytes('{"a": }'), 'it is not JSON ('],
    [
      'with bytes that are not UTF-8',
      safetensorsBytes('"\u0000"').map((byte, at) => (at === 9 ? 0xff : byte)),
      'it is not UTF-8',
    ],
    [
      'with a list for a header',
      safetensorsBytes('[]'),
      'malformed: it must be an object, and is an empty list',
    ],
    ['with null for a header', safetensorsBytes('null'), 'malformed: it must be an object, and is null'],
    [
      'with one name twice',
      safetensorsBytes('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}, "\\u0061" : 1}', zeros(4)),
      'malformed: at `/a`, it is there more than once',
    ],
    ['with a tensor that is a number', safetensorsBytes({ a: 1 }), 'at `/a`, it must be an object, and is 1'],
    [
      'with a negative shape',
      safetensorsBytes({ a: f32s(0, 4, [-1]) }, zeros(4)),
      'at `/a/shape/0`, it must be a whole number from 0, and is -1',
    ],
    [
      'with half an extent',
      safetensorsBytes({ a: f32s(0, 4, [0.5]) }, zeros(4)),
      'at `/a/shape/0`, it must be a whole number from 0, and is 0.5',
    ],
    [
      'with one offset',
      safetensorsBytes({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }),
      'at `/a/data_offsets`, it must be two whole numbers, and is a list of 1',
    ],
    [
      'with metadata that is a list',
      safetensorsBytes({ __metadata__: ['a'] }),
      'at `/__metadata__`, it must be an object, and is a list of 1',
    ],
    [
      'with metadata of numbers',
      safetensorsBytes({ __metadata__: { a: 1 } }),
      'at `/__metadata__/a`, it must be a string, and is 1',
    ],
    [
      'truncated',
      safetensorsBytes({ a: f32s(0, 4), b: f32s(4, 12) }, zeros(8)),
      'WEFT904 w.safetensors: `b` is said to be bytes 4 to 12 of 8 bytes of data (the file is truncated',
    ],
    [
      'with offsets backwards',
      safetensorsBytes({ a: f32s(4, 0, [1]) }, zeros(4)),
      '`a` is said to be bytes 4 to 0',
    ],
    [
      'with a shape that takes more',
      safetensorsBytes({ a: f32s(0, 4, [2, 3]) }, zeros(4)),
      'WEFT904 w.safetensors: `a` has 4 bytes, but F32 [2, 3] takes 24',
    ],
    [
      'with a shape beyond all numbers',
      safetensorsBytes({ a: f32s(0, 4, [2 ** 52, 2 ** 52]) }, zeros(4)),
      'takes 8.1',
    ],
    [
      'with tensors that overlap',
      safetensorsBytes({ b: f32s(4, 12), a: f32s(0, 8) }, zeros(12)),
      'WEFT905 w.safetensors: `a` and `b` share the bytes 4 to 8 of the data',
    ],
    [
      'with one tensor inside another',
      safetensorsBytes({ a: f32s(0, 12), b: f32s(4, 8) }, zeros(12)),
      '`a` and `b` share the bytes 4 to 8 of the data',
    ],
    [
      'with a hole',
      safetensorsBytes({ a: f32s(0, 4), b: f32s(8, 12) }, zeros(12)),
      'WEFT905 w.safetensors: bytes 4 to 8 of the data, after `a`, belong to no tensor',
    ],
    [
      'with a hole in front',
      safetensorsBytes({ a: f32s(4, 8) }, zeros(8)),
      'bytes 0 to 4 of the data, after `the header`',
    ],
    [
      'with bytes at the end',
      safetensorsBytes({ a: f32s(0, 4) }, zeros(9)),
      'bytes 4 to 9 of the data, after `a`',
    ],
  ])('%s', (_, bytes, message) => {
    const found = textOf(openSafetensors(written(bytes)))
    expect(found).toContain(message)
  })

  test('that is not there, or a directory', () => {
    const cwd = workspace()
    mkdirSync(join(cwd, 'w.d'))
    expect(textOf(openSafetensors(join(cwd, 'w.no')))).toContain('WEFT801 there is no file w.no')
    expect(textOf(openSafetensors(join(cwd, 'w.d')))).toContain(
      'WEFT803 w.d cannot be read: it is a directory',
    )
  })
})

/** Two bytes per number. */
const bits16 = (...words: readonly number[]): Uint8Array =>
  new Uint8Array(words.flatMap((word) => [word & 0xff, word >>> 8]))

function numbersOf(dtype: string, count: number, data: Uint8Array): unknown {
  const file = opened(
    safetensorsBytes({ a: { dtype, shape: [count], data_offsets: [0, data.length] } }, data),
  )
  const found = file.read('a')
  file.close()
  return isProblem(found) ? textOf(found) : found
}

describe('numbers', () => {
  test('F32', () => {
    expect(numbersOf('F32', 2, f32(1.5, -0.1))).toEqual(Float32Array.of(1.5, -0.1))
  })

  test('F64 stay as exact as they are', () => {
    const data = new Uint8Array(Float64Array.of(0.1, -1e300).buffer)
    expect(numbersOf('F64', 2, data)).toEqual(Float64Array.of(0.1, -1e300))
  })

  test('F16: one, the largest, the least normal, the least at all, zeros', () => {
    const found = numbersOf('F16', 7, bits16(0x3c00, 0x7bff, 0xc000, 0x0400, 0x0001, 0x0000, 0x8000))
    expect(found).toEqual(Float32Array.of(1, 65504, -2, 2 ** -14, 2 ** -24, 0, -0))
  })

  test('BF16: one, a third, the largest power, minus zero', () => {
    const found = numbersOf('BF16', 4, bits16(0x3f80, 0x3eab, 0x7f00, 0x8000))
    expect(found).toEqual(Float32Array.of(1, 0.333984375, 2 ** 127, -0))
  })

  test.each([
    [
      'F32',
      f32(1, NaN, -Infinity),
      'WEFT907 w.safetensors: 2 of the 3 numbers of `a` are not finite; element 1 is NaN',
    ],
    [
      'F64',
      new Uint8Array(Float64Array.of(Infinity).buffer),
      '1 of the 1 number of `a` is not finite; element 0 is Infinity',
    ],
    ['F16', bits16(0x7c00, 0xfc00, 0x7e00), 'not finite; element 0 is Infinity'],
    ['BF16', bits16(0, 0x7f80), '1 of the 2 numbers of `a` is not finite; element 1 is Infinity'],
  ])('%s that are not finite', (dtype, data, message) => {
    const count = data.length / { F32: 4, F64: 8, F16: 2, BF16: 2 }[dtype as 'F32' | 'F64' | 'F16' | 'BF16']
    expect(numbersOf(dtype, count, data)).toContain(message)
  })

  test.each([
    ['I8', 1],
    ['U8', 1],
    ['BOOL', 1],
    ['F8_E4M3', 1],
    ['F4', 5],
  ])('of type %s may be there, until they are needed', (dtype, bytes) => {
    expect(numbersOf(dtype, 1, zeros(bytes))).toContain(`WEFT906 \`a\` has numbers of type ${dtype}`)
  })

  test('a scalar and a tensor without elements', () => {
    const file = opened(safetensorsBytes({ none: f32s(0, 0, [0, 3]), one: f32s(0, 4, []) }, f32(7)))
    expect([file.read('none'), file.read('one')]).toEqual([new Float32Array(), Float32Array.of(7)])
    file.close()
  })

  test('a file that became shorter', () => {
    const path = written(safetensorsBytes({ a: f32s(0, 8) }, f32(1, 2)))
    const file = openSafetensors(path)
    truncateSync(path, 65)
    expect(isProblem(file) ? file : textOf(file.read('a'))).toContain(
      'WEFT908 w.safetensors ends before the numbers of `a`',
    )
  })

  test('metadata is kept', () => {
    const file = opened(safetensorsBytes({ __metadata__: { format: 'pt', note: 'é' } }))
    expect([...file.metadata]).toEqual([
      ['format', 'pt'],
      ['note', 'é'],
    ])
    expect(file.entries.size).toBe(0)
    file.close()
  })
})

const tensor = (
  name: string,
  numbers: Float32Array | Float64Array | Problem,
  shape: readonly number[],
): TensorToWrite => ({
  name,
  dtype: numbers instanceof Float64Array ? 'F64' : 'F32',
  shape,
  numbers: () => numbers,
})

describe('writing', () => {
  const tensors = [
    tensor('b', Float32Array.of(1, 2, 3), [3]),
    tensor('a', Float64Array.of(0.1, 0.2), [2, 1]),
    tensor('c', Float32Array.of(4), []),
  ]

  test('gives back what was written, aligned', () => {
    const path = join(workspace(), 'w.safetensors')
    const progress: string[] = []
    const failed = writeSafetensors(
      path,
      tensors,
      new Map([
        ['z', '1'],
        ['n', 'Net'],
      ]),
      (done, all) => progress.push(`${done}/${all}`),
    )
    expect(failed).toBeUndefined()
    const bytes = readFileSync(path)
    expect(Number(bytes.readBigUInt64LE()) % 8).toBe(0)
    expect(progress.at(-1)).toBe(`${bytes.length}/${bytes.length}`)
    const file = openSafetensors(path)
    if (isProblem(file)) throw new Error(textOf(file))
    expect([...file.entries.keys()]).toEqual(['a', 'b', 'c'])
    expect(file.entries.get('a')).toEqual({ dtype: 'F64', shape: [2, 1], begin: 0, end: 16 })
    expect(file.read('a')).toEqual(Float64Array.of(0.1, 0.2))
    expect(file.read('b')).toEqual(Float32Array.of(1, 2, 3))
    expect(file.read('c')).toEqual(Float32Array.of(4))
    expect(Object.fromEntries(file.metadata)).toEqual({ n: 'Net', z: '1' })
    file.close()
  })

  test('the same tensors are the same bytes, whatever order metadata comes in', () => {
    const hashes = [
      ['a', 'b'],
      ['b', 'a'],
    ].map((keys) => {
      const path = join(workspace(), 'w.safetensors')
      writeSafetensors(path, tensors, new Map(keys.map((key) => [key, key])))
      return createHash('sha256').update(readFileSync(path)).digest('hex')
    })
    expect(hashes[0]).toBe(hashes[1])
  })

  test('a problem on the way leaves no file', () => {
    const cwd = workspace()
    const wrong = problem('weights-changed', { path: 'x', tensor: 'b' })
    expect(writeSafetensors(join(cwd, 'w.safetensors'), [...tensors, tensor('d', wrong, [1])])).toBe(wrong)
    expect(readdirSync(cwd)).toEqual([])
  })

  test('numbers of another count than the shape are a mistake of ours', () => {
    const cwd = workspace()
    expect(() => writeSafetensors(join(cwd, 'w'), [tensor('a', Float32Array.of(1), [2])])).toThrow(
      'a has 1 numbers, not 2',
    )
    expect(readdirSync(cwd)).toEqual([])
  })
})

test('halves of every bit pattern that is a number are written as they were read', () => {
  for (const dtype of ['F16', 'BF16'] as const) {
    const exponent = dtype === 'F16' ? 0x7c00 : 0x7f80
    const bits = Uint16Array.from({ length: 2 ** 16 }, (_, at) => at).filter(
      (one) => (one & exponent) !== exponent,
    )
    const bytes = new Uint8Array(bits.slice().buffer)
    expect(Buffer.from(encodeIn(dtype, decode(dtype, bits.slice().buffer))).equals(bytes)).toBe(true)
  }
})
