// One form for all that `weft explain` knows, of which its text and its JSON are made.

export interface ArgumentEntry {
  readonly name: string
  readonly type: string
  /** As it is written; null where the argument is required. */
  readonly default: string | null
  readonly doc: string
}

export interface Entry {
  readonly kind: 'diagnostic' | 'operator' | 'block' | 'function' | 'network' | 'word'
  readonly name: string
  /** What it may be asked for by besides. */
  readonly aliases: readonly string[]
  /** One line: how it is called, or what it is. */
  readonly heading: string
  readonly text: string
  readonly arguments: readonly ArgumentEntry[]
  /** Of the library: its text. */
  readonly source?: string
  readonly example?: string
  /** Where the documentation says more. */
  readonly more?: string
}
