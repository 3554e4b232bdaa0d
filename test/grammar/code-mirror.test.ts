// The language for CodeMirror, on a stream as CodeMirror gives it.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../support/specs.ts'

/** A line as CodeMirror's `StringStream` reads it. */
class Line {
  readonly #text: string
  #at = 0
  #start = 0

  constructor(text: string) {
    this.#text = text
  }

  begin(): boolean {
    this.#start = this.#at
    return this.#at < this.#text.length
  }

  match(pattern: RegExp, consume = true): RegExpMatchArray | null {
    const found = this.#text.slice(this.#at).match(pattern)
    if (found?.index !== 0) return null
    if (consume) this.#at += found[0].length
    return found
  }

  eatSpace(): boolean {
    return (this.match(/^\s+/)?.[0].length ?? 0) > 0
  }

  skipToEnd(): void {
    this.#at = this.#text.length
  }

  next(): string | undefined {
    this.#at += 1
    return this.#text[this.#at - 1]
  }

  current(): string {
    return this.#text.slice(this.#start, this.#at)
  }
}

interface Language {
  startState(): object
  token(line: Line, state: object): string | null
}

// JavaScript without a declaration: what it is to be is what CodeMirror asks of it.
const path = join(projectRoot, 'editors', 'codemirror', 'weft.js')
const { weft } = (await import(path)) as { readonly weft: Language }

function coloured(text: string): string[] {
  const line = new Line(text)
  const state = weft.startState()
  const found: string[] = []
  while (line.begin()) {
    const style = weft.token(line, state)
    if (style !== null) found.push(`${line.current()} ${style}`)
  }
  return found
}

test('words, names, numbers and comments have their colours', () => {
  expect(coloured('network Net(base: int = 12M) { // wide')).toEqual([
    'network definitionKeyword',
    'Net typeName',
    '( punctuation',
    'base variableName',
    ': operator',
    'int variableName',
    '= operator',
    '12M number',
    ') punctuation',
    '{ punctuation',
    '// wide comment',
  ])
  expect(coloured('edge up = node[i] -> conv(8) if true')).toEqual(
    expect.arrayContaining([
      'edge keyword',
      'node modifier',
      '-> operator',
      'conv variableName.function',
      'true bool',
    ]),
  )
})
