// Norms over values that are nearly equal: the difference that is left has the rounding of what cancelled, magnified.
import { range } from '../backends/reference/sampled/coordinates.ts'
import type { Source } from '../backends/reference/sampled/source.ts'
import { statisticOf } from '../compiler/analysis/blind.ts'
import type { Graph, GraphNode } from '../compiler/ir/graph.ts'
import { notableMagnification } from './tolerances.ts'
import type { Magnification } from './verification.ts'

/** How many elements of the input are looked at. */
const elements = 2 ** 20

/** Undefined of what is no norm over one sample, of one over a single value, which leaves nothing of it, and where little is magnified. */
export function magnificationOf(
  graph: Graph,
  node: GraphNode,
  input: Source | undefined,
): Magnification | undefined {
  const statistic = statisticOf(graph, node)
  if (statistic === undefined || statistic.acrossBatch || input === undefined) return undefined
  const { values, of } = statistic
  if (values === 1) return undefined
  const x = input.held ?? input
  const apart = of === 'position' ? elementsBehind(node, x) : 1
  const lines = x.shape.reduce((all, extent) => all * extent, 1) / values
  const stride = Math.max(1, Math.ceil((lines * values) / elements))
  let factor = 0
  for (let line = 0; line < lines; line += stride) {
    const start = Math.floor(line / apart) * values * apart + (line % apart)
    factor = Math.max(factor, magnification(x.at(range(start, values, apart)).values, epsOf(node)))
  }
  const { path } = node.origin
  return factor < notableMagnification ? undefined : { node: node.id, path, factor, values }
}

/** What the axis of a layer norm has behind it in the tensor with its batch. */
export function elementsBehind(
  { type, attributes }: GraphNode,
  x: { readonly shape: readonly number[] },
): number {
  const axis = attributes['axis']
  if (typeof axis !== 'number') throw new Error('a norm of positions has no axis')
  return x.shape.slice(axis + 1 + x.shape.length - type.shape.length).reduce((all, extent) => all * extent, 1)
}

export const epsOf = ({ attributes }: GraphNode): number =>
  typeof attributes['eps'] === 'number' ? attributes['eps'] : 0

/** The root of the mean square over the deviation that a norm divides by. */
export function magnification(shared: Float64Array, eps: number): number {
  const count = shared.length
  const mean = shared.reduce((sum, value) => sum + value, 0) / count
  const variance = shared.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
  return rootMeanSquare(shared) / Math.sqrt(variance + Math.max(eps, Number.MIN_VALUE))
}

export const rootMeanSquare = (data: Float64Array): number =>
  Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)
