// Which module of A is which module of B: by place in a row that has grown, by name, then by equal structure, so that renamed and
// moved modules are recognised.
import type { Graph, NodeId } from '../../ir/graph.ts'
import { alignedPairs } from './align.ts'
import { indexModules, Interner, type Module, type ModuleIndex } from './module-index.ts'
import { showIndex } from './show.ts'

export interface Matching {
  readonly a: ModuleIndex
  readonly b: ModuleIndex
  readonly toB: ReadonlyMap<Module, Module>
  readonly toA: ReadonlyMap<Module, Module>
}

export function matchModules(a: Graph, b: Graph): Matching {
  const interner = new Interner()
  const indices = [indexModules(a, interner), indexModules(b, interner)] as const
  const matcher = new Matcher(...indices, new Set([...indexedPlaces(a), ...indexedPlaces(b)]))
  matcher.run()
  return matcher
}

/** Paths of backbones, of fusions and of the nodes of fusions: what lies in them has indices that the spec speaks of, not ordinals. */
function indexedPlaces({ backbones, fusions }: Graph): string[] {
  const nodes = fusions.flatMap(({ path, nodes }) =>
    nodes.map(({ index }) => `${path}.${showIndex('node', index)}`),
  )
  return [...backbones.map((one) => one.path), ...fusions.map((one) => one.path), ...nodes]
}

/** The counterpart of an operator. */
export function counterpart(matching: Matching, node: NodeId, side: 'a' | 'b'): NodeId | undefined {
  const module = matching[side].byNode[node]
  const other = module === undefined ? undefined : matching[side === 'a' ? 'toB' : 'toA'].get(module)
  return other?.node?.id
}

type Key = (one: Module) => string | number | undefined

class Matcher implements Matching {
  readonly toB = new Map<Module, Module>()
  readonly toA = new Map<Module, Module>()
  readonly a: ModuleIndex
  readonly b: ModuleIndex
  readonly #indexed: ReadonlySet<string>

  constructor(a: ModuleIndex, b: ModuleIndex, indexed: ReadonlySet<string>) {
    this.a = a
    this.b = b
    this.#indexed = indexed
  }

  run(): void {
    this.#children(this.a.top, this.b.top)
    // What is left lies under other parents: the largest modules first, those under the same matched module before others.
    const near =
      (key: Key): Key =>
      (one) =>
        this.#home(one) === '' ? undefined : `${key(one)} ${this.#home(one)}`
    this.#moved(near((one) => one.exact))
    // From anywhere to anywhere, only what is more than a single operator: those are alike everywhere.
    this.#moved((one) => (one.operators > 1 && one.hasParameters ? one.exact : undefined))
    this.#moved(near((one) => one.loose))
  }

  #match(a: Module, b: Module): void {
    this.toB.set(a, b)
    this.toA.set(b, a)
    if (!this.#indexed.has(b.path)) this.#aligned(a.children, b.children)
    this.#children(a.children, b.children)
  }

  #aligned(a: readonly Module[], b: readonly Module[]): void {
    for (const [one, other] of alignedPairs(a, b)) this.#match(one, other)
  }

  #children(allOfA: readonly Module[], allOfB: readonly Module[]): void {
    this.#pair(allOfA, allOfB, (one) => (one.node === undefined ? one.name : `${one.name} ${one.node.op}`))
    const a = allOfA.filter((one) => !this.toB.has(one))
    const b = allOfB.filter((one) => !this.toA.has(one))
    if (a.length === 0 || b.length === 0) return
    this.#pair(a, b, (one) => `${one.exact} ${one.family}`)
    this.#pair(a, b, (one) => one.exact)
    this.#pair(
      a,
      b,
      (one) => (one.name === one.family ? `${one.loose} ${one.name}` : undefined),
      (one) => `${one.loose} ${one.family}`,
    )
    this.#pair(
      a,
      b,
      (one) => `${one.loose} ${one.family}`,
      (one) => (one.name === one.family ? `${one.loose} ${one.name}` : undefined),
    )
    this.#renamedFamilies(a, b)
  }

  /** Modules of one family that has become another: `Unit[0]`, `Unit[1]` as `ConvUnit[0]`, `ConvUnit[1]`. */
  #renamedFamilies(a: readonly Module[], b: readonly Module[]): void {
    const inB = new Set(b.map((one) => one.family))
    const known = new Set(a.map((one) => one.family).filter((name) => inB.has(name)))
    const key: Key = (one) =>
      known.has(one.family) || one.node !== undefined ? undefined : `${one.loose} ${indexOf(one)}`
    this.#pair(a, b, key)
  }

  /** Pairs what has the same key and no counterpart yet, in order. */
  #pair(a: readonly Module[], b: readonly Module[], keyA: Key, keyB: Key = keyA): void {
    const free = new Map<string | number, Module[]>()
    for (const one of b) {
      const key = this.toA.has(one) ? undefined : keyB(one)
      if (key === undefined) continue
      const before = free.get(key)
      if (before === undefined) free.set(key, [one])
      else before.push(one)
    }
    if (free.size === 0) return
    const next = new Map<string | number, number>()
    for (const one of a) {
      const key = this.toB.has(one) ? undefined : keyA(one)
      if (key === undefined) continue
      const candidates = free.get(key) ?? []
      let at = next.get(key) ?? 0
      // Matching the modules around it may have matched a candidate meanwhile.
      while (at < candidates.length && this.toA.has(candidates[at] ?? one)) at += 1
      const found = candidates[at]
      next.set(key, at + 1)
      if (found !== undefined) this.#match(one, found)
    }
  }

  #moved(key: Key): void {
    const [a, b] = [left(this.a.top, this.toB), left(this.b.top, this.toA)]
    if (a.length === 0 || b.length === 0) return
    this.#pair(a, b, key)
  }

  /** The nearest module around it that has a counterpart, as B calls it. */
  #home(module: Module): string {
    for (let at = module.parent; at !== undefined; at = at.parent) {
      const inB = this.toB.get(at) ?? (this.toA.has(at) ? at : undefined)
      if (inB !== undefined) return inB.path
    }
    return ''
  }
}

function indexOf({ name, family }: Module): string {
  return name.slice(family.length)
}

/** Modules that have no counterpart, those with most operators first. */
function left(top: readonly Module[], matched: ReadonlyMap<Module, Module>): Module[] {
  const found: Module[] = []
  const visit = (one: Module): void => {
    if (!matched.has(one)) found.push(one)
    for (const part of one.children) visit(part)
  }
  for (const one of top) visit(one)
  return found.toSorted((x, y) => y.operators - x.operators)
}
