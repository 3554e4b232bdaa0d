// The spec itself, each line with what it costs.
import type { ReviewDocument, SourceText } from '../../backends/report/review/model.ts'
import { rounded, share } from '../../backends/report/review/sections.ts'
import { isFree } from '../../backends/report/rows.ts'
import type { LineRow } from '../../backends/report/model.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { highlighted } from './highlight.ts'
import { meter } from './meter.ts'
import { noteList } from './section-table.ts'

/** Where the lines of the sources stand on the page. */
export interface SourceAnchors {
  /** There is one file: a line's number says enough. */
  readonly single: boolean
  /** The id of a line; undefined where its file is not on the page. */
  of(file: string, line: number): string | undefined
}

export function anchorsOf({ sources }: ReviewDocument): SourceAnchors {
  const places = new Map(sources.map(({ file }, at) => [file, at]))
  return {
    single: sources.length === 1,
    of: (file, line) => {
      const at = places.get(file)
      return at === undefined ? undefined : `source-${at}-${line}`
    },
  }
}

export function source(document: ReviewDocument, anchors: SourceAnchors): Piece {
  const { cost, sources } = document
  const costs = new Map(cost.lines.map((one) => [`${one.file}:${one.line}`, one]))
  const total = cost.totals.training.effectiveMacs
  return [
    ...sources.map((one) => listing(one, costs, total, anchors)),
    noteList(
      [
        'effective counts of training (every output), each charged to the innermost line of the spec that called for it',
        ...sources.map(({ file, sha256 }) =>
          sha256 === null ? false : markup`${file}: SHA-256 <code>${sha256}</code>`,
        ),
      ].filter((one) => one !== false),
    ),
  ]
}

function listing(
  { file, lines }: SourceText,
  costs: ReadonlyMap<string, LineRow>,
  total: number | null,
  anchors: SourceAnchors,
): Markup {
  const texts = highlighted(lines)
  const rows = lines.map((_, at) => {
    const line = at + 1
    const anchor = anchors.of(file, line)
    const found = costs.get(`${file}:${line}`)
    return markup`<tr${anchor === undefined ? null : markup` id="${anchor}"`}><th scope="row">${line}</th><td class="text">${texts[at]}</td>${found === undefined || isFree(found) ? markup`<td></td><td></td><td></td>` : costCells(found, total)}</tr>\n`
  })
  return markup`<div class="scroll" role="region" aria-label="Source of ${file}" tabindex="0"><table class="source">
<caption>${file}</caption>
<thead><tr><th scope="col">line</th><th scope="col">text</th><th scope="col">parameters</th><th scope="col">MACs</th><th scope="col">share of MACs</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>
`
}

function costCells({ effectiveParameters, effectiveMacs }: LineRow, total: number | null): Markup {
  const part =
    effectiveMacs === null || total === null || total === 0
      ? null
      : markup`${share(effectiveMacs, total)}${meter(effectiveMacs / total)}`
  return markup`<td>${effectiveParameters === 0 ? null : rounded(effectiveParameters)}</td><td>${effectiveMacs === 0 ? null : rounded(effectiveMacs)}</td><td>${effectiveMacs === 0 ? null : part}</td>`
}
