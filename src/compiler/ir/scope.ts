// Module paths while a graph is under construction. A scope that shares its name with a sibling gets an ordinal
// (`Unit[0]`, `Unit[1]`); that is known only at the end, so paths are read once everything is built.

export interface Scope {
  /** `lattice`, `node[2,3]`, `fuse`, `Unit`; empty for the root. */
  readonly segment: string
  readonly parent: Scope | undefined
  /** Place among the siblings of the same segment. */
  readonly ordinal: number
  /** How many children have each segment; most scopes, those of operators, have none. */
  counts: Map<string, number> | undefined
}

export function rootScope(): Scope {
  return { segment: '', parent: undefined, ordinal: 0, counts: undefined }
}

export function childScope(parent: Scope, segment: string): Scope {
  const counts = (parent.counts ??= new Map<string, number>())
  const ordinal = counts.get(segment) ?? 0
  counts.set(segment, ordinal + 1)
  return { segment, parent, ordinal, counts: undefined }
}

/** A reader of finished paths that computes the path of each scope with children once. */
export function pathReader(): (scope: Scope) => string {
  const known = new Map<Scope, string>()
  const read = (scope: Scope): string => {
    if (scope.counts === undefined) return pathOf(scope, read)
    const before = known.get(scope)
    if (before !== undefined) return before
    const path = pathOf(scope, read)
    known.set(scope, path)
    return path
  }
  return read
}

function pathOf(scope: Scope, read: (scope: Scope) => string): string {
  if (scope.parent === undefined) return ''
  const repeated = (scope.parent.counts?.get(scope.segment) ?? 1) > 1
  const own = repeated ? `${scope.segment}[${scope.ordinal}]` : scope.segment
  const before = read(scope.parent)
  // Joined, not concatenated: V8 keeps a concatenation as a tree of its parts.
  return before === '' ? own : [before, own].join('.')
}
