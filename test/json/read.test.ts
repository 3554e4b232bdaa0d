// JSON from outside: what is wrong with it is told with its place, what is expected and what is there.
import { Ajv } from 'ajv'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nnunetDataset } from '../../src/json/generated/nnunet-dataset.ts'
import { safetensorsHeader } from '../../src/json/generated/safetensors-header.ts'
import { weftRename } from '../../src/json/generated/weft-rename-1.ts'
import { faultsText, readJson } from '../../src/json/read.ts'
import type { JsonSchema } from '../../src/json/schema.ts'
import { generatedModule, moduleOf, readSchemas } from '../../tools/schemas/generate.ts'
import { projectRoot } from '../support/specs.ts'

const schemaText = (file: string): string => readFileSync(join(projectRoot, 'schema', file), 'utf8')

/** What is wrong, or nothing. */
function said<T>(text: string, schema: JsonSchema<T>): string {
  const held = readJson(text, schema)
  return held.kind === 'held' ? '' : faultsText(held.faults)
}

describe.each(readSchemas)('the validator of %s', (file, name) => {
  test('is fresh: npm run generate:schemas', () => {
    const path = join(projectRoot, 'src', 'json', 'generated', moduleOf(file))
    expect(readFileSync(path, 'utf8')).toBe(generatedModule(schemaText(file), file, name))
  })
})

const channels = { 0: 'CT' }
const documents: readonly (readonly [schema: JsonSchema<unknown>, document: unknown])[] = [
  [nnunetDataset, { channel_names: channels, labels: { background: 0, whole: [1, 2] }, other: null }],
  [nnunetDataset, { modality: channels, labels: { 0: 'background' }, training: [{ label: 'a' }], name: 'x' }],
  [nnunetDataset, { modality: { a: 'CT' }, labels: { a: 0.5 }, training: [{}, 3], numTraining: '2' }],
  [
    weftRename,
    { format: 'weft-rename-1', rules: [{ from: 'a', to: 'b', permute: [1, 0] }], let: { a: '1' } },
  ],
  [weftRename, { format: 'other', rules: [], let: { 'a b': 1 }, ignore: [1], rulse: 1 }],
  [safetensorsHeader, { a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] }, __metadata__: { a: 'b' } }],
  [safetensorsHeader, { a: { dtype: 1, shape: [-1], data_offsets: [0, 4, 5] }, __metadata__: { a: 1 } }],
  [safetensorsHeader, []],
]

test.each(documents)('agrees with the published schema: %#', (schema, document) => {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
  const published = ajv.compile(JSON.parse(schemaText(schema.file)) as object)
  expect(schema.validate(document)).toBe(published(document))
  expect(schema.validate.errors?.length).toBe(published.errors?.length)
})

describe('what is wrong', () => {
  const map = (more: object): string => JSON.stringify({ format: 'weft-rename-1', rules: [], ...more })

  test.each([
    [
      'a type',
      map({ about: 3, rules: [{ from: 'a', to: 'b' }] }),
      'at `/about`, it must be a string, and is 3',
    ],
    [
      'everything at once',
      map({ about: [], rulse: 1 }),
      'there is no `rulse`; did you mean `rules`?; at `/about`, it must be a string, and is an empty list; at `/rules`, it must be a list of 1 or more, and is an empty list',
    ],
    [
      'a name',
      map({ rules: [{ from: 'a', to: 'b' }], let: { 'a b': '1' } }),
      'at `/let`, its names must be of letters, digits and _, no digit first, and one is "a b"',
    ],
    [
      'a number beyond all',
      map({ rules: 1 }).replace('1}', '1e999}'),
      'at `/rules`, it must be a list, and is Infinity',
    ],
  ])('with %s is told', (_, text, expected) => {
    expect(said(text, weftRename)).toBe(expected)
  })

  test('with a text that is not JSON, or names that objects inherit, is told', () => {
    expect(said('{"format": nan}', weftRename)).toMatch(/^it is not JSON \(/)
    expect(said('{"constructor": 1, "__proto__": 2, "rules": []}', weftRename)).toMatch(/no `__proto__`/)
  })

  test('with one of several forms is told as one', () => {
    expect(said(JSON.stringify({ labels: { a: 0.5, b: [1, 'c'] } }), nnunetDataset)).toBe(
      'at `/labels/a`, it must be a whole number from 0, a list of them, or a name, and is 0.5; at `/labels/b`, it must be a whole number from 0, a list of them, or a name, and is a list of 2',
    )
  })

  test('with a hundred thousand wrong forms is told at once', () => {
    const labels = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`l${at}`, 0.5]))
    expect(said(JSON.stringify({ labels }), nnunetDataset)).toMatch(/, and is 0\.5; and 99995 more$/)
  })

  test('in many places is counted', () => {
    const shape = Array.from({ length: 9 }, () => -1)
    const text = JSON.stringify({ a: { dtype: 'F32', shape, data_offsets: [0, 4] } })
    expect(said(text, safetensorsHeader)).toMatch(/at `\/a\/shape\/4`, .*; and 4 more$/)
  })

  test.each([
    ['{"a": 1, "a": 2}', '/a'],
    ['{"a": {"x": ["{", {"b~/": "\\"", "b\\u007e/": ","}]}}', '/a/x/1/b~0~1'],
    ['{"a": {"b": 1}, "b": {"a": 1}, "c": ["b", "b"]}', undefined],
    ['[[{"a": [], "b": "a"}, {"a": 1}, {"a": {"a": 1}, "a": 1}]]', '/0/2/a'],
  ])('with a name twice is told: %s', (text, pointer) => {
    const anything: JsonSchema<unknown> = { file: '', validate: () => true, hints: new Map() }
    const expected = pointer === undefined ? '' : `at \`${pointer}\`, it is there more than once`
    expect(said(text, anything)).toBe(expected)
  })

  test('with a depth that would end recursion is told without it', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    expect(said(`{"labels": ${deep}}`, nnunetDataset)).toBe(
      'at `/labels`, it must be an object, and is a list of 1',
    )
  })

  test('is no byte order mark', () => {
    expect(said('\uFEFF{}', safetensorsHeader)).toBe('')
  })
})

test('what imported models and runs say of a pipeline is the same, but that runs may have labels without a background', () => {
  const propertiesIn = (file: string): Readonly<Record<string, unknown>> => {
    const { properties } = JSON.parse(schemaText(file)) as {
      properties: { pipeline: { properties: object } }
    }
    return { ...properties.pipeline.properties }
  }
  const { labelling: _, ...model } = propertiesIn('weft-model-1.schema.json')
  const { labelling, ...pipeline } = propertiesIn('weft-pipeline-1.schema.json')
  expect(pipeline).toEqual(model)
  expect(JSON.stringify(labelling)).toContain('exclusive')
})
