// What text, Markdown and pages say of a sweep: the same cells, the same sentences.
import type { MetricData } from '../../../compiler/analysis/sweep/metrics.ts'
import { withSeparators } from '../../../compiler/text/numbers.ts'
import { visible } from '../../../compiler/text/visible.ts'
import { dataText } from '../plain-data.ts'
import { absent, cellOf, type Exactness } from './columns.ts'
import type { SweepDocument, SweepRow, UnmatchedRow } from './model.ts'

/** In one line. */
const lineOf = (text: string): string => visible(text.replaceAll(/\s+/g, ' '))

/** `E2ENet`, or how many networks there are. */
export function titleOf({ networks }: SweepDocument): string {
  return networks.length === 1 ? (networks[0] ?? '') : `${networks.length} networks`
}

export interface Fact {
  readonly name: string
  readonly value: string
}

export function factsOf(document: SweepDocument): readonly Fact[] {
  const { networks, axes, arguments: given, memory } = document
  const letters = originLetters(document)
  const settings = Object.entries(given).map(([name, value]) => `${name} = ${value}`)
  return [
    ...(networks.length === 1 ? [] : [{ name: 'networks', value: networks.join(', ') }]),
    ...axes.map(({ name, values }) => ({ name, value: lineOf(shortList(values)) })),
    ...(settings.length === 0 ? [] : [{ name: 'set', value: lineOf(settings.join(', ')) }]),
    ...(memory === null ? [] : [{ name: 'memory for', value: memoryText(memory) }]),
    { name: 'points', value: pointsText(document) },
    { name: 'front', value: frontText(document) },
    ...scoreFacts(document),
    ...document.results.map(({ name, network, doc, file, line }) => {
      const from = doc === null ? '' : `: ${lineOf(doc)}`
      const letter = letters.get(name)
      const key = letter === undefined ? '' : `${letter} = `
      return { name: 'results', value: `${key}${name} of ${network} (${lineOf(file)}:${line})${from}` }
    }),
  ]
}

const valuesShown = 12

function shortList(values: readonly string[]): string {
  if (values.length <= valuesShown) return values.join(', ')
  return `${values.slice(0, valuesShown - 2).join(', ')}, … ${values.at(-1) ?? ''} (${withSeparators(values.length)} values)`
}

function memoryText({ batch, dtype, optimizer }: NonNullable<SweepDocument['memory']>): string {
  return `batch ${batch}, ${dtype}, ${optimizer}`
}

/** `12, all counted` or `12: 11 counted (1 over budget), 1 failed`: what is over a budget is counted all the same. */
export function pointsText({ rows }: SweepDocument): string {
  const times = (status: SweepRow['status']): number => rows.filter((row) => row.status === status).length
  const [over, failed] = [times('over-budget'), times('failed')]
  const aside = over === 0 ? '' : ` (${withSeparators(over)} over budget)`
  if (failed === 0) return `${withSeparators(rows.length)}, all counted${aside}`
  const counted = withSeparators(rows.length - failed)
  return `${withSeparators(rows.length)}: ${counted} counted${aside}, ${withSeparators(failed)} failed`
}

/** `3 points that no other beats in parameters (less), MACs (less) and dice (more)`, or why there are none. */
function frontText({ front, metrics }: SweepDocument): string {
  const chosen = front.metrics.flatMap((name) => metrics.filter((one) => one.name === name))
  const count = front.rows.length
  if (count === 0)
    return `empty: no point keeps its budgets and has ${listed(chosen.map(({ title }) => title))}`
  return `${withSeparators(count)} ${count === 1 ? 'point' : 'points'} that no other beats in ${listed(chosen.map(directed))}`
}

const directed = ({ title, objective }: MetricData): string =>
  `${title} (${objective === 'minimise' ? 'less' : 'more'})`

export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}

function scoreFacts({ score }: SweepDocument): readonly Fact[] {
  if (score === null) return []
  const [a1, a2] = score.weights
  const taken = `a1 = ${a1}, a2 = ${a2}; accuracy ${score.accuracy}, parameters ${score.parameters}, FLOPs ${score.flops}`
  return [{ name: 'score', value: `${score.rule}; ${taken}` }]
}

// ---------------------------------------------------------------- the table

export function argumentHead({ networks, axes }: SweepDocument): readonly string[] {
  return [...(networks.length === 1 ? [] : ['network']), ...axes.map(({ name }) => name)]
}

export function argumentCells({ networks, axes }: SweepDocument, row: SweepRow): readonly string[] {
  return [
    ...(networks.length === 1 ? [] : [row.network]),
    ...axes.map(({ name }) => lineOf(row.given[name] ?? '')),
  ]
}

export function metricHead({ metrics, score }: SweepDocument, exactness: Exactness): readonly string[] {
  const titles = metrics.map(({ title, unit }) =>
    unit === 'bytes' && exactness === 'exact' ? `${title}, bytes` : title,
  )
  return [...titles, ...(score === null ? [] : ['score'])]
}

