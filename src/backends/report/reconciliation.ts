// The part of a cost document that speaks of conventions: the one in force, and all of them side by side.
import type { Convention } from '../../compiler/analysis/conventions/conventions.ts'
import type { Density, Reconciled, Side } from '../../compiler/analysis/conventions/reconcile.ts'
import { termTexts } from '../../compiler/analysis/conventions/terms.ts'

export interface ConventionData {
  readonly name: string
  /** The head of its column in tables. */
  readonly column: string
  readonly rule: string
  readonly tool: string
  readonly sparsity: 'counted' | 'ignored'
  readonly note: string | null
}

/** `amount = factor · elements`; the amounts and the total of `mac` add up to the total. */
export interface DifferenceRow {
  readonly term: string
  readonly text: string
  readonly factor: number
  readonly elements: number
  readonly amount: number
}

export interface SideData {
  readonly total: number
  readonly differences: readonly DifferenceRow[]
}

export interface DensityData {
  readonly dense: SideData
  readonly effective: SideData
}

/** Null where a symbolic extent keeps the counts unknown. */
export interface ReconciledRow {
  readonly convention: ConventionData
  readonly training: DensityData | null
  readonly inference: DensityData | null
  /** Operators of the network that count 0. */
  readonly free: readonly { readonly operator: string; readonly count: number }[]
}

export function conventionData({ name, column, rule, tool, sparsity, note }: Convention): ConventionData {
  return { name, column, rule, tool, sparsity, note: note ?? null }
}

export function reconciledRow({ convention, training, inference, free }: Reconciled): ReconciledRow {
  return {
    convention: conventionData(convention),
    training: training === undefined ? null : densityData(training),
    inference: inference === undefined ? null : densityData(inference),
    free,
  }
}

function densityData({ dense, effective }: Density): DensityData {
  return { dense: sideData(dense), effective: sideData(effective) }
}

function sideData({ total, differences }: Side): SideData {
  return {
    total,
    differences: differences.map(({ term, factor, elements, amount }) => ({
      term,
      text: term === 'mac' ? 'MACs of all products' : termTexts[term],
      factor,
      elements,
      amount,
    })),
  }
}
