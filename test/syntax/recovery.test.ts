// Mistakes: each is reported once, in the language's words, and the rest of the file is still read.
import { describe, expect, test } from 'vitest'
import { lex } from '../../grammar/lex.ts'
import { nodesOf } from '../../src/compiler/syntax/visit.ts'
import { random } from '../fuzz/random.ts'
import { languageText } from './support/corpus.ts'
import { read } from './support/syntax.ts'

const inBlock = (line: string): string => `block B {\n  in x\n  ${line}\n  out x\n}`

describe('messages', () => {
  test.each([
    ['let a = 1 2', '1:11 WEFT101 expected a declaration, found `2`'],
    ['let a =', '1:7 WEFT101 expected an expression, found the end of the text'],
    ['let a =\nlet b = 2', '1:7 WEFT101 expected an expression, found the reserved word `let`'],
    ['fn f(a b) = 1', '1:8 WEFT101 expected `,` or `)`, found `b`'],
    ['let a = f(1, 2 3)', '1:16 WEFT101 expected `,` or `)`, found `3`'],
    ['let a = [1, *]', '1:13 WEFT101 expected an expression or `]`, found `*`'],
    ['let a = b < c < d', '1:15 WEFT101 expected a declaration, found `<`'],
    ['netwrok N = M', '1:1 WEFT107 `netwrok` is not a word of the language that may stand here'],
    ['import { A } form "b"', '1:14 WEFT107 `form` is not a word of the language that may stand here'],
    [inBlock('let y = x fro'), '3:13 WEFT101 expected a statement or `}`, found `fro`'],
    [inBlock('ouput y = x'), '3:3 WEFT107 `ouput` is not a word of the language that may stand here'],
    [inBlock('let out = x -> relu'), '3:7 WEFT108 `out` is a reserved word and cannot be a name'],
    [inBlock('let y = f(x'), '3:12 WEFT104 this `(` is never closed'],
    [inBlock('let y = f(x))'), '3:15 WEFT105 this `)` closes nothing'],
    [inBlock('let y = f([x)'), '3:13 WEFT104 this `[` is never closed'],
    [inBlock('let y = f(x]'), '3:14 WEFT106 `(` is closed by `]`, expected `)`'],
    [inBlock('let y = "text'), '3:11 WEFT103 this string has no closing `"` on its line'],
    [inBlock('let y = x && x'), '3:13 WEFT102 unexpected characters `&&`'],
    [inBlock('let y = “x”'), '3:11 WEFT102 unexpected character `“`'],
    [inBlock(String.raw`let y = "\q"`), String.raw`3:12 WEFT113 ${'`\\q`'} is not an escape of strings`],
    [
      inBlock('let y = [...x for i in 0..2]'),
      '3:12 WEFT114 a list built with `for` takes one expression, not a spread',
    ],
    ['network N {\n  input x: [1]\n', '1:11 WEFT104 this `{` is never closed'],
    ['network N {\n  input x: [1]\n}\n}', '4:1 WEFT105 this `}` closes nothing'],
    [
      'fn f(a) = 1\nimport { A } from "b"',
      '2:1 WEFT101 expected a declaration, found the reserved word `import`',
    ],
    ['', undefined],
    ['// nothing', undefined],
  ])('%j', (text, expected) => {
    expect(read(text).problems).toEqual(expected === undefined ? [] : [expected])
  })
})

describe('one mistake, one message', () => {
  const tokens = lex(languageText).tokens
  const at = tokens.map((token) => [token.startOffset, token.startOffset + token.image.length] as const)
  const edit = (start: number, end: number, text: string): string =>
    languageText.slice(0, start) + text + languageText.slice(end)

  /** Every eighth place, a different eighth for each kind of mistake. */
  const places = (shift: number): readonly (readonly [number, number])[] =>
    at.filter((_, index) => index % 8 === shift)

  const worst = (texts: readonly string[]): readonly string[] => {
    const bad = texts.map(read).filter(({ problems }) => problems.length > 1)
    return bad.map(({ problems }) => problems.join(' | '))
  }

  test('a token left out', () => {
    expect(worst(places(0).map(([start, end]) => edit(start, end, '')))).toEqual([])
  })

  test('a token written twice', () => {
    expect(
      worst(
        places(1).map(([start, end]) =>
          edit(start, end, `${languageText.slice(start, end)} ${languageText.slice(start, end)}`),
        ),
      ),
    ).toEqual([])
  })

  test('two letters of a word swapped, or one left out', () => {
    const words = at.filter(([start, end]) => /^[a-z]{3,}$/.test(languageText.slice(start, end)))
    const swapped = words.map(([start, end]) => {
      const [a, b, c, ...rest] = languageText.slice(start, end)
      return edit(start, end, [a, c, b, ...rest].join(''))
    })
    expect(
      worst([
        ...swapped.filter((_, index) => index % 3 === 0),
        ...words
          .filter((_, index) => index % 3 === 1)
          .map(([start, end]) => edit(start + 1, end, languageText.slice(start + 2, end))),
      ]),
    ).toEqual([])
  })

  test.each([
    [';', 2],
    ['“', 3],
    ['(', 4],
    ['}', 5],
    ['{', 6],
    ['=', 7],
    ['foo', 0],
    ['"', 1],
    ['3', 2],
  ])('%s put in', (text, shift) => {
    expect(worst(places(shift).map(([start]) => edit(start, start, `${text} `)))).toEqual([])
  })

  test.each([';', '}', '{', '(', '"'])('%s put in is always reported', (text) => {
    const silent = places(3).filter(([start]) => read(edit(start, start, `${text} `)).problems.length === 0)
    expect(silent).toEqual([])
  })
})

