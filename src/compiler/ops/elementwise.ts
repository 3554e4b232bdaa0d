// What operators share that keep the shape: their one input, no cost.
import { freeCost, type Cost } from './cost-rules.ts'
import type { Inference, InferenceInput, InputArity, Primitive } from './op.ts'
import { operand } from './extents.ts'

export const oneInput: InputArity = { min: 1, max: 1, names: ['x'] }

/** Shape rule of an operator without parameters whose result has the type of its input. */
export function sameType<A>({ attributes, inputs }: InferenceInput<A>): Inference<A> {
  return { output: operand(inputs, 0), attributes, parameters: [] }
}

export function free(): Cost {
  return freeCost
}

export type NoAttributes = Readonly<Record<never, never>>

/** A function of single elements that has no attributes. */
export function pointwise<Name extends string>(name: Name, doc: string): Primitive<Name, NoAttributes> {
  return { name, doc, arity: oneInput, attributes: {}, infer: sameType, cost: free }
}
