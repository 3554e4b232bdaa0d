// TypeScript types of a JSON Schema, as far as the schemas in schema/ that the product reads by go.

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema | readonly Schema[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly propertyNames?: Schema
  readonly definitions?: Readonly<Record<string, Schema>>
  readonly title?: string
}

/** The type as text; `root` has the definitions, which may not be circular. */
export function typeText(schema: Schema, root: Schema): string {
  if (schema.$ref !== undefined) return typeText(definition(schema.$ref, root), root)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  if (schema.anyOf !== undefined && schema.type === undefined)
    return schema.anyOf.map((one) => typeText(one, root)).join(' | ')
  const names = [schema.type ?? []].flat()
  return names.length === 0 ? 'unknown' : names.map((name) => namedType(name, schema, root)).join(' | ')
}

function definition(ref: string, { definitions = {} }: Schema): Schema {
  const found = definitions[ref.replace('#/definitions/', '')]
  if (found === undefined) throw new Error(`no definition ${ref}`)
  return found
}

function namedType(name: string, schema: Schema, root: Schema): string {
  if (name === 'array') return listType(schema.items, root)
  if (name === 'object') return objectType(schema, root)
  return name === 'integer' ? 'number' : name
}

function listType(items: Schema['items'], root: Schema): string {
  if (items === undefined) return 'readonly unknown[]'
  const one = (schema: Schema): string => typeText(schema, root)
  return 'map' in items ? `readonly [${items.map(one).join(', ')}]` : `readonly (${one(items)})[]`
}

/** Entries beside the named ones share an index, which must admit those too. */
function objectType(
  { properties = {}, required = [], additionalProperties = true }: Schema,
  root: Schema,
): string {
  const named = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?'
    return [
      `readonly ${JSON.stringify(name)}${mark}: ${typeText(schema, root)}`,
      typeText(schema, root),
    ] as const
  })
  const fields = named.map(([field]) => field)
  if (typeof additionalProperties === 'boolean') return `{ ${fields.join('; ')} }`
  const types = new Set([typeText(additionalProperties, root), ...named.map(([, type]) => type)])
  return `{ ${[...fields, `readonly [name: string]: ${[...types].join(' | ')}`].join('; ')} }`
}
