// Suggestions for misspelt names, also where a file has very many of them.
import { describe, expect, test } from 'vitest'
import { suggest } from '../../src/compiler/text/suggest.ts'
import { checked } from '../support/check.ts'

describe('the nearest word', () => {
  test.each([
    ['covn', ['relu', 'conv', 'cone'], 'conv'],
    ['Conv', ['conv', 'convs'], 'conv'],
    ['encodr', ['decoder', 'encoder', 'encode'], 'encoder'],
    ['ab', ['ba'], 'ba'],
    ['channels', ['kernel', 'chanels', 'channel'], 'chanels'],
    ['x', ['y'], undefined],
    ['conv', ['conv', 'pool'], undefined],
  ])('to %s of %j is %s', (word, known, nearest) => {
    expect(suggest(word, known)).toBe(nearest)
  })

  test('the first of several that are as near', () => {
    expect(suggest('stage1', ['stage2', 'stage3', 'Stage4'])).toBe('stage2')
  })
})

test('thousands of unknown names are all reported, the first of them with a suggestion', () => {
  const names = Array.from({ length: 3000 }, (_, k) => `let value${k} = valeu${k}`)
  const { diagnostics } = checked(`${names.join('\n')}\n`)
  const unknown = diagnostics.filter((one) => one.name === 'unknown-name')
  expect(unknown).toHaveLength(3000)
  expect(unknown[0]?.help).toContain('`value0`')
})
