// Which box each operator is drawn in: the tree of module paths, cut where it is opened no further.
import type { FusionNode, Graph } from '../../ir/graph.ts'

export interface Opening {
  readonly depth: number
  readonly opened: readonly string[]
  /** Only the inside of this module is drawn. */
  readonly within?: string
}

/** A node of a fusion as a module. */
export interface FusedModule {
  readonly path: string
  readonly node: FusionNode
}

export class Outline {
  readonly within: string | undefined
  /** Modules around backbones and fusions: always open, never a frame. */
  readonly families: ReadonlySet<string>
  /** By module path. */
  readonly fused: ReadonlyMap<string, FusedModule>
  readonly #depth: number
  readonly #opened: ReadonlySet<string>

  constructor(graph: Graph, { depth, opened, within }: Opening) {
    this.within = within
    this.#depth = depth
    this.families = familiesOf(graph)
    this.#opened = new Set(opened.flatMap(withPrefixes))
    const fused = graph.fusions.flatMap((fusion) =>
      fusion.nodes.map((node): FusedModule => ({
        path: `${fusion.path}.node[${node.index.join(',')}]`,
        node,
      })),
    )
    this.fused = new Map(fused.map((one) => [one.path, one]))
  }

  /** The path of the box that an operator's path falls into. */
  boxPath(path: string): string {
    const { within } = this
    const isInside = within === undefined || path === within || path.startsWith(`${within}.`)
    return isInside ? this.#cut(path, this.#depth, this.#opened) : this.#cut(path, 1, noPaths)
  }

  isOutside(boxPath: string): boolean {
    const { within } = this
    return within !== undefined && boxPath !== within && !boxPath.startsWith(`${within}.`)
  }

  #cut(path: string, depth: number, opened: ReadonlySet<string>): string {
    const ends = endsOf(path)
    let count = 1
    while (count < ends.length && this.families.has(path.slice(0, ends[count - 1]))) count += 1
    count = Math.min(count + depth - 1, ends.length)
    while (count < ends.length && opened.has(path.slice(0, ends[count - 1]))) count += 1
    return path.slice(0, ends[count - 1])
  }

  /** The modules around a box, outermost first. */
  groupPaths(boxPath: string): string[] {
    return endsOf(boxPath)
      .slice(0, -1)
      .map((end) => boxPath.slice(0, end))
  }

  /** The innermost node of a fusion that a path lies in. */
  fusedAround(path: string): FusedModule | undefined {
    for (const end of endsOf(path).toReversed()) {
      const found = this.fused.get(path.slice(0, end))
      if (found !== undefined) return found
    }
    return undefined
  }
}

const noPaths: ReadonlySet<string> = new Set()

/** Where each prefix of a path ends: at its dots, and at its end. */
function endsOf(path: string): number[] {
  const ends: number[] = []
  for (let at = path.indexOf('.'); at >= 0; at = path.indexOf('.', at + 1)) ends.push(at)
  return [...ends, path.length]
}

function withPrefixes(path: string): string[] {
  return endsOf(path).map((end) => path.slice(0, end))
}

function familiesOf(graph: Graph): Set<string> {
  return new Set([...graph.backbones, ...graph.fusions].flatMap((one) => withPrefixes(one.path)))
}
