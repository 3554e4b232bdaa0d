// The document's rows along one dimension, flattened for tables.
import type { CostDocument, LineRow, ModuleRow, Row } from './model.ts'

export const dimensions = ['module', 'operator', 'line', 'call'] as const
export type Dimension = (typeof dimensions)[number]

export interface FlatRow {
  /** Unique in its table: module path, operator, `file:line`. */
  readonly key: string
  /** Nesting from 0. */
  readonly depth: number
  /** What the row shows of itself beneath its parent. */
  readonly label: string
  readonly place: { readonly file: string; readonly line: number } | undefined
  readonly numbers: Row
}

/** Modules to a depth (1: the outermost only); the other dimensions are flat. */
export function flatRows(document: CostDocument, by: Dimension, depth: number): FlatRow[] {
  switch (by) {
    case 'module':
      return document.modules.flatMap((one) => moduleRows(one, 0, depth))
    case 'operator':
      return document.operators.map((one) => ({
        key: one.operator,
        depth: 0,
        label: `${one.operator} (${one.count})`,
        place: undefined,
        numbers: one,
      }))
    case 'line':
      return document.lines.map(flatLine)
    case 'call':
      return document.callSites.map(flatLine)
  }
}

function flatLine(one: LineRow): FlatRow {
  const { file, line, text } = one
  return { key: `${file}:${line}`, depth: 0, label: text, place: { file, line }, numbers: one }
}

function moduleRows(module: ModuleRow, depth: number, limit: number): FlatRow[] {
  if (depth >= limit) return []
  const { merged, label } = withOnlyChild(module)
  const { path, file, line, children } = merged
  const own = { key: path, depth, label, place: { file, line }, numbers: merged }
  return [own, ...children.flatMap((one) => moduleRows(one, depth + 1, limit))]
}

/** A module whose one child has all its cost would be followed by a row that says the same: they share a row, `head.conv`. */
function withOnlyChild(module: ModuleRow): { readonly merged: ModuleRow; readonly label: string } {
  let merged = module
  let label = module.name
  for (;;) {
    const [only, ...others] = merged.children.filter((one) => !isFree(one))
    if (only === undefined || others.length > 0 || !sameNumbers(only, merged)) return { merged, label }
    merged = only
    label = `${label}.${only.name}`
  }
}

function sameNumbers(a: ModuleRow, b: ModuleRow): boolean {
  return a.parameters === b.parameters && a.counted === b.counted
}

export function isFree({ parameters, counted }: Row): boolean {
  return parameters === 0 && counted === 0
}

/** Some mask takes something away: the effective columns say something. */
export function hasMasks(document: CostDocument): boolean {
  const { training, inference } = document.totals
  const differs = (one: typeof training): boolean =>
    one.effectiveParameters !== one.parameters || one.effectiveCounted !== one.counted
  return differs(training) || differs(inference)
}
