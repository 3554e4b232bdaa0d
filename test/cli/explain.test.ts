// weft explain: the pages behind the codes.
import { describe, expect, test } from 'vitest'
import { runWeft } from '../support/run-weft.ts'

describe('explain', () => {
  test('by code, by number, by name', () => {
    const { status, stdout } = runWeft(['explain', 'WEFT601'])
    expect(status).toBe(0)
    expect(stdout).toContain('WEFT601 budget-exceeded (error)')
    for (const given of ['601', 'weft601', 'budget-exceeded'])
      expect(runWeft(['explain', given]).stdout).toBe(stdout)
  })

  test('without a code lists all', () => {
    const lines = runWeft(['explain']).stdout.trim().split('\n')
    expect(lines.length).toBeGreaterThan(50)
    expect(lines.every((line) => /^WEFT\d{3} {2}(?:error|warning) +[a-z0-9-]+$/.test(line))).toBe(true)
  })

  test('an unknown code is an error', () => {
    expect(runWeft(['explain', 'budget-exceded'])).toMatchObject({ status: 1, stdout: '' })
    const { stderr } = runWeft(['explain', 'budget-exceded'])
    expect(stderr).toContain('error[WEFT841]')
    expect(stderr).toContain('did you mean `budget-exceeded`?')
  })
})
