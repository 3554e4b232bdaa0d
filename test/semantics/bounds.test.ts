// A spec that asks for too much gets one diagnostic; one that is not stopped soon outlasts the test.
import { describe, expect, test } from 'vitest'
import { checked, mistakes, type Files } from '../support/check.ts'

const network = (body: string, declarations = ''): string =>
  `${declarations}\nnetwork N {\n  input x: [1, 16, 16]\n  ${body}\n}\n`
const constant = (expression: string, declarations = ''): string => `${declarations}\nlet a = ${expression}\n`

/** The codes that a spec gets. */
function codesOf(spec: string | Files): string[] {
  const { diagnostics } = checked(spec)
  return diagnostics.map((one) => one.name)
}

const times = (count: number, text: string): string => text.repeat(count)

const large: Readonly<Record<string, readonly [spec: string, code: string]>> = {
  'a range': [constant('0..10^9'), 'value-too-large'],
  'a fusion': [
    network('fusion f {\n node[i, j] for i in 0..10^9, j in 0..3 = x\n }\n output y = f[0, 0]'),
    'value-too-large',
  ],
  'pairs of indices': [constant('[i for i in 0..99999, j in 0..99999]'), 'value-too-large'],
  'pairs that a condition drops': [
    constant('[i for i in 0..99999, j in 0..99999 if i < 0]'),
    'too-many-steps',
  ],
  'a family of pairs': [
    network('let s[i, j] for i in 0..9999, j in 0..9999 = x\n output y = s[0, 0]'),
    'family-too-large',
  ],
  'a function that calls itself twice': [
    constant('f(60)', 'fn f(n: int) = n < 2 ? n : f(n - 1) + f(n - 2)'),
    'too-many-steps',
  ],
  'a list that doubles': [
    constant('f(60)', 'fn f(n: int) = n == 0 ? [1] : f(n - 1) + f(n - 1)'),
    'value-too-large',
  ],
  'a list that doubles by a name': [
    constant('f([1], 60)', 'fn f(x: [int], n: int) = n == 0 ? x : f(x + x, n - 1)'),
    'value-too-large',
  ],
  'lists of lists of lists': [constant('repeat(repeat(repeat(0, 10000), 10000), 10000)'), 'value-too-large'],
  'lists in lists': [
    constant('f([1], 60)', 'fn f(x: any, n: int) = n == 0 ? x : f([x], n - 1)'),
    'value-too-large',
  ],
  'a text that doubles': [
    constant('f("a", 60)', 'fn f(x: string, n: int) = n == 0 ? x : f(x + x, n - 1)'),
    'value-too-large',
  ],
  'a block that doubles': [
    network('output y = x -> f(relu, 60)', 'fn f(b: block, n: int) = n == 0 ? b : f(b -> b, n - 1)'),
    'value-too-large',
  ],
  'long lists compared many times': [
    constant('[l == l for i in 0..99999]', 'let l = 0..99999'),
    'too-many-steps',
  ],
  'long lists checked many times': [
    constant('[f(l) for i in 0..99999]', 'let l = 0..99999\nfn f(l: [int]) = 1'),
    'too-many-steps',
  ],
  'long ranges made many times': [constant('[len(0..99999) for i in 0..99999]'), 'too-many-steps'],
  'a long list of wrong items': [constant('[(0..99999) -> relu for i in 0..99999]'), 'not-a-tensor'],
  'a tensor of many axes': [
    network(
      'let s[0] = x -> reshape(repeat(1, 9000) + [256])\n let s[i] for i in 1..99999 = s[i-1] -> relu\n output y = s[99999]\n backbone b {\n level[i] for i in 0..99999 = s[i]\n }',
    ),
    'too-many-steps',
  ],
  'many names of one `for`': [
    constant(`[1 for ${Array.from({ length: 5000 }, (_, k) => `i${k} in 0..0`).join(', ')}]`),
    'value-too-large',
  ],
  'a function without an end': [constant('f(0)', 'fn f(n: int) = f(n + 1)'), 'too-deep'],
  'a function and a sum without an end': [constant('f(0)', 'fn f(n: int) = 1 + f(n + 1)'), 'too-deep'],
  'a function that is its own default': [constant('f(0)', 'fn f(n: int, m: int = f(n + 1)) = m'), 'too-deep'],
  'a block without an end': [network('output y = x -> B', 'block B {\n in x\n out x -> B\n}'), 'too-deep'],
  'a block that is itself': [network('output y = x -> B', 'block B = B'), 'too-deep'],
  'a block in its own fusion': [
    network(
      'output y = x -> B',
      'block B {\n in x\n fusion f {\n node[0] {\n edge a = x -> B\n fuse = concat\n }\n }\n out f[0]\n}',
    ),
    'too-deep',
  ],
  'a shared block without an end': [
    network('output y = x -> B', 'block B {\n in x\n share let t = B\n out x -> t\n}'),
    'too-deep',
  ],
  'a network in itself': [network('output y = x -> N'), 'too-deep'],
  'deep parentheses': [constant(`${times(5000, '(')}1${times(5000, ')')}`), 'nesting-too-deep'],
  'deep lists': [constant(`${times(5000, '[')}1${times(5000, ']')}`), 'nesting-too-deep'],
  'a sum of 20 000 terms': [constant(`1${times(20_000, ' + 1')}`), 'nesting-too-deep'],
  'a pipe of 20 000 blocks': [network(`output y = x${times(20_000, ' -> relu')}`), 'nesting-too-deep'],
  'a chain of conditions': [constant(`${times(20_000, 'true ? 1 : ')}1`), 'nesting-too-deep'],
  'deep types': [`fn f(a: ${times(5000, '[')}int${times(5000, ']')}) = 1`, 'nesting-too-deep'],
  'deep braces': [`network N ${times(5000, '{')}`, 'nesting-too-deep'],
  'a file of more than 256 KiB': [`let a = "${times(300_000, 'a')}"`, 'file-too-large'],
}

