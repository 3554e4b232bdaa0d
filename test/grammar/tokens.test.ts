// Where tokens begin and end.
import { expect, test } from 'vitest'
import { lex } from '../../grammar/lex.ts'

const split = (text: string): string =>
  lex(text)
    .tokens.map((token) => token.image)
    .join(' ')
const kinds = (text: string): string =>
  lex(text)
    .tokens.map((token) => token.tokenType.name)
    .join(' ')

test.each([
  ['0..4', '0 .. 4'],
  ['0..<5', '0 ..< 5'],
  ['[c,...patch]', '[ c , ... patch ]'],
  ['1.5..2', '1.5 .. 2'],
  ['80%', '80%'],
  ['80% on fuse', '80% on fuse'],
  ['80%, 3', '80% , 3'],
  ['48%32', '48 % 32'],
  ['48 % 32', '48 % 32'],
  ['48%x', '48 % x'],
  ['48%(x)', '48 % ( x )'],
  ['48%[x]', '48 % [ x ]'],
  ['1e-5', '1e-5'],
  ['12M', '12M'],
  ['24GiB', '24GiB'],
  ['12Q', '12Q'],
  ['a->b', 'a -> b'],
  ['a-b', 'a - b'],
  ['"a // b" // c', '"a // b"'],
  [String.raw`"a \" b" c`, String.raw`"a \" b" c`],
  ['input in out output format fortune', 'input in out output format fortune'],
])('%s', (text, expected) => {
  expect(split(text)).toBe(expected)
})

test('words are taken whole', () => {
  expect(kinds('input in inputs out output outputs')).toBe('Input In Identifier Out Output Identifier')
  expect(kinds('node nodes level on from')).toBe('Node Identifier Level On From')
})

test('comments stand beside the tokens', () => {
  const { tokens, docs, comments } = lex('/// doc\n// plain\n//// ruler\na // end')
  expect(tokens.map(({ image }) => image)).toEqual(['a'])
  expect(docs.map(({ image }) => image)).toEqual(['/// doc'])
  expect(comments.map(({ image }) => image)).toEqual(['// plain', '//// ruler', '// end'])
})

test('characters in a row that are no token are one stretch', () => {
  expect(lex('a @@$ b ~ c').unexpected).toMatchObject([
    { offset: 2, length: 3 },
    { offset: 8, length: 1 },
  ])
})
