// What can be wrong with a text before it means anything, as plain data. Wording is not decided here.

interface Place {
  /** Half-open range of the text. */
  readonly start: number
  readonly end: number
}

/** A stretch of characters that begins no token. */
export interface UnexpectedText extends Place {
  readonly kind: 'unexpected-text'
  readonly text: string
}
/** A string that its line ends. */
export interface UnterminatedString extends Place {
  readonly kind: 'unterminated-string'
}
/** An opening bracket without its closing one. */
export interface UnclosedBracket extends Place {
  readonly kind: 'unclosed-bracket'
  readonly open: string
  readonly close: string
  /** A comment inside, which has what would close the bracket. */
  readonly comment?: Place
}
/** A closing bracket without its opening one. */
export interface UnmatchedBracket extends Place {
  readonly kind: 'unmatched-bracket'
  readonly close: string
}
/** `(3]`: the closing bracket is of another kind than the opening one. */
export interface MismatchedBracket extends Place {
  readonly kind: 'mismatched-bracket'
  readonly found: string
  readonly open: string
  readonly close: string
  readonly openStart: number
}
export interface UnexpectedToken extends Place {
  readonly kind: 'unexpected-token'
  /** In words: `` `)` ``, "a name", "an expression". */
  readonly expected: string
  /** The token as written; empty at the end of the text. */
  readonly found: string
  readonly foundKind: 'end' | 'reserved' | 'name' | 'number' | 'string' | 'symbol'
  /** The grammar rule that was being read. */
  readonly rule: string
  /** Where the token before it ends; 0 at the beginning. */
  readonly previousEnd: number
  /** The token before it, as written. */
  readonly previous: string
  /** The brace of the declaration around it that does not pair, if there is one. */
  readonly brace?: UnclosedBracket | UnmatchedBracket
}
/** A word that was read as the keyword it is nearest to, because the text then makes sense. */
export interface MisspeltKeyword extends Place {
  readonly kind: 'misspelt-keyword'
  readonly word: string
  readonly keyword: string
}
/** A reserved word where a name must stand. */
export interface ReservedName extends Place {
  readonly kind: 'reserved-name'
  readonly word: string
}
/** What other languages write, each form with one thing that it means. */
export type ForeignForm = ForeignSymbol | ForeignPhrase
export type ForeignSymbol =
  | 'block-comment'
  | 'hash-comment'
  | 'triple-quotes'
  | 'single-quotes'
  | 'semicolon'
  | 'double-star'
  | 'fat-arrow'
  | 'augmented'
  | 'ampersands'
  | 'bars'
  | 'exclamation'
export type ForeignPhrase =
  | 'assignment'
  | 'typed-let'
  | 'tuple'
  | 'unpacking'
  | 'return'
  | 'loop'
  | 'choice'
  | 'function'
  | 'class'
  | 'import'
  | 'print'
/** A form of another language, read as what it stands for or passed over. */
export interface ForeignText extends Place {
  readonly kind: 'foreign'
  readonly form: ForeignForm
  /** As written. */
  readonly found: string
  /** How often the form comes again after it, where only the first is reported. */
  readonly again: number
}
/** A statement or a declaration that stands where another kind of them belongs; passed over as a whole. */
export interface Misplaced extends Place {
  readonly kind: 'misplaced'
  readonly word: string
  /** The name that it gives, if it gives one. */
  readonly name: string
  readonly inside: Surroundings
  /** The name of the declaration around it, if there is one. */
  readonly around: string
}
/** What a text's braces may enclose. */
export type Surroundings =
  'file' | 'network' | 'block' | 'backbone' | 'fusion' | 'node' | 'train' | 'results' | 'sparsity'
/** Brackets or operators nested beyond what is read; nothing else of the text was looked at. */
export interface TooDeep extends Place {
  readonly kind: 'too-deep'
}

export type BracketFault = UnclosedBracket | UnmatchedBracket | MismatchedBracket
export type Fault =
  | UnexpectedText
  | UnterminatedString
  | BracketFault
  | UnexpectedToken
  | MisspeltKeyword
  | ReservedName
  | ForeignText
  | Misplaced
  | TooDeep
