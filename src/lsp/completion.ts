// What may be typed at a place: names in force, operators, arguments and their words, settings of recipes, imports, statements.
import { stdFiles } from '../compiler/std/bundled.ts'
import { languageNames } from '../compiler/semantics/calls/language.ts'
import { recipeSettings } from '../compiler/semantics/declarations/train.ts'
import { sparsitySettings } from '../compiler/semantics/declarations/sparsity.ts'
import type { SettingDoc } from '../compiler/semantics/declarations/settings.ts'
import { importPath, relativePath } from '../compiler/semantics/names/modules.ts'
import type { Entry as NameEntry } from '../compiler/semantics/names/name-table.ts'
import { operatorTables } from '../compiler/semantics/values/operator-tables.ts'
import { typeNames } from '../compiler/semantics/values/types.ts'
import type { Module } from '../compiler/semantics/names/module.ts'
import { around, type Around, type CallAround } from './around.ts'
import { builtinText, describedAt, entryMarkdown, operatorEntry, wordEntry } from './described.ts'
import type { Records } from './links.ts'
import { markdown, rangeOf, type Markup, type TextEdit } from './protocol.ts'
import type { Reading } from './reading.ts'
import { lookupNames } from './scopes.ts'

export interface CompletionItem {
  readonly label: string
  /** Of the protocol's `CompletionItemKind`. */
  readonly kind: (typeof itemKinds)[keyof typeof itemKinds]
  readonly detail?: string
  readonly documentation?: Markup
  readonly insertText?: string
  readonly textEdit?: TextEdit
  readonly sortText: string
}

const itemKinds = {
  function: 3,
  variable: 6,
  class: 7,
  module: 9,
  property: 10,
  keyword: 14,
  word: 20,
  file: 17,
} as const

/** Completed first to last. */
type Rank = 'argument' | 'word' | 'name' | 'operator' | 'statement'
const ranks: readonly Rank[] = ['argument', 'word', 'name', 'operator', 'statement']

function item(
  label: string,
  kind: keyof typeof itemKinds,
  rank: Rank,
  more: Partial<Omit<CompletionItem, 'label' | 'kind' | 'sortText'>> = {},
): CompletionItem {
  return { label, kind: itemKinds[kind], sortText: `${ranks.indexOf(rank)}${label}`, ...more }
}

/** `specs` has the paths of the files that may be imported; it looks through folders, and is asked only where an import is written. */
export function completions(
  reading: Reading,
  records: Records,
  offset: number,
  specs: () => readonly string[],
): CompletionItem[] {
  const here = around(reading.file.text, offset)
  if (here.isComment) return []
  if (here.string !== undefined) return importPaths(reading, here.string, specs())
  if (here.importFrom !== undefined) return importable(reading, here.importFrom)
  const settings = settingsAt(here)
  if (settings !== undefined) return settings
  const names = lookupNames(records.get(reading.path), offset)
  const inArguments = here.call === undefined ? [] : argumentItems(here.call, names)
  const statements = here.isStart ? statementItems(here.bodies) : []
  return [...inArguments, ...nameItems(reading, names), ...statements, ...typeItems(reading, offset)]
}

// ---------------------------------------------------------------- imports

function importPaths(
  { path, file }: Reading,
  { start, end }: NonNullable<Around['string']>,
  specs: readonly string[],
): CompletionItem[] {
  const library = [...stdFiles.keys()].map((one) => one.replace(/\.weft$/, ''))
  const range = rangeOf(file, { start, end })
  const each = (label: string, kind: 'module' | 'file'): CompletionItem =>
    item(label, kind, 'word', { textEdit: { range, newText: label } })
  return [
    ...library.map((one) => each(one, 'module')),
    ...specs.map((one) => each(importPath(path, one), 'file')),
  ]
}

function importable({ path, spec }: Reading, from: string): CompletionItem[] {
  const target = from.startsWith('std/') ? `${from.replace(/\.weft$/, '')}.weft` : relativePath(path, from)
  const module = target === undefined ? undefined : (spec.modules.get(target) ?? spec.library.get(target))
  if (module === undefined) return []
  const text = spec.sources.get(module.path)?.text ?? stdFiles.get(module.path) ?? ''
  return module.syntax.declarations.flatMap((one) => {
    const idents = one.kind === 'UnpackStmt' ? one.pattern.names : [one.name]
    if (one.kind === 'TrainDecl' || one.kind === 'ResultsDecl') return []
    return idents.map(({ name, span }) =>
      item(name, kindOf(one.kind), 'name', describedItem(module, text, span)),
    )
  })
}

const kindOf = (kind: string): 'class' | 'function' | 'variable' =>
  kind === 'BlockDecl' || kind === 'NetworkDecl' ? 'class' : kind === 'FnDecl' ? 'function' : 'variable'

