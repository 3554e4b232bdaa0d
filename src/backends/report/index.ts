// Renders a cost document in any of its formats.
import type { CostDocument } from './model.ts'
import { renderCsv } from './csv.ts'
import { renderJson } from './json.ts'
import { renderMarkdown } from './markdown.ts'
import { reconciliationCsv, reconciliationMarkdown, reconciliationTable } from './reconcile-text.ts'
import type { ReconciledRow } from './reconciliation.ts'
import { renderTable, type TableOptions } from './table.ts'

export const formats = ['table', 'json', 'csv', 'md'] as const
export type Format = (typeof formats)[number]

/** Modules, operators or lines; where the document has a reconciliation, that instead (JSON has both). */
export function renderCost(document: CostDocument, format: Format, options: TableOptions): string {
  const { reconciliation } = document
  if (reconciliation !== undefined && format !== 'json')
    return renderReconciliation(document, reconciliation, format, options)
  switch (format) {
    case 'table':
      return renderTable(document, options)
    case 'json':
      return renderJson(document)
    case 'csv':
      return renderCsv(document, options.by, options.depth)
    case 'md':
      return renderMarkdown(document, options.by, options.depth)
  }
}

function renderReconciliation(
  document: CostDocument,
  rows: readonly ReconciledRow[],
  format: Exclude<Format, 'json'>,
  options: TableOptions,
): string {
  switch (format) {
    case 'table':
      return reconciliationTable(document, rows, options)
    case 'csv':
      return reconciliationCsv(rows)
    case 'md':
      return reconciliationMarkdown(document, rows)
  }
}
