// Attributes that name axes: by word, or by index into the shape without the batch.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import { attribute, readEach, readInt, spatialAxes, unknownWord, type Declared } from './attribute-kinds.ts'
import type { AttributeContext, AttributeSpec, Plain } from './attrs.ts'
import { axisOfWord, axisWords, isList, wordOf } from './words.ts'

function readAxis(raw: Plain, context: AttributeContext): number | Problem {
  const { operator, attribute, rank } = context
  const given = wordOf(raw)
  if (given !== undefined) {
    if (!axisWords.some((one) => one === given)) return unknownWord(given, context, axisWords)
    return axisOfWord(given, rank) ?? problem('axis-word', { operator, attribute, word: given, rank })
  }
  const index = readInt(raw, context, {}, 'an axis (channel, depth, height, width or an int)')
  if (isProblem(index)) return index
  const axis = index < 0 ? index + rank : index
  return axis >= 0 && axis < rank ? axis : problem('axis-index', { operator, attribute, index, rank })
}

/** One axis of the shape without the batch. Explicit: its index from 0. */
export function axis(declared: Declared): AttributeSpec<number> {
  return attribute(
    declared,
    { type: 'axis', schema: { type: 'integer', minimum: 0 }, words: axisWords },
    readAxis,
  )
}

/** Several axes in rising order, each at most once; the word `spatial` means all but the first. */
export function axes(declared: Declared): AttributeSpec<readonly number[]> {
  const schema = { type: 'array', items: { type: 'integer', minimum: 0 }, uniqueItems: true }
  const kind = { type: 'list of axes, or spatial', schema, words: ['spatial', ...axisWords] }
  return attribute(declared, kind, (raw, context) => {
    if (wordOf(raw) === 'spatial') return Array.from({ length: spatialAxes(context) }, (_, at) => at + 1)
    const found = isList(raw) ? readEach(raw, (entry) => readAxis(entry, context)) : readAxis(raw, context)
    if (isProblem(found)) return found
    const sorted = typeof found === 'number' ? [found] : found.toSorted((a, b) => a - b)
    const twice = sorted.find((one, at) => sorted[at + 1] === one)
    const { operator, attribute } = context
    return twice === undefined ? sorted : problem('repeated-axis', { operator, attribute, axis: twice })
  })
}
