// The kinds of attribute that operators share: numbers, words and values per axis. Readers check and make explicit.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import { suggest } from '../text/suggest.ts'
import type { AttributeContext, AttributeSpec, Plain } from './attrs.ts'
import { formatPlain, isList, wordOf } from './words.ts'

/** What every attribute declares. */
export interface Declared {
  readonly doc: string
  /** Leave out for a required attribute. */
  readonly default?: Plain
  /** In place of a default that the explicit form states. */
  readonly implied?: string
}

export interface Bounds {
  readonly min?: number
  readonly max?: number
}

/** One explicit value per spatial axis. */
export type PerAxis = readonly number[]

type Reader<T> = (raw: Plain, context: AttributeContext) => T | Problem

export function attribute<T>(
  declared: Declared,
  kind: { readonly type: string; readonly schema: object; readonly words?: readonly string[] },
  read: Reader<T>,
): AttributeSpec<T> {
  const { type, schema, words = [] } = kind
  const fallback = {
    ...(declared.default === undefined ? {} : { default: declared.default }),
    ...(declared.implied === undefined ? {} : { implied: declared.implied }),
  }
  return { type, doc: declared.doc, words, schema, read, ...fallback }
}

/** The problem of a value that is not of the attribute's type. */
export function wrongType(raw: Plain, { operator, attribute }: AttributeContext, type: string): Problem {
  return problem('attribute-type', { operator, attribute, type, value: shortened(formatPlain(raw)) })
}

/** A table may have a hundred thousand entries; a message shows how it begins. */
const shortened = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text)

function outOfRange(value: number, { operator, attribute }: AttributeContext, { min, max }: Bounds): Problem {
  const least = min === undefined ? '' : `at least ${min}`
  const most = max === undefined ? '' : `at most ${max}`
  const bound = [least, most].filter((text) => text !== '').join(' and ')
  return problem('attribute-range', { operator, attribute, value: String(value), bound })
}

const within = (value: number, { min, max }: Bounds): boolean =>
  (min === undefined || value >= min) && (max === undefined || value <= max)

/** Checks an integer within bounds. */
export function readInt(
  raw: Plain,
  context: AttributeContext,
  bounds: Bounds,
  type = 'int',
): number | Problem {
  if (typeof raw !== 'number' || !Number.isSafeInteger(raw)) return wrongType(raw, context, type)
  return within(raw, bounds) ? raw : outOfRange(raw, context, bounds)
}

/** JSON Schema of the bounds. */
export const boundSchema = ({ min, max }: Bounds): object => ({
  ...(min === undefined ? {} : { minimum: min }),
  ...(max === undefined ? {} : { maximum: max }),
})

export function int(declared: Declared & Bounds): AttributeSpec<number> {
  const schema = { type: 'integer', ...boundSchema(declared) }
  return attribute(declared, { type: 'int', schema }, (raw, context) => readInt(raw, context, declared))
}

export function float(declared: Declared & Bounds): AttributeSpec<number> {
  const schema = { type: 'number', ...boundSchema(declared) }
  return attribute(declared, { type: 'float', schema }, (raw, context) => {
    if (typeof raw !== 'number' || !Number.isFinite(raw)) return wrongType(raw, context, 'a number')
    return within(raw, declared) ? raw : outOfRange(raw, context, declared)
  })
}

export function bool(declared: Declared): AttributeSpec<boolean> {
  return attribute(declared, { type: 'bool', schema: { type: 'boolean' } }, (raw, context) =>
    typeof raw === 'boolean' ? raw : wrongType(raw, context, 'a bool'),
  )
}

/** The problem of a word that the attribute does not know. */
export function unknownWord(found: string, context: AttributeContext, known: readonly string[]): Problem {
  const { operator, attribute } = context
  return problem('unknown-word', {
    operator,
    attribute,
    word: found,
    known,
    suggestion: suggest(found, known),
  })
}

/** One of a few words. */
export function word<W extends string>(words: readonly W[], declared: Declared): AttributeSpec<W> {
  const type = `one of ${words.join(', ')}`
  return attribute(declared, { type, schema: { enum: words }, words }, (raw, context) => {
    const given = wordOf(raw)
    if (given === undefined) return wrongType(raw, context, type)
    return words.find((one) => one === given) ?? unknownWord(given, context, words)
  })
}

/** How many entries a value per axis has. */
export const spatialAxes = (context: AttributeContext): number => Math.max(0, context.rank - 1)

/** The problem of a list whose length is not the number of spatial axes. */
export function wrongEntries(entries: number, context: AttributeContext): Problem {
  const { operator, attribute } = context
  return problem('attribute-entries', { operator, attribute, entries, axes: spatialAxes(context) })
}

function readPerAxis(raw: Plain, context: AttributeContext, bounds: Bounds): PerAxis | Problem {
  if (isList(raw)) {
    if (raw.length !== spatialAxes(context)) return wrongEntries(raw.length, context)
    return readEach(raw, (entry) => readInt(entry, context, bounds, 'ints'))
  }
  const value = readInt(raw, context, bounds, 'an int, or a list of one int per spatial axis')
  return isProblem(value) ? value : uniform(value, spatialAxes(context))
}

/** By value and length: kernels, strides and dilations are nearly always among these, and a large graph has many. */
const smallLists: readonly (readonly PerAxis[])[] = Array.from({ length: 8 }, (_, value) =>
  Array.from({ length: 4 }, (_, count) => repeat(value, count)),
)

/** The same value for every axis. */
const uniform = (value: number, count: number): PerAxis => smallLists[value]?.[count] ?? repeat(value, count)

export function repeat<T>(value: T, count: number): readonly T[] {
  return Array<T>(count).fill(value)
}

/** Reads every entry; the first problem wins. */
export function readEach<T>(
  raw: readonly Plain[],
  read: (entry: Plain) => T | Problem,
): readonly T[] | Problem {
  const all: T[] = []
  for (const entry of raw) {
    const value = read(entry)
    if (isProblem(value)) return value
    all.push(value)
  }
  return all
}

/** An int for all spatial axes, or a list of one per axis. Explicit: the list. */
export function perAxis(declared: Declared & Bounds): AttributeSpec<PerAxis> {
  const schema = { type: 'array', items: { type: 'integer', ...boundSchema(declared) } }
  return attribute(declared, { type: 'int per axis', schema }, (raw, context) =>
    readPerAxis(raw, context, declared),
  )
}

/**
 * As `perAxis`, or a word: a default that follows another attribute, as in `stride = kernel`. The word is not offered to bare names,
 * so that a variable may have it as its name.
 */
export function perAxisOr<W extends string>(
  follow: W,
  declared: Declared & Bounds,
): AttributeSpec<PerAxis | W> {
  const schema = { type: 'array', items: { type: 'integer', ...boundSchema(declared) } }
  return attribute(declared, { type: 'int per axis', schema }, (raw, context) =>
    raw === follow ? follow : readPerAxis(raw, context, declared),
  )
}

/** Either the attribute, or the word that stands for leaving it out; like that of `perAxisOr`, it is not offered to bare names. */
export function orWord<T, W extends string>(absent: W, spec: AttributeSpec<T>): AttributeSpec<T | W> {
  return {
    ...spec,
    default: absent,
    schema: { anyOf: [{ const: absent }, spec.schema] },
    read: (raw, context) => (raw === absent ? absent : spec.read(raw, context)),
  }
}
