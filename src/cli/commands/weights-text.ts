// `weft weights` for people: a table of parameters. Paths are never shortened: they are what maps are written with.
import { align } from '../../backends/report/text-layout.ts'
import { formatCount, largest, withSeparators } from '../../compiler/text/numbers.ts'
import { dataText } from '../../backends/report/plain-data.ts'
import type { Init } from '../../compiler/ops/op.ts'
import type { MaskData, ParameterData, WeightsDocument, WeightTotals } from '../weights-document.ts'

export function weightsText(document: WeightsDocument): string {
  const given = Object.entries(document.arguments).map(([name, value]) => `${name} = ${dataText(value)}`)
  const { checkpoint, prefix, map, parameters, totals } = document
  const bare = prefix === null || prefix === '' ? '' : `, whose names begin with \`${prefix}\`: left out`
  const [header, row] = checkpoint === null ? [initialHeader, initialRow] : [filledHeader, filledRow]
  return [
    `${document.network}(${given.join(', ')})`,
    ...(checkpoint === null ? [] : [`weights from ${checkpoint}${bare}`]),
    ...(map === null ? [] : [`names by the map ${map}`]),
    '',
    ...leftAligned([header, ...parameters.map(row)]),
    '',
    ...totalLines(totals, parameters.length),
    '',
  ].join('\n')
}

const initialHeader = ['parameter', 'shape', 'numbers', 'begins as', 'connections kept']

function initialRow({ path, shape, count, init, buffer, mask }: ParameterData): string[] {
  return [path, shapeText(shape), withSeparators(count), beginText(init, buffer), keptText(mask)]
}

const filledHeader = ['parameter', 'shape', 'filled from', 'mean', 'std', 'nonzero']

function filledRow({ path, shape, source, statistics }: ParameterData): string[] {
  const numbers =
    statistics === null || statistics === undefined
      ? []
      : [digits(statistics.mean), digits(statistics.std), percent(statistics.nonzero)]
  return [path, shapeText(shape), source?.tensor ?? 'nothing', ...numbers]
}

/** Numbers go to the right of their column, words to the left. */
function leftAligned(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.map((_, column) => rows.map((row) => row[column] ?? '')) ?? []
  const padded = columns.map((cells) => {
    const isNumbers = cells.slice(1).every((cell) => /^[-\d.,e+ %]*$/.test(cell))
    const width = largest(cells.map((cell) => cell.length))
    return cells.map((cell) => (isNumbers ? cell.padStart(width) : cell.padEnd(width)))
  })
  return rows.map((_, at) =>
    padded
      .map((cells) => cells[at] ?? '')
      .join('  ')
      .trimEnd(),
  )
}

const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? '1' : shape.join('×'))
const digits = (number: number): string => (number === 0 ? '0' : number.toPrecision(4))
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function beginText(init: Init, buffer: boolean): string {
  return buffer ? `${distribution(init)}, a buffer` : distribution(init)
}

function distribution(init: Init): string {
  switch (init.kind) {
    case 'constant':
      return String(init.value)
    case 'values':
      return valuesText(init.values)
    case 'uniform':
      return `uniform ±${Number(init.bound.toPrecision(4))}`
    case 'normal':
      return `normal, std ${Number(init.std.toPrecision(4))}${init.truncated ? ', within ±2' : ''}`
  }
}

/** A list as it begins. */
function valuesText(values: readonly number[]): string {
  const shown = values.slice(0, 3).map((one) => String(Number(one.toPrecision(4))))
  return `[${shown.join(', ')}${values.length > shown.length ? ', …' : ''}]`
}

function keptText(mask: MaskData | null): string {
  if (mask === null) return ''
  return `${withSeparators(mask.kept)} of ${withSeparators(mask.total)}`
}

function totalLines({ parameters, buffers, connections }: WeightTotals, count: number): string[] {
  const kept =
    connections === null
      ? []
      : [
          [
            'connections kept',
            `${keptText({ granularity: 'kernel', ...connections })} (${percent(connections.kept / connections.total)})`,
          ],
        ]
  return align([
    ['tensors', String(count)],
    ['parameters', formatCount(parameters)],
    ...(buffers === 0 ? [] : [['numbers of buffers', formatCount(buffers)]]),
    ...kept,
  ])
}
