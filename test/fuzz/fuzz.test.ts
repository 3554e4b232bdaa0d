// A short campaign of each kind; tools/fuzz.ts runs long ones.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { campaign, kinds, makeCase, type Corpus } from './campaign.ts'

const folders = ['../../examples/', '../../src/compiler/std/'].map((path) => new URL(path, import.meta.url))
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.weft'))
    .map((name) => new URL(name, folder)),
)
const [first = '', ...rest] = files.map((file) => readFileSync(file, 'utf8'))
const corpus: Corpus = [first, ...rest]

test.each(kinds)('%s', { timeout: 60_000 }, async (kind) => {
  const tally = await campaign({ kinds: [kind], corpus, seed: 7, goOn: (cases) => cases < 100 })
  expect(tally.failures.map(({ seed, failure, text }) => `seed ${seed}: ${failure}\n${text}`)).toEqual([])
})

test('generated programs are mostly readable, and often mean something', () => {
  const texts = Array.from({ length: 50 }, (_, seed) => makeCase('grammar', seed, corpus))
  expect(new Set(texts).size).toBe(50)
  expect(makeCase('grammar', 3, corpus)).toBe(texts[3])
})
