// Every shipped spec is in canonical form, so that `weft fmt --check` on a fresh copy is clean.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatWeft } from '../../src/format/prettier-plugin.ts'

const root = join(import.meta.dirname, '..', '..')
const specs = ['examples', 'src/compiler/std'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.weft'))
    .map((name) => `${folder}/${name}`),
)

test.each(specs)('%s is formatted', async (path) => {
  const text = readFileSync(join(root, path), 'utf8')
  expect(await formatWeft(text)).toBe(text)
})
