// Renders a comparison for people in a terminal, for a pull request, or for programs.
import type { DiffDocument } from '../../../compiler/analysis/diff/document.ts'
import { renderDiffMarkdown } from './markdown.ts'
import { renderDiffText, type DiffTextOptions } from './text.ts'

export const diffFormats = ['text', 'md', 'json'] as const
export type DiffFormat = (typeof diffFormats)[number]

export function renderDiff(document: DiffDocument, format: DiffFormat, options: DiffTextOptions): string {
  switch (format) {
    case 'text':
      return renderDiffText(document, options)
    case 'md':
      return renderDiffMarkdown(document, options.depth)
    case 'json':
      return `${JSON.stringify(document, undefined, 2)}\n`
  }
}
