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
}

export interface Names {
  readonly bag: DiagnosticBag
  /** Unknown names that were reported, by file. */
  readonly unknown: Set<string>
  readonly entries: Map<string, Entry>
  readonly parent: Names | undefined
  /** What may still be spent on suggestions, of the whole file. */
  readonly effort: { comparisons: number }
  /** Parameters that are not in force yet where a default is read. */
  readonly later?: readonly string[]
}

export const inside = (parent: Names): Names => ({
  bag: parent.bag,
  unknown: parent.unknown,
  entries: new Map(),
  parent,
  effort: parent.effort,
})

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
