// A model that says of some of its values how small and how large they get: what quantisation has to know before it writes bytes.
import { int, type OnnxGraph, type OnnxNode, type OnnxValue } from '../model.ts'
import type { Range, Ranges } from './quantisation.ts'

/** The model with the extremes of the values as its only outputs. */
export function observing(model: OnnxGraph, values: readonly string[]): OnnxGraph {
  const origins = new Map(
    model.nodes.flatMap(({ outputs, origin }) => outputs.map((name) => [name, origin] as const)),
  )
  const nodes = values.flatMap((value) =>
    extremes.map(({ op, label }): OnnxNode => {
      const name = `${value}/${label}`
      const origin = origins.get(value) ?? 0
      return { name, op, inputs: [value], outputs: [name], attributes: { keepdims: int(0) }, origin }
    }),
  )
  const outputs = nodes.map(({ name }): OnnxValue => ({
    name,
    type: { dtype: 'float32', batched: false, shape: [] },
  }))
  return { ...model, nodes: [...model.nodes, ...nodes], outputs }
}

const extremes = [
  { op: 'ReduceMin', label: 'least' },
  { op: 'ReduceMax', label: 'greatest' },
] as const

/** What one run of it found, beside what earlier ones did. */
export function observed(
  values: readonly string[],
  outputs: ReadonlyMap<string, { readonly data: Float32Array }>,
  before: Ranges,
): Ranges {
  const at = (name: string): number => outputs.get(name)?.data[0] ?? NaN
  return new Map(
    values.map((value): [string, Range] => {
      const { least, greatest } = before.get(value) ?? { least: Infinity, greatest: -Infinity }
      return [
        value,
        {
          least: Math.min(least, at(`${value}/least`)),
          greatest: Math.max(greatest, at(`${value}/greatest`)),
        },
      ]
    }),
  )
}
