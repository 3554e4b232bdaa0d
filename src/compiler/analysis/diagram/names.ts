// Which module is meant by a name given to `--expand`: its path, or the label on its box.
import type { Graph } from '../../ir/graph.ts'
import { problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { suggest } from '../../text/suggest.ts'
import type { Sources } from '../charge.ts'
import type { CostReport } from '../cost.ts'
import type { ModuleCost } from '../module-tree.ts'
import { diagramOf, type DiagramOptions } from './diagram.ts'
import { labelOf } from './texts.ts'

/**
 * The paths of the modules that `expand` names, or what is wrong with the first name that is none. Names are read in order: a
 * label may be on a box that shows only because a module before it is open.
 */
export function openedPaths(
  graph: Graph,
  report: CostReport,
  sources: Sources,
  { depth, expand = [] }: DiagramOptions,
): readonly string[] | Problem {
  const paths = openablePaths(report.modules)
  const opened: string[] = []
  for (const name of expand) {
    if (paths.has(name)) {
      opened.push(name)
      continue
    }
    const { boxes } = diagramOf(graph, report, sources, {
      ...(depth !== undefined && { depth }),
      expand: opened,
    })
    const drawn = byLabel(boxes.filter((box) => box.kind === 'module' && paths.has(box.path)))
    const all = byLabel(Array.from(paths, (path) => ({ path, label: labelOf(path) })))
    const [path, ...others] = drawn.get(name) ?? all.get(name) ?? []
    if (path === undefined) {
      const unique = [...all, ...drawn].filter(([, found]) => found.length === 1)
      const suggestion = suggest(name, [...paths, ...unique.map(([label]) => label)])
      return problem('module-unknown', { module: name, network: graph.network, suggestion })
    }
    if (others.length > 0) return problem('module-ambiguous', { label: name, paths: [path, ...others] })
    opened.push(path)
  }
  return opened
}

function openablePaths(modules: readonly ModuleCost[]): ReadonlySet<string> {
  const known = new Set<string>()
  const visit = (one: ModuleCost): void => {
    if (one.children.length > 0) known.add(one.path)
    one.children.forEach(visit)
  }
  modules.forEach(visit)
  return known
}

/** Several paths have one label where modules of one name stand in several places. */
function byLabel(
  modules: readonly { readonly path: string; readonly label: string }[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { path, label } of modules) found.set(label, [...(found.get(label) ?? []), path])
  return found
}
