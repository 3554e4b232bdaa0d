// The numbers that a network begins with, exactly as `Parameter.init` states them. They depend on the seed and the parameter's path
// only, so that editing one block leaves the others as they were, and they are the same bytes on every platform.
import type { Graph, Parameter } from '../compiler/ir/graph.ts'
import { connectionOfRow, isMasked, runCount, type MaskedWeight } from '../compiler/ir/connections.ts'
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
  return kept === undefined || !isMasked(parameter) ? numbers : onlyKept(numbers, kept, parameter)
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
 * The connections of a masked weight that are there from the start, in rising order: `mask.kept` of `mask.total`, as many of each block,
 * each choice as likely as any other. Undefined for a parameter without a mask.
 */
export function keptConnections({ path, mask }: Parameter, seed: number): Uint32Array | undefined {
  if (mask === undefined) return undefined
  const runs = runCount(mask)
  const [kept, length] = [mask.kept / runs, mask.total / runs]
  const random = stream(seed, 'mask', path)
  const chosen = new Uint32Array(mask.kept)
  for (let run = 0; run < runs; run++)
    choose(chosen.subarray(run * kept, (run + 1) * kept), run * length, length, random)
  return chosen
}

/** Fills `chosen` from a run of positions. Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S. */
function choose(chosen: Uint32Array, first: number, length: number, random: Stream): void {
  let found = 0
  for (let at = 0; found < chosen.length; at++)
    if (uniform(random) * (length - at) < chosen.length - found) chosen[found++] = first + at
}

function onlyKept(numbers: Float32Array, kept: Uint32Array, weight: MaskedWeight): Float32Array {
  const { elements, total } = weight.mask
  const active = new Uint8Array(total)
  for (const connection of kept) active[connection] = 1
  const connectionOf = connectionOfRow(weight)
  for (let row = 0; row * elements < numbers.length; row++)
    if (active[connectionOf(row)] === 0) numbers.fill(0, row * elements, (row + 1) * elements)
  return numbers
}
