// What the page shows of a network besides its numbers, as markup: the parts of the report of `weft report`, each by itself. It draws, and drawing takes a large library.
import { architecturePicture } from '../graph/pictures.ts'
import { curves } from '../sweep/curves.ts'
import type { SweepDocument } from '../../backends/report/sweep/model.ts'
import { markup, type Piece } from '../markup.ts'
import { comparison } from '../report/comparison.ts'
import { memory } from '../report/memory.ts'
import { renderReportPage } from '../report/page.ts'
import { connections } from '../run/connections.ts'
import { training, validation } from '../run/curves.ts'
import type { RunPageData } from '../run/data.ts'
import { overview } from '../run/overview.ts'
import { examples } from '../run/slices.ts'
import { timelineOf } from '../run/timeline.ts'
import type { Reviewed } from './counting.ts'

const text = (content: Piece): string => markup`${content}`.text

export const memoryHtml = ({ document }: Reviewed): string => text(memory(document))

export function architectureHtml({ graph, report, sources }: Reviewed): string {
  const { summary, legend, picture } = architecturePicture(graph, report, sources)
  return text(
    markup`<figure class="card"><figcaption><p>${summary}</p></figcaption>
${legend}
${picture}
</figure>
`,
  )
}

/** The page of `weft report`. */
export function reportPage({ document, graph, report, sources }: Reviewed): string {
  return renderReportPage(document, { picture: architecturePicture(graph, report, sources) })
}

export const comparisonHtml = ({ document }: Reviewed): string => text(comparison(document))

/** The points that have no network are told, for a line cannot show them. */
export function sweepHtml(document: SweepDocument): string {
  const failed = document.rows.filter(({ status }) => status === 'failed')
  const [first] = failed
  const reason = first?.findings[0]
  return text([
    curves(document)?.content,
    first !== undefined &&
      markup`<p>${failed.length} of ${document.rows.length} values make no network; the first is ${Object.values(first.given).join()}${reason !== undefined && `: ${reason.message}`}.</p>
`,
  ])
}

/** What the page of a run shows, without what is said of its folder. */
export function runHtml(run: RunPageData): string {
  const timeline = timelineOf(run.records)
  return text([
    overview(run, timeline),
    timeline.epochs.length > 0 && validation(run, timeline),
    training(timeline),
    timeline.topology.length > 0 && connections(timeline),
    run.slices.length > 0 && examples(run.slices, run.dataset),
    markup`<p class="note">${run.provenance}; ${run.backend}.</p>
`,
  ])
}
