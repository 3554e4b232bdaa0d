// Helpers of composites: applying primitives one after another, where any step may be refused.
import { isProblem, type Problem } from '../diagnostics/diagnostic.ts'
import type { Dim } from '../ir/tensor.ts'
import type { CompositeBuilder, Expanded } from './composite.ts'

/** The input at a position; inputs were counted before. */
export function inputAt<T>(inputs: readonly T[], at: number): T {
  const found = inputs[at]
  if (found === undefined) throw new Error(`input ${at} is missing`)
  return found
}

export function one<T>(tensor: T | Problem): Expanded<T> | Problem {
  return isProblem(tensor) ? tensor : { kind: 'one', tensor }
}

/** The next step, unless the last one was refused. */
export function andThen<T>(tensor: T | Problem, step: (tensor: T) => T | Problem): T | Problem {
  return isProblem(tensor) ? tensor : step(tensor)
}

export interface Range {
  readonly axis: number
  readonly start: Dim
  readonly end: Dim
}

/** One slice per range that does not cover its axis. */
export function cut<T>(builder: CompositeBuilder<T>, x: T, ranges: readonly Range[]): T | Problem {
  let result: T | Problem = x
  for (const range of ranges) {
    result = andThen(result, (tensor) => builder.apply('slice', [tensor], range))
  }
  return result
}
