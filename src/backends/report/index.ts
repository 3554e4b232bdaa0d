// Renders a cost document in any of its formats.
import type { CostDocument } from './model.ts'
import { renderCsv } from './csv.ts'
import { renderJson } from './json.ts'
import { renderMarkdown } from './markdown.ts'
import { renderTable, type TableOptions } from './table.ts'

export const formats = ['table', 'json', 'csv', 'md'] as const
export type Format = (typeof formats)[number]

export function renderCost(document: CostDocument, format: Format, options: TableOptions): string {
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
