// JSON that comes from outside: read without losing anything in silence, and held against its schema before anybody uses it.
import { suggest } from '../compiler/text/suggest.ts'
import { valueAt } from './pointer.ts'
import { repeatedKey } from './repeated-key.ts'
import type { JsonSchema, SchemaError, SchemaHint } from './schema.ts'

/** One thing that is wrong, for the diagnostic of whoever reads the file. */
export interface JsonFault {
  /** A JSON pointer; empty for the whole text. */
  readonly pointer: string
  /** What is expected and what is there: `it must be a string, and is 3`. */
  readonly reason: string
}

export type Held<T> =
  | { readonly kind: 'held'; readonly data: T }
  /** All that are found, in the order of the schema. */
  | { readonly kind: 'faults'; readonly faults: readonly JsonFault[] }

/** Reads a text that has to be of a schema. A byte order mark is no fault; a name that an object has twice is one. */
export function readJson<T>(text: string, schema: JsonSchema<T>): Held<T> {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return wrong([{ pointer: '', reason: `it is not JSON (${error.message})` }])
  }
  const twice = repeatedKey(json)
  return twice === undefined
    ? hold(value, schema)
    : wrong([{ pointer: twice, reason: 'it is there more than once' }])
}

const wrong = (faults: readonly JsonFault[]): Held<never> => ({ kind: 'faults', faults })

/** The same for a value that was parsed already. */
export function hold<T>(value: unknown, schema: JsonSchema<T>): Held<T> {
  const { validate } = schema
  // The type is written from the schema that the validator was made of.
  if (validate(value)) return { kind: 'held', data: value as T }
  const errors = outermost(validate.errors ?? [])
  return wrong(errors.map((error) => faultOf(error, value, schema.hints)))
}

const shownFaults = 5

/** All faults in one line, at most five of them in words. */
export function faultsText(faults: readonly JsonFault[]): string {
  const shown = faults.slice(0, shownFaults).map(faultText)
  const rest = faults.length - shown.length
  return rest === 0 ? shown.join('; ') : `${shown.join('; ')}; and ${rest} more`
}

export function faultText({ pointer, reason }: JsonFault): string {
  return pointer === '' ? reason : `at \`${pointer}\`, ${reason}`
}

/** Where a value may have one of several forms, what each of them misses says less than that it has none of them; so for names. */
function outermost(errors: readonly SchemaError[]): readonly SchemaError[] {
  const keyOf = (schemaPath: string, instancePath: string): string => `${schemaPath} ${instancePath}`
  const choices = new Set(
    errors
      .filter(({ keyword }) => keyword === 'anyOf' || keyword === 'propertyNames')
      .map(({ schemaPath, instancePath }) => keyOf(schemaPath, instancePath)),
  )
  return errors.filter(({ schemaPath, instancePath }) => {
    const places = [instancePath, ...above(instancePath)]
    return !above(schemaPath).some((rule) => places.some((place) => choices.has(keyOf(rule, place))))
  })
}

/** Pointers to what a place is in, from the inside out. */
function above(pointer: string): readonly string[] {
  const found: string[] = []
  for (let at = pointer.lastIndexOf('/'); at !== -1; at = at === 0 ? -1 : pointer.lastIndexOf('/', at - 1))
    found.push(pointer.slice(0, at))
  return found
}

function faultOf(error: SchemaError, document: unknown, hints: ReadonlyMap<string, SchemaHint>): JsonFault {
  const { instancePath: pointer, schemaPath, keyword, params } = error
  const hintAt = (place: string): SchemaHint | undefined => hints.get(place.slice(1))
  const around = hintAt(schemaPath.slice(0, schemaPath.lastIndexOf('/')))
  if (keyword === 'required')
    return { pointer, reason: `\`${String(params['missingProperty'])}\` is missing` }
  if (keyword === 'additionalProperties')
    return unknownKey(pointer, String(params['additionalProperty']), around?.keys ?? [])
  if (keyword === 'propertyNames') {
    const name = JSON.stringify(params['propertyName'])
    return {
      pointer,
      reason: `its names must be ${hintAt(schemaPath)?.title ?? 'others'}, and one is ${name}`,
    }
  }
  const expected = around?.title ?? expectation(keyword, params)
  return { pointer, reason: `it must be ${expected}, and is ${shown(valueAt(document, pointer))}` }
}

function unknownKey(pointer: string, key: string, known: readonly string[]): JsonFault {
  const near = suggest(key, known)
  const meant = near === undefined ? '' : `; did you mean \`${near}\`?`
  return { pointer, reason: `there is no \`${key}\`${meant}` }
}

/** What a keyword asks for; `npm run generate:schemas` refuses schemas with others. */
function expectation(keyword: string, params: SchemaError['params']): string {
  const limit = String(params['limit'])
  const allowed = params['allowedValues'] ?? [params['allowedValue']]
  const words: Readonly<Record<string, string>> = {
    type: either([params['type']].flat(), (type) => types[String(type)] ?? String(type)),
    const: either([allowed].flat(), shown),
    enum: either([allowed].flat(), shown),
    minimum: `at least ${limit}`,
    maximum: `at most ${limit}`,
    minItems: `a list of ${limit} or more`,
    maxItems: `a list of ${limit} or fewer`,
    minLength: 'a string that is not empty',
    uniqueItems: 'a list of different values',
  }
  return words[keyword] ?? keyword
}

const types: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

const either = (values: readonly unknown[], word: (value: unknown) => string): string =>
  values.map(word).join(' or ')

const shownLetters = 60

/** A value in a message: in full where it is short, by its kind where it has parts (which may be nested deeply). */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  const short = value.length > shownLetters ? `${value.slice(0, shownLetters)}…` : value
  return JSON.stringify(short)
}
