// The page of a sweep.
import type { SweepDocument } from '../../backends/report/sweep/model.ts'
export function renderSweepPage(
  document: SweepDocument,
  { provenance }: { readonly provenance: string },
): string {
  return document.file + provenance
}
