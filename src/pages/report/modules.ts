// The module table: every row that fits a page, foldable, sortable and filtered by the page's program.
import type { ReviewDocument } from '../../backends/report/review/model.ts'
import { rounded, share } from '../../backends/report/review/sections.ts'
import { flatRows, hasMasks, type FlatRow } from '../../backends/report/rows.ts'
import { humanBytes } from '../../compiler/text/numbers.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { counted } from '../numbers.ts'
import { meter } from './meter.ts'
import { noteList } from './section-table.ts'
import type { SourceAnchors } from './source.ts'

interface Column {
  readonly title: string
  cell(row: FlatRow): Markup
}

/** More rows than people read make browsers slow. */
const mostRows = 3000

export function modules(document: ReviewDocument, anchors: SourceAnchors): Piece {
  const { rows, left } = rowsShown(document)
  const columns = columnsOf(document, anchors)
  return [
    tools,
    markup`<div class="scroll" role="region" aria-label="Module table" tabindex="0"><table class="modules">
<caption>Modules with everything inside them; counts of training (every output), batch of one</caption>
<thead><tr><th scope="col" data-sort>module</th>${columns.map(({ title }, at) => markup`<th scope="col"${at === 0 ? null : markup` data-sort`}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => markup`<tr data-d="${row.depth}" data-p="${row.key}" style="--d: ${row.depth}"><th scope="row"><code>${row.label}</code></th>${columns.map((column) => column.cell(row))}</tr>\n`)}</tbody>
</table></div>
`,
    noteList([
      'kept: tensors kept for the backward pass; at the peak: what is there when the training step takes most; both of operators inside',
      ...(left === 0
        ? []
        : [`${counted(left, 'module')} more lie deeper than is shown; the JSON report has all`]),
    ]),
  ]
}

const tools = markup`<div class="tools" id="module-tools" hidden>
<label>Filter <input type="search" id="module-filter" placeholder="part of a path" autocomplete="off" spellcheck="false"></label>
<button type="button" class="tool" id="module-unfold">Unfold all</button>
<button type="button" class="tool" id="module-fold">Fold all</button>
<label><input type="checkbox" id="module-exact">Exact numbers</label>
<span id="module-found" role="status"></span>
</div>
`

/** As deep as there is room for. */
function rowsShown({ cost }: ReviewDocument): { readonly rows: readonly FlatRow[]; readonly left: number } {
  const all = flatRows(cost, 'module', Infinity)
  if (all.length <= mostRows) return { rows: all, left: 0 }
  const byDepth = new Map<number, number>()
  for (const { depth } of all) byDepth.set(depth, (byDepth.get(depth) ?? 0) + 1)
  let [depth, count] = [0, 0]
  while (count + (byDepth.get(depth) ?? 0) <= mostRows) count += byDepth.get(depth++) ?? 0
  const limit = Math.max(1, depth)
  const rows = all.filter((row) => row.depth < limit).slice(0, mostRows)
  return { rows, left: all.length - rows.length }
}

function columnsOf(document: ReviewDocument, anchors: SourceAnchors): Column[] {
  const { cost, moduleBytes } = document
  const masked = hasMasks(cost)
  const bytes = new Map(moduleBytes.map((one) => [one.path, one]))
  const { name, column } = cost.convention
  const count = (title: string, read: (row: FlatRow['numbers']) => number | null): Column => ({
    title,
    cell: ({ numbers }) => numberCell(read(numbers), rounded(read(numbers))),
  })
  const size = (title: string, read: 'savedBytes' | 'peakBytes'): Column => ({
    title,
    cell: ({ key }) => numberCell(bytes.get(key)?.[read] ?? 0, humanBytes(bytes.get(key)?.[read] ?? 0)),
  })
  const columns: readonly (Column | false)[] = [
    { title: 'line', cell: ({ place }) => placeCell(place, anchors) },
    count('parameters', (row) => row.parameters),
    masked && count('eff. parameters', (row) => row.effectiveParameters),
    count('MACs', (row) => row.macs),
    masked && count('eff. MACs', (row) => row.effectiveMacs),
    cost.executed !== undefined &&
      count(`executed by ${cost.executed.target}`, (row) => row.executedMacs ?? null),
    name !== 'mac' && count(column, (row) => (masked ? row.effectiveCounted : row.counted)),
    shareColumn(cost.totals.training.effectiveMacs),
    moduleBytes.length > 0 && size('kept', 'savedBytes'),
    moduleBytes.length > 0 && size('at the peak', 'peakBytes'),
  ]
  return columns.filter((one) => one !== false)
}

function numberCell(value: number | null, text: string): Markup {
  return value === null ? markup`<td>${text}</td>` : markup`<td data-v="${value}">${text}</td>`
}

/** Of the effective MACs. */
function shareColumn(total: number | null): Column {
  return {
    title: 'share of MACs',
    cell: ({ numbers: { effectiveMacs } }) => {
      if (effectiveMacs === null || total === null || total === 0) return markup`<td></td>`
      return markup`<td data-v="${effectiveMacs}" data-fixed>${share(effectiveMacs, total)}${meter(effectiveMacs / total)}</td>`
    },
  }
}

function placeCell(place: FlatRow['place'], anchors: SourceAnchors): Markup {
  if (place === undefined) return markup`<td></td>`
  const anchor = anchors.of(place.file, place.line)
  const text = anchors.single ? String(place.line) : `${place.file}:${place.line}`
  return anchor === undefined
    ? markup`<td>${place.file}:${place.line}</td>`
    : markup`<td><a href="#${anchor}">${text}</a></td>`
}
