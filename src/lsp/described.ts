// What is declared at a place, in words: for hovers, completion and outlines.
import { operatorEntries, wordEntries } from '../explain/entries.ts'
import type { Entry } from '../explain/entry.ts'
import { builtins } from '../compiler/semantics/calls/builtins.ts'
import { showType } from '../compiler/semantics/values/types.ts'
import type { BlockDecl, File, FnDecl, NetworkDecl, Param } from '../compiler/syntax/ast.ts'
import type { AnyNode } from '../compiler/syntax/visit.ts'
import type { Span } from '../compiler/text/source.ts'
import { pathTo } from './places.ts'

export interface Described {
  /** Source text that says what it is: `c: int = 32`, `block Unit(c: int)`. */
  readonly heading: string
  readonly what: string
  readonly doc?: string
  readonly node: AnyNode
}

/** What a file declares at a name. */
export function describedAt(syntax: File, text: string, place: Span): Described | undefined {
  const path = pathTo(syntax, place.start)
  const owner = path.findLast(
    (one) => one.kind !== 'Ident' && one.kind !== 'NameList' && one.kind !== 'ForClause',
  )
  return owner === undefined ? undefined : described(owner, path, text, text.slice(place.start, place.end))
}

const kinds = { FnDecl: 'fn', BlockDecl: 'block', NetworkDecl: 'network' } as const

const sourceOf = ({ span }: { readonly span: Span }, text: string): string =>
  text.slice(span.start, span.end).trim()

function described(
  node: AnyNode,
  path: readonly AnyNode[],
  text: string,
  name: string,
): Described | undefined {
  const whole = (what: string): Described => ({
    heading: shortened(sourceOf(node, text)),
    what,
    ...('doc' in node ? docOf(node) : {}),
    node,
  })
  switch (node.kind) {
    case 'FnDecl':
    case 'BlockDecl':
    case 'NetworkDecl':
      return { heading: headingOf(node, name, text), what: kinds[node.kind], ...docOf(node), node }
    case 'Param': {
      const owner = path.findLast((one) => Object.hasOwn(kinds, one.kind))
      const of = isCallable(owner) ? ` of ${owner.name.name}` : ''
      return { heading: paramText(node, text), what: `parameter${of}`, ...docOf(node), node }
    }
    case 'ConstDecl':
      return whole('constant')
    case 'LetStmt':
    case 'UnpackStmt':
      return whole('let')
    case 'ForBinding':
      return whole('index')
    case 'InStmt':
      return whole('input of the block')
    case 'InputStmt':
      return whole('input')
    case 'OutputStmt':
      return whole(node.aux ? 'auxiliary output' : 'output')
    case 'EdgeDecl':
      return whole('edge')
    case 'BackboneStmt':
      return { heading: `backbone ${node.name.name}`, what: 'backbone', node }
    case 'FusionStmt':
      return { heading: `fusion ${node.name.name}`, what: 'fusion', node }
    default:
      return undefined
  }
}

function headingOf(node: FnDecl | BlockDecl | NetworkDecl, name: string, text: string): string {
  const params = node.params.map((one) => paramText(one, text)).join(', ')
  const returns = node.kind === 'FnDecl' && node.returns !== undefined ? `: ${showType(node.returns)}` : ''
  return `${kinds[node.kind]} ${name}${node.params.length === 0 ? '' : `(${params})`}${returns}`
}

function isCallable(node: AnyNode | undefined): node is FnDecl | BlockDecl | NetworkDecl {
  return node !== undefined && Object.hasOwn(kinds, node.kind)
}

const docOf = ({ doc }: { readonly doc?: string }): { readonly doc?: string } =>
  doc === undefined ? {} : { doc }

/** `c: int = 32` */
export function paramText({ name, type, default: value }: Param, text: string): string {
  const declared = type === undefined ? name.name : `${name.name}: ${showType(type)}`
  return value === undefined ? declared : `${declared} = ${text.slice(value.span.start, value.span.end)}`
}

const longest = 200

function shortened(text: string): string {
  const [line = ''] = text.split('\n')
  return line === text && text.length <= longest ? text : `${line.slice(0, longest)} …`
}

/** An operator by its name, as `weft explain` has it. */
export function operatorEntry(name: string): Entry | undefined {
  operators ??= new Map(operatorEntries().map((one) => [one.name, one]))
  return operators.get(name)
}

// Made of the registries when it is first asked for; it never changes.
let operators: ReadonlyMap<string, Entry> | undefined

/** A word of recipes and budgets. */
export const wordEntry = (name: string): Entry | undefined =>
  wordEntries().find((one) => one.name === name || one.aliases.includes(name))

/** A function of the language: how it is called and what it gives. */
export function builtinText(name: string): { readonly usage: string; readonly doc: string } | undefined {
  return builtins.find((one) => one.name === name)
}

/** Markdown of what `weft explain` has: heading, formula, arguments. */
export function entryMarkdown(entry: Entry): string {
  const { heading, text, arguments: given, more } = entry
  const rows = given.map(
    ({ name, type, default: value, doc }) =>
      `| \`${name}\` | ${value === null ? 'required' : `\`${cell(value)}\``} | ${cell(doc === '' ? type : `${doc} (${type})`)} |`,
  )
  const table = rows.length === 0 ? [] : ['', '| argument | default | |', '| --- | --- | --- |', ...rows]
  return [
    `\`\`\`weft\n${heading}\n\`\`\``,
    '',
    text,
    ...table,
    ...(more === undefined ? [] : ['', `More: ${more}`]),
  ].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
