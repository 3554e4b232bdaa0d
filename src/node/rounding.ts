// How far roundings of single precision go in a network: the reference beside itself with noise on every value.
import { evaluateSteps, type StepOptions } from '../backends/reference/evaluate.ts'
import type { Tensor } from '../backends/reference/tensor.ts'
import { statisticOf } from '../compiler/analysis/blind.ts'
import { isProblem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphNode, NodeId } from '../compiler/ir/graph.ts'
import type { Weights } from '../weights/weights.ts'
import { deviation } from './deviation.ts'
import { elementsBehind, epsOf, magnification, rootMeanSquare } from './magnification.ts'
import { noise } from './noise.ts'
import { roundingAllowance, roundingNoise } from './tolerances.ts'

/** By node, in order: how far a runtime that computes in single precision may be off, in standard deviations of the value. */
export type Roundings = ReadonlyMap<NodeId, number>

export function roundingsOf(
  graph: Graph,
  weights: Weights,
  inputs: ReadonlyMap<string, Tensor>,
  options: Pick<StepOptions, 'outputs'>,
): Roundings | Problem {
  const exact = evaluateSteps(graph, weights, inputs, options)
  const noisy = evaluateSteps(graph, weights, inputs, { ...options, disturb: disturbing(graph, weights) })
  const found = new Map<NodeId, number>()
  for (;;) {
    const [right, off] = [exact.next(), noisy.next()]
    if (isProblem(right.value)) return right.value
    if (right.done === true || off.done === true) return found
    found.set(right.value.node.id, roundingAllowance * deviation(right.value.value, off.value.value).relative)
  }
}

/** Puts noise on each value: as large as its own roundings, and those of the sums that it is made of. */
function disturbing(graph: Graph, weights: Weights): NonNullable<StepOptions['disturb']> {
  let seed = 0
  return ({ shape, data }, node, inputs) => {
    seed += 1
    const signs = noise(data.length, seed)
    const mean = rootMeanSquare(data)
    const lost = lostInNorm(graph, node, inputs[0], weights)
    const moved = data.map((value, at) => {
      const size = Math.max(Math.abs(value), mean, lost?.(at) ?? 0)
      return value + roundingNoise * size * (signs[at] ?? 0)
    })
    return { shape, data: moved }
  }
}

/**
 * A norm takes the mean away and divides by the deviation: what rounding the input and its mean loses is magnified by that. By element of
 * the result, as a multiple of one rounding; undefined of anything but a norm.
 */
function lostInNorm(
  graph: Graph,
  node: GraphNode,
  x: Tensor | undefined,
  weights: Weights,
): ((at: number) => number) | undefined {
  const statistic = statisticOf(graph, node)
  if (statistic === undefined || statistic.acrossBatch || x === undefined) return undefined
  const { values, of } = statistic
  // Channels and groups of channels lie together; the positions of an axis are as far apart as what follows it is long.
  const apart = of === 'position' ? elementsBehind(node, x) : 1
  const scale = greatestWeight(graph, node, weights)
  const magnified = new Map<number, number>()
  const first = (at: number): number => Math.floor(at / (values * apart)) * values * apart + (at % apart)
  return (at) => {
    const start = first(at)
    const shared = (): Float64Array =>
      Float64Array.from({ length: values }, (_, k) => x.data[start + k * apart] ?? 0)
    const found = magnified.get(start) ?? scale * magnification(shared(), epsOf(node))
    magnified.set(start, found)
    return found
  }
}

/** What a norm with weights multiplies by, at most. */
function greatestWeight(graph: Graph, node: GraphNode, weights: Weights): number {
  const parameter = graph.parameters[node.parameters[0] ?? -1]
  const numbers = parameter === undefined ? undefined : weights.numbersOf(parameter)
  return numbers instanceof Float32Array ? numbers.reduce((most, one) => Math.max(most, Math.abs(one)), 0) : 1
}
