// A few random edits of every run; `npm run fuzz -- --edits` makes thousands.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { example } from '../support/specs.ts'
import { differenceAfterEdits } from './edits.ts'

test.each([
  ['e2enet', 1],
  ['unetpp', 2],
  ['phantom', 3],
])('after random edits of %s, answers are those of a fresh server', (name, seed) => {
  const original = readFileSync(example(name), 'utf8')
  expect(differenceAfterEdits({ original, seed, edits: 20, between: 5 })).toBeUndefined()
})
