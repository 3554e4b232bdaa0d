// What is generated from the grammar is as fresh as the grammar.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contextualWords, reservedWords } from '../../grammar/tokens.ts'
import { generatedTexts } from '../../tools/generate-grammar.ts'
import { ebnf } from '../../tools/grammar/ebnf.ts'

const root = new URL('../../', import.meta.url)
const texts = generatedTexts()

test.each([...texts.keys()])('%s is fresh (npm run generate:grammar)', (path) => {
  expect(readFileSync(new URL(path, root), 'utf8')).toBe(texts.get(path))
})

test('every rule method stands under the production that it implements', () => {
  const source = readFileSync(new URL('grammar/parser.ts', root), 'utf8')
  const comments = [
    ...source.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s+readonly \w+: Rule = this\.RULE\('(\w+)'/g),
  ]
  const stated = comments.map(([, comment = '']) => oneLine(comment.replaceAll(/\n\s*\*/g, ' ')))
  const generated = ebnf()
    .split(';\n')
    .map((rule) => oneLine(rule.replaceAll(/\(\*.*?\*\)/g, '')))
    .filter((rule) => /^[a-z]\w* = /.test(rule))
  expect(stated).toEqual(generated)
})

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

describe('the railroad diagrams', () => {
  const page = texts.get('grammar/railroad.html') ?? ''

  test('need no network', () => {
    expect(page).not.toMatch(/https?:|<script|<link|@import|url\(/)
  })

  test('have a section for every rule they link to', () => {
    const sections = new Set([...page.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id))
    const links = [...page.matchAll(/href="#(\w+)"/g)].map(([, id]) => id)
    expect(links.filter((id) => !sections.has(id))).toEqual([])
    expect(sections.size).toBeGreaterThan(40)
  })

  test('draw with finite numbers only', () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
  })
})

interface Pattern {
  readonly name?: string
  readonly match?: string
}

describe('the TextMate grammar', () => {
  const { patterns } = JSON.parse(texts.get('grammar/weft.tmLanguage.json') ?? '') as {
    readonly patterns: Pattern[]
  }
  /** The scope of the first pattern that matches at the beginning of the text. */
  const scopeOf = (text: string): string | undefined =>
    patterns.find(({ match }) => match !== undefined && new RegExp(`^(?:${match})`).test(text))?.name

  test.each([...reservedWords, ...contextualWords].map((type) => type.PATTERN as string))(
    'knows the word %s',
    (word) => {
      expect(scopeOf(`${word} `)).toMatch(/^(keyword|constant)\./)
    },
  )

  test.each(['48', '1.5', '1e-5', '80%', '12M', '24GiB'])('knows the number %s', (number) => {
    expect(scopeOf(number)).toBe('constant.numeric.weft')
  })

  test('tells documentation from comments', () => {
    expect(scopeOf('/// text')).toBe('comment.line.documentation.weft')
    expect(scopeOf('// text')).toBe('comment.line.double-slash.weft')
    expect(scopeOf('//// text')).toBe('comment.line.double-slash.weft')
  })
})
