// Python expressions as a tree, and their text as `ruff format` leaves it: lines of 88, brackets split from the right.

/** Data that stands in Python code as it is. */
export type Literal = number | boolean | string | readonly Literal[]

export type Python =
  /** A name, a number, a string, an attribute of those. */
  | { readonly kind: 'atom'; readonly text: string }
  /** A number of the network, which becomes a literal or an argument of the class it stands in. */
  | { readonly kind: 'hole'; readonly hole: Hole }
  | { readonly kind: 'call'; readonly callee: Python; readonly items: readonly Item[] }
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | { readonly kind: 'tuple'; readonly items: readonly Item[] }
  /** Keys are strings. */
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [key: string, value: Python])[] }
  /** `value for …`, inside a call. */
  | { readonly kind: 'each'; readonly value: Python; readonly clause: string }
  /** `{str(k): value for …}` */
  | { readonly kind: 'dict-each'; readonly key: string; readonly value: Python; readonly clause: string }
  | { readonly kind: 'index'; readonly value: Python; readonly places: readonly Python[] }
  | { readonly kind: 'slice'; readonly start?: Python; readonly end?: Python; readonly step?: Python }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Python; readonly right: Python }
  | { readonly kind: 'member'; readonly value: Python; readonly name: string }
  /** `*value`, among the arguments of a call. */
  | { readonly kind: 'star'; readonly value: Python }

export interface Item {
  /** Of a keyword argument. */
  readonly name?: string
  readonly value: Python
  /** An argument that has this value is left out: it is the callee's default. */
  readonly unless?: Literal
}

export interface Hole {
  readonly value: Literal
  /** What it is called where it becomes an argument. */
  readonly hint: string
  /** A width or an extent: it has no usual value. */
  readonly measures: boolean
}

export const atom = (text: string): Python => ({ kind: 'atom', text })
export const hole = (value: Literal, hint: string, measures = false): Python => ({
  kind: 'hole',
  hole: { value, hint, measures },
})
/** A number of channels or features, an extent. */
export const measure = (value: Literal, hint: string): Python => hole(value, hint, true)
export const item = (value: Python): Item => ({ value })
export const call = (callee: string | Python, ...items: readonly (Python | Item)[]): Python => ({
  kind: 'call',
  callee: typeof callee === 'string' ? atom(callee) : callee,
  items: items.map((one) => ('kind' in one ? { value: one } : one)),
})
export const method = (value: Python, name: string, ...items: readonly (Python | Item)[]): Python =>
  call({ kind: 'member', value, name }, ...items)
export const named = (name: string, value: Python, unless?: Literal): Item =>
  unless === undefined ? { name, value } : { name, value, unless }
export const list = (...values: readonly Python[]): Python => ({ kind: 'list', items: values.map(item) })
export const tuple = (...values: readonly Python[]): Python => ({ kind: 'tuple', items: values.map(item) })
export const binary = (left: Python, operator: string, right: Python): Python => ({
  kind: 'binary',
  operator,
  left,
  right,
})

// ---------------------------------------------------------------- numbers

export const sameLiteral = (a: Literal, b: Literal): boolean => JSON.stringify(a) === JSON.stringify(b)

/** A literal as Python writes it; lists become tuples. */
export function literalText(value: Literal): string {
  if (typeof value === 'string') return stringText(value)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return numberText(value)
  const items = value.map(literalText)
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
}

export const stringText = (value: string): string => JSON.stringify(value)

function numberText(value: number): string {
  if (!Number.isFinite(value)) return `float("${value < 0 ? '-' : ''}inf")`
  const short = value.toExponential().replace('+', '')
  const plain = String(value)
  return plain.startsWith('0.000') || plain.startsWith('-0.000') ? short : plain
}

// ---------------------------------------------------------------- text

/** What a hole is in the place that is printed. */
export type Fill = (hole: Hole) => Python

