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
  /** In the order of their first operators. */
  readonly children: Draft[]
  /** The first operator inside; `shared` of the calls that led to it, itself included, led to all of them. */
  readonly first: Origin
  shared: number
}

export class ModuleTree {
  readonly #top: Draft[] = []
  /** Modules that enclose others; operators are looked up by nobody. */
  readonly #byPath = new Map<string, Draft>()
  readonly #entry: string
  readonly #rules: ReadonlyMap<string, Span>

  constructor(graph: Graph, entry: string) {
    this.#entry = entry
    this.#rules = nodeRules(graph)
  }

  /** Charges the operator itself; what encloses it is charged at the end, with the sum of its parts. */
  add(origin: Origin, amounts: BothAmounts): void {
    const at = this.#place(origin.path, origin)
    addTo(at.training, amounts.training)
    addTo(at.inference, amounts.inference)
  }

  /** A new module among the parts of the one that encloses it. */
  #place(path: string, first: Origin): Draft {
    const dot = path.lastIndexOf('.')
    const siblings = dot === -1 ? this.#top : this.#enclosing(path.slice(0, dot), first).children
    const made = draft(path, path.slice(dot + 1), first)
    siblings.push(made)
    return made
  }

  #enclosing(path: string, first: Origin): Draft {
    const before = this.#byPath.get(path)
    if (before !== undefined) return before
    const made = this.#place(path, first)
    this.#byPath.set(path, made)
    return made
  }

  finish(): ModuleCost[] {
    for (const one of this.#top) gather(one)
    return this.#finished(this.#top, sharedByAll(this.#top))
  }

  #finished(siblings: readonly Draft[], outer: number): ModuleCost[] {
    return siblings.map((one) => ({
      path: one.path,
      name: one.name,
      span: this.#rules.get(one.path) ?? this.#spanOf(one, outer),
      training: one.training,
      inference: one.inference,
      children: this.#finished(one.children, one.shared),
    }))
  }

  #spanOf({ first, shared }: Draft, outer: number): Span {
    const common = shared > outer ? shared : Math.min(shared + 1, chainLength(first))
    for (let at = common - 1; at >= 0; at -= 1) {
      const span = chainAt(first, at)
      if (span?.file === this.#entry) return span
    }
    return chainAt(first, common - 1) ?? first.span
  }
}

function draft(path: string, name: string, first: Origin): Draft {
  return {
    path,
    name,
    children: [],
    first,
    shared: chainLength(first),
    training: newTally(),
    inference: newTally(),
  }
}

/** Sums the parts of a module into it, the innermost first. */
function gather(module: Draft): void {
  for (const part of module.children) {
    gather(part)
    addTo(module.training, part.training)
    addTo(module.inference, part.inference)
    module.shared = commonLength(module, Math.min(module.shared, part.shared), part.first)
  }
}

// The calls that led to an operator, then its own: read in place, as there is a chain per operator.
const chainLength = ({ calls }: Origin): number => calls.length + 1
const chainAt = ({ calls, span }: Origin, at: number): Span | undefined =>
  at === calls.length ? span : calls[at]

function commonLength({ first }: Draft, known: number, other: Origin): number {
  let length = 0
  while (length < known && sameSpan(chainAt(first, length), chainAt(other, length))) length += 1
  return length
}

/** How many calls lead to everything there is: the network's own declaration, as a rule. */
function sharedByAll([first, ...others]: readonly Draft[]): number {
  if (first === undefined) return 0
  return others.reduce(
    (known, one) => commonLength(first, Math.min(known, one.shared), one.first),
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