describe('what is too much is said', () => {
  test.each(Object.keys(large))('%s', (name) => {
    const [spec, code] = large[name] ?? ['', '']
    expect(codesOf(spec)).toEqual([code])
  })
})

/** Ways to put many expressions around one. */
const wrappers: Readonly<Record<string, (inner: string) => string>> = {
  calls: (inner) => `identity(${inner})`,
  lists: (inner) => `[${inner}][0]`,
  conditions: (inner) => `(true ? ${inner} : x)`,
  comprehensions: (inner) => `[${inner} for a in 0..0, b in 0..0, c in 0..0][0]`,
}

describe('no mixture of nestings exhausts the stack', () => {
  test.each(Object.keys(wrappers))('%s in a recurrence that depends on what is built', (name) => {
    let text = '(channels(x -> relu) == 1 ? s[i+1] : x)'
    for (let k = 0; k < 25; k++) text = wrappers[name]?.(text) ?? text
    expect(
      codesOf(network(`let s[9999] = x\n let s[i] for i in 0..9998 = ${text}\n output y = s[0]`)),
    ).toEqual(['too-deep'])
  })

  test('`and` in a function', () => {
    const chain = times(200, 'true and ')
    expect(codesOf(constant('f(0)', `fn f(n: int) = ${chain}f(n + 1)`))).toEqual(['too-deep'])
  })
})

describe('what is much, but not too much, is built', () => {
  test('a recurrence of 20 000 members in the order of need', () => {
    const { graphs } = checked(
      network(
        'let s[0] = x\n let s[i] for i in 1..20000 = s[i-1] -> relu\n backbone b {\n level[i] for i in 0..20000 = s[i]\n }\n output y = b[20000]',
      ),
    )
    expect(graphs[0]?.nodes.length).toBe(20_001)
  })

  test('400 operators in one pipe', () => {
    expect(checked(network(`output y = x${times(400, ' -> relu')}`)).graphs[0]?.nodes.length).toBe(401)
  })
})

test('the same mistake at every member of a large family is reported once', () => {
  expect(
    mistakes(
      network('let s[i] for i in 0..20000 = x -> conv(0, 3)\n output y = [s[i] for i in 0..20000] -> sum'),
    ),
  ).toHaveLength(1)
  expect(
    mistakes(network('backbone b {\n level[i] for i in 0..20000 = x -> conv(0, 3)\n }\n output y = x')),
  ).toHaveLength(1)
})

test('imports may not nest without an end', () => {
  const files = Object.fromEntries(
    Array.from({ length: 100 }, (_, k) => [`m${k}.weft`, `import { b as a } from "./m${k + 1}"\nlet b = a`]),
  )
  expect(codesOf({ ...files, 'spec.weft': 'import { b } from "./m0"\nlet a = b' })).toEqual([
    'imports-too-deep',
  ])
})