/** The tree without holes, and without arguments that are defaults. */
export function filled(code: Python, fill: Fill): Python {
  const through = (one: Python): Python => filled(one, fill)
  const items = (all: readonly Item[]): Item[] =>
    all.flatMap(({ name, value, unless }): Item[] => {
      const isDefault = unless !== undefined && value.kind === 'hole' && isLiteral(fill(value.hole), unless)
      return isDefault ? [] : [{ ...(name === undefined ? {} : { name }), value: through(value) }]
    })
  switch (code.kind) {
    case 'atom':
      return code
    case 'hole':
      return fill(code.hole)
    case 'call':
      return { ...code, callee: through(code.callee), items: items(code.items) }
    case 'list':
    case 'tuple':
      return { ...code, items: items(code.items) }
    case 'dict':
      return { ...code, entries: code.entries.map(([key, value]) => [key, through(value)] as const) }
    case 'each':
    case 'dict-each':
    case 'member':
    case 'star':
      return { ...code, value: through(code.value) }
    case 'index':
      return { ...code, value: through(code.value), places: code.places.map(through) }
    case 'slice':
      return {
        kind: 'slice',
        ...(code.start === undefined ? {} : { start: through(code.start) }),
        ...(code.end === undefined ? {} : { end: through(code.end) }),
        ...(code.step === undefined ? {} : { step: through(code.step) }),
      }
    case 'binary':
      return { ...code, left: through(code.left), right: through(code.right) }
  }
}

const isLiteral = (code: Python, value: Literal): boolean =>
  code.kind === 'atom' && code.text === literalText(value)

/** The whole expression on one line. */
export function flat(code: Python): string {
  switch (code.kind) {
    case 'atom':
      return code.text
    case 'hole':
      throw new Error(`the hole ${code.hole.hint} was not filled`)
    case 'call':
      return `${flat(code.callee)}(${code.items.map(flatItem).join(', ')})`
    case 'list':
      return `[${code.items.map(flatItem).join(', ')}]`
    case 'tuple':
      return `(${code.items.map(flatItem).join(', ')}${code.items.length === 1 ? ',' : ''})`
    case 'dict':
      return `{${code.entries.map(flatEntry).join(', ')}}`
    case 'each':
      return `${flat(code.value)} ${code.clause}`
    case 'dict-each':
      return `{${code.key}: ${flat(code.value)} ${code.clause}}`
    case 'index':
      return `${flat(code.value)}[${code.places.map(flat).join(', ')}]`
    case 'slice':
      return sliceText(code)
    case 'binary':
      return `${flat(code.left)} ${code.operator} ${flat(code.right)}`
    case 'member':
      return `${flat(code.value)}.${code.name}`
    case 'star':
      return `*${flat(code.value)}`
  }
}

const flatItem = ({ name, value }: Item): string =>
  name === undefined ? flat(value) : `${name}=${flat(value)}`
const flatEntry = ([key, value]: readonly [string, Python]): string => `${stringText(key)}: ${flat(value)}`

function sliceText({ start, end, step }: Extract<Python, { kind: 'slice' }>): string {
  const parts = [start, end, ...(step === undefined ? [] : [step])].map((one) =>
    one === undefined ? '' : flat(one),
  )
  // As for an operator: names and numbers stand close to the colon, anything longer apart from it.
  if (parts.every((part) => /^-?\w*$/.test(part))) return parts.join(':')
  return parts
    .map((part, k) => (part === '' ? (k === 0 ? '' : ' ') : part))
    .join(' : ')
    .trim()
}

const width = 88
const step = 4

