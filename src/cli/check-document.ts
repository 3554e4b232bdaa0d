// `weft-check/1`: diagnostics for programs. Fields may be added, never changed or removed; schema/weft-check-1.schema.json says the same.
import type { Diagnostic, IndexBinding } from '../compiler/diagnostics/diagnostic.ts'
import { positionAt, type Span } from '../compiler/text/source.ts'
import type { Findings } from './display.ts'

/** Lines and columns from 1, in UTF-16 code units; the end is exclusive. */
export interface PlaceData {
  readonly file: string
  readonly start: { readonly line: number; readonly column: number; readonly offset: number }
  readonly end: { readonly line: number; readonly column: number; readonly offset: number }
}

export interface DiagnosticData extends PlaceData {
  readonly code: string
  readonly name: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly help?: string
  readonly indices: readonly IndexBinding[]
  readonly related: readonly (PlaceData & { readonly message: string })[]
}

/** A budget of the command line, held against one network. */
export interface CheckedBudgetData {
  readonly network: string
  /** `params(training)` */
  readonly name: string
  readonly metric: 'params' | 'macs' | 'memory'
  readonly limit: number
  /** Null where it depends on a symbolic extent. */
  readonly actual: number | null
  /** `limit - actual`: negative where the budget is broken. */
  readonly slack: number | null
  readonly kept: boolean
  /** Of a broken one, the largest first: modules, or with a cause the tensors at the peak of memory. */
  readonly spenders?: readonly SpenderData[]
}

export interface SpenderData {
  readonly path: string
  readonly amount: number
  /** Of the actual amount. */
  readonly share: number
  readonly cause?: string
  readonly file: string
  readonly line: number
}

export interface CheckDocument {
  readonly schema: 'weft-check/1'
  readonly files: readonly string[]
  readonly errors: number
  readonly warnings: number
  readonly diagnostics: readonly DiagnosticData[]
  /** With `--budget` only. */
  readonly budgets?: readonly CheckedBudgetData[]
}

export function checkDocument(
  files: readonly string[],
  findings: readonly Findings[],
  budgets?: readonly CheckedBudgetData[],
): CheckDocument {
  const diagnostics = findings.flatMap((one) =>
    one.diagnostics.map((diagnostic) => diagnosticData(diagnostic, one)),
  )
  const count = (severity: 'error' | 'warning'): number =>
    diagnostics.filter((one) => one.severity === severity).length
  return {
    schema: 'weft-check/1',
    files,
    errors: count('error'),
    warnings: count('warning'),
    diagnostics,
    ...(budgets === undefined ? {} : { budgets }),
  }
}

function diagnosticData(
  { code, name, severity, message, help, span, indices, related }: Diagnostic,
  { sources }: Findings,
): DiagnosticData {
  return {
    code,
    name,
    severity,
    message,
    ...(help === undefined ? {} : { help }),
    ...placeData(span, sources),
    indices,
    related: related.map((one) => ({ message: one.message, ...placeData(one.span, sources) })),
  }
}

/** A file whose text is not at hand has one place: its beginning. */
function placeData(span: Span, sources: Findings['sources']): PlaceData {
  const file = sources.get(span.file)
  const at = (offset: number): PlaceData['start'] =>
    file === undefined ? { line: 1, column: 1, offset: 0 } : { ...positionAt(file, offset), offset }
  return { file: span.file, start: at(span.start), end: at(span.end) }
}
