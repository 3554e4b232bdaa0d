// This network beside others: the numbers in one table, and what differs from each of them.
import type { Contender } from '../../backends/report/review/contender.ts'
import type { ReviewDocument } from '../../backends/report/review/model.ts'
import { comparisonSection, measuresOf, timesText } from '../../backends/report/review/sections.ts'
import type { DiffDocument } from '../../compiler/analysis/diff/document.ts'
import { moduleFigures } from '../../compiler/analysis/diff/figures.ts'
import { heldNote } from '../../compiler/analysis/diff/phrases.ts'
import { allChapters } from '../../compiler/analysis/diff/recipe-outline.ts'
import { verdictOf } from '../../compiler/analysis/diff/verdict.ts'
import { changeList } from '../change-list.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { counted } from '../numbers.ts'
import { seriesColour } from '../palette.ts'
import { disclosure, figure, table } from '../parts.ts'
import { renderBars } from './bar-chart.ts'
import { sectionTable } from './section-table.ts'

export function comparison(document: ReviewDocument): Piece {
  return [
    ratios(document),
    markup`<div class="side-by-side">${sectionTable(comparisonSection(document))}</div>\n`,
    ...document.comparisons.map((one, at) => differences(one, document.contenders[at + 1])),
  ]
}

// ---------------------------------------------------------------- how many times this network's numbers

function ratios(document: ReviewDocument): Markup | null {
  const [own, ...others] = document.contenders
  if (own === undefined) return null
  const measures = measuresOf(document).filter((one) => (one.read(own) ?? 0) > 0)
  const ratioOf = (other: Contender, at: number): number => {
    const measure = measures[at]
    const [value, base] = [measure?.read(other) ?? 0, measure?.read(own) ?? 1]
    return value / base
  }
  const summary = `The line is ${own.network}; a bar beyond it costs more.`
  const series = others.map((other, k) => ({
    colour: seriesColour(k + 1),
    values: measures.map((_, at) => ratioOf(other, at)),
  }))
  return figure({
    id: 'ratios-figure',
    title: `Times the numbers of ${own.network}`,
    summary,
    legend: others.map(({ label }, at) => ({ name: label, colour: seriesColour(at + 1), shape: 'area' })),
    picture: renderBars({
      id: 'ratios',
      width: 1100,
      summary,
      names: measures.map((one) => one.name),
      series,
      arrangement: 'grouped',
      label: (row, at) => timesText(series[at]?.values[row] ?? 0),
      axis: {
        format: (value) => `${Number(value.toPrecision(3))}×`,
        ...scaleOf(series.flatMap((one) => one.values)),
      },
      mark: 1,
    }),
    wide: true,
  })
}

/** Ratios that lie far apart are told apart on a logarithmic axis only. */
function scaleOf(ratios: readonly number[]): { readonly logarithmicFrom?: number } {
  const known = ratios.filter((one) => one > 0)
  const [least, most] = [Math.min(1, ...known), Math.max(1, ...known)]
  return most / least < farApart ? {} : { logarithmicFrom: 10 ** Math.floor(Math.log10(least / 2)) }
}

const farApart = 30

// ---------------------------------------------------------------- what differs

function differences(diff: DiffDocument, other: Contender | undefined): Markup {
  const name = other?.name ?? diff.a.name
  if (diff.same) return markup`<p>Nothing differs from <code>${name}</code>.</p>\n`
  const chapters = allChapters(diff)
  const changes = chapters.reduce((sum, one) => sum + one.items.length, 0)
  const { head, rows, equal } = moduleFigures(diff, 2)
  return disclosure(
    markup`From A, <code>${name}</code>, to B, ${diff.b.network}: ${counted(changes, 'difference')}`,
    [
      ...chapters.map(({ title, items }) => markup`<h3>${title}</h3>\n${changeList(items)}`),
      table({
        caption: `Modules whose costs differ${equal === 0 ? '' : `; ${equal} more cost the same`}`,
        head,
        rows: rows.map((row) => [
          markup`${'\u2003'.repeat(row.depth)}<code>${row.label}</code>`,
          ...row.cells,
        ]),
      }),
      markup`<p>${heldNote}. ${verdictOf(diff.checkpoint).sentence}</p>\n`,
    ],
  )
}
