// Advice for who writes as in another language: what each form is called, and how Weft says it.

export interface ForeignSyntaxParts {
  readonly form: string
  /** As written. */
  readonly found: string
  /** How often the form comes again below. */
  readonly again: number
}

interface Advice {
  /** What is wrong, of what was written. */
  readonly message: (found: string) => string
  readonly help: string
}

const unknownSymbol = (found: string): string => `\`${found}\` is no operator of Weft`
const unknownStatement = (found: string): string => `\`${found}\` begins no statement of Weft`

const advice: ReadonlyMap<string, Advice> = new Map([
  [
    'block-comment',
    {
      message: () => '`/* … */` is no comment of Weft',
      help: 'a comment begins with `//` and ends with its line; `///` documents what stands below it',
    },
  ],
  [
    'triple-quotes',
    {
      message: () => '`"""` begins no text of Weft',
      help: 'documentation is written in `///` lines above what it describes; a string stands between two `"` on one line',
    },
  ],
  [
    'single-quotes',
    {
      message: (found) => `${found} is no string of Weft`,
      help: 'strings stand between double quotes: `"…"`; words such as `nearest` or `same` need none',
    },
  ],
  ['double-star', { message: unknownSymbol, help: 'a power is written `^`: `base * 2^i`' }],
  [
    'fat-arrow',
    {
      message: unknownSymbol,
      help: 'a pipe is written `->`; a function is declared, `fn f(i: int) = 2 * i`',
    },
  ],
  [
    'unpacking',
    {
      message: () => 'names that take a list apart stand in brackets, and only in a `let`',
      help: 'write `let [a, b] = x -> split(parts = 2)`; a `for` has one name for each item: go over the indices, `[f(a[i], b[i]) for i in 0..<len(a)]`',
    },
  ],
  ['bars', { message: unknownSymbol, help: 'write `or`' }],
  [
    'augmented',
    {
      message: unknownSymbol,
      help:
        'a name keeps its value: give the new one a name of its own, `let total = count + 1`; of tensors `let y = add(x, skip)`; ' +
        'what repeats is a family, `let step[i] for i in 1..3 = step[i-1] -> …`',
    },
  ],
  [
    'assignment',
    {
      message: (found) => `\`${found}\` begins no statement`,
      help: 'a value is named with `let NAME = …`, once; inside a node `edge NAME = …` names an edge',
    },
  ],
  [
    'typed-let',
    { message: unknownStatement, help: 'a value is named with `let NAME = …`; its type follows from it' },
  ],
  ['tuple', { message: () => 'there are no tuples in Weft', help: 'a list stands in brackets: `[3, 3]`' }],
  [
    'return',
    {
      message: unknownStatement,
      help: 'a block gives its result with `out …`, a network with `output NAME = …`; a function is one expression, `fn f(x) = …`',
    },
  ],
  [
    'loop',
    {
      message: unknownStatement,
      help: 'what repeats is a family, `let step[i] for i in 1..3 = step[i-1] -> …`, or a list, `[f(i) for i in 0..3]`',
    },
  ],
  [
    'choice',
    {
      message: unknownStatement,
      help: 'a choice is an expression, `condition ? a : b`, also between blocks: `x -> (deep ? f : identity)`; an edge or an output takes a trailing `if`',
    },
  ],
  [
    'function',
    {
      message: unknownStatement,
      help: 'declare `fn f(i: int) = …` for values or `block F(c: int) = …` for tensors, at the top level of the file',
    },
  ],
  [
    'class',
    {
      message: unknownStatement,
      help: 'a part of a network is declared as `block F(c: int) { in x … out … }`, a whole one as `network N { … }`',
    },
  ],
  [
    'import',
    {
      message: (found) => `this \`${found}\` imports nothing of Weft`,
      help: 'write `import { NAME } from "std/blocks"` or from a file, `"./blocks.weft"`; operators need no import',
    },
  ],
  [
    'print',
    {
      message: unknownStatement,
      help: 'remove it: `weft check`, `weft cost` and `weft report` say what there is to say of a network',
    },
  ],
])

export function foreignSyntaxMessage({ form, found, again }: ForeignSyntaxParts): string {
  const message = advice.get(form)?.message(found) ?? unknownSymbol(found)
  return `${message}${more(again)}`
}

export function foreignSyntaxHelp({ form }: ForeignSyntaxParts): string | undefined {
  return advice.get(form)?.help
}

/** ` (twice more below)` */
export function more(count: number): string {
  if (count === 0) return ''
  return ` (${count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`} more below)`
}
