// Padding of convolutions: words, ints and pairs, and what they come to once the kernel is known.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import {
  attribute,
  readEach,
  readInt,
  repeat,
  spatialAxes,
  unknownWord,
  wrongEntries,
  type Declared,
  type PerAxis,
} from './attribute-kinds.ts'
import type { AttributeContext, AttributeSpec, Plain } from './attrs.ts'
import { entry } from './extents.ts'
import { isList, wordOf } from './words.ts'

/** Padding of each spatial axis, `[low, high]`. */
export type AxisPadding = readonly (readonly [low: number, high: number])[]
/** As written: `half` and `same` wait for the kernel. */
export type PaddingRequest = AxisPadding | 'half' | 'same'

const paddingWords = ['half', 'same', 'valid'] as const

export function padding(declared: Declared): AttributeSpec<PaddingRequest> {
  const pair = { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 2, maxItems: 2 }
  const schema = { type: 'array', items: pair }
  const type = 'half, same, valid, int per axis, or [low, high] per axis'
  return attribute(declared, { type, schema, words: paddingWords }, (raw, context) => {
    const given = wordOf(raw)
    if (given === 'half' || given === 'same') return given
    if (given === 'valid') return repeat([0, 0] as const, spatialAxes(context))
    return given === undefined ? readPadding(raw, context) : unknownWord(given, context, paddingWords)
  })
}

function readPadding(raw: Plain, context: AttributeContext): AxisPadding | Problem {
  const atLeast0 = { min: 0 }
  if (!isList(raw)) {
    const value = readInt(
      raw,
      context,
      atLeast0,
      'a padding word, an int, or a list with one entry per spatial axis',
    )
    return isProblem(value) ? value : repeat([value, value] as const, spatialAxes(context))
  }
  if (raw.length !== spatialAxes(context)) return wrongEntries(raw.length, context)
  return readEach(raw, (entry) => {
    const ends = isList(entry) && entry.length === 2 ? entry : [entry, entry]
    const read = readEach(ends, (end) => readInt(end, context, atLeast0, 'ints or [low, high] pairs'))
    return isProblem(read) ? read : ([read[0] ?? 0, read[1] ?? 0] as const)
  })
}

export interface PaddedWindows {
  readonly kernel: PerAxis
  readonly stride: PerAxis
  readonly dilation: PerAxis
  readonly padding: PaddingRequest
}

/** The padding in numbers. `same` puts the odd one on the high side, as PyTorch does. */
export function resolvePadding(
  operator: string,
  { padding, kernel, dilation, stride }: PaddedWindows,
): AxisPadding | Problem {
  if (typeof padding !== 'string') return padding
  if (padding === 'same' && stride.some((step) => step !== 1)) {
    return problem('same-padding-stride', {
      operator,
      attribute: 'padding',
      stride: `[${stride.join(', ')}]`,
    })
  }
  return kernel.map((taps, axis) => {
    const reach = entry(dilation, axis) * (taps - 1)
    const low = Math.floor(reach / 2)
    return [low, padding === 'half' ? low : reach - low] as const
  })
}
