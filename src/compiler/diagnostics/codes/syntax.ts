// Syntax: WEFT1xx. What a text may not be, before it means anything.
import { code, didYouMean } from '../define.ts'
import { foreignSyntaxHelp, foreignSyntaxMessage, more, type ForeignSyntaxParts } from './foreign-syntax.ts'
import { unexpectedCharacterHelp, unexpectedTokenHelp, type UnexpectedTokenParts } from './syntax-hints.ts'

const example = (wrong: string, right: string): string =>
  `Wrong:\n\n\`\`\`weft\n${wrong}\n\`\`\`\n\nRight:\n\n\`\`\`weft\n${right}\n\`\`\`\n`

const spoken = ({ found, foundKind }: UnexpectedTokenParts): string => {
  if (foundKind === 'end') return 'the end of the text'
  if (foundKind === 'reserved') return `the reserved word \`${found}\``
  return `\`${found}\``
}

export const syntaxCodes = {
  'unexpected-token': code<UnexpectedTokenParts>({
    code: 'WEFT101',
    severity: 'error',
    message: (parts) => `expected ${parts.expected}, found ${spoken(parts)}`,
    help: unexpectedTokenHelp,
    explanation:
      'The text does not follow the grammar at this place. The message names what may stand here and what stands here ' +
      'instead. When something is missing at the end of a line, the place shown is that end. One mistake is reported once: ' +
      'what follows it is passed over until the next statement that can be read.\n\n' +
      example('let x = image -> conv(32, 3) relu', 'let x = image -> conv(32, 3) -> relu'),
  }),
  'unexpected-character': code<{ readonly text: string; readonly again?: number }>({
    code: 'WEFT102',
    severity: 'error',
    message: ({ text, again = 0 }) =>
      `unexpected ${[...text].length === 1 ? 'character' : 'characters'} \`${text}\`${more(again)}`,
    help: unexpectedCharacterHelp,
    explanation:
      'These characters begin no word, number, string or symbol of the language. Names are written with the letters ' +
      '`A` to `Z`, `a` to `z`, digits and `_`; any character may stand in strings and comments.\n\n' +
      example('let x = a && b;', 'let x = a and b'),
  }),
  'unterminated-string': code<Record<string, never>>({
    code: 'WEFT103',
    severity: 'error',
    message: () => 'this string has no closing `"` on its line',
    help: () => 'close it with `"`; a line break inside a string is written `\\n`',
    explanation:
      'A string stands between two `"` on one line.\n\n' +
      example('assert depth > 0, "depth must be positive', 'assert depth > 0, "depth must be positive"'),
  }),
  'unclosed-bracket': code<{
    readonly open: string
    readonly close: string
    readonly comment?: { readonly start: number; readonly end: number }
  }>({
    code: 'WEFT104',
    severity: 'error',
    message: ({ open }) => `this \`${open}\` is never closed`,
    help: ({ close, comment }) =>
      comment === undefined
        ? `add the missing \`${close}\``
        : `\`//\` begins a comment: close the bracket before it, or write \`div\` for a division without remainder`,
    explanation:
      'Every `(`, `[` and `{` needs its closing bracket: `(` and `[` before the next statement, `{` before the next ' +
      'declaration.\n\n' +
      example('let x = image -> conv(32, 3', 'let x = image -> conv(32, 3)'),
  }),
  'unmatched-bracket': code<{ readonly close: string }>({
    code: 'WEFT105',
    severity: 'error',
    message: ({ close }) => `this \`${close}\` closes nothing`,
    help: ({ close }) => `remove it, or add the bracket that \`${close}\` is to close`,
    explanation:
      'A closing bracket stands where no bracket of its kind is open.\n\n' +
      example('let x = image -> conv(32, 3))', 'let x = image -> conv(32, 3)'),
  }),
  'mismatched-bracket': code<{ readonly found: string; readonly open: string; readonly close: string }>({
    code: 'WEFT106',
    severity: 'error',
    message: ({ found, open, close }) => `\`${open}\` is closed by \`${found}\`, expected \`${close}\``,
    help: ({ close }) => `write \`${close}\``,
    explanation:
      'A bracket is closed by one of another kind.\n\n' +
      example('conv(32, kernel = [1, 3, 3))', 'conv(32, kernel = [1, 3, 3])'),
  }),
  'misspelt-keyword': code<{ readonly word: string; readonly keyword: string }>({
    code: 'WEFT107',
    severity: 'error',
    message: ({ word }) => `\`${word}\` is not a word of the language that may stand here`,
    help: ({ keyword }) => didYouMean(keyword),
    explanation:
      'A word at the place of a keyword is no keyword, but near one, and with that one the text can be read. The rest of ' +
      'the file was checked as if it had been written right.\n\n' +
      example('netwrok Small = UNet(base = 16)', 'network Small = UNet(base = 16)'),
  }),
  'reserved-word': code<{ readonly word: string }>({
    code: 'WEFT108',
    severity: 'error',
    message: ({ word }) => `\`${word}\` is a reserved word and cannot be a name`,
    help: ({ word }) => `choose another name, such as \`${word}_\``,
    explanation:
      'The words that begin statements and declarations, and the operators written as words, are reserved: `import fn block ' +
      'network let share in out input output aux budget assert train for if backbone fusion edge fuse sparsity and or not div ' +
      'true false exists`. They may still name arguments and settings, before the `=`.\n\n' +
      example('let out = x -> relu', 'let result = x -> relu'),
  }),
  'nesting-too-deep': code<Record<string, never>>({
    code: 'WEFT109',
    severity: 'error',
    message: () => 'this expression is nested too deeply or too long',
    help: () => 'split it up with `let`',
    explanation:
      'Brackets may be nested about sixty deep, and one expression may chain about five hundred operators. The bound keeps ' +
      'every text, however strange, from exhausting the compiler. Nothing else of the file was looked at.\n\n' +
      example('let x = ((((((((…1…))))))))', 'let x = 1'),
  }),
  'number-too-large': code<{ readonly number: string }>({
    code: 'WEFT110',
    severity: 'error',
    message: ({ number }) => `the number \`${number}\` is too large`,
    help: () => 'counts are exact up to 2^53 - 1 (about 9 007T)',
    explanation:
      'Whole numbers are kept exactly, up to 9 007 199 254 740 991 (2^53 - 1); floats up to about 1.8e308.\n\n' +
      example('budget macs <= 10000T', 'budget macs <= 9000T'),
  }),
  'unknown-number-suffix': code<{ readonly number: string; readonly suffix: string }>({
    code: 'WEFT111',
    severity: 'error',
    message: ({ number, suffix }) => `\`${suffix}\` in \`${number}\` is not a suffix of numbers`,
    help: ({ suffix }) => suffixHelp(suffix),
    explanation:
      'Directly after a number may stand `%` (`80%` is 0.8), `K M G T` (thousands: `12M` is 12 000 000) or ' +
      '`KiB MiB GiB TiB` (powers of 1024). A unit of time such as `steps` is a word of its own, after a space.\n\n' +
      example('budget memory(training, batch = 2) <= 24GB', 'budget memory(training, batch = 2) <= 24GiB'),
  }),
  'fractional-count': code<{ readonly number: string; readonly value: number }>({
    code: 'WEFT112',
    severity: 'error',
    message: ({ number, value }) => `\`${number}\` is ${value}, which is not a whole number`,
    help: () =>
      'a number with one of the suffixes K M G T KiB MiB GiB TiB is a count: write it with fewer decimals',
    explanation:
      'A number with a suffix for thousands or powers of 1024 counts something, so it must be whole: `1.5K` is 1500.\n\n' +
      example('budget params <= 1.0005K', 'budget params <= 1001'),
  }),
  'unknown-escape': code<{ readonly escape: string }>({
    code: 'WEFT113',
    severity: 'error',
    message: ({ escape }) => `\`${escape}\` is not an escape of strings`,
    help: () => 'the escapes are \\" \\\\ \\n \\t',
    explanation:
      'In a string, a backslash begins one of four escapes: `\\"` for the quote, `\\\\` for the backslash itself, `\\n` for a ' +
      'line break and `\\t` for a tab.\n\n' +
      example('import { Unit } from "lib\\unit"', 'import { Unit } from "lib/unit"'),
  }),
  'item-before-for': code<Record<string, never>>({
    code: 'WEFT114',
    severity: 'error',
    message: () => 'a list built with `for` takes one expression, not a spread',
    help: () => 'build a list of lists and join them afterwards',
    explanation:
      'A comprehension `[f(i) for i in 0..4]` gives one item for every index. Spreads belong to lists that are written out.\n\n' +
      example('[...kernels[i] for i in 0..3]', '[kernels[i] for i in 0..3]'),
  }),
  'stray-doc-comment': code<Record<string, never>>({
    code: 'WEFT115',
    severity: 'warning',
    message: () => 'this doc comment documents nothing',
    help: () => 'put it on the line above a declaration, an input, an output or a parameter, or write `//`',
    explanation:
      'Doc comments (`///`) stand on their own lines directly above a declaration, an input, an output or a parameter, ' +
      'or open the file. Elsewhere an ordinary comment (`//`) says the same without promising to be shown in reports.\n\n' +
      example('/// the decoder\nlet x = image -> relu', '// the decoder\nlet x = image -> relu'),
  }),
  'foreign-syntax': code<ForeignSyntaxParts>({
    code: 'WEFT116',
    severity: 'error',
    message: foreignSyntaxMessage,
    help: foreignSyntaxHelp,
    explanation:
      'The text says something as another language does. The help has the form that Weft takes for it. The rest of the file ' +
      'was checked as if that form stood there, or nothing where there is none: a `for` with braces is passed over whole. ' +
      'A form that comes often is reported at its first place.\n\n' +
      'Weft states what a network is, so nothing in it is done step by step: a `let` names a value once, what repeats is a ' +
      'family with indices, and a choice is an expression.\n\n' +
      example(
        'for i in range(1, 4) {\n  x = DoubleConv(base * 2**i)(x)\n}',
        'let step[0] = image\nlet step[i] for i in 1..3 = step[i-1] -> DoubleConv(base * 2^i)',
      ),
  }),
  'comment-after-operand': code<{ readonly comment: string }>({
    code: 'WEFT117',
    severity: 'warning',
    message: ({ comment }) => `\`//\` begins a comment, so \`${comment}\` is not read`,
    help: () => 'a division without remainder is written `div`; a comment that is one says so with a word',
    explanation:
      'In Weft `//` begins a comment. In Python it divides without remainder, which Weft writes as `div`. A comment that is nothing ' +
      'but a number, directly after a value, is more likely the divisor of a division: without it the value is another one.\n\n' +
      example('let half = base // 2', 'let half = base div 2'),
  }),
} as const

function suffixHelp(suffix: string): string {
  if (/^(steps|epochs)$/.test(suffix)) return `put a space before \`${suffix}\``
  const binary = /^([kmgt])i?b$/i.exec(suffix)?.[1]
  if (binary !== undefined) {
    const letter = binary.toUpperCase()
    return `write \`${letter}iB\` for bytes (powers of 1024), \`${letter}\` for numbers`
  }
  const decimal = /^[kmgt]$/.test(suffix) ? suffix.toUpperCase() : suffix === 'B' ? 'G' : undefined
  if (decimal !== undefined) return `did you mean \`${decimal}\`?`
  if (suffix.startsWith('_')) return 'digits are written without separators'
  return 'the suffixes are % K M G T KiB MiB GiB TiB'
}
