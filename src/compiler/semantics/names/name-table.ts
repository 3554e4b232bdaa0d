// The names in force at a place of a file: what each is, whether it was used, and what lies around them.
import type { DiagnosticBag } from '../../diagnostics/diagnostic.ts'
import type { Ident } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'

export interface Entry {
  readonly span: Span
  /** Reported when never used: `let`, `param`, `import`, `in`; undefined for names that may stay unused. */
  readonly role: string | undefined
  /** What it may be called with by name, where that is known before evaluation. */
  readonly callable?: Callable | undefined
  used: boolean
}

export interface Callable {
  readonly operator: boolean
  readonly parameters: readonly string[]
  /** By parameter, where it is declared; operators are declared nowhere. */
  readonly places: ReadonlyMap<string, Span>
}

/** A place where a name is used, and the place that gives it its meaning. */
export interface Link {
  readonly use: Span
  readonly declared: Span
  /** `Short` of `import Long as Short` leads to the same declaration, but is another name. */
  readonly alias: boolean
}

/** Names that are in force in a part of a text; the innermost of those around a place comes first in its chain of parents. */
export interface NameScope {
  readonly span: Span
  readonly names: Names
}

/** What was found out about the names of a file besides mistakes, for whoever goes from one to the other. */
export interface NameRecord {
  readonly links: Link[]
  /** Outer ones before those in them. */
  readonly scopes: NameScope[]
}

export interface Names {
  readonly bag: DiagnosticBag
  /** Unknown names that were reported, by file. */
  readonly unknown: Set<string>
  readonly entries: Map<string, Entry>
  readonly parent: Names | undefined
  /** What may still be spent on suggestions, of the whole file. */
  readonly effort: { comparisons: number }
  readonly record: NameRecord
  /** Parameters that are not in force yet where a default is read. */
  readonly later?: readonly string[]
}

/** Names within others; where they are in force in a part of the text, that is recorded. */
export function inside(parent: Names, span?: Span): Names {
  const { bag, unknown, effort, record } = parent
  const names: Names = { bag, unknown, entries: new Map(), parent, effort, record }
  if (span !== undefined) record.scopes.push({ span, names })
  return names
}

/** What the language declares is declared in no text. */
export function link({ record }: Names, use: Span, declared: Span, role: 'name' | 'alias' = 'name'): void {
  if (declared.file !== '') record.links.push({ use, declared, alias: role === 'alias' })
}

export function find(names: Names, name: string): Entry | undefined {
  for (let at: Names | undefined = names; at !== undefined; at = at.parent) {
    const entry = at.entries.get(name)
    if (entry !== undefined) return entry
  }
  return undefined
}

export function known(names: Names): string[] {
  const all: string[] = []
  for (let at: Names | undefined = names; at !== undefined; at = at.parent)
    for (const name of at.entries.keys()) all.push(name)
  return all
}

export function add(names: Names, ident: Ident, role?: string, callable?: Callable): void {
  if (ident.name === '') return // The parser recovered here.
  const before = names.entries.get(ident.name)
  if (before !== undefined) {
    const related = [{ span: before.span, message: 'first declared here' }]
    names.bag.report('duplicate-name', ident.span, { name: ident.name }, { related })
    return
  }
  names.entries.set(ident.name, { span: ident.span, role, callable, used: false })
}

export function close(names: Names): void {
  for (const [name, { span, role, used }] of names.entries) {
    if (role !== undefined && !used && !name.startsWith('_'))
      names.bag.report('unused-name', span, { name, role })
  }
}
