// Tables of measured results as comma-separated values: each line says of which network it is, and what was measured of it.
import { CsvError, parse } from 'csv-parse/sync'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { costMetricNames } from '../compiler/analysis/sweep/metrics.ts'
import type { Measurement } from '../compiler/analysis/sweep/measurements.ts'
import type { Plain } from '../compiler/ops/attrs.ts'
import { suggest } from '../compiler/text/suggest.ts'

export interface CsvTable {
  /** How messages call it. */
  readonly path: string
  readonly text: string
  /** Every parameter that a network of the sweep has: columns of these names say which point is meant. */
  readonly parameters: ReadonlySet<string>
  /** Those that are swept. */
  readonly swept: readonly string[]
}

interface Line {
  /** From 1; of a record over several lines, the last. */
  readonly line: number
  readonly cells: readonly string[]
}

/** The column that names the network. */
const networkColumn = 'network'

/** A measurement for each result of each line. The first mistake is a problem with its line. */
export function readMeasuredCsv(table: CsvTable): readonly Measurement[] | Problem {
  const lines = recordsOf(table)
  if (isProblem(lines)) return lines
  const [head, ...rows] = lines
  const columns = head?.cells ?? []
  const wrong = wrongColumns(columns, table)
  if (wrong !== undefined) return wrong
  const measurements: Measurement[] = []
  for (const row of rows) {
    const more = measurementsOf(row, columns, table)
    if (isProblem(more)) return more
    measurements.push(...more)
  }
  return measurements
}

function recordsOf({ text, path }: CsvTable): readonly Line[] | Problem {
  const lines: number[] = []
  try {
    const records = parse(text, {
      bom: true,
      trim: true,
      // Otherwise the first line's ending is taken for that of every line.
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      on_record: (record, context) => {
        lines.push(context.lines)
        return record
      },
    })
    return records.map((cells, at) => ({ line: lines[at] ?? 1, cells }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line: unknown = error['lines']
    const reason = reasons[error.code] ?? error.message
    return problem('measured-malformed', { path, line: typeof line === 'number' ? line : 1, reason })
  }
}

const reasons: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'it has not as many cells as the first line has column names',
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote',
  INVALID_OPENING_QUOTE: 'a quote stands within a cell that does not begin with one',
}

function wrongColumns(
  columns: readonly string[],
  { path, parameters, swept }: CsvTable,
): Problem | undefined {
  const wrong = (column: string, reason: string, suggestion?: string): Problem =>
    problem('measured-column', { path, column, reason, suggestion })
  if (columns.length === 0) return wrong('', 'is empty: its first line has to name its columns')
  const twice = columns.find((one, at) => columns.indexOf(one) !== at)
  if (twice !== undefined) return wrong(twice, 'it is there twice')
  if (columns.includes('')) return wrong('', 'has a column without a name')
  const results = columns.filter((one) => one !== networkColumn && !parameters.has(one))
  const missing = swept.filter((one) => !columns.includes(one))
  const misspelt = results.find((one) => suggest(one, missing) !== undefined)
  if (misspelt !== undefined) {
    const meant = suggest(misspelt, missing)
    return wrong(
      misspelt,
      `no parameter has this name, and \`${meant}\`, which is swept, has no column`,
      meant,
    )
  }
  const computed = results.find((one) => costMetricNames.includes(one))
  if (computed !== undefined) return wrong(computed, 'a sweep counts this itself')
  return results.length === 0 ? wrong('', 'has no column of results') : undefined
}

function measurementsOf(
  { line, cells }: Line,
  columns: readonly string[],
  { path, parameters }: CsvTable,
): readonly Measurement[] | Problem {
  let network: string | null = null
  const given: Record<string, Plain> = {}
  const results: [string, number][] = []
  for (const [at, column] of columns.entries()) {
    const text = cells[at] ?? ''
    const isArgument = column === networkColumn || parameters.has(column)
    if (text === '' && !isArgument) continue
    if (text === '') return problem('measured-cell', { path, line, column, text, wanted: 'value' })
    if (column === networkColumn) network = text
    else if (isArgument) given[column] = valueOf(text)
    else {
      const value = numberOf(text)
      if (value === undefined) return problem('measured-cell', { path, line, column, text, wanted: 'number' })
      results.push([column, value])
    }
  }
  return results.map(([metric, value]) => ({
    metric,
    value,
    network,
    arguments: given,
    where: { file: path, line },
  }))
}

/** A decimal; percent moves the point, so that 90.3% is the number nearest to 0.903. */
function numberOf(text: string): number | undefined {
  const found = /^([-+]?(?:\d+\.?\d*|\.\d+))(?:e([-+]?\d+))?\s*(%?)$/i.exec(text)
  if (found === null) return undefined
  const [, digits = '', exponent = '0', percent] = found
  const value = Number(`${digits}e${Number(exponent) - (percent === '%' ? 2 : 0)}`)
  return Number.isFinite(value) ? value : undefined
}

/** As Weft writes values: numbers, percent, `true`, lists; everything else is a word or text. */
function valueOf(text: string): Plain {
  const number = numberOf(text)
  if (number !== undefined) return number
  if (text === 'true' || text === 'false') return text === 'true'
  return text.startsWith('[') ? (listOf(text) ?? text) : text.replace(/^"(.*)"$/, '$1')
}

function listOf(text: string): Plain | undefined {
  try {
    return plainOf(JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return undefined
  }
}

function plainOf(value: unknown): Plain | undefined {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  const parts = value.map(plainOf)
  return parts.every((one) => one !== undefined) ? parts : undefined
}
