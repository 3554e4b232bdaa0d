// Normal deviates by the ziggurat: Marsaglia, Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat. Softw. 5(8), 2000.
// 128 layers; layer, sign and position are disjoint bits of one draw, as Doornik (2005) asks for. Only + - * / and square roots, which
// every platform rounds alike: the logarithm is our own, since Math.log may differ in the last digit.
import type { Stream } from './streams.ts'

const layers = 128
/** Where the tail begins, and the area of each layer: the constants of the paper. */
const tailStart = 3.442619855899
const layerArea = 9.91256303526217e-3
/** exp(-tailStart²/2). */
const densityAtTail = 2.669629083880923e-3
const positions = 2 ** 24
const unit = 2 ** -32

/** Per layer, widest first: the width of one position, how many positions lie inside the next layer, the density at its edge. */
interface Tables {
  readonly step: Float64Array
  readonly inside: Int32Array
  readonly density: Float64Array
}

function ziggurat(): Tables {
  const edge = new Float64Array(layers + 1)
  const density = new Float64Array(layers + 1)
  edge[0] = layerArea / densityAtTail
  edge[1] = tailStart
  density[1] = densityAtTail
  for (let layer = 1; layer < layers - 1; layer++) {
    const above = layerArea / at(edge, layer) + at(density, layer)
    density[layer + 1] = above
    edge[layer + 1] = Math.sqrt(-2 * logarithm(above))
  }
  density[layers] = 1
  const step = edge.map((width) => width / positions)
  const inside = Int32Array.from({ length: layers }, (_, layer) =>
    Math.floor((positions * at(edge, layer + 1)) / at(edge, layer)),
  )
  return { step, inside, density }
}

const at = (numbers: Float64Array, position: number): number => numbers[position] ?? 0

const { step, inside, density } = ziggurat()

/** One deviate of mean 0 and standard deviation 1. Never 0 exactly. */
export function normal(random: Stream): number {
  for (;;) {
    const bits = random.next()
    const layer = bits >>> 25
    const position = bits & (positions - 1)
    const size = (position + 0.5) * (step[layer] ?? 0)
    const found = position < (inside[layer] ?? 0) ? size : beyond(random, layer, size)
    if (found !== undefined) return (bits & positions) === 0 ? found : -found
  }
}

/** The rare case: in the tail, or in the part of a layer that the curve cuts; undefined where the draw is above the curve. */
function beyond(random: Stream, layer: number, size: number): number | undefined {
  if (layer === 0) return tail(random)
  const low = at(density, layer)
  const height = low + uniform(random) * (at(density, layer + 1) - low)
  return logarithm(height) < -size * size * 0.5 ? size : undefined
}

/** Marsaglia (1964): what lies beyond `tailStart`. */
function tail(random: Stream): number {
  for (;;) {
    const past = -logarithm(uniform(random)) / tailStart
    if (-2 * logarithm(uniform(random)) > past * past) return tailStart + past
  }
}

/** Between 0 and 1, neither of them. */
export function uniform(random: Stream): number {
  return ((random.next() >>> 0) + 0.5) * unit
}

/** Natural logarithm of a number between 0 and 1: halvings, then the series of artanh. */
export function logarithm(value: number): number {
  let mantissa = value
  let halvings = 0
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2
    halvings += 1
  }
  const ratio = (mantissa - 1) / (mantissa + 1)
  const square = ratio * ratio
  let sum = 0
  for (let power = 23; power > 0; power -= 2) sum = sum * square + 1 / power
  return 2 * ratio * sum - halvings * Math.LN2
}
