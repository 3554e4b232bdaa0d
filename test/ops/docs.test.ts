// The operator reference says what the operators declare.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { formattedOperatorsPage } from '../../tools/generate-operators.ts'

test('docs/operators.md is fresh: node dist/tools/generate-operators.js', async () => {
  const file = fileURLToPath(new URL('../../docs/operators.md', import.meta.url))
  expect(await formattedOperatorsPage(file)).toBe(readFileSync(file, 'utf8'))
})
