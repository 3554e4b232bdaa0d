// How lowerings reach what they are given, and in which order of axes they work.
import type { Tensor } from '@tensorflow/tfjs-core'
import { Activation } from '../activation.ts'

/** The graph was verified: a missing operand is our mistake. */
export function operand(inputs: readonly Activation[], position: number): Activation {
  const found = inputs[position]
  if (found === undefined) throw new Error(`input ${position} is missing`)
  return found
}

export function parameter(parameters: readonly Tensor[], position: number): Tensor {
  const found = parameters[position]
  if (found === undefined) throw new Error(`parameter ${position} is missing`)
  return found
}

/** A function that does not care for the order of axes, in the order that the value has. */
export function inPlace(x: Activation, rule: (x: Tensor) => Tensor): Activation {
  return x.isLast ? Activation.last(rule(x.last())) : Activation.first(rule(x.first()))
}

/** The same for a function along one axis, which counts in the compiler's order with the batch: what it is called in the order at hand. */
export function inPlaceAlong(
  x: Activation,
  axis: number,
  rule: (x: Tensor, axis: number) => Tensor,
): Activation {
  return inPlace(x, (tensor) => rule(tensor, x.isLast ? placeInLast(axis, tensor.rank) : axis))
}

/** Where an axis of `[N, C, D, H, W]` is in `[N, D, H, W, C]`. */
export function placeInLast(axis: number, rank: number): number {
  if (axis === 0) return 0
  return axis === 1 ? rank - 1 : axis - 1
}

/** Several values of one rank by a function that does not care for the order of axes: channels last where any of them lies so. */
export function together(
  inputs: readonly Activation[],
  rule: (tensors: readonly Tensor[], isLast: boolean) => Tensor,
): Activation {
  const isLast = inputs.some((one) => one.isLast)
  const result = rule(
    inputs.map((one) => (isLast ? one.last() : one.first())),
    isLast,
  )
  return isLast ? Activation.last(result) : Activation.first(result)
}
