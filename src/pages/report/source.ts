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
  const costs: LineCosts = { called: byPlace(cost.callSites), charged: byPlace(cost.lines) }
  const total = cost.totals.training.effectiveMacs
  return [
    ...sources.map((one) => listing(one, costs, total, anchors)),
    noteList(
      [
        'effective counts of training (every output): of a line with all that it calls, where an operator is in every line that leads to it; and charged to it alone, where each operator is in the innermost line of the spec',
        ...sources.map(({ file, sha256 }) =>
          sha256 === null ? false : markup`${file}: SHA-256 <code>${sha256}</code>`,
        ),
      ].filter((one) => one !== false),
    ),
  ]
}

type Places = ReadonlyMap<string, LineRow>

interface LineCosts {
  readonly called: Places
  readonly charged: Places
}

const byPlace = (rows: readonly LineRow[]): Places =>
  new Map(rows.map((one) => [`${one.file}:${one.line}`, one]))

function listing(
  { file, lines }: SourceText,
  { called, charged }: LineCosts,
  total: number | null,
  anchors: SourceAnchors,
): Markup {
  const texts = highlighted(lines)
  const rows = lines.map((_, at) => {
    const line = at + 1
    const anchor = anchors.of(file, line)
    const place = `${file}:${line}`
    return markup`<tr${anchor === undefined ? null : markup` id="${anchor}"`}><th scope="row">${line}</th><td class="text">${texts[at]}</td>${countCells(called.get(place))}${shareCell(called.get(place), total)}${countCells(charged.get(place))}</tr>\n`
  })
  return markup`<div class="scroll" role="region" aria-label="Source of ${file}" tabindex="0"><table class="source">
<caption>${file}</caption>
<thead><tr><th scope="col" rowspan="2">line</th><th scope="col" rowspan="2">text</th><th scope="colgroup" colspan="3">with what it calls</th><th scope="colgroup" colspan="2">charged to it alone</th></tr>
<tr><th scope="col">parameters</th><th scope="col">MACs</th><th scope="col">share of MACs</th><th scope="col">parameters</th><th scope="col">MACs</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>
`
}

function countCells(row: LineRow | undefined): Markup {
  if (row === undefined || isFree(row)) return markup`<td></td><td></td>`
  const { effectiveParameters, effectiveMacs } = row
  return markup`<td>${effectiveParameters === 0 ? null : rounded(effectiveParameters)}</td><td>${effectiveMacs === 0 ? null : rounded(effectiveMacs)}</td>`
}

function shareCell(row: LineRow | undefined, total: number | null): Markup {
  const part = row === undefined || isFree(row) ? null : row.effectiveMacs
  if (part === null || part === 0 || total === null || total === 0) return markup`<td></td>`
  return markup`<td>${share(part, total)}${meter(part / total)}</td>`
}
