// Rows as comma-separated values (RFC 4180), for spreadsheets and scripts. Unknown counts are empty.
import type { CostDocument, Numbers } from './model.ts'
import { flatRows, type Dimension } from './rows.ts'

const numberColumns = ['parameters', 'effective_parameters', 'macs', 'effective_macs'] as const
const countColumns = ['counted', 'effective_counted'] as const

export function renderCsv(document: CostDocument, by: Dimension, depth: number): string {
  const header = [
    by,
    'depth',
    'file',
    'line',
    ...numberColumns,
    ...numberColumns.map((name) => `inference_${name}`),
    'convention',
    ...countColumns,
    ...countColumns.map((name) => `inference_${name}`),
    ...(document.executed === undefined ? [] : ['executed_macs']),
  ]
  const rows = flatRows(document, by, depth).map(({ key, depth: at, place, numbers }) => [
    key,
    at,
    place?.file ?? '',
    place?.line ?? '',
    ...cells(numbers),
    ...cells(numbers.inference),
    document.convention.name,
    ...counts(numbers),
    ...counts(numbers.inference),
    ...(document.executed === undefined ? [] : [numbers.executedMacs ?? '']),
  ])
  return csvText([header, ...rows])
}

function cells({ parameters, effectiveParameters, macs, effectiveMacs }: Numbers): (number | string)[] {
  return [parameters, effectiveParameters, macs ?? '', effectiveMacs ?? '']
}

function counts({ counted, effectiveCounted }: Numbers): (number | string)[] {
  return [counted ?? '', effectiveCounted ?? '']
}

export function csvText(rows: readonly (readonly (number | string)[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('')
}

/** What a spreadsheet takes for the start of a formula, and what it drops before one. */
const formulaStart = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/
const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** A text that a spreadsheet would compute stands behind an apostrophe, as OWASP advises; numbers are what they are. */
function quoted(value: number | string): string {
  const text = String(value)
  const isFormula = typeof value === 'string' && formulaStart.test(text) && !plainNumber.test(text)
  const safe = isFormula ? `'${text}` : text
  return isFormula || /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
