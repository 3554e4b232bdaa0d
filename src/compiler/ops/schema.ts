// JSON Schema of an operator's attributes in explicit form, for published graph documents.
import type { AttributeSpec } from './attrs.ts'

export function attributesSchema(op: {
  readonly attributes: Readonly<Record<string, AttributeSpec<unknown>>>
}): object {
  const entries = Object.entries(op.attributes)
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([name, spec]) => [name, { description: spec.doc, ...spec.schema }]),
    ),
    required: entries.filter(([, spec]) => spec.implied === undefined).map(([name]) => name),
    additionalProperties: false,
  }
}
