// The formatter: one canonical text, the same tree, every comment kept, nothing lost.
import { readFileSync } from 'node:fs'
import { format } from 'prettier'
import { describe, expect, test } from 'vitest'
import { lex } from '../../grammar/lex.ts'
import * as plugin from '../../src/format/prettier-plugin.ts'
import { formatWeft } from '../../src/format/prettier-plugin.ts'
import { random } from '../fuzz/random.ts'
import { corpus, languageText } from './support/corpus.ts'
import { read, shape } from './support/syntax.ts'

test('the canonical form of every construct', async () => {
  const golden = readFileSync(new URL('cases/language.formatted.weft', import.meta.url), 'utf8')
  expect(await formatWeft(languageText)).toBe(golden)
})

describe.each(corpus)('%s', (_, text) => {
  test('says the same, and formats to itself', async () => {
    const once = await formatWeft(text)
    expect(shape(read(once).tree)).toBe(shape(read(text).tree))
    expect(await formatWeft(once)).toBe(once)
  })
})

describe('layout', () => {
  test.each([
    ['spaces', 'let a=1+2*3', 'let a = 1 + 2 * 3\n'],
    [
      'tight indices and ranges',
      'let a = [n[i - 1, 2 * j] for i in 0 .. d - 1]',
      'let a = [n[i-1, 2*j] for i in 0..d-1]\n',
    ],
    ['a path keeps its form', 'let a = e . level [ i - 1 ] -> f', 'let a = e.level[i-1] -> f\n'],
    ['words keep their spaces', 'let a = n[i div 2, i % 2]', 'let a = n[i div 2, i % 2]\n'],
    ['a percentage is not a remainder', 'let a = (80%)(x) + 80% - y', 'let a = (80%)(x) + 80% - y\n'],
    ['needless parentheses go', 'let a = ((b) + (c * d)) -> (f)', 'let a = b + c * d -> f\n'],
    ['needed ones stay', 'let a = (b + c) * (d -> f) ^ (-2) ^ 2', 'let a = (b + c) * (d -> f)^(-2)^2\n'],
    ['nested choices', 'let a = (b ? c : d) ? e : (f ? g : h)', 'let a = (b ? c : d) ? e : f ? g : h\n'],
    ['power of a negative', 'let a = (-2)^2', 'let a = (-2)^2\n'],
    ['empty parameters', 'block B() = relu()', 'block B = relu()\n'],
    ['strings', String.raw`let a = "\"\\\n\t"`, `let a = ${String.raw`"\"\\\n\t"`}\n`],
    ['blank lines', 'let a = 1\n\n\n\nlet b = 2\nlet c = 3', 'let a = 1\n\nlet b = 2\nlet c = 3\n'],
    [
      'imports stand apart',
      'import {A,B as C} from "d"\nlet b = 2',
      'import { A, B as C } from "d"\n\nlet b = 2\n',
    ],
    ['an empty file', '\n\n', ''],
    ['a file of comments', '// a\n\n\n// b', '// a\n\n// b\n'],
    ['an empty body with a comment', 'block B {\n// a\n}', 'block B {\n  // a\n}\n'],
    [
      'comments at the end of a body',
      'block B {\n in x // b\n\n // c\n}',
      'block B {\n  in x // b\n\n  // c\n}\n',
    ],
    ['a comment after a brace', 'block B { // a\n in x }', 'block B { // a\n  in x\n}\n'],
    ['documentation', '/// a\nfn f(\n/// b\nx) = 1', '/// a\nfn f(\n  /// b\n  x,\n) = 1\n'],
    [
      'comments between the stages of a pipe',
      'let a = b\n// c\n-> d // e\n-> f',
      'let a = b\n  // c\n  -> d // e\n  -> f\n',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await formatWeft(text)).toBe(expected)
    expect(await formatWeft(expected)).toBe(expected)
    expect(shape(read(expected).tree)).toBe(shape(read(text).tree))
  })
})

test('comments anywhere are kept, and the rest says the same', async () => {
  const source = random(7)
  const starts = lex(languageText).tokens.map((token) => token.startOffset)
  for (let round = 0; round < 60; round++) {
    const places = Array.from({ length: 1 + source.below(5) }, () => starts[source.below(starts.length)] ?? 0)
    const text = places
      .toSorted((a, b) => b - a)
      .reduce(
        (done, at, index) =>
          `${done.slice(0, at)}${[' ', '\n', '\n\n'][index % 3] ?? ''}// note ${index}.\n${done.slice(at)}`,
        languageText,
      )
    const once = await formatWeft(text)
    for (let index = 0; index < places.length; index++) expect(once).toContain(`// note ${index}.`)
    expect(shape(read(once).tree)).toBe(shape(read(text).tree))
    expect(await formatWeft(once)).toBe(once)
  }
})

describe('random expressions', () => {
  const source = random(11)
  const operators = ['+', '-', '*', '/', 'div', '%', '^', '==', '<', 'and', 'or', '->', '..', '..<'] as const

  function expression(depth: number): string {
    if (depth === 0) return source.pick(['a', '2', '80%', 'f', 'x1', '1.5', '"s"', '12K'])
    const inner = (): string => expression(source.below(depth))
    return source.pick<() => string>([
      () => `(${inner()}) ${source.pick(operators)} (${inner()})`,
      () => `a + ${source.pick(['a', '2'])} * (${inner()}) - 1`,
      () => `(${inner()}) ? (${inner()}) : (${inner()})`,
      () => `-(${inner()})`,
      () => `not (${inner()})`,
      () => `f(${inner()}, k = ${inner()}, ...(${inner()}))`,
      () => `(${inner()})[${inner()}, ${inner()}]`,
      () => `[${inner()}, ...(${inner()})]`,
      () => `[(${inner()}) for i in (${inner()}) if (${inner()})]`,
      () => `exists(${inner()})`,
    ])()
  }

  test('keep their tree', async () => {
    for (let round = 0; round < 150; round++) {
      const text = `let a = ${expression(5)}\n`
      expect(read(text).problems, text).toEqual([])
      const once = await formatWeft(text)
      expect(shape(read(once).tree), text).toBe(shape(read(text).tree))
      expect(await formatWeft(once), text).toBe(once)
    }
  })
})

test('a file with mistakes is refused with its diagnostics', async () => {
  await expect(formatWeft('let a = ')).rejects.toMatchObject({
    name: 'WeftSyntaxError',
    diagnostics: [{ name: 'unexpected-token' }],
  })
})

test('prettier itself takes it as a plugin', async () => {
  const formatted = await format('let a=1', { filepath: 'spec.weft', plugins: [plugin] })
  expect(formatted).toBe('let a = 1\n')
})
