// Numbers with their suffixes and strings with their escapes: from their spelling to their value.
import type { IToken } from 'chevrotain'
import { span } from '../text/source.ts'
import type { InvalidExpr, NumberLiteral, StringLiteral } from './ast.ts'
import { tokenSpan, type LowerContext } from './lower-context.ts'

/** Powers of ten by suffix; `%` is one too. */
const decimal: Readonly<Record<string, number>> = { K: 3, M: 6, G: 9, T: 12 }
/** Powers of two by suffix. */
export const binarySuffixes: Readonly<Record<string, number>> = { KiB: 10, MiB: 20, GiB: 30, TiB: 40 }

export const numberSuffixes: readonly string[] = [
  '%',
  ...Object.keys(decimal),
  ...Object.keys(binarySuffixes),
]

export function lowerNumber(cx: LowerContext, token: IToken): NumberLiteral | InvalidExpr {
  const text = token.image
  const place = tokenSpan(cx, token)
  const [digits = '', exponent = '', suffix = ''] =
    /^(\d+(?:\.\d+)?)([eE][+-]?\d+)?(.*)$/.exec(text)?.slice(1) ?? []
  const invalid: InvalidExpr = { kind: 'InvalidExpr', span: place }
  if (suffix !== '' && !numberSuffixes.includes(suffix)) {
    const at = span(cx.file, place.end - suffix.length, place.end)
    cx.bag.report('unknown-number-suffix', at, { number: text, suffix })
    return invalid
  }
  const value = valueOf(digits, exponent, suffix)
  const type = suffix === '%' || (suffix === '' && /[.eE]/.test(digits + exponent)) ? 'float' : 'int'
  if (!Number.isFinite(value) || (type === 'int' && value > Number.MAX_SAFE_INTEGER)) {
    cx.bag.report('number-too-large', place, { number: text })
    return invalid
  }
  if (type === 'int' && !Number.isInteger(value)) {
    cx.bag.report('fractional-count', place, { number: text, value })
    return invalid
  }
  return { kind: 'NumberLiteral', value, type, text, span: place }
}

/** Decimal suffixes move the decimal point in the spelling, so that `1.1M` is exact. */
function valueOf(digits: string, exponent: string, suffix: string): number {
  const power = Number(exponent.slice(1))
  if (suffix === '%') return Number(`${digits}e${power - 2}`)
  const two = binarySuffixes[suffix]
  return two === undefined
    ? Number(`${digits}e${power + (decimal[suffix] ?? 0)}`)
    : Number(`${digits}e${power}`) * 2 ** two
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t' }

export function lowerString(cx: LowerContext, token: IToken): StringLiteral {
  const place = tokenSpan(cx, token)
  const isClosed = /^"(?:[^"\\]|\\.)*"$/.test(token.image)
  const inner = token.image.slice(1, isClosed ? -1 : undefined)
  const value = inner.replace(/\\(.?)/g, (whole, letter: string, at: number) => {
    const meant = escapes[letter]
    if (meant === undefined && letter !== '') {
      const start = place.start + 1 + at
      cx.bag.report('unknown-escape', span(cx.file, start, start + whole.length), { escape: whole })
    }
    return meant ?? letter
  })
  return { kind: 'StringLiteral', value, span: place }
}
