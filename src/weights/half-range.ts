// Whether numbers may be stored in 16 bits.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { greatestHalf } from './dtypes.ts'
import type { Numbers } from './weights.ts'

/** The numbers of a tensor, if none of them is beyond what binary16 has. */
export function withinHalf(tensor: string, numbers: Numbers): Numbers | Problem {
  const value = numbers.find((one) => Math.abs(one) > greatestHalf)
  return value === undefined ? numbers : problem('beyond-float16', { tensor, value })
}

/** Tensors that are worth storing so: vectors (biases, scales of norms) take no room, and a norm's scale is worth its digits. */
export const isWorthHalving = (shape: readonly number[]): boolean => shape.length > 1
