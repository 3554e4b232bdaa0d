// What the spec's `results` blocks say was measured of a network, beside the arguments it was measured at.
import { lineOf, type Sources } from '../../../compiler/analysis/charge.ts'
import { keyOfValue } from '../../../compiler/analysis/sweep/measurements.ts'
import type { Graph } from '../../../compiler/ir/graph.ts'
import type { Result, Results } from '../../../compiler/semantics/declarations/results.ts'
import type { Section } from '../section.ts'
import { dataText, plainData } from '../plain-data.ts'

export interface MeasuredRow {
  /** Name of the block. */
  readonly table: string
  /** Its doc comment: where the figures come from. */
  readonly about: string | null
  readonly metric: string
  readonly value: number
  /** The arguments that the table states, as the language writes them. */
  readonly at: string
  /** Every argument is the one that the report's network has. */
  readonly own: boolean
  readonly file: string
  readonly line: number
}

/** Rows of the tables about the graph's network, in the order of the text. */
export function measuredRows(graph: Graph, tables: readonly Results[], sources: Sources): MeasuredRow[] {
  const inForce = keyOfArguments(graph.arguments)
  return tables
    .filter((one) => one.network === graph.network && one.file === sources.entry)
    .flatMap(({ name, doc, entries }) =>
      entries.map((one) => ({
        table: name,
        about: doc ?? null,
        metric: one.metric,
        value: one.value,
        at: statedText(one),
        own: keyOfArguments(one.arguments) === inForce,
        ...placeOf(one, sources),
      })),
    )
}

function keyOfArguments(all: Graph['arguments']): string {
  return all.map(({ name, value }) => `${name} ${keyOfValue(value)}`).join('\n')
}

function statedText({ stated, arguments: all }: Result): string {
  const shown = all.filter((one) => stated.includes(one.name))
  return shown.map(({ name, value }) => `${name} = ${dataText(plainData(value))}`).join(', ')
}

function placeOf({ span }: Result, sources: Sources): { readonly file: string; readonly line: number } {
  const { file, line } = lineOf(sources, span)
  return { file, line }
}

export function measuredSection(rows: readonly MeasuredRow[]): Section {
  const about = new Map(rows.map((one) => [one.table, one.about]))
  return {
    title: 'measured',
    header: ['result', 'value', 'at', 'of this network', 'line'],
    rows: rows.map((one) => [
      `${one.table}: ${one.metric}`,
      String(one.value),
      one.at === '' ? 'its defaults' : one.at,
      one.own ? 'yes' : 'other arguments',
      `${one.file}:${one.line}`,
    ]),
    words: 'all',
    notes: [...about].flatMap(([table, text]) => (text === null ? [] : [`${table}: ${text}`])),
  }
}
