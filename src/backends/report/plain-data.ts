// An argument's value as JSON: symbolic extents and words with arguments become their source text.
import { formatDim } from '../../compiler/ir/tensor.ts'
import type { Plain, Term } from '../../compiler/ops/attrs.ts'

export type PlainData = number | boolean | string | readonly PlainData[]

export function plainData(value: Plain): PlainData {
  if (typeof value !== 'object') return value
  if (isList(value)) return value.map(plainData)
  return value.kind === 'term' ? termText(value) : formatDim(value)
}

/** `[1, 2, 2]`, `"same"` as the language writes them. */
export function dataText(value: PlainData): string {
  if (typeof value === 'object') return `[${value.map(dataText).join(', ')}]`
  return String(value)
}

function isList(value: object): value is readonly Plain[] {
  return Array.isArray(value)
}

function termText({ word, positional, named }: Term): string {
  const args = [
    ...positional.map((one) => dataText(plainData(one))),
    ...Object.entries(named).map(([name, one]) => `${name} = ${dataText(plainData(one))}`),
  ]
  return args.length === 0 ? word : `${word}(${args.join(', ')})`
}
