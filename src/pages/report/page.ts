// The page of a design review: one self-contained HTML text from the report's document.
import type { ReviewDocument } from '../../backends/report/review/model.ts'
import { knobSection } from '../../backends/report/review/knobs.ts'
import { measuredSection } from '../../backends/report/review/measured.ts'
import { directionSection, sparsitySection } from '../../backends/report/review/sections.ts'
import { reconciliationSections } from '../../backends/report/reconcile-text.ts'
import { moduleTable } from '../client/bundled.ts'
import { renderDocument, type Section } from '../document.ts'
import { bars } from './bars.ts'
import { comparison } from './comparison.ts'
import { markup, type Piece } from '../markup.ts'
import { graphStyle, pictureSizes, type Picture } from '../graph/pictures.ts'
import { memory } from './memory.ts'
import { modules } from './modules.ts'
import { overview, reportHeader } from './overview.ts'
import { sectionTable } from './section-table.ts'
import { anchorsOf, source } from './source.ts'
import { reportStyle } from './style.ts'

export interface ReportPageOptions {
  /** The architecture, from `architecturePicture`; the page has no picture without. */
  readonly picture?: Picture
}

export function renderReportPage(document: ReviewDocument, { picture }: ReportPageOptions = {}): string {
  const anchors = anchorsOf(document)
  const { cost, knobs, sparsity, measured, contenders, tool } = document
  const [totals, separators] = reconciliationSections(cost, cost.reconciliation ?? [])
  const known = cost.totals.training.macs !== null
  const sections: readonly (Section | false)[] = [
    { id: 'overview', title: 'Overview', content: overview(document, anchors) },
    picture !== undefined && { id: 'architecture', title: 'Architecture', content: architecture(picture) },
    measured.length > 0 && {
      id: 'measured',
      title: 'Measured',
      content: sectionTable({ ...measuredSection(measured), title: 'results in the spec' }),
    },
    contenders.length > 1 && { id: 'comparison', title: 'Comparison', content: comparison(document) },
    { id: 'costs', title: 'Who spends it', content: bars(document) },
    { id: 'modules', title: 'Modules', content: modules(document, anchors) },
    { id: 'memory', title: 'Memory', content: memory(document) },
    knobs.length > 0 && { id: 'knobs', title: 'Knobs', content: sectionTable(knobSection(knobs)) },
    sparsity.length > 0 && {
      id: 'sparsity',
      title: 'Sparsity',
      content: sparsity.map((one) => [
        sectionTable(directionSection(one)),
        sectionTable(sparsitySection(one)),
      ]),
    },
    {
      id: 'conventions',
      title: 'Conventions',
      content: known
        ? [totals, separators].map((one) => one !== undefined && sectionTable(one))
        : markup`<p>Counts are known once every extent is a number.</p>\n`,
    },
    { id: 'source', title: 'Source', content: source(document, anchors) },
  ]
  return renderDocument({
    title: `${cost.network}: design review`,
    header: reportHeader(document),
    sections: sections.filter((one) => one !== false),
    footer: footerOf(tool),
    style: picture === undefined ? reportStyle : reportStyle + graphStyle,
    script: moduleTable,
  })
}

function architecture({ summary, legend, picture }: Picture): Piece {
  return markup`<figure class="card wide" aria-labelledby="architecture-summary"><figcaption><p id="architecture-summary">${summary}</p></figcaption>
${pictureSizes}
${legend}
${picture}
</figure>
`
}

function footerOf(tool: string): Piece {
  return markup`Counted statically by ${tool}: no weights, no framework, no run.`
}
