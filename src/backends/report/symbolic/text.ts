// Symbolic costs for a terminal: each count as a sum of products, with the values that it holds at.
import { largest, withSeparators } from '../../../compiler/text/numbers.ts'
import { plainStyle, type Style } from '../../../compiler/text/style.ts'
import { visible } from '../../../compiler/text/visible.ts'
import { wrap } from '../text-layout.ts'
import type { PieceData, SymbolicDocument, TermData } from './model.ts'

export interface SymbolicTextOptions {
  readonly width: number
  readonly style?: Style
}

export function renderSymbolic(
  document: SymbolicDocument,
  { width, style = plainStyle }: SymbolicTextOptions,
): string {
  const blocks = [
    heading(document, width, style),
    ...document.quantities.map((one) => quantity(document, one, width, style)),
  ]
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`
}

const lineOf = (text: string): string => visible(text.replaceAll(/\s+/g, ' '))

function heading(document: SymbolicDocument, width: number, style: Style): string[] {
  const { network, file, parameters, points, failures, arguments: set } = document
  const settings = Object.entries(set).map(([name, value]) => `${name} = ${lineOf(value)}`)
  const failed =
    failures === null
      ? ''
      : `; ${withSeparators(failures.points)} of them have no network (${failures.finding.code}: ${lineOf(failures.finding.message)})`
  const facts = [
    ...parameters.map(({ name, values }) => ({ name, value: values.join(', ') })),
    ...(settings.length === 0 ? [] : [{ name: 'set', value: settings.join(', ') }]),
    {
      name: 'points',
      value: `${withSeparators(points)}, all counted${failed}; each formula holds exactly at all of the values that stand above it, and is stated of no others`,
    },
  ]
  const label = largest(facts.map(({ name }) => name.length)) + 2
  const lines = facts.flatMap(({ name, value }) =>
    wrap(value, width - label).map((line, at) => style.dim((at === 0 ? name : '').padEnd(label)) + line),
  )
  return [style.bold(`${network}  ${file}`), ...lines]
}

function quantity(
  document: SymbolicDocument,
  { name, title, unit, pieces }: SymbolicDocument['quantities'][number],
  width: number,
  style: Style,
): string[] {
  const head = style.bold(`${name}  ${style.dim(unit === 'bytes' ? `${title}, bytes` : title)}`)
  if (pieces === null) return [head, style.yellow('  no polynomial, nor a few, over these values')]
  return [
    head,
    ...pieces.flatMap((piece) => [
      ...wrap(placeText(document, piece), width - 2).map((line) => style.dim(`  ${line}`)),
      ...wrap(piece.terms === null ? 'no network' : sumText(piece.terms), width - 4).map(
        (line) => `    ${line}`,
      ),
    ]),
  ]
}

/** `base 16 to 40 by 8, patch[0] 64; at all values` of the others. */
export function placeText({ parameters }: SymbolicDocument, { at }: PieceData): string {
  const parts = parameters.flatMap(({ name, values }) => {
    const own = at[name] ?? []
    return own.length === values.length ? [] : [`${name} ${rangeText(own)}`]
  })
  return parts.length === 0 ? 'at all values' : `at ${parts.join(', ')}`
}

function rangeText(values: readonly string[]): string {
  const [first = '', second] = values
  const step = Number(second) - Number(first)
  const even = values.every((value, at) => Math.abs(Number(value) - Number(first) - at * step) < 1e-9)
  if (values.length < 3 || !even) return values.join(', ')
  return `${first} to ${values.at(-1) ?? ''} by ${Number(step.toPrecision(12))}`
}

/** `5,184·base² + 27/4·base·patch[0] + 2`. */
export function sumText(terms: readonly TermData[]): string {
  if (terms.length === 0) return '0'
  return terms.map((term, at) => termText(term, at === 0)).join(' ')
}

function termText({ coefficient, powers }: TermData, isFirst: boolean): string {
  const negative = coefficient.startsWith('-')
  const size = negative ? coefficient.slice(1) : coefficient
  const factors = Object.entries(powers).map(([name, power]) => name + (power === 1 ? '' : raised(power)))
  const shown = size === '1' && factors.length > 0 ? factors : [grouped(size), ...factors]
  const sign = negative ? (isFirst ? '-' : '- ') : isFirst ? '' : '+ '
  return sign + shown.join('·')
}

const grouped = (text: string): string =>
  text
    .split('/')
    .map((digits) => digits.replaceAll(/\B(?=(\d{3})+$)/g, ','))
    .join('/')

const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const raised = (power: number): string => [...String(power)].map((one) => digits[Number(one)] ?? '').join('')
