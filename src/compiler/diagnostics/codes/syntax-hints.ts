// Advice for slips that other languages teach: which symbol Weft writes instead.

export interface UnexpectedTokenParts {
  /** In words: `` `)` ``, "a name", "an expression". */
  readonly expected: string
  /** The token as written; empty at the end of the text. */
  readonly found: string
  readonly foundKind: 'end' | 'reserved' | 'name' | 'number' | 'string' | 'symbol'
  /** The token before it, as written. */
  readonly previous: string
  /** The grammar rule that was being read. */
  readonly rule: string
}

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>='])

export function unexpectedTokenHelp(parts: UnexpectedTokenParts): string | undefined {
  const { found, previous, expected, rule } = parts
  if (expected === '`<=`' || (expected === 'a name' && previous === 'budget'))
    return 'a budget is `METRIC <= LIMIT`: `params <= 12M`, `memory(training, batch = 2) <= 24GiB`'
  if (isUnit(found) && /^\d+(?:\.\d+)?$/.test(previous)) return apartHelp(previous, found)
  if (comparisons.has(found) && found !== '==') return 'comparisons do not chain: join two with `and`'
  if (found === '==' && expected === '`=`') return 'write `=` to define, `==` to compare'
  if (found === '|' && previous === '|') return 'write `or`'
  if (found === '=' && previous !== '=' && rule !== 'params') return '`=` defines, `==` compares'
  if (found === '*' && previous === '*') return 'a power is written `^`'
  if (found === '/' && previous === '/') return 'division without remainder is written `div`'
  if (found === '>' && previous === '=') return 'a pipe is written `->`'
  if (expected.startsWith('a result ')) return 'a result is a name and a number: `dice = 90.2% at S = 70%`'
  if (found === 'import') return 'imports stand before all declarations'
  if (found === 'if' && rule === 'body') return 'a choice inside an expression is written `condition ? a : b`'
  return undefined
}

const isUnit = (word: string): boolean => /^[kmgt](?:i?b)?$/i.test(word)

/** Whether numbers or bytes are meant is not known here, unless the unit says so. */
function apartHelp(number: string, unit: string): string {
  const letter = unit.charAt(0).toUpperCase()
  const [count, bytes] = [`\`${number}${letter}\``, `\`${number}${letter}iB\``]
  const right =
    unit.length === 1 ? count : unit.length === 3 ? bytes : `${count} of numbers, ${bytes} of bytes`
  return `a unit stands directly after its number: ${right}`
}

const advice: readonly (readonly [RegExp, string])[] = [
  [/^[“”„«»‘’'`]+$/, 'strings stand between plain double quotes: `"…"`'],
  [/^;+$/, 'statements end without `;`'],
  [/^&&?$/, 'write `and`'],
  [/^\|\|$/, 'write `or`'],
  [/^!$/, 'write `not`'],
  [/^#+$/, 'a comment begins with `//`'],
  [/^[→⟶➜]$/, 'a pipe is written `->`'],
  [/^[–—−]$/, 'write the plain minus `-`'],
  [/^[×·∙]$/, 'write `*`'],
  [/^÷$/, 'write `/` or `div`'],
  [/^≤$/, 'write `<=`'],
  [/^≥$/, 'write `>=`'],
  [/^≠$/, 'write `!=`'],
  [/^…$/, 'write three dots `...`, or two `..` for a range'],
]

export function unexpectedCharacterHelp({ text }: { readonly text: string }): string | undefined {
  return advice.find(([pattern]) => pattern.test(text))?.[1]
}
