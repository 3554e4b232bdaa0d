// Slips in real files: tokens swapped, deleted, doubled or replaced, and bytes changed.
import type { Random } from './random.ts'

const token =
  /\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|[A-Za-z_]\w*|\d+(?:\.\d+)?(?:e-?\d+)?[A-Za-z%]*|\.\.\.|\.\.<|\.\.|->|[<>=!]=|\s+|./gsu

export const tokensOf = (text: string): string[] => text.match(token) ?? []

const isSpace = (text: string): boolean => /^\s|^\/\//.test(text)

/** The text after a few slips on its tokens. */
export function mutateTokens(text: string, random: Random): string {
  const tokens = tokensOf(text)
  for (let count = 1 + random.below(3); count > 0; count--) slip(tokens, random)
  return tokens.join('')
}

function slip(tokens: string[], random: Random): void {
  const solid = tokens.flatMap((one, at) => (isSpace(one) ? [] : [at]))
  const at = solid[random.below(solid.length)] ?? 0
  const other = solid[random.below(solid.length)] ?? 0
  const [here = '', there = ''] = [tokens[at], tokens[other]]
  switch (random.below(5)) {
    case 0:
      tokens[at] = ''
      return
    case 1:
      tokens[at] = `${here} ${here}`
      return
    case 2:
      tokens[at] = there
      tokens[other] = here
      return
    case 3:
      tokens[at] = there
      return
    default:
      tokens[at] = random.pick([
        '0',
        '-1',
        '1e9',
        '10^9',
        '[]',
        '"a"',
        'true',
        '1.5',
        'image',
        'relu',
        '..',
        '(',
        ']',
        '{',
        'let',
        'if',
        'x -> x',
        '80%',
      ])
  }
}

const bytes: readonly [string, ...string[]] = [
  '\0',
  '\t',
  '\r',
  '\n',
  '"',
  '\\',
  '/',
  '\u2028',
  '\uD800',
  'é',
  '😀',
  '}',
  '{',
  '(',
  ')',
  '[',
  ']',
  '.',
  '-',
  '>',
  '\uFEFF',
  '\u202E',
]

/** The text after a few changes to its characters. */
export function mutateBytes(text: string, random: Random): string {
  let result = text
  for (let count = 1 + random.below(6); count > 0; count--) {
    const at = random.below(result.length + 1)
    const length = random.below(4)
    const insert = random.chance(0.6)
      ? random.pick(bytes)
      : String.fromCharCode(random.below(random.chance(0.8) ? 128 : 65_536))
    result = result.slice(0, at) + (random.chance(0.8) ? insert : '') + result.slice(at + length)
  }
  return random.chance(0.1) ? result.slice(0, random.below(result.length + 1)) : result
}

/** Characters without any plan. */
export function noise(random: Random): string {
  return Array.from({ length: random.below(200) }, () =>
    random.chance(0.5) ? random.pick(bytes) : String.fromCharCode(32 + random.below(95)),
  ).join('')
}
