// weft explain: the pages behind the codes, the operators, the library's blocks and the words.
import { describe, expect, test } from 'vitest'
import { diagnosticEntries, entryOf, lists } from '../../src/explain/entries.ts'
import { exampleCost } from '../../src/cli/explain-text.ts'
import { check } from '../../src/compiler/compile.ts'
import { composites } from '../../src/compiler/ops/composites.ts'
import { primitives } from '../../src/compiler/ops/registry.ts'
import { runWeft } from '../support/warm-weft.ts'

describe('explain', () => {
  test('a diagnostic by code, by number, by name', () => {
    const { status, stdout } = runWeft(['explain', 'WEFT601'])
    expect(status).toBe(0)
    expect(stdout).toContain('WEFT601 budget-exceeded (error)')
    for (const given of ['601', 'weft601', 'budget-exceeded'])
      expect(entryOf(given, diagnosticEntries())?.name).toBe('budget-exceeded')
  })

  test('without a word lists all diagnostics', () => {
    const lines = runWeft(['explain']).stdout.trim().split('\n')
    expect(lines.length).toBeGreaterThan(50)
    expect(lines.every((line) => /^WEFT\d{3} {2}(?:error|warning) +[a-z0-9-]+$/.test(line))).toBe(true)
  })

  test('an operator: formula, arguments with defaults, an example with what it costs', () => {
    const { status, stdout } = runWeft(['explain', 'conv'])
    expect(status).toBe(0)
    expect(stdout).toContain('conv(channels, kernel, stride = 1, ')
    expect(stdout).toContain('floor((extent + low + high - dilation')
    expect(stdout).toMatch(/^padding +half +Zeros added/m)
    // 8 filters of 4x1x3x3 with a bias each, at 16x16x16 positions.
    expect(stdout).toContain('x 4×16×32×32 gives y 8×16×16×16: 296 parameters, 1,179,648 MACs')
  })

  test('a block of the library, as text and for programs', () => {
    expect(runWeft(['explain', 'DoubleConv']).stdout).toContain('-> conv(c, kernel, padding = padding')
    const { stdout } = runWeft(['explain', 'std/blocks/DoubleConv', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'block',
      name: 'DoubleConv',
      arguments: expect.arrayContaining([
        { name: 'c', type: 'int', default: null, doc: '' },
        { name: 'mid', type: 'int', default: 'c', doc: 'Channels between the two.' },
      ]) as unknown,
    })
  })

  test('words and lists', () => {
    expect(runWeft(['explain', 'macs']).stdout).toContain('Multiply-accumulates')
    expect(runWeft(['explain', 'words']).stdout).toMatch(/^optimizer +Of a recipe/m)
  })

  test('an unknown word is an error', () => {
    const { status, stdout, stderr } = runWeft(['explain', 'conv_transpos'])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('error[WEFT841]')
    expect(stderr).toContain('did you mean `conv_transpose`?')
    expect(runWeft(['explain', 'fit']).stderr).toContain('`weft --help`')
  })
})

describe('examples', () => {
  // Once: to list the blocks, the whole library is read.
  const [operators, blocks] = [lists['operators']?.() ?? [], lists['blocks']?.() ?? []]
  const examples = new Map([...operators, ...blocks].map(({ name, example }) => [name, example]))

  test('every operator and all of the library has one', () => {
    expect(operators.map(({ name }) => name).toSorted()).toEqual(
      [...Object.keys(primitives), ...Object.keys(composites)].toSorted(),
    )
    expect(blocks.filter(({ example }) => example === undefined)).toEqual([])
  })

  test.each([...examples.keys()])('of %s compiles, uses it and is counted', (name) => {
    const example = examples.get(name) ?? ''
    expect(example).toContain(name)
    expect(
      check('e.weft', { read: (path) => (path === 'e.weft' ? example : undefined) }).diagnostics,
    ).toEqual([])
    expect(exampleCost(example)?.output).toMatch(/^\d/)
  })
})
