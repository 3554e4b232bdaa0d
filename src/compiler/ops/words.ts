// Names of axes, and how argument data is written in messages. Knows nothing of operators.
import { formatDim } from '../ir/tensor.ts'
import type { Plain, Term } from './attrs.ts'

const spatialWords = ['depth', 'height', 'width'] as const

/** Words that name an axis, whatever the rank. */
export const axisWords = ['channel', ...spatialWords] as const

/** The axis that a word names in a shape of `rank` axes; undefined where there is none (a 2D image has no depth). */
export function axisOfWord(word: string, rank: number): number | undefined {
  if (word === 'channel') return rank > 0 ? 0 : undefined
  const at = spatialWords.findIndex((one) => one === word)
  const axis = rank - spatialWords.length + at
  return at >= 0 && axis > 0 ? axis : undefined
}

/** `depth` for axis 1 of `[C, D, H, W]`; `axis 4` beyond images. */
export function axisName(axis: number, rank: number): string {
  if (rank > axisWords.length) return `axis ${axis}`
  return axis === 0 ? 'channel' : (spatialWords[axis + spatialWords.length - rank] ?? `axis ${axis}`)
}

export function isTerm(raw: Plain): raw is Term {
  return typeof raw === 'object' && 'kind' in raw && raw.kind === 'term'
}

export function isList(raw: Plain): raw is readonly Plain[] {
  return Array.isArray(raw)
}

/** The word that a string or a term without arguments stands for. */
export function wordOf(raw: Plain): string | undefined {
  if (typeof raw === 'string') return raw
  const bare = isTerm(raw) && raw.positional.length === 0 && Object.keys(raw.named).length === 0
  return bare ? raw.word : undefined
}

/** A value as the language writes it. */
export function formatPlain(raw: Plain): string {
  if (typeof raw === 'string') return JSON.stringify(raw)
  if (typeof raw !== 'object') return String(raw)
  if (isList(raw)) return `[${raw.map(formatPlain).join(', ')}]`
  return isTerm(raw) ? formatTerm(raw) : formatDim(raw)
}

function formatTerm(term: Term): string {
  const named = Object.entries(term.named).map(([name, value]) => `${name} = ${formatPlain(value)}`)
  const all = [...term.positional.map(formatPlain), ...named]
  return all.length === 0 ? term.word : `${term.word}(${all.join(', ')})`
}
