// Pickles as data: no bytes, however they came about, do anything but give a value or a reason.
import { describe, expect, test } from 'vitest'
import { stateDictsOf } from '../../src/weights/torch/state-dicts.ts'
import { torchWorld } from '../../src/weights/torch/torch-world.ts'
import { unpickle } from '../../src/weights/torch/unpickle.ts'
import { random } from '../fuzz/random.ts'
import { recordsOf, torchFile } from './torch-records.ts'

const pickle = (...bytes: readonly (number | string)[]): Uint8Array =>
  Buffer.concat(
    bytes.map((one) => (typeof one === 'string' ? Buffer.from(one, 'latin1') : Buffer.from([one]))),
  )
const read = (bytes: Uint8Array): ReturnType<typeof unpickle> => unpickle(bytes, torchWorld)

describe('plain data', () => {
  test.each<[what: string, bytes: Uint8Array, value: unknown]>([
    [
      'numbers',
      pickle('(K\x05M\x00\x01J\xff\xff\xff\xffG\x3f\xf8\0\0\0\0\0\0\x8a\x02\x00\xfft.'),
      [5, 256, -1, 1.5, -256],
    ],
    ['texts', pickle('(X\x02\0\0\0\xc3\xa9\x8c\x01xt.'), ['é', 'x']],
    ['truth and nothing', pickle('(\x88\x89Nt.'), [true, false, null]],
    [
      'what is kept and asked for',
      pickle(']\x94K\x01ah\x00\x86.'),
      [
        { kind: 'list', items: [1] },
        { kind: 'list', items: [1] },
      ],
    ],
  ])('%s', (_, bytes, value) => {
    expect(read(bytes)).toEqual({ value: { kind: 'tuple', items: value } })
  })

  test('names are kept as names, and what they would have made is not made', () => {
    expect(read(pickle('cfractions\nFraction\nK\x01K\x02\x86R.'))).toEqual({
      value: { kind: 'opaque', of: 'fractions.Fraction' },
    })
    const counted = pickle('}X\x01\0\0\0acollections\nCounter\n)\x81}X\x01\0\0\0xK\x01sbs.')
    expect(read(counted)).toMatchObject({ value: { kind: 'dict' } })
  })
})

describe('what is wrong', () => {
  test.each<[bytes: Uint8Array, reason: string]>([
    [pickle(''), 'it ends in the middle of an operation'],
    [pickle('X\xff\xff\xff\xffab.'), 'it ends in the middle of an operation'],
    [pickle('\x8b\xff\xff\xff\x7f.'), 'it ends in the middle of an operation'],
    [pickle('.'), 'it takes more than it has put there'],
    [pickle('K\x01(0.'), 'it takes more than it has put there'],
    [pickle('t.'), 'it takes up to a mark, and there is none'],
    [pickle('h\x07.'), 'it asks for value 7, which it has not kept'],
    [pickle('K\x01K\x02a.'), 'it adds items to what is no list'],
    [pickle(']K\x02K\x03s.'), 'it sets entries of what is no dict'],
    [pickle('}(K\x01u.'), 'it sets a key without a value'],
    [pickle('K\x01)R.'), 'it calls what is neither a class nor a function'],
    [pickle('K\x01K\x02\x93.'), 'it names a global by what is no text'],
    [pickle('cposix'), 'it ends in the middle of a name'],
    [pickle('I5\n.'), 'it has an operation 0x49, which plain data have no need of'],
    [pickle('}'.repeat(300_000)), 'it has more than 262144 dicts'],
  ])('%#', (bytes, reason) => {
    expect(read(bytes)).toBe(reason)
  })
})

/** A value is looked through as checkpoints are, which ends although lists may hold themselves. */
function outcome(bytes: Uint8Array): 'a reason' | 'a value' {
  const found = read(bytes)
  if (typeof found === 'string') return 'a reason'
  stateDictsOf(found.value)
  return 'a value'
}

describe('bytes at random', () => {
  test('give a reason or a value', () => {
    const { below, chance } = random(1)
    const operations = Buffer.from(')]}NK\x01(tuaeh\x00q\x00\x85\x86\x88.', 'latin1')
    const byte = (): number => (chance(0.9) ? (operations[below(operations.length)] ?? 0) : below(256))
    const outcomes = Array.from({ length: 3000 }, () =>
      outcome(Uint8Array.from({ length: 1 + below(60) }, byte)),
    )
    expect(new Set(outcomes)).toEqual(new Set(['a reason', 'a value']))
  })

  test('in what torch has written, too', () => {
    const { below, chance } = random(2)
    const originals = ['views.pth', 'two.pth', 'unchecked.pth', 'unbuilt.pth'].map(
      (name) => recordsOf(torchFile(name)).get('archive/data.pkl') ?? new Uint8Array(),
    )
    const outcomes = Array.from({ length: 4000 }, (_, at) => {
      const bytes = Uint8Array.from(originals[at % originals.length] ?? [])
      for (let change = 0; change <= below(4); change++) bytes[below(bytes.length)] = below(256)
      return outcome(chance(0.2) ? bytes.subarray(0, below(bytes.length)) : bytes)
    })
    expect(new Set(outcomes)).toEqual(new Set(['a reason', 'a value']))
  })

  test('a dict that holds itself is looked through once', () => {
    expect(outcome(pickle('}q\x00X\x01\0\0\0ah\x00s.'))).toBe('a value')
  })
})
