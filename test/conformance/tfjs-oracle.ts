// What the reference interpreter says of a case's derivatives: differences in double precision along directions, the oracle of every
// gradient.
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { caseWeights, element, graphOfCase, inputsOfCase, type NamedCase } from './support.ts'
import { dot, norm, sized, type Point } from './tfjs-runner.ts'

/** A tensor of a case moved along a direction, and how fast `Σ cotangent · y` changes. */
export interface Derivative {
  /** `x`, or the path of a parameter. */
  readonly of: string
  /** Among the inputs, then the parameters. */
  readonly position: number
  readonly direction: Tensor
  readonly rate: number
}

export interface Oracle {
  readonly graph: Graph
  readonly point: Point
  readonly cotangent: Tensor
  readonly derivatives: readonly Derivative[]
}

/** How far the point moves. In double precision the rounding of a sum of hundreds of terms is then about 1e-9, and so is the curvature. */
const far = 2 ** -16
/** Where the two one-sided differences are further apart than curvature explains there is a kink between them. */
const kink = 1e-2

/**
 * The derivatives of a case along two directions for each tensor. The case's own numbers are moved a little, so that no two are equal and
 * none is zero: there maxima and rectifiers have no derivative. Where a point has a kink all the same, the next one is taken.
 */
export function oracleOf(one: NamedCase): Oracle {
  const graph = graphOfCase(one)
  for (let attempt = 0; attempt < 8; attempt++) {
    const point = pointOf(one, graph, attempt)
    const y = outputAt(graph, point)
    const cotangent = sized(y.shape, (k) => element(k, 900))
    const derivatives = derivativesAt(graph, point, (at) => dot(cotangent, outputAt(graph, at)))
    if (derivatives !== undefined) return { graph, point, cotangent, derivatives }
  }
  throw new Error(`${one.id} has a kink wherever it was tried`)
}

export function pointOf(one: NamedCase, graph: Graph, attempt = 0): Point {
  const moved = (x: Tensor, seed: number): Tensor =>
    sized(x.shape, (k) => Math.fround((x.data[k] ?? NaN) + element(k, 300 + 50 * attempt + seed) / 3001))
  const inputs = [...inputsOfCase(one)].map(([name, x], k) => [name, moved(x, k)] as const)
  const parameters = graph.parameters.map((parameter) => {
    const data = caseWeights.numbersOf(parameter)
    if (isProblem(data)) throw new Error(data.name)
    return moved({ shape: parameter.shape, data: Float64Array.from(data) }, 20 + parameter.id)
  })
  return { inputs: new Map(inputs), parameters }
}

function outputAt(graph: Graph, { inputs, parameters }: Point): Tensor {
  const weights = { numbersOf: ({ id }: { id: number }) => parameters[id]?.data ?? new Float64Array() }
  const outputs = evaluate(graph, weights, inputs)
  if (isProblem(outputs)) throw new Error(outputs.name)
  const [y] = outputs.values()
  if (y === undefined) throw new Error('there is no output')
  return y
}

/**
 * How fast `height` changes along two directions for each input and each learned parameter; undefined where there is a kink.
 * `height` is a function of the point in double precision.
 */
export function derivativesAt(
  graph: Graph,
  point: Point,
  height: (at: Point) => number,
): readonly Derivative[] | undefined {
  const derivatives: Derivative[] = []
  const here = height(point)
  const names = [...point.inputs.keys(), ...graph.parameters.map(({ path }) => path)]
  const tensors = [...point.inputs.values(), ...point.parameters]
  for (const [position, of] of names.entries()) {
    const buffer = graph.parameters[position - point.inputs.size]?.buffer
    const x = tensors[position]
    if (buffer === true || x === undefined) continue
    for (const seed of [500, 700]) {
      const direction = sized(x.shape, (k) => element(k, seed + position))
      const before = height(movedTo(point, position, direction, -far))
      const after = height(movedTo(point, position, direction, far))
      const [left, right] = [(here - before) / far, (after - here) / far]
      if (!(Math.abs(left - right) <= kink * Math.max(1, Math.abs(left)))) return undefined
      derivatives.push({ of, position, direction, rate: (left + right) / 2 })
    }
  }
  return derivatives
}

function movedTo({ inputs, parameters }: Point, position: number, direction: Tensor, t: number): Point {
  const moved = (x: Tensor): Tensor => ({
    shape: x.shape,
    data: x.data.map((value, k) => value + t * (direction.data[k] ?? NaN)),
  })
  const entries = [...inputs].map(([name, x], k) => [name, k === position ? moved(x) : x] as const)
  return {
    inputs: new Map(entries),
    parameters: parameters.map((x, k) => (k + inputs.size === position ? moved(x) : x)),
  }
}

/** The derivatives that gradients get wrong: by more than a part of the gradient's norm or, where it cancels, than the rounding of what cancels. */
export function wrongDerivatives(
  gradients: readonly (Tensor | undefined)[],
  derivatives: readonly Derivative[],
  cotangent: Tensor,
): string[] {
  return derivatives.flatMap(({ of, position, direction, rate }) => {
    const gradient = gradients[position] ?? sized([0], () => NaN)
    const size = Math.max(norm(gradient), 1e-2 * norm(cotangent))
    const off = Math.abs(dot(gradient, direction) - rate) / size
    return off <= gradientTolerance ? [] : [`gradient of ${of} off by ${off}`]
  })
}

const gradientTolerance = 2e-4
