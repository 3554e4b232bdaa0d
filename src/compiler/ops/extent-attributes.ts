// Attributes that are lists of ints or extents; an extent may be symbolic.
import { problem, type Problem } from '../diagnostics/diagnostic.ts'
import { formatDim, type Dim, type Shape } from '../ir/tensor.ts'
import {
  attribute,
  boundSchema,
  readEach,
  readInt,
  wrongType,
  type Bounds,
  type Declared,
} from './attribute-kinds.ts'
import type { AttributeContext, AttributeSpec, Plain } from './attrs.ts'
import { isList, isTerm } from './words.ts'

/** A list of ints with at least one entry. */
export function ints(declared: Declared & Bounds): AttributeSpec<readonly number[]> {
  const schema = { type: 'array', items: { type: 'integer', ...boundSchema(declared) }, minItems: 1 }
  return attribute(declared, { type: 'list of int', schema }, (raw, context) => {
    if (!isList(raw)) return wrongType(raw, context, 'a list of ints')
    return (
      nonEmpty(raw, context) ?? readEach(raw, (entry) => readInt(entry, context, declared, 'a list of ints'))
    )
  })
}

function nonEmpty(raw: readonly Plain[], { operator, attribute }: AttributeContext): Problem | undefined {
  return raw.length === 0 ? problem('too-few-entries', { operator, attribute, least: 1 }) : undefined
}

/** JSON Schema of an extent. */
export const dimSchema = {
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
export function readDim(
  raw: Plain,
  context: AttributeContext,
  bounds: Bounds,
  type = 'an extent',
): Dim | Problem {
  const symbolic = typeof raw === 'object' && !isList(raw) && !isTerm(raw)
  return symbolic ? raw : readInt(raw, context, bounds, type)
}

/** An extent for all spatial axes, or a list of one per axis. Explicit: the list. */
export function dimPerAxis(declared: Declared & Bounds): AttributeSpec<Shape> {
  const schema = { type: 'array', items: dimSchema }
  return attribute(declared, { type: 'extent per axis', schema }, (raw, context) =>
    perSpatialAxis(raw, context, (one) =>
      readDim(one, context, declared, 'an extent, or one per spatial axis'),
    ),
  )
}

/** One entry for all spatial axes, or a list of one per axis. */
export function perSpatialAxis<T>(
  raw: Plain,
  context: AttributeContext,
  read: (one: Plain) => T | Problem,
): readonly T[] | Problem {
  const { operator, attribute, rank } = context
  const axes = Math.max(0, rank - 1)
  if (!isList(raw)) return readEach(Array<Plain>(axes).fill(raw), read)
  if (raw.length !== axes)
    return problem('attribute-entries', { operator, attribute, entries: raw.length, axes })
  return readEach(raw, read)
}

/** One extent, symbolic or not. */
export function dim(declared: Declared & Bounds): AttributeSpec<Dim> {
  return attribute(declared, { type: 'extent', schema: dimSchema }, (raw, context) =>
    readDim(raw, context, declared),
  )
}

/** A list of extents, symbolic or not, with at least one entry. */
export function dims(declared: Declared & Bounds): AttributeSpec<readonly Dim[]> {
  const schema = { type: 'array', items: dimSchema, minItems: 1 }
  return attribute(declared, { type: 'list of extents', schema }, (raw, context) => {
    if (!isList(raw)) return wrongType(raw, context, 'a list of extents')
    return (
      nonEmpty(raw, context) ??
      readEach(raw, (entry) => readDim(entry, context, declared, 'a list of extents'))
    )
  })
}

/** Extents as messages write a list of them. */
export function formatDims(all: readonly Dim[]): string {
  return `[${all.map(formatDim).join(', ')}]`
}
