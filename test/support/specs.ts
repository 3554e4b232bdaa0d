// Small specs for the command-line tests, and the schemas of what commands print.
import { Ajv } from 'ajv'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const projectRoot = join(import.meta.dirname, '..', '..')

/** 4*9 + 4 and 2*4 + 2 parameters; 64*36 + 64*8 MACs. */
export const sound = `network Net(base: int = 4) {
  input image: [1, 8, 8]
  output logits = image -> conv(base, 3) -> relu -> conv(2, 1)
}

network Wide = Net(base = 8)
`
export const misspelt = sound.replace('relu', 'relo')
export const tooDear = sound.replace('output', 'budget params <= 10\n  output')

export function example(name: string): string {
  return join(projectRoot, 'examples', `${name}.weft`)
}

/** Gives what is wrong with a document, or nothing. */
export function validator(schemaFile: string): (document: unknown) => string {
  const schema = JSON.parse(readFileSync(join(projectRoot, 'schema', schemaFile), 'utf8')) as object
  const validate = new Ajv({ allowUnionTypes: true, allErrors: true }).compile(schema)
  return (document) => (validate(document) ? '' : JSON.stringify(validate.errors))
}
