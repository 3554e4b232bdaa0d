// Patterns and stars of rename maps: what they take, and that no name takes them long.
import { describe, expect, test } from 'vitest'
import { filled, parseGlob } from '../../src/weights/globs.ts'
import { parsePattern } from '../../src/weights/patterns.ts'

function captured(pattern: string, name: string): object | undefined {
  const parsed = parsePattern(pattern)
  if (typeof parsed === 'string') throw new Error(parsed)
  const found = parsed.match(name)
  return found && Object.fromEntries(found)
}

/** Two hundred letters, which ended in minutes of search where every star or variable was tried at every place. */
const many = 'a'.repeat(200)

describe('stars', () => {
  test.each([
    ['a.*', 'a.b.c', ['b.c']],
    ['*.all_modules.0.*', 'x.all_modules.0.all_modules.0.y', ['x', 'all_modules.0.y']],
    ['*', '', ['']],
    ['ab', 'ab', []],
    ['a**c', 'abc', ['', 'b']],
    ['*.(x)+$*', 'a.(x)+$', ['a', '']],
    ['a*\nb', 'a\n\nb', ['\n']],
  ])('%s takes %s', (text, name, stars) => {
    expect(parseGlob(text).match(name)).toEqual(stars)
    expect(filled(text, stars)).toBe(name)
  })

  test.each([
    ['aba*aba', 'ababa'],
    ['a*b*c', 'acb'],
    ['*ab*b', 'ab'],
    ['a', 'ab'],
    ['*.x', 'yx'],
  ])('%s does not take %s', (text, name) => {
    expect(parseGlob(text).match(name)).toBeUndefined()
  })

  test('as many as one likes end at once', () => {
    expect(parseGlob(`${'*a'.repeat(60)}*b`).match(many)).toBeUndefined()
    expect(parseGlob(`${'*a'.repeat(60)}*`).match(many)).toHaveLength(61)
  })
})

describe('variables', () => {
  test.each([
    ['a{i}.b', 'a10.b', { i: 10 }],
    ['a{i}0', 'a100', { i: 10 }],
    ['{i}', '0', { i: 0 }],
    ['{x:name}_{i}', 'up_conv_3', { x: 'up_conv', i: 3 }],
    ['{x:name}_{x}', 'a_b_a_b', { x: 'a_b' }],
    ['{x:name}.{y:name}.{x}-{i}.{y}', 'p.q.p-2.q', { x: 'p', y: 'q', i: 2 }],
    ['{toString:name}', 'x', { toString: 'x' }],
  ])('%s takes %s', (pattern, name, expected) => {
    expect(captured(pattern, name)).toEqual(expected)
  })

  test.each([
    ['a{i}', 'a01'],
    ['a{i}', 'a1234567890'],
    ['a{i}', 'a'],
    ['{x:name}', 'a.b'],
    ['{i}.{i}', '1.2'],
    ['{x:name}_{x}', 'a_b'],
  ])('%s does not take %s', (pattern, name) => {
    expect(captured(pattern, name)).toBeUndefined()
  })

  test('as many as there may be end at once', () => {
    const names = Array.from({ length: 30 }, (_, at) => `{v${at}:name}`)
    expect(captured(`${names.join('a')}.b`, many)).toBeUndefined()
    expect(captured(names.join('a'), many)).toMatchObject({ v0: 'a'.repeat(142), v29: 'a' })
    expect(captured('{a:name}a{b:name}a{c:name}a{a}b{c}', many.slice(0, 60))).toBeUndefined()
  })
})
