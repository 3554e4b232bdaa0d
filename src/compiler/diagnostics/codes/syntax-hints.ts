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
  /** Whether the token stands on the line of the one before it. */
  readonly follows?: boolean
}

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>='])
const typeWords = /^(?:int|float|bool|string|str|block|fn|tensor|axis|init|padding|any)$/i

type Hint = readonly [applies: (parts: UnexpectedTokenParts) => boolean, help: string]

/** By the rule that was being read, the first that applies. */
const hints: readonly Hint[] = [
  [
    ({ expected, previous }) => expected === '`<=`' || (expected === 'a name' && previous === 'budget'),
    'a budget is `METRIC <= LIMIT`: `params <= 12M`, `memory(training, batch = 2) <= 24GiB`',
  ],
  [
    ({ previous }) => previous === 'lambda',
    'functions are declared at the top level of the file: `fn f(i: int) = 2 * i`',
  ],
  [({ found, expected }) => found === '==' && expected === '`=`', 'write `=` to define, `==` to compare'],
  [({ rule }) => rule === 'inputStmt', 'an input has a shape: `input image: [channels, …extents]`'],
  [
    ({ rule, expected }) => rule === 'outputStmt' && expected === '`=`',
    'an output has a name and a value: `output logits = …`',
  ],
  [
    ({ previous, found }) => previous === 'out' && found === '=',
    'the result follows `out` directly: `out x -> relu`',
  ],
  [
    ({ rule, found }) => (rule === 'letStmt' || rule === 'constDecl') && found === ':',
    'a `let` states no type: `let c = 8`; parameters do',
  ],
  [
    ({ rule, found }) => rule === 'fnDecl' && found === '{',
    'a function is one expression: `fn f(i: int) = 2 * i`',
  ],
  [
    ({ rule, found }) => rule === 'fnDecl' && found === '->',
    'the type of the result follows a colon: `fn f(i: int): int = 2 * i`',
  ],
  [
    ({ rule, expected }) => rule === 'body' && expected === '`=` or `{`',
    'a body stands in braces, `network N { … }`, or is one expression, `block B(c: int) = conv(c, 3) -> relu`',
  ],
  [
    ({ rule, found, expected }) => rule === 'body' && found === ':' && !expected.includes('`=`'),
    'only the inputs of a network state a shape: `in x`, but `input image: [1, 64, 64]`',
  ],
  [
    ({ rule, found }) => rule === 'params' && found === ':',
    'the type of a parameter stands before its default: `c: int = 8`',
  ],
  [
    ({ rule, previous, foundKind }) => rule === 'params' && foundKind === 'name' && typeWords.test(previous),
    'parameters are separated by commas, and the type of each follows its name: `c: int, k: int = 3`',
  ],
  [
    ({ rule, found }) => rule === 'arguments' && found === ':',
    'an argument is named with `=`: `conv(32, kernel = 3)`',
  ],
  [
    ({ rule, found }) => (rule === 'indices' || rule === 'list') && (found === ':' || found === '...'),
    'a range is written `0..3` with its end, `0..<3` without; a part of a list is `a[0..2]`',
  ],
  [
    ({ found, expected }) => found === '{' && expected.startsWith('an expression'),
    'braces hold the bodies of declarations, with no `=` before them; a list stands in brackets, also one with names: `[NAME: 1]`',
  ],
  [({ found, previous }) => found === '>' && previous === '>', 'a pipe is written `->`'],
  [({ found }) => found === '|', 'a pipe is written `->`, a choice between conditions `or`'],
  [({ found }) => found === 'is', 'equality is written `==`'],
  [
    ({ previous, found }) => previous === 'in' && found === '[',
    'whether a list holds x is `contains(list, x)`',
  ],
  [
    ({ rule, expected }) => rule === 'importDecl' && expected === 'a string',
    'a file is named by a string: `from "std/blocks"`',
  ],
  [
    ({ expected }) => expected === 'a string',
    'the message is one string between double quotes: `assert c > 0, "…"`',
  ],
  [({ found }) => comparisons.has(found) && found !== '==', 'comparisons do not chain: join two with `and`'],
  [
    ({ found, previous, rule }) => found === '=' && previous !== '=' && rule !== 'params',
    '`=` defines, `==` compares',
  ],
  [({ expected }) => expected.startsWith('a result '), 'a result is a name and a number: `dice = 90.2%`'],
  [({ found }) => found === 'import', 'imports stand before all declarations'],
  [
    ({ found, rule }) => found === 'if' && rule === 'body',
    'a choice inside an expression is written `condition ? a : b`',
  ],
  [
    ({ found, expected }) => found === ',' && expected.startsWith('a statement'),
    'several tensors are one value as a list: `let both = [a, b]`',
  ],
  [
    ({ foundKind, expected, follows }) =>
      foundKind === 'name' && expected.startsWith('a statement') && follows === true,
    'what follows a tensor is applied by the pipe: `x -> conv(32, 3) -> relu`',
  ],
]

export function unexpectedTokenHelp(parts: UnexpectedTokenParts): string | undefined {
  const { found, previous } = parts
  if (isUnit(found) && /^\d+(?:\.\d+)?$/.test(previous)) return apartHelp(previous, found)
  return hints.find(([applies]) => applies(parts))?.[1]
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
