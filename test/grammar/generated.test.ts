// What is generated from the grammar is as fresh as the grammar.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import oniguruma from 'vscode-oniguruma'
import textmate from 'vscode-textmate'
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

// VS Code's own engine, whose regular expressions are not JavaScript's: an expression that matches nothing colours no text, and nobody is told.
describe('the TextMate grammar, in the engine of VS Code', async () => {
  const wasm = readFileSync(fileURLToPath(import.meta.resolve('vscode-oniguruma/release/onig.wasm')))
  await oniguruma.loadWASM(wasm)
  const registry = new textmate.Registry({
    onigLib: Promise.resolve(oniguruma),
    loadGrammar: () =>
      Promise.resolve(
        textmate.parseRawGrammar(texts.get('grammar/weft.tmLanguage.json') ?? '', 'weft.tmLanguage.json'),
      ),
  })
  const grammar = await registry.loadGrammar('source.weft')

  /** Parts of a line with the scope of each; none where the grammar says nothing of them. */
  const scopesIn = (line: string): (readonly [string, string])[] =>
    (grammar?.tokenizeLine(line, textmate.INITIAL).tokens ?? []).flatMap(
      ({ startIndex, endIndex, scopes }) => {
        const [, scope] = scopes
        return scope === undefined ? [] : [[line.slice(startIndex, endIndex), scope] as const]
      },
    )
  const scopeOf = (text: string): string | undefined => scopesIn(text)[0]?.[1]

  test.each([...reservedWords, ...contextualWords].map((type) => type.PATTERN as string))(
    'knows the word %s',
    (word) => {
      expect(scopeOf(`${word} `)).toMatch(/^(keyword|constant)\./)
    },
  )

  test.each(['48', '1.5', '1e-5', '80%', '12M', '24GiB'])('knows the number %s', (number) => {
    expect(scopesIn(number)).toEqual([[number, 'constant.numeric.weft']])
  })

  test('tells documentation from comments', () => {
    expect(scopeOf('/// text')).toBe('comment.line.documentation.weft')
    expect(scopeOf('// text')).toBe('comment.line.double-slash.weft')
    expect(scopeOf('//// text')).toBe('comment.line.double-slash.weft')
  })

  test('goes through a line to its end', () => {
    expect(
      scopesIn('  sparsity S > 10% and w[1] == 48 ? 80% : "a" on fuse // fixed').map(([text]) => text),
    ).toEqual([
      'sparsity',
      '>',
      '10%',
      'and',
      '1',
      '==',
      '48',
      '?',
      '80%',
      ':',
      '"',
      'a',
      '"',
      'on',
      'fuse',
      '// fixed',
    ])
    expect(scopesIn('network UNet(base: int = 64) {')).toEqual([
      ['network', 'keyword.declaration.weft'],
      ['UNet', 'entity.name.type.weft'],
      [':', 'keyword.operator.weft'],
      ['=', 'keyword.operator.weft'],
      ['64', 'constant.numeric.weft'],
    ])
  })
})
