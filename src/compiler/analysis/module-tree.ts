// The tree of modules that paths spell out: `lattice.node[2,3].fuse.Unit[0].conv` is six modules, each inside the one before.
import type { Graph, Origin } from '../ir/graph.ts'
import type { Span } from '../text/source.ts'
import { addTo, newTally, type BothAmounts, type BothTallies } from './amounts.ts'

/** A module with everything inside it. */
export interface ModuleCost extends BothAmounts {
  readonly path: string
  /** The last part of the path. */
  readonly name: string
  /**
   * Where it is called: the deepest call that everything in it has in common; where that is no deeper than what encloses it, the
   * first call inside it. For a fusion's node, its rule.
   */
  readonly span: Span
  readonly children: readonly ModuleCost[]
}

interface Draft extends BothTallies {
  readonly path: string
  readonly name: string
  /** Made with the first child: most modules are operators. */
  children: Map<string, Draft> | undefined
  /** The calls that led to the first operator inside; `shared` of them led to all of them. */
  readonly chain: readonly Span[]
  shared: number
}

export class ModuleTree {
  readonly #root = draft('', '', [])
  readonly #entry: string
  readonly #rules: ReadonlyMap<string, Span>

  constructor(graph: Graph, entry: string) {
    this.#entry = entry
    this.#rules = nodeRules(graph)
  }

  /** Charges every module along the path. */
  add(origin: Origin, amounts: BothAmounts): void {
    const chain = [...origin.calls, origin.span]
    let at = this.#root
    for (const name of origin.path.split('.')) {
      at = child(at, name, chain)
      at.shared = commonLength(at.chain, at.shared, chain)
      addTo(at.training, amounts.training)
      addTo(at.inference, amounts.inference)
    }
  }

  finish(): ModuleCost[] {
    return this.#finished(this.#root)
  }

  #finished(parent: Draft): ModuleCost[] {
    if (parent.children === undefined) return []
    const outer = parent === this.#root ? sharedByAll(parent) : parent.shared
    return Array.from(parent.children.values(), (one) => ({
      path: one.path,
      name: one.name,
      span: this.#rules.get(one.path) ?? this.#spanOf(one, outer),
      training: one.training,
      inference: one.inference,
      children: this.#finished(one),
    }))
  }

  #spanOf({ chain, shared }: Draft, outer: number): Span {
    const common = chain.slice(0, shared > outer ? shared : shared + 1)
    const found = common.findLast((span) => span.file === this.#entry) ?? common.at(-1)
    if (found === undefined) throw new Error('an origin has at least the span of its operator')
    return found
  }
}

function draft(path: string, name: string, chain: readonly Span[]): Draft {
  return {
    path,
    name,
    children: undefined,
    chain,
    shared: chain.length,
    training: newTally(),
    inference: newTally(),
  }
}

function child(parent: Draft, name: string, chain: readonly Span[]): Draft {
  parent.children ??= new Map()
  const before = parent.children.get(name)
  if (before !== undefined) return before
  const made = draft(parent.path === '' ? name : `${parent.path}.${name}`, name, chain)
  parent.children.set(name, made)
  return made
}

function commonLength(first: readonly Span[], known: number, other: readonly Span[]): number {
  let length = 0
  while (length < known && sameSpan(first[length], other[length])) length += 1
  return length
}

/** How many calls lead to everything there is: the network's own declaration, as a rule. */
function sharedByAll({ children }: Draft): number {
  const [first, ...others] = children?.values() ?? []
  if (first === undefined) return 0
  return others.reduce(
    (known, one) => commonLength(first.chain, Math.min(known, one.shared), one.chain),
    first.shared,
  )
}

function sameSpan(a: Span | undefined, b: Span | undefined): boolean {
  return a === b || (a?.file === b?.file && a?.start === b?.start && a?.end === b?.end)
}

/** Fusion nodes are modules that no call makes; their rule is the place to show. */
function nodeRules(graph: Graph): Map<string, Span> {
  const rules = new Map<string, Span>()
  for (const fusion of graph.fusions) {
    for (const node of fusion.nodes) rules.set(`${fusion.name}.node[${node.index.join(',')}]`, node.span)
  }
  return rules
}
