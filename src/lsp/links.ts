// From a name to where it is declared and to all its uses, across files.
import type { Module } from '../compiler/semantics/names/module.ts'
import type { Link, NameRecord } from '../compiler/semantics/names/name-table.ts'
import type { Span } from '../compiler/text/source.ts'
import { namesOf } from './reading.ts'

/** What the names of several files lead to, by path. */
export type Records = ReadonlyMap<string, NameRecord>

export function recordsOf(modules: Iterable<Module>): Records {
  return new Map([...modules].map((one) => [one.path, namesOf(one)]))
}

const covers = ({ start, end }: Span, offset: number): boolean => start <= offset && offset <= end

const isSame = (a: Span, b: Span): boolean => a.file === b.file && a.start === b.start && a.end === b.end

/** Where the name at a place is declared: in the file that first declares it. Its own place where it is a declaration. */
export function declarationAt(path: string, offset: number, records: Records): Span | undefined {
  const record = records.get(path)
  const link = record?.links.find(({ use }) => covers(use, offset))
  const declared = link?.declared ?? declaredHere(record, path, offset)
  return declared === undefined ? undefined : origin(declared, records, 'across aliases')
}

/** What is renamed with the name at a place: an alias is a name of its own. */
export function nameAt(path: string, offset: number, records: Records): Span | undefined {
  const record = records.get(path)
  const link = record?.links.find(({ use, alias }) => !alias && covers(use, offset))
  const declared = link?.declared ?? declaredHere(record, path, offset)
  return declared === undefined ? undefined : origin(declared, records, 'of one name')
}

function declaredHere(record: NameRecord | undefined, path: string, offset: number): Span | undefined {
  for (const { names } of record?.scopes ?? [])
    for (const { span } of names.entries.values()) if (span.file === path && covers(span, offset)) return span
  // Outputs and what is kept are named apart, and in no scope.
  return record?.links.find(({ declared }) => declared.file === path && covers(declared, offset))?.declared
}

/** The name of an import leads on to the file that declares it. */
function origin(declared: Span, records: Records, reach: 'across aliases' | 'of one name'): Span {
  const next = linkAt(declared, records)
  if (next === undefined || (next.alias && reach === 'of one name')) return declared
  return origin(next.declared, records, reach)
}

function linkAt(place: Span, records: Records): Link | undefined {
  return records
    .get(place.file)
    ?.links.find(({ use, declared }) => isSame(use, place) && !isSame(declared, place))
}

/** Every place that has the name of a declaration, that of the declaration first. */
export function usesOf(declared: Span, records: Records): readonly Span[] {
  const found: Span[] = [declared]
  for (const { links } of records.values())
    for (const { use, declared: to, alias } of links)
      if (!alias && !isSame(use, declared) && isSame(origin(to, records, 'of one name'), declared))
        found.push(use)
  return found.filter((one, at) => found.findIndex((other) => isSame(one, other)) === at)
}

/** Of a file, by where each name begins, where it is declared. */
export function origins(path: string, records: Records): ReadonlyMap<number, Span> {
  const record = records.get(path)
  const found = new Map<number, Span>()
  for (const { names } of record?.scopes ?? [])
    for (const { span } of names.entries.values()) if (span.file === path) found.set(span.start, span)
  for (const { use, declared } of record?.links ?? [])
    found.set(use.start, origin(declared, records, 'across aliases'))
  return found
}
