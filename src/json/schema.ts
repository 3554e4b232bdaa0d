// What a published schema is to the product: validator code that `npm run generate:schemas` made of it by ajv, and what messages need to know.

/** As ajv's code reports it. */
export interface SchemaError {
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}

/** What messages say that the errors do not. */
export interface SchemaHint {
  /** What a value of this form is, for a person: `a name`. */
  readonly title?: string
  /** The keys of an object that has no others. */
  readonly keys?: readonly string[]
}

export interface Validator {
  (value: unknown): boolean
  readonly errors?: readonly SchemaError[] | null
}

/** `T` is the type of what the validator lets through, written from the same schema. */
export interface JsonSchema<T> {
  readonly file: string
  readonly validate: Validator
  /** By the pointer of a part of the schema. */
  readonly hints: ReadonlyMap<string, SchemaHint>
  /** Only for the type: it is never there. */
  readonly of?: T
}
