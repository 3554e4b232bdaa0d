// What moving channels to pixels and back shares: axes cut in parts, put in another order, joined.
import { problem, type Problem } from '../diagnostics/diagnostic.ts'
import { floorDivide } from '../ir/division.ts'
import { equalDims, formatDim, multiplyDims, type Dim, type Shape } from '../ir/tensor.ts'
import { andThen, one } from './chain.ts'
import type { PerAxis } from './attribute-kinds.ts'
import type { CompositeBuilder, Expanded } from './composite.ts'
import type { Place } from './extents.ts'
import { axisName } from './words.ts'

export type FactorAttributes = { readonly factor: PerAxis }

interface Regrouping {
  readonly parted: Shape
  readonly order: readonly number[]
  readonly joined: Shape
}

export function regrouped<T>(
  builder: CompositeBuilder<T>,
  x: T,
  { parted, order, joined }: Regrouping,
): Expanded<T> | Problem {
  const apart = builder.apply('reshape', [x], { shape: parted })
  const turned = andThen(apart, (tensor) => builder.apply('permute', [tensor], { order }))
  return one(andThen(turned, (tensor) => builder.apply('reshape', [tensor], { shape: joined })))
}

/** The extent over the factor, where that is whole. */
export function quotient(extent: Dim, factor: number, { operator, axis, rank }: Place): Dim | Problem {
  const found = floorDivide(extent, factor)
  const whole = found === undefined ? undefined : multiplyDims(found, factor)
  if (found !== undefined && whole !== undefined && equalDims(whole, extent)) return found
  const parts = { axis: axisName(axis, rank), extent: formatDim(extent), factor }
  return problem('factor-does-not-divide', { operator, attribute: 'factor', ...parts })
}
