// What operators share that keep the shape: their one input, no cost.
import type { InputArity } from './op.ts'
import { freeCost, type Cost } from './cost-rules.ts'
import type { Inference, InferenceInput } from './op.ts'
import { operand } from './extents.ts'

export const oneInput: InputArity = { min: 1, max: 1, names: ['x'] }

/** Shape rule of an operator without parameters whose result has the type of its input. */
export function sameType<A>({ attributes, inputs }: InferenceInput<A>): Inference<A> {
  return { output: operand(inputs, 0), attributes, parameters: [] }
}

export function free(): Cost {
  return freeCost
}
