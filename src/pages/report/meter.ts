// A share as a bar of the width of its cell.
import { markup, type Markup } from '../markup.ts'

export function meter(part: number): Markup {
  return markup`<span class="meter" aria-hidden="true"><span style="width: ${Number((100 * part).toFixed(1))}%"></span></span>`
}
