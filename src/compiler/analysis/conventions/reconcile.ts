// One network under every convention: the totals side by side, and the terms that separate each of them from `mac`.
import { diagnose, problem, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Span } from '../../text/source.ts'
import type { PrimitiveName } from '../../ops/registry.ts'
import {
  conventionNames,
  conventionOf,
  conventions,
  countOf,
  forAttention,
  type AttentionForm,
  type Convention,
} from './conventions.ts'
import { termNames, type Term, type Terms } from './terms.ts'

/** What of a report is read: see `CostReport`. */
interface Counted {
  readonly nodes: readonly CountedNode[]
}

interface CountedNode {
  readonly path: string
  readonly op: PrimitiveName
  readonly span: Span
  readonly terms: Terms | undefined
  readonly effectiveTerms: Terms | undefined
  readonly training: boolean
  readonly inference: boolean
}

/** `amount = factor · elements`. `mac` stands for all products at once. */
export interface Difference {
  readonly term: Term | 'mac'
  readonly factor: number
  readonly elements: number
  readonly amount: number
}

/** `total = total of mac + Σ amounts`, exactly. */
export interface Side {
  readonly total: number
  readonly differences: readonly Difference[]
}

/** Effective: without what masks remove, where the convention sees masks. */
export interface Density {
  readonly dense: Side
  readonly effective: Side
}

export interface Reconciled {
  readonly convention: Convention
  /** With every output. Undefined where a symbolic extent keeps it unknown. */
  readonly training: Density | undefined
  /** With the outputs that are not auxiliary. */
  readonly inference: Density | undefined
  /** Operators of the network that count 0 under this convention, and how many of each there are. */
  readonly free: readonly { readonly operator: PrimitiveName; readonly count: number }[]
}

/** A row per convention, `mac` first, as tools would see code of that form; or a diagnostic where a count leaves the exact integers. */
export function reconcile(
  report: Counted,
  form: AttentionForm = 'matmul',
): readonly Reconciled[] | Diagnostic {
  const training = sumsOf(report, 'training')
  const inference = sumsOf(report, 'inference')
  const operators = operatorSums(report)
  const rows = conventionNames.map((name): Reconciled => {
    const convention = forAttention(conventionOf(name), form)
    return {
      convention,
      training: training && density(convention, training),
      inference: inference && density(convention, inference),
      free: training === undefined ? [] : freeOperators(convention, operators),
    }
  })
  return rows.some(inexact) ? overflowAt(firstInexact(report)) : rows
}

// ---------------------------------------------------------------- sums

interface Sums {
  readonly terms: Terms
  readonly effectiveTerms: Terms
}

function sumsOf({ nodes }: Counted, mode: 'training' | 'inference'): Sums | undefined {
  const terms: Partial<Record<Term, number>> = {}
  const effectiveTerms: Partial<Record<Term, number>> = {}
  for (const node of nodes) {
    if (!node[mode]) continue
    if (node.terms === undefined || node.effectiveTerms === undefined) return undefined
    addTerms(terms, node.terms)
    addTerms(effectiveTerms, node.effectiveTerms)
  }
  return { terms, effectiveTerms }
}

function addTerms(sums: Partial<Record<Term, number>>, more: Terms): void {
  for (const term of Object.keys(more) as Term[]) sums[term] = (sums[term] ?? 0) + (more[term] ?? 0)
}

function density(convention: Convention, { terms, effectiveTerms }: Sums): Density {
  const dense = side(convention, terms)
  return { dense, effective: convention.sparsity === 'ignored' ? dense : side(convention, effectiveTerms) }
}

const products: readonly Term[] = ['conv', 'transposed', 'linear', 'matmul', 'attention']

function side(convention: Convention, terms: Terms): Side {
  const factors = new Map(termNames.map((term) => [term, factorOf(convention, term)] as const))
  const common = factors.get('conv') ?? 0
  const together = common !== 0 && products.every((term) => factors.get(term) === common)
  const mac = countOf(conventions.mac, terms)
  const apart = termNames.filter((term) => !(together && products.includes(term)))
  const differences = [
    ...(together ? [difference('mac', common, mac)] : []),
    ...apart.map((term) => difference(term, factors.get(term) ?? 0, terms[term] ?? 0)),
  ]
  return {
    total: countOf(convention, terms),
    differences: differences.filter(({ factor, elements }) => factor !== 0 && elements !== 0),
  }
}

/** What the convention counts of each element beyond what `mac` counts. */
function factorOf({ coefficients }: Convention, term: Term): number {
  const base: Partial<Record<Term, number>> = conventions.mac.coefficients
  return (coefficients[term] ?? 0) - (base[term] ?? 0)
}

function difference(term: Term | 'mac', factor: number, elements: number): Difference {
  return { term, factor, elements, amount: factor * elements }
}

interface OperatorSum {
  readonly operator: PrimitiveName
  count: number
  readonly terms: Partial<Record<Term, number>>
}

function operatorSums({ nodes }: Counted): OperatorSum[] {
  const sums = new Map<PrimitiveName, OperatorSum>()
  for (const { op, terms, training } of nodes) {
    if (!training || op === 'input' || op === 'parameter' || op === 'constant') continue
    const sum = sums.get(op) ?? { operator: op, count: 0, terms: {} }
    sums.set(op, sum)
    sum.count += 1
    addTerms(sum.terms, terms ?? {})
  }
  return [...sums.values()].sort((a, b) => (a.operator < b.operator ? -1 : 1))
}

/** Operators none of whose terms the convention counts. */
function freeOperators({ coefficients }: Convention, operators: readonly OperatorSum[]): Reconciled['free'] {
  const counted = Object.entries(coefficients).filter(([, coefficient]) => coefficient !== 0)
  return operators
    .filter(({ terms }) => counted.every(([term]) => (terms[term as Term] ?? 0) === 0))
    .map(({ operator, count }) => ({ operator, count }))
}

// ---------------------------------------------------------------- limits

function inexact({ training, inference }: Reconciled): boolean {
  const sides = [training, inference].flatMap((one) => (one === undefined ? [] : [one.dense, one.effective]))
  return sides.some(({ total, differences }) =>
    [total, ...differences.map(({ amount }) => amount)].some((count) => !Number.isSafeInteger(count)),
  )
}

function overflowAt({ path, span }: CountedNode): Diagnostic {
  return diagnose(
    problem('integer-overflow', { what: `what a convention counts, summed up to ${path},` }),
    span,
  )
}

/** The operator at which the sum of some term, as often as a convention counts it, passes the exact integers. */
function firstInexact({ nodes }: Counted): CountedNode {
  const sums: Partial<Record<Term, number>> = {}
  for (const node of nodes) {
    addTerms(sums, node.terms ?? {})
    const totals = conventionNames.map((name) => countOf(conventionOf(name), sums))
    if (totals.some((total) => Math.abs(total) > Number.MAX_SAFE_INTEGER)) return node
  }
  const last = nodes.at(-1)
  if (last === undefined) throw new Error('a network without operators counts nothing')
  return last
}
