// Random networks as reports and pictures. Longer: WEFT_FUZZ_REPORTS=5000 npx vitest run test/fuzz/reports.test.ts
import { expect, test } from 'vitest'
import { generateProgram } from './generate.ts'
import { generateNetwork, textOf } from './networks.ts'
import { random } from './random.ts'
import { reportFailure } from './reports.ts'

const cases = Number(process.env['WEFT_FUZZ_REPORTS'] ?? 40)

test('random networks have reports and pictures', { timeout: 60_000 + 1000 * cases }, () => {
  for (let seed = 1; seed <= cases; seed++) {
    const text = seed % 2 === 0 ? generateProgram(random(seed)) : textOf(generateNetwork(random(seed)))
    expect(reportFailure(text), `seed ${seed}\n${text}`).toBeUndefined()
  }
})
