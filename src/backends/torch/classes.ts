// Classes out of a graph: scopes that compute the same with other numbers are one class, whose arguments are the numbers that differ.
import type { Graph } from '../../compiler/ir/graph.ts'
import { draftOf } from './drafts.ts'
import type { Draft, ModuleClass, Recovery } from './model.ts'
import { scopesOf, usesOf, type Scope } from './scopes.ts'
import type { Tables } from './tables.ts'
import { isMember, template, unified } from './templates.ts'

/** Names that the module itself uses. */
const reserved = ['Tensor', 'Callable', 'Sequence', 'Supervision']

/** The classes, each after those that it uses; the network's own is the last. */
export function classesOf(graph: Graph, tables: Tables, taken: Iterable<string>): readonly ModuleClass[] {
  const root = scopesOf(graph)
  const recovery: Recovery = {
    graph,
    tables,
    uses: usesOf(graph),
    classes: new Map(),
    names: new Set([...reserved, ...taken, graph.network]),
    nodes: new Map(
      graph.fusions.flatMap(({ path, nodes }) =>
        nodes.map((one) => [`${path}.node[${one.index.join(',')}]`, one] as const),
      ),
    ),
    landmarks: landmarksOf(graph),
    families: new Set([...graph.backbones, ...graph.fusions].map(({ path }) => path)),
  }
  const found: ModuleClass[] = []
  for (const scopes of byHeight(root, recovery)) {
    const drafts = new Map<string, Draft[]>()
    for (const scope of scopes) {
      const draft = draftOf(scope, recovery)
      if (draft === undefined) continue
      const same = drafts.get(draft.key)
      if (same === undefined) drafts.set(draft.key, [draft])
      else same.push(draft)
    }
    for (const instances of drafts.values()) {
      const cls = unified(instances, recovery)
      if (cls === undefined) continue
      found.push(cls)
      for (const [instance, { scope }] of instances.entries())
        recovery.classes.set(scope.path, { cls, instance })
    }
  }
  const own = draftOf(root, recovery)
  if (own === undefined) throw new Error('the network shares weights with nothing outside')
  return [...found, { ...template([own]), name: graph.network, doc: graph.doc }]
}

function landmarksOf({ backbones, fusions }: Graph): ReadonlySet<string> {
  const levels = backbones.flatMap(({ path, levels: all }) =>
    all.map(({ index }) => `${path}.level[${index.join(',')}]`),
  )
  const nodes = fusions.flatMap(({ path, nodes: all }) =>
    all.map(({ index }) => `${path}.node[${index.join(',')}]`),
  )
  return new Set([...levels, ...nodes])
}

/** Scopes that may be classes, the innermost first. */
function byHeight(root: Scope, recovery: Recovery): readonly (readonly Scope[])[] {
  const floors: Scope[][] = []
  const visit = (scope: Scope): number => {
    const below = Math.max(-1, ...[...scope.children.values()].map(visit))
    if (scope.parent === undefined || scope.node !== undefined || !mayBeClass(scope, recovery)) return below
    const height = below + 1
    ;(floors[height] ??= []).push(scope)
    return height
  }
  visit(root)
  return floors
}

/** Blocks, levels, nodes and their families; members of other families. What only arranges other blocks is written out where it stands. */
function mayBeClass(scope: Scope, { families, landmarks }: Recovery): boolean {
  const { block, path } = scope
  if (block !== undefined) return !block.combines
  return families.has(path) || landmarks.has(path) || isMember(scope)
}
