// Writes src/json/generated/ from the schemas that JSON from outside is held against: for each its validator, compiled by ajv, its type,
// and the hints that messages need. The product loads no compiler of schemas.
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { typeText, type Schema } from './types.ts'

/** Schemas that the product reads by, and what their types and validators are called. */
export const readSchemas: readonly (readonly [file: string, name: string])[] = [
  ['nnunet-dataset.schema.json', 'nnunetDataset'],
  ['nnunet-plans.schema.json', 'nnunetPlans'],
  ['safetensors-header.schema.json', 'safetensorsHeader'],
  ['safetensors-index.schema.json', 'safetensorsIndex'],
  ['weft-checkpoint-1.schema.json', 'weftCheckpoint'],
  ['weft-history-1.schema.json', 'weftHistory'],
  ['weft-model-1.schema.json', 'weftModel'],
  ['weft-pipeline-1.schema.json', 'weftPipeline'],
  ['weft-prediction-1.schema.json', 'weftPrediction'],
  ['weft-rename-1.schema.json', 'weftRename'],
  ['weft-run-1.schema.json', 'weftRun'],
]

export function moduleOf(file: string): string {
  return `${file.replace('.schema.json', '')}.ts`
}

/** A `title` has to say what these expect. */
const wordless = ['pattern', 'anyOf']
/** Keywords that src/json/read.ts can speak of. */
const known: ReadonlySet<string> = new Set([
  ...wordless,
  ...'$schema $id $ref definitions title description type const enum required properties'.split(' '),
  ...'additionalProperties propertyNames items additionalItems minItems maxItems uniqueItems'.split(' '),
  ...'minimum maximum minLength'.split(' '),
])

/** The text of a module of src/json/generated/. */
export function generatedModule(schemaText: string, file: string, name: string): string {
  const schema = JSON.parse(schemaText) as Schema
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, code: { source: true, esm: true } })
  const code = importing(standalone.default(ajv, ajv.compile(schema)))
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}`
  return `// @ts-nocheck Generated from schema/${file} by \`npm run generate:schemas\`; a test keeps it fresh.
import type { JsonSchema } from '../schema.ts'
${code}
export type ${type} = ${typeText(schema, schema)}

const hints = new Map(${JSON.stringify([...hintsOf(schema, '')])})

export const ${name}: JsonSchema<${type}> = { file: ${JSON.stringify(file)}, validate, hints }
`
}

/** ajv writes an ES module, but its helpers as CommonJS, whose default bundlers and Node see differently. */
function importing(code: string): string {
  const imports: string[] = []
  const body = code
    .replaceAll(/const (\w+) = require\("([^"]+)"\)\.default;/g, (_, name: string, path: string) => {
      imports.push(`import ${name}Module from '${path}.js'`)
      return `const ${name} = ${name}Module.default ?? ${name}Module;`
    })
    .replace('"use strict";', '')
    .replace('export const validate = ', 'const validate = ')
    .replace(/export default \w+;/, '')
  if (body.includes('require(')) throw new Error('the validator requires what cannot be imported')
  return [...imports, body].join('\n')
}

type Hint = { readonly title?: string; readonly keys?: readonly string[] }

/** By the pointers that ajv reports. */
function* hintsOf(schema: Schema, pointer: string): Generator<readonly [string, Hint]> {
  const strange = Object.keys(schema).find((keyword) => !known.has(keyword))
  if (strange !== undefined) throw new Error(`${pointer}: no message says what ${strange} expects`)
  // The title of the whole says what the document is.
  const title = pointer === '' ? undefined : schema.title
  if (title === undefined && wordless.some((keyword) => keyword in schema))
    throw new Error(`${pointer} needs a title`)
  const keys = schema.additionalProperties === false ? Object.keys(schema.properties ?? {}) : undefined
  if (keys !== undefined || title !== undefined)
    yield [pointer, { ...(title === undefined ? {} : { title }), ...(keys === undefined ? {} : { keys }) }]
  for (const [step, inner] of innerSchemas(schema)) yield* hintsOf(inner, `${pointer}/${step}`)
}

function innerSchemas(schema: Schema): readonly (readonly [string, Schema])[] {
  const { properties = {}, definitions = {}, additionalProperties, propertyNames, items, anyOf = [] } = schema
  const escaped = (key: string): string => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
  const list = items === undefined ? [] : 'map' in items ? items : [items]
  return [
    ...Object.entries(properties).map(([key, one]) => [`properties/${escaped(key)}`, one] as const),
    ...Object.entries(definitions).map(([key, one]) => [`definitions/${escaped(key)}`, one] as const),
    ...(typeof additionalProperties === 'object'
      ? [['additionalProperties', additionalProperties] as const]
      : []),
    ...(propertyNames === undefined ? [] : [['propertyNames', propertyNames] as const]),
    ...list.map((one, at) => [list === items ? `items/${at}` : 'items', one] as const),
    ...anyOf.map((one, at) => [`anyOf/${at}`, one] as const),
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [file, name] of readSchemas) {
    const text = readFileSync(`schema/${file}`, 'utf8')
    writeFileSync(`src/json/generated/${moduleOf(file)}`, generatedModule(text, file, name))
  }
