// One slip, one diagnostic: a single identifier of each example is misspelt, sampled with a fixed seed.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { random } from '../fuzz/random.ts'
import { briefly, checked, entry } from '../support/check.ts'

const folder = new URL('../../examples/', import.meta.url)
const examples = readdirSync(folder).filter((name) => name.endsWith('.weft'))
/** Examples import each other: all are there. */
const siblings = Object.fromEntries(
  examples.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
)
const perExample = 10

const code = /\/\/[^\n]*|"[^"\n]*"|[A-Za-z_]\w*/g

interface Word {
  readonly text: string
  readonly start: number
}

function namesIn(text: string): Word[] {
  const words: Word[] = []
  for (const match of text.matchAll(code))
    if (/^[A-Za-z_]/.test(match[0])) words.push({ text: match[0], start: match.index })
  return words
}

/** A letter in the middle is doubled or changed, so that no other name comes out. */
const misspelt = (name: string): string => `${name.slice(0, 1)}${name}q`

describe.each(examples)('%s', (example) => {
  const text = readFileSync(new URL(example, folder), 'utf8')
  const words = namesIn(text)
  const at = random(example.length)
  const sampled = Array.from({ length: perExample }, () => words[at.below(words.length)]).filter(
    (word) => word !== undefined,
  )

  test.each(sampled.map((word) => [`${word.text} at ${word.start}`, word] as const))('%s', (_, word) => {
    const slipped =
      text.slice(0, word.start) + misspelt(word.text) + text.slice(word.start + word.text.length)
    const found = checked({ ...siblings, [entry]: slipped })
    const errors = found.diagnostics.filter((one) => one.severity === 'error')
    const shown = `${slipped.slice(Math.max(0, word.start - 40), word.start + 40)}\n${briefly(found).join('\n')}`
    // A declaration that nothing names may be called anything; one that is named from elsewhere is missed there.
    const before =
      /(?:network|train|results|block|fn|let|output|input|backbone|fusion|edge|keep|in)\s+$/.test(
        text.slice(0, word.start),
      )
    const after = /^\s*(?::|in\b)/.test(text.slice(word.start + word.text.length))
    const metric = /\bresults \w+ for [^{}]*\{(?:[^}]*\n)?\s*$/.test(text.slice(0, word.start))
    const declaration = before || after || metric
    const fine = declaration ? new Set(errors.map((one) => one.message)).size <= 2 : errors.length === 1
    expect(fine, shown).toBe(true)
  })
})
