// The library that the compiler carries is the one in the .weft files.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundledStd } from '../../tools/bundle-std.ts'

const folder = join(import.meta.dirname, '..', '..', 'src', 'compiler', 'std')

test('bundled.ts is fresh: npm run generate:std', () => {
  expect(readFileSync(join(folder, 'bundled.ts'), 'utf8')).toBe(bundledStd(folder))
})
