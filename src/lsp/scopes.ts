// The names in force at a place.
import type { Entry, NameRecord } from '../compiler/semantics/names/name-table.ts'

/** By name, what it is at the place: inner names hide outer ones. */
export function lookupNames(record: NameRecord | undefined, offset: number): ReadonlyMap<string, Entry> {
  const around = (record?.scopes ?? []).filter(({ span }) => span.start <= offset && offset <= span.end)
  const found = new Map<string, Entry>()
  const innermost = around.reduce<(typeof around)[number] | undefined>(
    (best, one) =>
      best === undefined || one.span.end - one.span.start <= best.span.end - best.span.start ? one : best,
    undefined,
  )
  for (let names = innermost?.names; names !== undefined; names = names.parent)
    for (const [name, entry] of names.entries) if (!found.has(name)) found.set(name, entry)
  return found
}
