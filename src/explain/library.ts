// The blocks, functions and networks of the standard library, from their own text.
import { DiagnosticBag } from '../compiler/diagnostics/diagnostic.ts'
import { stdFiles } from '../compiler/std/bundled.ts'
import type { BlockDecl, Declaration, FnDecl, NetworkDecl, Param } from '../compiler/syntax/ast.ts'
import { parse } from '../compiler/syntax/parse.ts'
import { sourceFile } from '../compiler/text/source.ts'
import type { ArgumentEntry, Entry } from './entry.ts'
import { libraryExamples } from './examples.ts'

export function libraryEntries(): Entry[] {
  return [...stdFiles].flatMap(([path, text]) => entriesIn(path, text))
}

/** The library's files, each by its path and by the name that imports have. */
export const libraryLists: Readonly<Record<string, () => Entry[]>> = Object.fromEntries(
  [...stdFiles].flatMap(([path, text]) =>
    [path, moduleOf(path)].map((name) => [name, () => entriesIn(path, text)] as const),
  ),
)

function entriesIn(path: string, text: string): Entry[] {
  return parse(sourceFile(path, text), new DiagnosticBag())
    .declarations.filter(isCallable)
    .map((one) => libraryEntry(one, moduleOf(path), text))
}

function moduleOf(path: string): string {
  return path.replace(/\.weft$/, '')
}

type Callable = BlockDecl | FnDecl | NetworkDecl

const kinds = { BlockDecl: 'block', FnDecl: 'function', NetworkDecl: 'network' } as const

const isCallable = (one: Declaration): one is Callable => Object.hasOwn(kinds, one.kind)

function libraryEntry(one: Callable, module: string, text: string): Entry {
  const {
    kind,
    name: { name },
    doc = '',
    params,
  } = one
  const example = libraryExamples[name]
  return {
    kind: kinds[kind],
    name,
    aliases: [`${module}.${name}`, `${module}/${name}`],
    heading: `${name}(${params.map((param) => parameterText(param, text)).join(', ')}) of ${module}`,
    text: doc,
    arguments: params.map((param) => argumentEntry(param, text)),
    source: textOf(one, text),
    ...(example === undefined ? {} : { example }),
  }
}

const textOf = ({ span }: Pick<Param, 'span'>, text: string): string =>
  text.slice(span.start, span.end).trim()

function parameterText({ name, default: value }: Param, text: string): string {
  return value === undefined ? name.name : `${name.name} = ${textOf(value, text)}`
}

function argumentEntry({ name, type, default: value, doc = '' }: Param, text: string): ArgumentEntry {
  return {
    name: name.name,
    type: type === undefined ? 'any' : textOf(type, text),
    default: value === undefined ? null : textOf(value, text),
    doc,
  }
}
