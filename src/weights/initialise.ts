// The numbers that a network begins with, exactly as `Parameter.init` states them. They depend on the seed and the parameter's path
// only, so that editing one block leaves the others as they were, and they are the same bytes on every platform.
import type { Graph, Parameter } from '../compiler/ir/graph.ts'
import type { Init } from '../compiler/ops/op.ts'
import { elementCount } from './numbers.ts'
import { logarithm, normal, uniform } from './normal.ts'
import { stream, type Stream } from './streams.ts'
import type { Weights } from './weights.ts'

/** For the parameters of `graph`. Each one's numbers are made when they are asked for and not kept. */
export function initialise(_graph: Graph, seed: number): Weights {
  return { numbersOf: (parameter) => initialNumbers(parameter, seed) }
}

/** What `initialise` gives for one parameter. A masked weight has the numbers it would have without a mask, or zero. */
export function initialNumbers(parameter: Parameter, seed: number): Float32Array {
  const numbers = new Float32Array(elementCount(parameter.shape))
  fill(numbers, parameter.init, stream(seed, 'weights', parameter.path))
  const kept = keptConnections(parameter, seed)
  return kept === undefined ? numbers : onlyKept(numbers, kept, parameter.mask?.elements ?? 1)
}

function fill(numbers: Float32Array, init: Init, random: Stream): void {
  switch (init.kind) {
    case 'constant':
      numbers.fill(init.value)
      return
    case 'values':
      numbers.set(init.values)
      return
    case 'uniform':
      for (let at = 0; at < numbers.length; at++) numbers[at] = (2 * uniform(random) - 1) * init.bound
      return
    case 'normal':
      if (init.std === 0) return
      if (init.truncated) fillTruncated(numbers, Math.abs(init.std), random)
      else for (let at = 0; at < numbers.length; at++) numbers[at] = normal(random) * init.std
  }
}

/** `torch.nn.init.trunc_normal_` cuts at ±2 whatever the standard deviation is. */
const truncation = 2

function fillTruncated(numbers: Float32Array, std: number, random: Stream): void {
  for (let at = 0; at < numbers.length; at++)
    numbers[at] = std < truncation ? narrowTruncated(random, std) : wideTruncated(random, std)
}

function narrowTruncated(random: Stream, std: number): number {
  for (;;) {
    const value = normal(random) * std
    if (Math.abs(value) <= truncation) return value
  }
}

/** Hardly anything of a wide normal lies inside, so the draw is a uniform one that the curve thins. */
function wideTruncated(random: Stream, std: number): number {
  for (;;) {
    const value = (2 * uniform(random) - 1) * truncation
    const deviation = value / std
    if (logarithm(uniform(random)) <= -0.5 * deviation * deviation) return value
  }
}

/**
 * The connections of a masked weight that are there from the start, in rising order: `mask.kept` of `mask.total`, each choice as likely
 * as any other. Connection `c` is the elements from `c * mask.elements` on. Undefined for a parameter without a mask.
 */
export function keptConnections({ path, mask }: Parameter, seed: number): Uint32Array | undefined {
  return mask === undefined ? undefined : choose(mask.kept, mask.total, stream(seed, 'mask', path))
}

/** Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S. */
function choose(count: number, total: number, random: Stream): Uint32Array {
  const chosen = new Uint32Array(count)
  let found = 0
  for (let at = 0; found < count; at++)
    if (uniform(random) * (total - at) < count - found) chosen[found++] = at
  return chosen
}

function onlyKept(numbers: Float32Array, kept: Uint32Array, elements: number): Float32Array {
  let next = 0
  for (const connection of kept) {
    numbers.fill(0, next, connection * elements)
    next = (connection + 1) * elements
  }
  return numbers.fill(0, next)
}
