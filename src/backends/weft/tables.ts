// Large tables as `let`s of the file: each once, and as short as it can be said exactly. Tables of indices nearly always follow a formula
// (the relative positions of a window: 117,649 numbers, three lines); those of numbers repeat rows, or are the same at the ends of all of them.
import { extentsIn, numbersIn, type NumberList, type Numbers } from '../../compiler/ops/nested-lists.ts'
import { freshName } from './fresh-name.ts'

export interface Tables {
  readonly taken: Set<string>
  /** By the table's text. */
  readonly names: Map<string, string>
  readonly lines: string[]
}

/** From so many numbers on a list is a table. */
const least = 64

/** From so many columns on what is the same in all rows stands outside them. */
const leastFrame = 8

/** The name of a large table, whose line is written if it has none yet; undefined for other values. */
export function nameOfTable(value: unknown, attribute: string, tables: Tables): string | undefined {
  if (!isTable(value)) return undefined
  const key = JSON.stringify(value)
  const known = tables.names.get(key)
  if (known !== undefined) return known
  const name = freshName(attribute, tables.taken)
  tables.names.set(key, name)
  const text =
    formulaOf(value, name, tables) ??
    repetitionOf(value) ??
    framedText(value, name, tables) ??
    (value.some(Array.isArray) ? rowsText(value) : listText(value))
  tables.lines.push(`let ${name} = ${text}`)
  return name
}

/** What stands before the network. */
export function tableLines({ lines }: Tables): readonly string[] {
  return lines.length === 0 ? [] : [...lines, '']
}

function isTable(value: unknown): value is NumberList {
  if (!Array.isArray(value) || value.length === 0) return false
  const numbers: unknown[] = Array.isArray(value[0]) ? value.flat(Infinity) : value
  return numbers.length >= least && numbers.every((one) => typeof one === 'number')
}

const listText = (value: Numbers): string =>
  typeof value === 'number' ? String(value) : `[${value.map(listText).join(', ')}]`

/** A line for each item. */
const rowsText = (value: NumberList): string => `[\n${value.map((row) => `  ${listText(row)},\n`).join('')}]`

/** The same item throughout: `repeat([0, 0.5], 96)`. */
function repetitionOf(value: NumberList): string | undefined {
  const [first = ''] = value.map(listText)
  return value.length > 1 && value.every((one) => listText(one) === first)
    ? `repeat(${first}, ${value.length})`
    : undefined
}

/** Columns of one number on either side of all rows stand outside them: `[[...repeat(0, 128), ...row] for row in rows]`. */
function framedText(value: NumberList, name: string, tables: Tables): string | undefined {
  const rows = value.filter((row) => typeof row !== 'number')
  const [width = 0, ...deeper] = extentsIn(rows[0] ?? 0)
  if (deeper.length > 0 || width === 0) return undefined
  const isAll = (at: number, number: Numbers | undefined): boolean => rows.every((row) => row[at] === number)
  const [low, high] = [rows[0]?.[0], rows[0]?.[width - 1]]
  const from = rows[0]?.findIndex((_, at) => !isAll(at, low)) ?? -1
  const to = (rows[0]?.findLastIndex((_, at) => !isAll(at, high)) ?? -1) + 1
  if (from === -1 || from + width - to < leastFrame) return undefined
  const inner = rows.map((row) => row.slice(from, to))
  const list = nameOfTable(inner, `${name}_rows`, tables) ?? listText(inner)
  const parts = [
    ...(from === 0 ? [] : [`...repeat(${String(low)}, ${from})`]),
    '...row',
    ...(to === width ? [] : [`...repeat(${String(high)}, ${width - to})`]),
  ]
  return `[[${parts.join(', ')}] for row in ${list}]`
}

/** A sum of one number per axis: `[[a + b for b in columns] for a in rows]`. */
function formulaOf(value: NumberList, name: string, tables: Tables): string | undefined {
  const parts = axisParts(extentsIn(value), numbersIn(value))
  if (parts === undefined) return undefined
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return latticeText(only)
  const variables = parts.map((_, axis) => variable(axis))
  const lists = parts.map((part, axis) => partName(part, `${name}_${axis}`, tables))
  return lists.reduceRight(
    (inner, list, axis) => `[${inner} for ${variables[axis]} in ${list}]`,
    variables.join(' + '),
  )
}

const variable = (at: number): string => `i${at}`

/** A range is written in its place. Other lists have a name, so that they are not made anew for every row. */
function partName(part: readonly number[], name: string, tables: Tables): string {
  const text = latticeText(part) ?? listText(part)
  if (!text.startsWith('[')) return text
  const own = freshName(name, tables.taken)
  tables.lines.push(`let ${own} = ${text}`)
  return own
}

/** One list per axis whose sums are the table, the first of which holds what is common to all; undefined where there are none. */
function axisParts(extents: readonly number[], values: readonly number[]): number[][] | undefined {
  const [origin = 0] = values
  const strides = extents.map((_, axis) => extents.slice(axis + 1).reduce((all, one) => all * one, 1))
  const parts = extents.map((extent, axis) =>
    Array.from({ length: extent }, (_, k) => {
      const value = values[k * (strides[axis] ?? 1)] ?? 0
      return axis === 0 ? value : value - origin
    }),
  )
  const fits = values.every((value, at) => {
    const sum = parts.reduce((all, part, axis) => {
      const place = Math.floor(at / (strides[axis] ?? 1)) % (extents[axis] ?? 1)
      return all + (part[place] ?? 0)
    }, 0)
    return sum === value
  })
  return fits && values.every(Number.isInteger) ? parts : undefined
}

/** One digit of a lattice: so many steps of that size. */
interface Digit {
  readonly count: number
  readonly step: number
}

/** `0..342`, or `[169 * i0 + 13 * i1 + i2 for i0 in 0..6, i1 in 0..6, i2 in 0..6]`; undefined for a list that is no lattice. */
function latticeText(values: readonly number[]): string | undefined {
  const digits = digitsOf(values)
  const [origin = 0] = values
  if (digits === undefined) return undefined
  const [only] = digits
  if (digits.length === 1 && only?.step === 1) return `${origin}..${origin + only.count - 1}`
  const terms = digits.flatMap(({ step }, at) =>
    step === 0 ? [] : [step === 1 ? variable(at) : `${step} * ${variable(at)}`],
  )
  const ranges = digits.map(({ count }, at) => `${variable(at)} in 0..${count - 1}`)
  const sum = [...terms, ...(origin === 0 && terms.length > 0 ? [] : [origin])].join(' + ')
  return `[${sum} for ${ranges.join(', ')}]`
}

/** The digits of a lattice, the slowest first. */
function digitsOf(values: readonly number[]): readonly Digit[] | undefined {
  const [origin = 0, next] = values
  if (next === undefined) return []
  const step = next - origin
  const end = values.findIndex((value, k) => value !== origin + k * step)
  const count = end === -1 ? values.length : end
  const starts = values.filter((_, k) => k % count === 0)
  const fits = values.every((value, k) => value === (starts[Math.floor(k / count)] ?? 0) + (k % count) * step)
  if (values.length % count !== 0 || !fits) return undefined
  const outer = digitsOf(starts)
  return outer === undefined ? undefined : [...outer, { count, step }]
}