/** `prefix` + the expression + `suffix`, at this indentation, in as many lines as it takes. */
export function layout(code: Python, indent: number, prefix = '', suffix = ''): string[] {
  const room = ' '.repeat(indent)
  const line = `${room}${prefix}${flat(code)}${suffix}`
  if (line.length <= width) return [line]
  const bracket = bracketOf(code)
  if (bracket === undefined) return [line]
  const { head, parts, separator, tail } = bracket
  const inner = ' '.repeat(indent + step)
  const together = `${inner}${parts.map((part) => `${part.prefix}${flat(part.code)}`).join(`${separator} `)}`
  const body =
    together.length <= width && bracket.joins
      ? [together]
      : parts.flatMap((part) =>
          layout(part.code, indent + step, part.prefix, parts.length > 1 ? separator : ''),
        )
  return [`${room}${prefix}${head}`, ...body, `${room}${tail}${suffix}`]
}

interface Bracket {
  readonly head: string
  readonly parts: readonly { readonly prefix: string; readonly code: Python }[]
  readonly separator: ',' | ''
  readonly tail: string
  /** Whether the parts may stand together on one line of their own. */
  readonly joins: boolean
}

/** The last pair of brackets of an expression, which is the one that is split first. */
function bracketOf(code: Python): Bracket | undefined {
  switch (code.kind) {
    case 'call': {
      const head = `${flat(code.callee)}(`
      const [only] = code.items
      if (code.items.length === 0) return undefined
      if (only?.value.kind === 'each' && code.items.length === 1)
        return { head, parts: clauseParts('', only.value), separator: '', tail: ')', joins: true }
      return { head, parts: code.items.map(partOf), separator: ',', tail: ')', joins: true }
    }
    case 'list':
      return { head: '[', parts: code.items.map(partOf), separator: ',', tail: ']', joins: isAlone(code) }
    case 'tuple':
      return { head: '(', parts: code.items.map(partOf), separator: ',', tail: ')', joins: isAlone(code) }
    case 'dict': {
      const parts = code.entries.map(([key, value]) => ({ prefix: `${stringText(key)}: `, code: value }))
      return { head: '{', parts, separator: ',', tail: '}', joins: parts.length < 2 }
    }
    case 'dict-each':
      return { head: '{', parts: clauseParts(`${code.key}: `, code), separator: '', tail: '}', joins: true }
    default:
      return undefined
  }
}

/** Several items of a list stand each on a line, unlike the arguments of a call. */
const isAlone = ({ items }: { readonly items: readonly Item[] }): boolean => items.length < 2

const partOf = ({ name, value }: Item): { readonly prefix: string; readonly code: Python } => ({
  prefix: name === undefined ? '' : `${name}=`,
  code: value,
})

function clauseParts(
  prefix: string,
  { value, clause }: Extract<Python, { kind: 'each' | 'dict-each' }>,
): Bracket['parts'] {
  return [
    { prefix, code: value },
    { prefix: '', code: atom(clause) },
  ]
}

// ---------------------------------------------------------------- holes

/** In the order of the text. */
export function holesIn(code: Python): Hole[] {
  const items = (all: readonly Item[]): Hole[] => all.flatMap(({ value }) => holesIn(value))
  switch (code.kind) {
    case 'atom':
      return []
    case 'hole':
      return [code.hole]
    case 'call':
      return [...holesIn(code.callee), ...items(code.items)]
    case 'list':
    case 'tuple':
      return items(code.items)
    case 'dict':
      return code.entries.flatMap(([, value]) => holesIn(value))
    case 'each':
    case 'dict-each':
    case 'member':
    case 'star':
      return holesIn(code.value)
    case 'index':
      return [...holesIn(code.value), ...code.places.flatMap(holesIn)]
    case 'slice':
      return [code.start, code.end, code.step].flatMap((one) => (one === undefined ? [] : holesIn(one)))
    case 'binary':
      return [...holesIn(code.left), ...holesIn(code.right)]
  }
}

/** Equal for expressions that differ in numbers only. */
export function shapeText(code: Python): string {
  return JSON.stringify(code, (key, value: unknown) => (key === 'hole' ? (value as Hole).hint : value))
}
