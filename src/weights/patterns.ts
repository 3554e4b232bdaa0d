// Patterns of names in rename maps: `encoder.stages.{i}.conv{k}` captures whole numbers, `{part:name}` one part of a dotted name.

/** What a pattern captured, by variable. */
export type Captures = ReadonlyMap<string, number | string>

export interface Pattern {
  readonly text: string
  /** Each variable once. */
  readonly variables: readonly string[]
  /** Undefined where the whole text is not of this form. */
  match(text: string): Captures | undefined
}

/** What a rule makes of a name: literal text, and expressions in braces. */
export type Template = readonly (
  { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'expression'; readonly text: string }
)[]

const kinds = { number: String.raw`(?:0|[1-9]\d{0,8})`, name: '[^.]+' } as const

/** The pattern, or what is wrong with it. */
export function parsePattern(text: string): Pattern | string {
  const parts = parseTemplate(text)
  if (typeof parts === 'string') return parts
  const named = new Map<string, keyof typeof kinds>()
  let source = ''
  for (const [at, part] of parts.entries()) {
    if (part.kind === 'literal') {
      source += escaped(part.text)
      continue
    }
    if (parts[at - 1]?.kind === 'expression') return `nothing tells where \`{${part.text}}\` begins`
    const [, variable = '', kind] = /^\s*([A-Za-z_]\w*)\s*(?::\s*(\w+)\s*)?$/.exec(part.text) ?? []
    if (variable === '') return `\`{${part.text}}\` is not a variable: write \`{i}\`, or \`{part:name}\``
    if (kind !== undefined && !isKind(kind))
      return `\`{${part.text}}\`: a variable is a \`number\` or a \`name\``
    source += named.has(variable) ? `\\k<${variable}>` : `(?<${variable}>${kinds[kind ?? 'number']})`
    named.set(variable, named.get(variable) ?? kind ?? 'number')
  }
  const expression = new RegExp(`^${source}$`)
  const match = (given: string): Captures | undefined => {
    const groups = expression.exec(given)
    if (groups === null) return undefined
    const captured = Object.entries(groups.groups ?? {})
    return new Map(
      captured.map(([name, value]) => [name, named.get(name) === 'name' ? value : Number(value)]),
    )
  }
  return { text, variables: [...named.keys()], match }
}

const isKind = (word: string): word is keyof typeof kinds => Object.hasOwn(kinds, word)

/** The parts, or what is wrong with the braces. */
export function parseTemplate(text: string): Template | string {
  if (text === '') return 'it is empty'
  const parts: Template[number][] = []
  for (const [at, piece] of text.split('{').entries()) {
    const close = piece.indexOf('}')
    if (at === 0 ? close !== -1 : close !== piece.lastIndexOf('}')) return 'a `}` has no `{` before it'
    if (at > 0 && close === -1) return 'a `{` has no `}` after it'
    if (at > 0) parts.push({ kind: 'expression', text: piece.slice(0, close) })
    const literal = piece.slice(close + 1)
    if (literal !== '') parts.push({ kind: 'literal', text: literal })
  }
  return parts
}

/** For names that do not matter: `*` is any text, dots included. */
export function parseIgnored(text: string): RegExp {
  return new RegExp(`^${text.split('*').map(escaped).join('.*')}$`)
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