/** Columns of figures from more than one `results` block. */
function mixedMetrics({ metrics, rows }: SweepDocument): readonly string[] {
  return metrics.flatMap(({ name }) =>
    new Set(rows.flatMap(({ origins }) => origins?.[name] ?? [])).size > 1 ? [name] : [],
  )
}

const alphabet = 26

/** By block, where columns have figures of several: `a`, `b`, … `z`, `aa`, `bb`. */
function originLetters(document: SweepDocument): ReadonlyMap<string, string> {
  const mixed = mixedMetrics(document)
  const blocks = document.results.filter(({ metrics }) => metrics.some((one) => mixed.includes(one)))
  return new Map(
    blocks.map(({ name }, at) => [
      name,
      String.fromCodePoint(97 + (at % alphabet)).repeat(1 + Math.floor(at / alphabet)),
    ]),
  )
}

/** For each row, and each column of `metricHead`, the letter of the block that its figure is from; empty where the column has one source. */
export function originMarks(document: SweepDocument): readonly (readonly string[])[] {
  const mixed = new Set(mixedMetrics(document))
  const letters = originLetters(document)
  return document.rows.map(({ origins }) =>
    document.metrics.map(({ name }) => (mixed.has(name) ? (letters.get(origins?.[name] ?? '') ?? '') : '')),
  )
}

/** The cells of every row, with the letters of `originMarks`. */
export function markedCells(document: SweepDocument, exactness: Exactness): readonly (readonly string[])[] {
  const marks = originMarks(document)
  const cellsOf = metricCells(document, exactness)
  return document.rows.map((row, at) =>
    cellsOf(row).map((cell, column) => {
      const letter = marks[at]?.[column] ?? ''
      return letter === '' ? cell : `${cell} ${letter}`
    }),
  )
}

/** What gives the cells of a row, one for each column of `metricHead`. */
export function metricCells(
  { metrics, rows, score }: SweepDocument,
  exactness: Exactness,
): (row: SweepRow) => readonly string[] {
  const columns = metrics.map((metric) => {
    const values = rows.flatMap((row) => row.values[metric.name] ?? [])
    return { name: metric.name, text: cellOf(metric, values, exactness) }
  })
  return (row) => [
    ...columns.map(({ name, text }) => text(row.values[name] ?? null)),
    ...(score === null ? [] : [row.score === null ? absent : row.score.toFixed(scoreDigits)]),
  ]
}

const scoreDigits = 4

/** `error WEFT601: the assertion does not hold (net.weft:12)`: what keeps a point from being counted, or from its budget. */
export function findingTexts({ findings }: SweepRow): readonly string[] {
  return findings.map(({ code, message, place }) => {
    const where = place === null ? '' : ` (${place.file}:${place.line})`
    return `${code}: ${lineOf(message)}${where}`
  })
}

// ---------------------------------------------------------------- what was measured

/** What became of results that found no point, and of points that found no results. */
export function measuredNotes(document: SweepDocument): readonly string[] {
  const { measured, rows } = document
  if (measured === null) return []
  const counted = rows.filter(({ status }) => status !== 'failed').length
  const lines = grouped(measured.unmatched, ({ file, line }) => `${line} ${file}`)
  return [
    ...[...lines.values()].map(unmatchedText),
    ...(measured.incomplete.length === 0
      ? []
      : [
          `${withSeparators(measured.incomplete.length)} of ${withSeparators(counted)} counted points ${measured.incomplete.length === 1 ? 'lacks' : 'lack'} a measured result`,
        ]),
  ]
}

/** Of one line. */
function unmatchedText(results: readonly UnmatchedRow[]): string {
  const [first] = results
  if (first === undefined) return ''
  const { network, arguments: given, file, line } = first
  const values = Object.entries(given).map(([name, one]) => `${name} = ${dataText(one)}`)
  const at = [...(network === null ? [] : [network]), ...values].join(', ')
  const found = results.map(({ metric, value }) => `${metric} ${value}`).join(', ')
  return lineOf(`${file}, line ${line}: no counted point has ${at}; ${found} left out`)
}

/** The same complaint of several points is told once, with the points that it is about. */
export function failures(
  document: SweepDocument,
): readonly { readonly text: string; readonly points: readonly string[] }[] {
  const told = document.rows.flatMap((row) =>
    findingTexts(row).map((text) => ({ text, point: pointText(document, row) })),
  )
  const groups = grouped(told, ({ text }) => text)
  return [...groups].map(([text, all]) => ({ text, points: all.map(({ point }) => point) }))
}

/** `E2ENet, S = 0.8, base = 48`. */
export function pointText(document: SweepDocument, row: SweepRow): string {
  const names = argumentHead(document)
  return argumentCells(document, row)
    .map((value, at) => (names[at] === 'network' ? value : `${names[at] ?? ''} = ${value}`))
    .join(', ')
}

/** In the order in which the groups begin. */
function grouped<T>(all: readonly T[], key: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(key(one))
    if (group === undefined) groups.set(key(one), [one])
    else group.push(one)
  }
  return groups
}
