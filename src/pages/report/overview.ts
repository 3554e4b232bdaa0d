// What the report begins with: the numbers that matter most, the budgets, what goes in and comes out, the line to paste.
import { dataText } from '../../backends/report/plain-data.ts'
import type { BudgetRow } from '../../backends/report/model.ts'
import { hasMasks } from '../../backends/report/rows.ts'
import type { ReviewDocument } from '../../backends/report/review/model.ts'
import { provenanceLine } from '../../backends/report/review/provenance.ts'
import {
  amountText,
  interfaceSection,
  rounded,
  slackText,
  totalsSection,
  unknown,
} from '../../backends/report/review/sections.ts'
import { humanBytes } from '../../compiler/text/numbers.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { counted } from '../numbers.ts'
import { descriptions, disclosure, keyNumbers, prose, type KeyNumber } from '../parts.ts'
import { sectionTable } from './section-table.ts'
import type { SourceAnchors } from './source.ts'

export function reportHeader(document: ReviewDocument): Markup {
  const { cost } = document
  const [kind, words] = verdict(cost.budgets)
  return markup`<header>
<p class="kicker">Design review · ${document.contenders[0]?.name ?? ''}</p>
<div class="title"><h1>${cost.network}</h1><span class="verdict ${kind}">${words}</span></div>
${document.about.map((one) => markup`<p class="lead">${prose(one)}</p>\n`)}
</header>
`
}

function verdict(budgets: readonly BudgetRow[]): readonly ['kept' | 'broken' | 'none', string] {
  const broken = budgets.filter((one) => !one.kept && one.actual !== null).length
  if (budgets.length === 0) return ['none', 'No budgets']
  if (budgets.some((one) => one.actual === null)) return ['none', 'Budgets unknown']
  if (broken === 0) return ['kept', budgets.length === 1 ? 'Budget kept' : `${budgets.length} budgets kept`]
  return ['broken', `${broken} of ${counted(budgets.length, 'budget')} broken`]
}

export function overview(document: ReviewDocument, anchors: SourceAnchors): Piece {
  return [headline(document, anchors), totals(document), givenArguments(document), provenance(document)]
}

/** The numbers that matter most, with what budgets leave. */
export const headline = (document: ReviewDocument, anchors: Pick<SourceAnchors, 'of'>): Piece => [
  keyNumbers(headlines(document)),
  budgets(document.cost.budgets, anchors),
]

/** Totals by mode, what goes in and what comes out. */
export const totals = (document: ReviewDocument): Piece => markup`<div class="stack">
${sectionTable(totalsSection(document))}
${sectionTable(interfaceSection(document))}
</div>
`

function headlines({ cost, memory }: ReviewDocument): KeyNumber[] {
  const { training, inference } = cost.totals
  const masked = hasMasks(cost)
  const before = (value: number | null): Pick<KeyNumber, 'note'> =>
    masked ? { note: `of ${rounded(value)} before sparsity` } : {}
  const [field] = memory?.receptiveFields ?? []
  return [
    {
      name: masked ? 'Effective parameters' : 'Parameters',
      value: rounded(training.effectiveParameters),
      ...before(training.parameters),
    },
    {
      name: masked ? 'Effective MACs, inference' : 'MACs, inference',
      value: rounded(inference.effectiveMacs),
      ...before(inference.macs),
    },
    {
      name: masked ? 'Effective MACs, every output' : 'MACs, every output',
      value: rounded(training.effectiveMacs),
      ...before(training.macs),
    },
    ...(memory === null
      ? [{ name: 'Memory', value: unknown, note: 'needs extents that are numbers' }]
      : [
          {
            name: 'Memory, training',
            value: humanBytes(memory.training.totalBytes),
            note: `batch ${memory.batch}, ${memory.dtype}, ${memory.optimizer}`,
          },
          {
            name: 'Memory, inference',
            value: humanBytes(memory.inference.totalBytes),
            note: `batch ${memory.batch}, ${memory.dtype}`,
          },
        ]),
    ...(field === undefined || field.fields === null
      ? []
      : [
          {
            name: 'Receptive field',
            value: markup`<span class="long">${field.fields.join('×')}</span>`,
            note: `of ${field.output}`,
          },
        ]),
  ]
}

// ---------------------------------------------------------------- budgets

function budgets(rows: readonly BudgetRow[], anchors: Pick<SourceAnchors, 'of'>): Piece {
  if (rows.length === 0) return null
  return markup`<div class="card"><h3>Budgets</h3>
<ul class="budgets">${rows.map((one) => budget(one, anchors))}</ul></div>
`
}

function budget(row: BudgetRow, anchors: Pick<SourceAnchors, 'of'>): Markup {
  const { actual, limit, kept } = row
  const spent = actual === null || limit === 0 ? 0 : Math.min(1, actual / limit)
  const width = Number((100 * spent).toFixed(2))
  const colour = kept ? 'var(--series-2)' : 'var(--series-1)'
  const text = `${amountText(row, actual)} of ${amountText(row, limit)}, ${kept ? `${slackText(row)} left` : actual === null ? unknown : `${slackText(row).replaceAll('-', '')} over`}`
  return markup`<li><code>${row.name}</code><div class="track" aria-hidden="true"><div style="width: ${width}%; background: ${colour}"></div></div><span class="figures${kept ? null : ' over'}">${text} <a href="#${anchors.of(row.file, row.line) ?? 'source'}">line ${row.line}</a></span></li>
`
}

// ---------------------------------------------------------------- arguments, provenance

function givenArguments({ cost }: ReviewDocument): Piece {
  const entries = Object.entries(cost.arguments)
  if (entries.length === 0) return null
  return disclosure(
    counted(entries.length, 'argument'),
    descriptions(entries.map(([name, value]) => [name, markup`<code>${dataText(value)}</code>`])),
  )
}

function provenance(document: ReviewDocument): Markup {
  return markup`<h3>For the paper</h3>
<p class="provenance" id="provenance-line">${provenanceLine(document)}</p>
<button type="button" class="tool" id="copy-provenance" hidden>Copy</button>
`
}
