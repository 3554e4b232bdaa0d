// Lists that comprehensions gave before: with the same values for the names in it, one gives the same list again. Tables of positions are
// asked for by every block that attends within windows, and are most of what such a network costs to elaborate.
import type { ComprehensionExpr } from '../../syntax/ast.ts'
import { nodesOf } from '../../syntax/visit.ts'
import type { Span } from '../../text/source.ts'
import { lookup } from './env.ts'
import { charge } from './session.ts'
import type { Env, Session, Value } from './values.ts'

interface KnownList {
  readonly value: Value
  /** What it took: it is given only where evaluation would stay within the bounds too. */
  readonly steps: number
  readonly depth: number
  readonly nesting: number
}

interface KnownExpr {
  /** All in it, its own among them: of those, what they are outside does no harm. */
  readonly names: readonly string[]
  readonly lists: Map<string, KnownList>
}

/** Values of all lists kept; what is older goes when they are more. */
const mostValues = 4_000_000
/** A list among the names is part of what a list is known by. */
const mostInKey = 256

/** Belongs to whoever reads the files: trees are compared by identity, so that a file that was read again begins anew. */
export class KnownLists {
  #exprs = new WeakMap<ComprehensionExpr, KnownExpr>()
  #values = 0
  readonly #declarations = new WeakMap<object, number>()
  #declared = 0
  /** The list that is being made. */
  #current: Span | undefined

  /** The list as `evaluate` gives it, or as it gave it before. */
  give(expr: ComprehensionExpr, env: Env, evaluate: () => Value): Value {
    const { session } = env
    // What is only looked at is not evaluated, and what an editor shows is seen by evaluating it.
    const isSeen = session.look !== undefined || session.trace?.file === expr.span.file
    // Keeping the parts of a list that is kept costs more than it saves.
    if (isSeen || (this.#current !== undefined && isWithin(expr.span, this.#current))) return evaluate()
    const known = this.#of(expr)
    const key = this.#key(known, env)
    const before = key === undefined ? undefined : known.lists.get(key)
    if (before === undefined || !fitsIn(before, session)) return this.#keep(expr, env, evaluate)
    charge(env, expr.span, before.steps)
    return before.value
  }

  #keep(expr: ComprehensionExpr, env: Env, evaluate: () => Value): Value {
    const { session } = env
    const { steps, depth, nesting, reports, builder, peak } = session
    const nodes = builder.nodes.length
    const outer = this.#current
    this.#current = expr.span
    const own = { depth, nesting }
    session.peak = own
    const value = evaluate()
    session.peak = { depth: Math.max(own.depth, peak.depth), nesting: Math.max(own.nesting, peak.nesting) }
    this.#current = outer
    const isPlain = value.kind === 'list' && isPlainList(value)
    if (!isPlain || reports !== session.reports || nodes !== builder.nodes.length) return value
    this.#values += value.size
    if (this.#values > mostValues) {
      this.#exprs = new WeakMap()
      this.#values = value.size
    }
    const known = this.#of(expr)
    const key = this.#key(known, env)
    if (key === undefined) return value
    const taken = { depth: own.depth - depth, nesting: own.nesting - nesting, steps: session.steps - steps }
    known.lists.set(key, { value, ...taken })
    return value
  }

  #of(expr: ComprehensionExpr): KnownExpr {
    const before = this.#exprs.get(expr)
    if (before !== undefined) return before
    const names = new Set<string>()
    for (const one of nodesOf(expr)) if (one.kind === 'NameExpr') names.add(one.name)
    const known: KnownExpr = { names: [...names], lists: new Map() }
    this.#exprs.set(expr, known)
    return known
  }

  /** Undefined where a name is not evaluated yet, or is nothing that can be compared. */
  #key({ names }: KnownExpr, env: Env): string | undefined {
    const parts: string[] = []
    for (const name of names) {
      const slot = lookup(env, name)
      const part = slot === undefined ? '' : slot.state === 'done' ? this.#keyOf(slot.value) : undefined
      if (part === undefined) return undefined
      parts.push(part)
    }
    return parts.join(' ')
  }

  #keyOf(value: Value): string | undefined {
    switch (value.kind) {
      case 'int':
        return String(value.value)
      case 'float':
        // As text both zeros are `0`, and lists of them differ.
        return `${Object.is(value.value, -0) ? '-0' : value.value}f`
      case 'bool':
        return value.value ? 'yes' : 'no'
      case 'string':
        return JSON.stringify(value.value)
      case 'list': {
        if (value.size > mostInKey) return undefined
        const items = value.items.map((item) => this.#keyOf(item))
        return items.includes(undefined) ? undefined : `[${items.join(',')}]`
      }
      case 'function':
        return `fn${this.#numberOf(value.declaration)}`
      case 'builtin':
        return value.builtin.name
      case 'dim':
      case 'tensor':
      case 'term':
      case 'block':
      case 'family':
      case 'invalid':
        return undefined
    }
  }

  #numberOf(declaration: object): number {
    const before = this.#declarations.get(declaration)
    if (before !== undefined) return before
    this.#declared += 1
    this.#declarations.set(declaration, this.#declared)
    return this.#declared
  }
}

const isWithin = (part: Span, whole: Span): boolean =>
  part.file === whole.file && part.start >= whole.start && part.end <= whole.end

function fitsIn(list: KnownList, { steps, depth, nesting, limits }: Session): boolean {
  return (
    steps + list.steps <= limits.steps &&
    depth + list.depth < limits.depth &&
    nesting + list.nesting <= limits.nesting
  )
}

/** Of numbers, words and lists of them: it means the same in every graph. */
function isPlainList(value: Value): boolean {
  if (value.kind === 'list') return value.items.every(isPlainList)
  return value.kind === 'int' || value.kind === 'float' || value.kind === 'bool' || value.kind === 'string'
}
