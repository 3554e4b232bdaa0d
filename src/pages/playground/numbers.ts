// The numbers of a network as the page shows them first, as markup; apart from pictures, so that they need not wait for what draws.
import { markup } from '../markup.ts'
import { headline, totals } from '../report/overview.ts'
import type { Reviewed } from './counting.ts'
import { ids, lineAnchor } from './parts.ts'

export function headlineHtml({ document, sources: { entry } }: Reviewed): string {
  const of = (file: string, line: number): string => (file === entry ? lineAnchor(line) : ids.editor)
  return markup`${headline(document, { of })}`.text
}

export const totalsHtml = ({ document }: Reviewed): string => markup`${totals(document)}`.text
