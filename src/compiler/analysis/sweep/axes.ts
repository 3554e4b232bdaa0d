// What a sweep goes over: `S=0.5..0.95:0.05`, `base=32,48,64`, `patch=[96, 96, 96],[128, 128, 128]`, `patch[0]=64,128`, as parameters, or
// elements of parameters, with their values.
// Values stay Weft expressions in the text that they were given in; ranges are counted in whole numbers, so that 0.55 is never 0.55000001.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'

export interface Axis {
  /** Of a parameter, or of one element of it: `patch[0]`. */
  readonly name: string
  /** Weft expressions, each once. */
  readonly values: readonly string[]
}

/** More than anyone reads, and few enough to be done in minutes. */
export const mostPoints = 10_000

/** The options that are given axes. */
export type AxisOption = '--over' | '--vary' | '--symbolic'

/** Each parameter once; a parameter whose elements vary does not vary itself. */
export function readAxes(texts: readonly string[], option: AxisOption = '--over'): readonly Axis[] | Problem {
  const axes: Axis[] = []
  for (const text of texts) {
    const axis = readAxis(text, option)
    if (isProblem(axis)) return axis
    if (axes.some(({ name }) => overlaps(name, axis.name)))
      return problem('sweep-parameter-twice', { name: axis.name, option, other: `another ${option}` })
    axes.push(axis)
  }
  return axes
}

const axisName = /^([A-Za-z_]\w*)(?:\[(\d+)\])?$/

/** The parameter of an axis, and which element of it varies where it is not all of it. */
export function axisTarget(name: string): {
  readonly parameter: string
  readonly element: number | undefined
} {
  const [, parameter = name, element] = axisName.exec(name) ?? []
  return { parameter, element: element === undefined ? undefined : Number(element) }
}

function overlaps(a: string, b: string): boolean {
  const [one, other] = [axisTarget(a), axisTarget(b)]
  return (
    one.parameter === other.parameter &&
    (one.element === other.element || one.element === undefined || other.element === undefined)
  )
}

/** `NAME=VALUES`, the values between commas that stand in no brackets. */
function readAxis(text: string, option: AxisOption): Axis | Problem {
  const at = text.indexOf('=')
  const name = text.slice(0, Math.max(0, at)).trim()
  if (!axisName.test(name))
    return problem('sweep-malformed', {
      text,
      option,
      reason: 'it does not begin with the name of a parameter and `=`',
    })
  const values: string[] = []
  for (const item of itemsOf(text.slice(at + 1))) {
    if (item === '') return problem('sweep-malformed', { text, option, reason: 'a value is empty' })
    const more = valuesOf(item)
    if (isProblem(more)) return more
    values.push(...more)
  }
  return repeated(name, values) ?? { name, values }
}

/** However numbers are written: 0.5, 0.50 and 50% are one value. */
function repeated(name: string, values: readonly string[]): Problem | undefined {
  const seen = new Map<string | number, string>()
  for (const value of values) {
    const key = numberOf(value) ?? value
    const before = seen.get(key)
    if (before !== undefined) return problem('sweep-value-twice', { name, value, before })
    seen.set(key, value)
  }
  return undefined
}

/** Undefined where it is no number but an expression. Percent moves the point, so that 55% is the number nearest to 0.55. */
export function numberOf(text: string): number | undefined {
  const [, digits, exponent = '0', percent] = /^(-?\d+(?:\.\d+)?)(?:[eE]([-+]?\d+))?(%?)$/.exec(text) ?? []
  if (digits === undefined) return undefined
  return Number(`${digits}e${Number(exponent) - (percent === '%' ? 2 : 0)}`)
}

const brackets: Readonly<Record<string, number>> = { '[': 1, '(': 1, '{': 1, ']': -1, ')': -1, '}': -1 }

function itemsOf(text: string): string[] {
  const items: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (const [at, character] of text.split('').entries()) {
    if (character === '"') quoted = !quoted
    if (quoted) continue
    depth += brackets[character] ?? 0
    if (character !== ',' || depth > 0) continue
    items.push(text.slice(start, at).trim())
    start = at + 1
  }
  return [...items, text.slice(start).trim()]
}

const decimal = String.raw`-?\d+(?:\.\d+)?%?`
const number = new RegExp(`^${decimal}$`)
const range = new RegExp(String.raw`^(${decimal})\s*\.\.\s*(${decimal})(?:\s*:\s*(${decimal}))?$`)

/** A range has dots that stand in no brackets; everything else is one expression. */
function valuesOf(item: string): readonly string[] | Problem {
  const found = range.exec(item)
  if (found !== null) {
    const [, from = '', to = '', step] = found
    return rangeOf(item, from, to, step)
  }
  const numbers = item.split(/\s*(?:\.{2,3}|:)\s*/)
  if (numbers.length > 1 && numbers.length < 4 && numbers.every((one) => number.test(one)))
    return problem('sweep-range', { range: item, ...otherwise(numbers) })
  return /^[^[({"]*\.\./.test(item)
    ? problem('sweep-range', { range: item, reason: 'its ends and its step have to be numbers' })
    : [item]
}

/** How the same numbers are written here; where the step stands in the middle, it is the smaller one of the last two. */
function otherwise([first = '', second = '', third]: readonly string[]): {
  readonly reason: string
  readonly suggestion: string
} {
  const reason = 'two dots stand between its ends, a colon before its step'
  if (third === undefined)
    return { reason, suggestion: `${first}..${second}${/[.%]/.test(first + second) ? ':STEP' : ''}` }
  const size = (text: string): number => Math.abs(Number.parseFloat(text))
  const [last, step] = size(second) < size(third) ? [third, second] : [second, third]
  return { reason, suggestion: `${first}..${last}:${step}` }
}

function rangeOf(
  item: string,
  from: string,
  to: string,
  given: string | undefined,
): readonly string[] | Problem {
  const wrong = (reason: string): Problem => problem('sweep-range', { range: item, reason })
  const isWhole = /^-?\d+$/.test(from) && /^-?\d+$/.test(to)
  if (given === undefined && !isWhole) return wrong('only a range of whole numbers goes without a step')
  const step = given ?? '1'
  const percent = from.endsWith('%')
  if ([to, step].some((one) => one.endsWith('%') !== percent))
    return wrong('either all of its numbers are percent or none')
  const digits = Math.max(...[from, to, step].map(fractionDigits))
  const [first, last, by] = [from, to, step].map((one) => scaled(one, digits))
  if (first === undefined || last === undefined || by === undefined || by === 0n)
    return wrong('its step is 0')
  if (last !== first && last > first !== by > 0n) return wrong(`steps of ${step} lead away from its end`)
  const count = (last - first) / by + 1n
  if (count > BigInt(mostPoints))
    return problem('sweep-too-large', { points: String(count), limit: mostPoints })
  return Array.from({ length: Number(count) }, (_, k) => {
    const value = unscaled(first + BigInt(k) * by, digits)
    return percent ? `${value}%` : value
  })
}

const fractionDigits = (text: string): number => (text.replace('%', '').split('.')[1] ?? '').length

/** A decimal as a whole number of its last digits. */
function scaled(text: string, digits: number): bigint {
  const [whole = '', fraction = ''] = text.replace('%', '').split('.')
  return BigInt(whole + fraction.padEnd(digits, '0'))
}

function unscaled(value: bigint, digits: number): string {
  const sign = value < 0n ? '-' : ''
  const text = String(value < 0n ? -value : value).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  const fraction = text.slice(text.length - digits).replace(/0+$/, '')
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
}
