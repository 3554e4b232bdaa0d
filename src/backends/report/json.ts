// The document as JSON text.
import type { CostDocument } from './model.ts'

export function renderJson(document: CostDocument): string {
  return `${JSON.stringify(document, undefined, 2)}\n`
}
