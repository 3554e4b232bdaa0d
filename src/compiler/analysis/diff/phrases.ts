// What a comparison says in words, before any format: phrases with their names and code marked, in lists.
import { formatCount, humanCount, withSeparators } from '../../text/numbers.ts'

/** Something that the spec or the graph calls by this name. */
export interface Code {
  readonly code: string
}

export type Phrase = readonly (string | Code)[]

/** What is new, gone, different, or under another name. */
export type Sign = '+' | '-' | '~' | '>'

export const signWords: Readonly<Record<Sign, string>> = {
  '+': 'added',
  '-': 'removed',
  '~': 'changed',
  '>': 'renamed',
}

export interface Item {
  readonly sign: Sign
  readonly text: Phrase
  readonly details: readonly Phrase[]
}

export interface Chapter {
  readonly title: string
  readonly items: readonly Item[]
}

export function code(text: string): Code {
  return { code: text }
}

export function item(sign: Sign, text: Phrase, details: readonly Phrase[] = []): Item {
  return { sign, text, details }
}

/** Without marks. */
export function phraseText(phrase: Phrase): string {
  return phrase.map((one) => (typeof one === 'string' ? one : one.code)).join('')
}

/** `1 operator`, `2,500 operators`. */
export function counted(count: number, noun: string): string {
  return `${withSeparators(count)} ${noun}${count === 1 ? '' : 's'}`
}

export type Unit = 'count' | 'bytes'

const binaryUnits = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `23.81 M`, `1.20 GiB`. */
export function rounded(value: number, unit: Unit): string {
  if (unit === 'count') return humanCount(value)
  let rest = value
  let power = 0
  while (Number(rest.toFixed(2)) >= 1024 && power < binaryUnits.length - 1) {
    rest /= 1024
    power += 1
  }
  return `${power === 0 ? String(value) : rest.toFixed(2)} ${binaryUnits[power] ?? ''}`
}

export function exact(value: number | null): string {
  return value === null ? 'unknown' : withSeparators(value)
}

export function countText(value: number): string {
  return formatCount(value)
}

/** `+9.06 M (+29.0 %)`, `-1.20 GiB (-100 %)`, `=`; without a share where there was nothing. */
export function changeText(before: number | null, after: number | null, unit: Unit): string {
  if (before === null || after === null) return 'unknown'
  if (before === after) return '='
  const sign = after > before ? '+' : '-'
  const size = `${sign}${rounded(Math.abs(after - before), unit)}`
  return before === 0 ? size : `${size} (${shareText(before, after)})`
}

function shareText(before: number, after: number): string {
  const share = (100 * (after - before)) / before
  const size = Math.abs(share)
  const digits =
    size >= 1000 ? withSeparators(Math.round(size)) : size >= 99.95 ? size.toFixed(0) : size.toFixed(1)
  return `${share < 0 ? '-' : '+'}${digits} %`
}

/** What the last column of the module table holds. */
export const heldNote =
  'weights and results: weights with gradients and momentum, and every result of the forward pass'
