// Renders a sweep for people in a terminal, for a pull request, for spreadsheets or for programs.
import { renderSweepCsv } from './csv.ts'
import { renderSweepMarkdown } from './markdown.ts'
import type { SweepDocument } from './model.ts'
import { renderSweepText, type SweepTextOptions } from './text.ts'

export type SweepFormat = 'text' | 'md' | 'csv' | 'json'

/** Ends in a line break. `width` is that of text; the other formats have no use for it. */
export function renderSweep(document: SweepDocument, format: SweepFormat, options: SweepTextOptions): string {
  switch (format) {
    case 'text':
      return renderSweepText(document, options)
    case 'md':
      return renderSweepMarkdown(document)
    case 'csv':
      return renderSweepCsv(document)
    case 'json':
      return `${JSON.stringify(document, undefined, 2)}\n`
  }
}
