// The kinds of attribute that operators share: numbers, words, values per axis, axes and extents. Readers check and make explicit.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import { formatDim, type Dim } from '../ir/tensor.ts'
import { suggest } from '../text/suggest.ts'
import type { AttributeContext, AttributeSpec, Plain } from './attrs.ts'
import { axisOfWord, axisWords, formatPlain, isList, isTerm, wordOf } from './words.ts'

/** What every attribute declares. */
export interface Declared {
  readonly doc: string
  /** Leave out for a required attribute. */
  readonly default?: Plain
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
  const fallback = declared.default === undefined ? {} : { default: declared.default }
  return { type, doc: declared.doc, words, schema, read, ...fallback }
}

/** The problem of a value that is not of the attribute's type. */
export function wrongType(raw: Plain, { operator, attribute }: AttributeContext, type: string): Problem {
  return problem('attribute-type', { operator, attribute, type, value: formatPlain(raw) })
}

function outOfRange(value: number, { operator, attribute }: AttributeContext, { min, max }: Bounds): Problem {
  const least = min === undefined ? '' : `at least ${min}`
  const most = max === undefined ? '' : `at most ${max}`
  const bound = [least, most].filter((text) => text !== '').join(' and ')
  return problem('attribute-range', { operator, attribute, value: String(value), bound })
}

const within = (value: number, { min, max }: Bounds): boolean =>
  (min === undefined || value >= min) && (max === undefined || value <= max)

/** Checks an integer within bounds. */
export function readInt(raw: Plain, context: AttributeContext, bounds: Bounds, type = 'int'): number | Problem {
  if (typeof raw !== 'number' || !Number.isSafeInteger(raw)) return wrongType(raw, context, type)
  return within(raw, bounds) ? raw : outOfRange(raw, context, bounds)
}

