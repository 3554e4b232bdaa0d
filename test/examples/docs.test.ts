// The language reference is right: whole files among its examples compile, fragments parse, and no operator is forgotten.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { check } from '../../src/compiler/compile.ts'
import { DiagnosticBag } from '../../src/compiler/diagnostics/diagnostic.ts'
import { composites } from '../../src/compiler/ops/composites.ts'
import { primitives } from '../../src/compiler/ops/registry.ts'
import { parse } from '../../src/compiler/syntax/parse.ts'
import { sourceFile } from '../../src/compiler/text/source.ts'
import { describeDiagnostic, repository, repositoryHost } from './compile-example.ts'

const reference = readFileSync(`${repository}docs/language.md`, 'utf8')

interface Snippet {
  readonly title: string
  readonly text: string
  readonly fragment: boolean
}

function snippetsOf(page: string): Snippet[] {
  return [...page.matchAll(/^```weft( fragment)?\n(.*?)^```$/gms)].map(
    ({ 1: fragment, 2: text = '', index }) => ({
      title: `line ${page.slice(0, index).split('\n').length + 1}`,
      text,
      fragment: fragment !== undefined,
    }),
  )
}

const snippets = snippetsOf(reference)

describe('examples of docs/language.md', () => {
  test('are there', () => {
    expect(snippets.filter(({ fragment }) => !fragment).length).toBeGreaterThan(4)
    expect(snippets.filter(({ fragment }) => fragment).length).toBeGreaterThan(0)
  })

  test.each(snippets.map((snippet) => [snippet.title, snippet] as const))('%s', (_, { text, fragment }) => {
    expect(fragment ? parseProblems(text) : checkProblems(text)).toEqual([])
  })
})

function parseProblems(text: string): string[] {
  const file = sourceFile('fragment.weft', text)
  const bag = new DiagnosticBag()
  parse(file, bag)
  return bag.list().map((one) => describeDiagnostic(one, new Map([[file.path, file]])))
}

function checkProblems(text: string): string[] {
  const host = { read: (path: string) => (path === 'docs/snippet.weft' ? text : repositoryHost.read(path)) }
  const { diagnostics, sources } = check('docs/snippet.weft', host)
  return diagnostics.map((one) => describeDiagnostic(one, sources))
}

test('every operator is in the reference', () => {
  const names = [...Object.keys(primitives), ...Object.keys(composites)].filter((name) => name !== 'input')
  const mentioned = new Set([...reference.matchAll(/`([a-z_0-9]+)[`(]/g)].map(({ 1: name }) => name))
  expect(names.filter((name) => !mentioned.has(name))).toEqual([])
})