test('independent mistakes are each reported', () => {
  const text = [
    'fn width(i int) = 2',
    'block A { in x let y = = x out y }',
    'netwrok N {',
    '  input image [1, 8]',
    '  backbone e {',
    '    level[0] = image -> conv(3,, 3)',
    '    level[1] = level[0] -> relu)',
    '  }',
    '  fusion f {',
    '    node[0] = e[0]',
    '    node[1] {',
    '      egde up = e[1]',
    '      fuse concat',
    '    }',
    '  }',
    '  output y = f[1 -> relu',
    '  output z = f[0]',
    '}',
    'train t for N {',
    '  loss = + dice',
    '  batch = 2',
    '  steps 250',
    '}',
  ].join('\n')
  expect(read(text).problems.map((one) => one.replace(/ .*/, ''))).toEqual([
    '1:12',
    '2:24',
    '3:1',
    '4:15',
    '6:32',
    '7:32',
    '12:7',
    '13:12',
    '16:15',
    '20:10',
    '22:9',
  ])
})

test('what can be read around a mistake is read', () => {
  const { tree } = read(
    'fn f(a) = 1\nnetwork N {\n  input x: [1]\n  let y = *\n  output z = x\n}\nblock B = relu',
  )
  expect(tree.declarations.map((one) => one.kind)).toEqual(['FnDecl', 'NetworkDecl', 'BlockDecl'])
  const [, network] = tree.declarations
  const body =
    network?.kind === 'NetworkDecl' && network.body.kind === 'StatementBody' ? network.body.statements : []
  expect(body.map(({ kind }) => kind)).toEqual(['InputStmt', 'LetStmt', 'OutputStmt'])
})

test('braces that do not pair do not spoil the next declaration', () => {
  const { tree, problems } = read(
    'network N {\n  backbone e {\n    level[0] = x\n  output y = x\n}\nblock B {\n  in x\n  out * x\n}',
  )
  expect(tree.declarations.map((one) => one.kind)).toEqual(['NetworkDecl', 'BlockDecl'])
  expect(problems.length).toBe(2)
})

describe('limits', () => {
  test.each([
    ['open brackets', `let x = ${'('.repeat(100_000)}`],
    ['closed brackets', `let x = ${'['.repeat(100_000)}1${']'.repeat(100_000)}`],
    ['pipes', `let x = a${' -> a'.repeat(100_000)}`],
    ['minuses', `let x = ${'- '.repeat(100_000)}1`],
    ['nots', `let x = ${'not '.repeat(100_000)}a`],
    ['sums', `let x = 1${' + 1'.repeat(50_000)}`],
    ['powers', `let x = 1${' ^ 1'.repeat(50_000)}`],
    ['conditions', `let x = ${'a ? b : '.repeat(50_000)}c`],
    ['calls', `let x = f${'()'.repeat(50_000)}`],
    ['types', `fn f(a: ${'['.repeat(50_000)}) = 1`],
    ['braces', `network N ${'{'.repeat(50_000)}`],
  ])('%s', (_, text) => {
    const { problems } = read(text)
    expect(problems.length).toBe(1)
    expect(problems[0]).toContain('WEFT109')
  })

  test.each([
    ['sixty brackets', `let x = ${'('.repeat(60)}1${')'.repeat(60)}`],
    ['a sum of five hundred', `let x = 1${' + 1'.repeat(499)}`],
    ['a list of ten thousand', `let x = [${'1, '.repeat(10_000)}]`],
    ['a thousand declarations', 'let x = 1 + 1 ^ 2\n'.repeat(1000)],
  ])('%s are fine', (_, text) => {
    expect(read(text).problems).toEqual([])
  })

  test('many misspelt keywords are each told', () => {
    expect(read('let x = 1 egde\n'.repeat(300)).problems.length).toBe(300)
  })
})

test('any soup of tokens gives a tree with places inside the text', () => {
  const source = random(20)
  const images = [
    ...new Set(lex(languageText).tokens.map((token) => token.image)),
    '\n',
    '"abc',
    '@',
    '/// d\n',
  ]
  const texts = Array.from({ length: 400 }, () =>
    Array.from({ length: source.below(60) }, () => images[source.below(images.length)]).join(' '),
  )
  const misplaced = texts.filter((text) =>
    [...nodesOf(read(text).tree)].some(
      ({ span: { start, end } }) => !(start >= 0 && start <= end && end <= text.length),
    ),
  )
  expect(misplaced).toEqual([])
})