const boundSchema = ({ min, max }: Bounds): object => ({
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
  return problem('unknown-word', { operator, attribute, word: found, known, suggestion: suggest(found, known) })
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

const spatialAxes = (context: AttributeContext): number => Math.max(0, context.rank - 1)

function wrongEntries(entries: number, context: AttributeContext): Problem {
  const { operator, attribute } = context
  return problem('attribute-entries', { operator, attribute, entries, axes: spatialAxes(context) })
}

function readPerAxis(raw: Plain, context: AttributeContext, bounds: Bounds): PerAxis | Problem {
  if (isList(raw)) {
    if (raw.length !== spatialAxes(context)) return wrongEntries(raw.length, context)
    return readEach(raw, (entry) => readInt(entry, context, bounds, 'ints'))
  }
  const value = readInt(raw, context, bounds, 'an int, or a list of one int per spatial axis')
  return isProblem(value) ? value : repeat(value, spatialAxes(context))
}

function repeat<T>(value: T, count: number): readonly T[] {
  return Array<T>(count).fill(value)
}

/** Reads every entry; the first problem wins. */
export function readEach<T>(raw: readonly Plain[], read: (entry: Plain) => T | Problem): readonly T[] | Problem {
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
  return attribute(declared, { type: 'int per axis', schema }, (raw, context) => readPerAxis(raw, context, declared))
}

/** As `perAxis`, or the word itself: a default that follows another attribute, as in `stride = kernel`. */
export function perAxisOr<W extends string>(follow: W, declared: Declared & Bounds): AttributeSpec<PerAxis | W> {
  const schema = { type: 'array', items: { type: 'integer', ...boundSchema(declared) } }
  const kind = { type: `int per axis, or ${follow}`, schema, words: [follow] }
  return attribute(declared, kind, (raw, context) => {
    const given = wordOf(raw)
    if (given === undefined) return readPerAxis(raw, context, declared)
    return given === follow ? follow : unknownWord(given, context, [follow])
  })
}

/** Padding of each spatial axis, `[low, high]`. */
export type AxisPadding = readonly (readonly [low: number, high: number])[]
/** As written: `half` and `same` wait for the kernel. */
export type PaddingRequest = AxisPadding | 'half' | 'same'

const paddingWords = ['half', 'same', 'valid'] as const

export function padding(declared: Declared): AttributeSpec<PaddingRequest> {
  const pair = { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 2, maxItems: 2 }
  const schema = { type: 'array', items: pair }
  const type = 'half, same, valid, int per axis, or [low, high] per axis'
  return attribute(declared, { type, schema, words: paddingWords }, (raw, context) => {
    const given = wordOf(raw)
    if (given === 'half' || given === 'same') return given
    if (given === 'valid') return repeat([0, 0] as const, spatialAxes(context))
    return given === undefined ? readPadding(raw, context) : unknownWord(given, context, paddingWords)
  })
}

function readPadding(raw: Plain, context: AttributeContext): AxisPadding | Problem {
  const atLeast0 = { min: 0 }
  if (!isList(raw)) {
    const value = readInt(raw, context, atLeast0, 'a padding word, an int, or a list with one entry per spatial axis')
    return isProblem(value) ? value : repeat([value, value] as const, spatialAxes(context))
  }
  if (raw.length !== spatialAxes(context)) return wrongEntries(raw.length, context)
  return readEach(raw, (entry) => {
    const ends = isList(entry) && entry.length === 2 ? entry : [entry, entry]
    const read = readEach(ends, (end) => readInt(end, context, atLeast0, 'ints or [low, high] pairs'))
    return isProblem(read) ? read : ([read[0] ?? 0, read[1] ?? 0] as const)
  })
}

function readAxis(raw: Plain, context: AttributeContext): number | Problem {
  const { operator, attribute, rank } = context
  const given = wordOf(raw)
  if (given !== undefined) {
    if (!axisWords.some((one) => one === given)) return unknownWord(given, context, axisWords)
    return axisOfWord(given, rank) ?? problem('axis-word', { operator, attribute, word: given, rank })
  }
  const index = readInt(raw, context, {}, 'an axis (channel, depth, height, width or an int)')
  if (isProblem(index)) return index
  const axis = index < 0 ? index + rank : index
  return axis >= 0 && axis < rank ? axis : problem('axis-index', { operator, attribute, index, rank })
}

/** One axis of the shape without the batch. Explicit: its index from 0. */
export function axis(declared: Declared): AttributeSpec<number> {
  return attribute(
    declared,
    { type: 'axis', schema: { type: 'integer', minimum: 0 }, words: axisWords },
    readAxis,
  )
}

/** Several axes in rising order, each at most once; the word `spatial` means all but the first. */
export function axes(declared: Declared): AttributeSpec<readonly number[]> {
  const schema = { type: 'array', items: { type: 'integer', minimum: 0 }, uniqueItems: true }
  const kind = { type: 'list of axes, or spatial', schema, words: ['spatial', ...axisWords] }
  return attribute(declared, kind, (raw, context) => {
    if (wordOf(raw) === 'spatial') return Array.from({ length: spatialAxes(context) }, (_, at) => at + 1)
    const found = isList(raw) ? readEach(raw, (entry) => readAxis(entry, context)) : readAxis(raw, context)
    if (isProblem(found)) return found
    const sorted = typeof found === 'number' ? [found] : found.toSorted((a, b) => a - b)
    const twice = sorted.find((one, at) => sorted[at + 1] === one)
    const { operator, attribute } = context
    return twice === undefined ? sorted : problem('repeated-axis', { operator, attribute, axis: twice })
  })
}

/** A list of ints with at least one entry. */
export function ints(declared: Declared & Bounds): AttributeSpec<readonly number[]> {
  const schema = { type: 'array', items: { type: 'integer', ...boundSchema(declared) }, minItems: 1 }
  return attribute(declared, { type: 'list of int', schema }, (raw, context) => {
    if (!isList(raw)) return wrongType(raw, context, 'a list of ints')
    return nonEmpty(raw, context) ?? readEach(raw, (entry) => readInt(entry, context, declared, 'a list of ints'))
  })
}

function nonEmpty(raw: readonly Plain[], { operator, attribute }: AttributeContext): Problem | undefined {
  return raw.length === 0 ? problem('too-few-entries', { operator, attribute, least: 1 }) : undefined
}

const dimSchema = {
  anyOf: [
    { type: 'integer' },
    {
      type: 'object',
      properties: { kind: { const: 'symbolic' }, terms: { type: 'array' }, constant: { type: 'integer' } },
      required: ['kind', 'terms', 'constant'],
    },
  ],
}

/** Checks an extent: an int within bounds, or any symbolic one. */
export function readDim(raw: Plain, context: AttributeContext, bounds: Bounds, type = 'an extent'): Dim | Problem {
  const symbolic = typeof raw === 'object' && !isList(raw) && !isTerm(raw)
  return symbolic ? raw : readInt(raw, context, bounds, type)
}

/** One extent, symbolic or not. */
export function dim(declared: Declared & Bounds): AttributeSpec<Dim> {
  return attribute(declared, { type: 'extent', schema: dimSchema }, (raw, context) => readDim(raw, context, declared))
}

/** A list of extents, symbolic or not, with at least one entry. */
export function dims(declared: Declared & Bounds): AttributeSpec<readonly Dim[]> {
  const schema = { type: 'array', items: dimSchema, minItems: 1 }
  return attribute(declared, { type: 'list of extents', schema }, (raw, context) => {
    if (!isList(raw)) return wrongType(raw, context, 'a list of extents')
    return nonEmpty(raw, context) ?? readEach(raw, (entry) => readDim(entry, context, declared, 'a list of extents'))
  })
}

/** Either the attribute, or the word that stands for leaving it out. */
export function orWord<T, W extends string>(absent: W, spec: AttributeSpec<T>): AttributeSpec<T | W> {
  return {
    ...spec,
    default: absent,
    words: [absent, ...spec.words],
    schema: { anyOf: [{ const: absent }, spec.schema] },
    read: (raw, context) => (wordOf(raw) === absent ? absent : spec.read(raw, context)),
  }
}

/** Extents as messages write a list of them. */
export function formatDims(all: readonly Dim[]): string {
  return `[${all.map(formatDim).join(', ')}]`
}
