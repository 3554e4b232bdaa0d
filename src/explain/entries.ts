// What `weft explain` knows, in one form for text and for JSON: diagnostics, operators, the standard library, words.
import { codes } from '../compiler/diagnostics/codes.ts'
import type { CodeSpec } from '../compiler/diagnostics/define.ts'
import { composites, type CompositeName } from '../compiler/ops/composites.ts'
import { defaultText, inputsText, signature, type Documented } from '../compiler/ops/documented.ts'
import { primitives, type PrimitiveName } from '../compiler/ops/registry.ts'
import type { ArgumentEntry, Entry } from './entry.ts'
import { libraryEntries, libraryLists } from './library.ts'
import { operatorExamples } from './examples.ts'
import { words, type Word } from './words.ts'

type Code = Pick<CodeSpec<unknown>, 'code' | 'severity' | 'explanation'>

function diagnosticEntry([name, { code, severity, explanation }]: [string, Code]): Entry {
  return {
    kind: 'diagnostic',
    name,
    aliases: [code, code.slice(4)],
    heading: `${code} ${name} (${severity})`,
    text: explanation.trim(),
    arguments: [],
  }
}

/** By code. */
export function diagnosticEntries(): Entry[] {
  return Object.entries<Code>(codes)
    .sort(([, a], [, b]) => (a.code < b.code ? -1 : 1))
    .map(diagnosticEntry)
}

/** In the order of docs/operators.md. */
export function operatorEntries(): Entry[] {
  return [
    ...primitiveNames.map((name) => operatorEntry(primitives[name], operatorExamples[name])),
    ...compositeNames.map((name) => operatorEntry(composites[name], operatorExamples[name])),
  ]
}

// The keys of the tables are what their types say.
const primitiveNames = Object.keys(primitives) as PrimitiveName[]
const compositeNames = Object.keys(composites) as CompositeName[]

function operatorEntry(op: Documented, example: string): Entry {
  const args = Object.entries(op.attributes).map(([name, spec]): ArgumentEntry => ({
    name,
    type: spec.type,
    default: defaultText(spec) ?? null,
    doc: spec.doc,
  }))
  return {
    kind: 'operator',
    name: op.name,
    aliases: [],
    heading: `${signature(op)} takes ${inputsText(op.arity)}`,
    text: op.doc,
    arguments: args,
    example,
    more: 'docs/operators.md',
  }
}

const wordEntry = ({ names: [name, ...aliases], text, example, more }: Word): Entry => ({
  kind: 'word',
  name,
  aliases,
  heading: [name, ...aliases].join(', '),
  text,
  arguments: [],
  ...(example === undefined ? {} : { example }),
  more,
})

export const wordEntries = (): Entry[] => words.map(wordEntry)

/** Operators before words: `shift` is asked for more often than it is meant otherwise. */
export const allEntries = (): Entry[] => [
  ...diagnosticEntries(),
  ...operatorEntries(),
  ...libraryEntries(),
  ...wordEntries(),
]

/** Lists by what they are asked for by. */
export const lists: Readonly<Record<string, () => Entry[]>> = {
  diagnostics: diagnosticEntries,
  codes: diagnosticEntries,
  operators: operatorEntries,
  ...libraryLists,
  blocks: libraryEntries,
  std: libraryEntries,
  words: wordEntries,
}

/** As it is written, else whatever its case: `WEFT601`, `601`, `macs`. */
export function entryOf(given: string, entries: readonly Entry[]): Entry | undefined {
  const named = (same: (name: string) => boolean): Entry | undefined =>
    entries.find(({ name, aliases }) => [name, ...aliases].some(same))
  return named((name) => name === given) ?? named((name) => name.toLowerCase() === given.toLowerCase())
}