function describedItem(
  module: Module,
  text: string,
  span: NameEntry['span'],
): Partial<Pick<CompletionItem, 'detail' | 'documentation'>> {
  const found = describedAt(module.syntax, text, span)
  if (found === undefined) return {}
  const { heading, doc } = found
  return { detail: heading, ...(doc === undefined ? {} : { documentation: markdown(doc) }) }
}

// ---------------------------------------------------------------- settings

/** In a recipe or a sparsity: its settings, or the words of the one at the place. */
function settingsAt({ bodies, assigned, isStart, call }: Around): CompletionItem[] | undefined {
  const body = bodies.at(-1)
  if (body !== 'train' && body !== 'sparsity') return undefined
  const table: Readonly<Record<string, SettingDoc>> =
    body === 'train' ? recipeSettings : { ...sparsitySettings }
  if (isStart)
    return Object.entries(table).map(([name, { expected }]) =>
      item(name, 'property', 'argument', { detail: expected, insertText: `${name} = `, ...wordDoc(name) }),
    )
  const words = call === undefined ? (table[assigned ?? '']?.words ?? []) : []
  const units = table[assigned ?? '']?.units ?? []
  return [...words, ...units].map((word) => item(word, 'word', 'word', wordDoc(word)))
}

function wordDoc(word: string): Partial<Pick<CompletionItem, 'documentation'>> {
  const found = wordEntry(word)
  return found === undefined ? {} : { documentation: markdown(found.text) }
}

// ---------------------------------------------------------------- arguments and names

function argumentItems(
  { callee, named, argument }: CallAround,
  names: ReadonlyMap<string, NameEntry>,
): CompletionItem[] {
  const callable = names.get(callee)?.callable
  if (argument !== undefined) {
    const words = callable?.operator === true ? operatorTables.get(callee)?.words.get(argument) : undefined
    return [...(words ?? [])].map((word) => item(word, 'word', 'word'))
  }
  const entry = callable?.operator === true ? operatorEntry(callee) : undefined
  return (callable?.parameters ?? [])
    .filter((name) => !named.includes(name))
    .map((name, at) => {
      const spec = entry?.arguments.find((one) => one.name === name)
      const detail =
        spec === undefined
          ? `argument of ${callee}`
          : `${spec.type}${spec.default === null ? '' : ` = ${spec.default}`}`
      const doc = spec === undefined || spec.doc === '' ? {} : { documentation: markdown(spec.doc) }
      return {
        ...item(name, 'property', 'argument', { detail, insertText: `${name} = `, ...doc }),
        // In the order in which they are declared.
        sortText: `0${String(at).padStart(3, '0')}`,
      }
    })
}

function nameItems({ path, spec, file }: Reading, names: ReadonlyMap<string, NameEntry>): CompletionItem[] {
  const language = new Set(languageNames)
  return [...names].map(([name, { span, callable }]) => {
    if (span.file === '' && language.has(name)) return languageItem(name)
    const module = spec.modules.get(span.file)
    const text = span.file === path ? file.text : (spec.sources.get(span.file)?.text ?? '')
    const more = module === undefined ? {} : describedItem(module, text, span)
    return item(name, callable === undefined ? 'variable' : 'class', 'name', more)
  })
}

function languageItem(name: string): CompletionItem {
  const operator = operatorEntry(name)
  if (operator !== undefined)
    return item(name, 'function', 'operator', {
      detail: operator.heading,
      documentation: markdown(entryMarkdown(operator)),
    })
  const builtin = builtinText(name)
  return item(
    name,
    'function',
    'operator',
    builtin === undefined ? {} : { detail: builtin.usage, documentation: markdown(builtin.doc) },
  )
}

// ---------------------------------------------------------------- statements and types

const statements: Readonly<Record<string, readonly string[]>> = {
  '': ['import', 'network', 'block', 'fn', 'let', 'train', 'results'],
  network: [
    'input',
    'let',
    'share let',
    'backbone',
    'fusion',
    'output',
    'aux output',
    'keep',
    'budget',
    'assert',
  ],
  block: ['in', 'let', 'share let', 'backbone', 'fusion', 'out', 'keep', 'assert'],
  backbone: ['let', 'level'],
  fusion: ['let', 'node', 'sparsity'],
  node: ['let', 'edge', 'fuse'],
}

const statementItems = (bodies: readonly string[]): CompletionItem[] =>
  (statements[bodies.at(-1) ?? ''] ?? []).map((word) => item(word, 'keyword', 'statement'))

/** After a colon in a list of parameters. */
function typeItems({ file }: Reading, offset: number): CompletionItem[] {
  const line = file.text.slice(file.text.lastIndexOf('\n', offset - 1) + 1, offset)
  return /\w: *[[|\w ]*$/.test(line) ? typeNames.map((name) => item(name, 'keyword', 'word')) : []
}
