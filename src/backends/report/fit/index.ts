// Renders a fit for people in a terminal, for programs, or as arguments of other commands.
import type { FitDocument } from './model.ts'
import { settingsText } from './settings.ts'
import { renderFitText, type FitTextOptions } from './text.ts'

export type FitFormat = 'text' | 'json' | 'set'

/** Ends in a line break; empty where arguments are asked for and there are none. */
export function renderFit(document: FitDocument, format: FitFormat, options: FitTextOptions): string {
  switch (format) {
    case 'text':
      return renderFitText(document, options)
    case 'json':
      return `${JSON.stringify(document, undefined, 2)}\n`
    case 'set':
      return document.best === null ? '' : `${settingsText(document.best.settings)}\n`
  }
}
