// What wrappers put before all names of a checkpoint: `module.`, `_orig_mod.`.

/** What frameworks call the network inside a wrapper, or the part of a checkpoint that holds it. */
const wrappers: ReadonlySet<string> = new Set([
  'module',
  '_orig_mod',
  'network',
  'net',
  'model',
  'state_dict',
])

const mostParts = 8

/**
 * Prefixes that may have to go, the shortest first: parts that all names begin with; those of wrappers also where most names do, since what a
 * trainer keeps beside its network is not wrapped.
 */
export function prefixesOf(names: readonly string[]): readonly string[] {
  const found: string[] = []
  let prefix = ''
  while (found.length < mostParts) {
    const part = commonest(names, prefix)
    if (part === undefined) return found
    prefix = `${prefix}${part}.`
    const count = names.filter((name) => name.startsWith(prefix)).length
    const isWrapper = prefix
      .split('.')
      .slice(0, -1)
      .every((one) => wrappers.has(one))
    if (count < names.length && !(isWrapper && 2 * count > names.length)) return found
    found.push(prefix)
  }
  return found
}

/** The part that most names have after the prefix, where it is not their last. */
function commonest(names: readonly string[], prefix: string): string | undefined {
  const counts = new Map<string, number>()
  for (const name of names) {
    const dot = name.startsWith(prefix) ? name.indexOf('.', prefix.length) : -1
    const part = name.slice(prefix.length, dot)
    if (dot !== -1) counts.set(part, (counts.get(part) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}
