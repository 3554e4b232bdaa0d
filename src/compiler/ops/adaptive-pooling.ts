// What adaptive pools share: windows of equal extents go to a pool, axes that the size does not divide are looked up bin by bin.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import { equalDims, formatDim, formatShape, type Dim, type Shape, type TensorType } from '../ir/tensor.ts'
import type { AttributeTable } from './attrs.ts'
import { andThen } from './chain.ts'
import type { CompositeBuilder } from './composite.ts'
import { dimPerAxis } from './extent-attributes.ts'
import { fixedExtent, imageProblem } from './extents.ts'
import { axisName } from './words.ts'

export type AdaptiveAttributes = { readonly size: Shape }

export const adaptiveAttributes: AttributeTable<AdaptiveAttributes> = {
  size: dimPerAxis({
    min: 1,
    doc: 'Spatial extents of the result; that of the image keeps an axis as it is.',
  }),
}

/** What a kind of pooling does with its windows. */
export interface AdaptiveRule {
  readonly operator: string
  readonly pool: 'avg_pool' | 'max_pool'
  readonly over: 'mean' | 'reduce_max'
  /** Takes one number of each bin, whose places stand along the axis behind `axis`. */
  takeBins<T>(builder: CompositeBuilder<T>, binned: T, axis: number, bins: readonly Bin[]): T | Problem
}

/** Places `start` to `end - 1` of an axis. */
export interface Bin {
  readonly start: number
  readonly end: number
}

/** `size` bins, which overlap where it does not divide the extent (ATen, AdaptivePooling.h: start_index, end_index). */
export function binsOf(extent: number, size: number): readonly Bin[] {
  return Array.from({ length: size }, (_, k) => ({
    start: Math.floor((k * extent) / size),
    end: Math.ceil(((k + 1) * extent) / size),
  }))
}

/** The most places that a bin has. */
export const widestOf = (bins: readonly Bin[]): number =>
  bins.reduce((most, { start, end }) => Math.max(most, end - start), 0)

/** The pooled image: axes of size 1 at once, which a free extent may have, as it may be kept; then those that are divided; then each other one by its bins. */
export function adaptivelyPooled<T>(
  builder: CompositeBuilder<T>,
  x: T,
  { size }: AdaptiveAttributes,
  rule: AdaptiveRule,
): T | Problem {
  const type = builder.typeOf(x)
  const refused = imageProblem(rule.operator, type)
  if (refused !== undefined) return refused
  const whole = [...size.keys()].filter((axis) => size[axis] === 1).map((axis) => axis + 1)
  const kernel: number[] = []
  const uneven: { readonly axis: number; readonly bins: readonly Bin[] }[] = []
  for (const [at, wanted] of size.entries()) {
    const axis = at + 1
    if (wanted === 1) {
      kernel.push(1)
      continue
    }
    const found = axisKept(type, axis, wanted) ? 'kept' : fixedBins(rule.operator, type, axis, size)
    if (isProblem(found)) return found
    const { extent, count } = found === 'kept' ? { extent: 1, count: 1 } : found
    const divides = extent % count === 0
    kernel.push(divides ? extent / count : 1)
    if (!divides) uneven.push({ axis, bins: binsOf(extent, count) })
  }
  let result: T | Problem = x
  if (whole.length > 0) result = builder.apply(rule.over, [x], { axes: whole, keep: true })
  if (kernel.some((one) => one > 1))
    result = andThen(result, (given) => builder.apply(rule.pool, [given], { kernel }))
  for (const { axis, bins } of uneven)
    result = andThen(result, (given) => binned(builder, given, { axis, bins }, rule))
  return result
}

const axisKept = ({ shape }: TensorType, axis: number, wanted: Dim): boolean =>
  equalDims(shape[axis] ?? 0, wanted)

/** Both as numbers, since where bins begin depends on them. */
function fixedBins(
  operator: string,
  type: TensorType,
  axis: number,
  size: Shape,
): { readonly extent: number; readonly count: number } | Problem {
  const name = axisName(axis, type.shape.length)
  const extent = fixedExtent(operator, type, axis, name)
  const count = size[axis - 1] ?? 1
  if (isProblem(extent)) return extent
  return typeof count === 'number'
    ? { extent, count }
    : problem('extent-not-fixed', {
        operator,
        axis: name,
        extent: formatDim(count),
        shape: formatShape(size),
      })
}

function binned<T>(
  builder: CompositeBuilder<T>,
  x: T,
  { axis, bins }: { readonly axis: number; readonly bins: readonly Bin[] },
  rule: AdaptiveRule,
): T | Problem {
  const widest = widestOf(bins)
  // A narrow bin repeats its last place.
  const indices = bins.map(({ start, end }) =>
    Array.from({ length: widest }, (_, k) => Math.min(start + k, end - 1)),
  )
  return andThen(builder.apply('gather', [x], { indices, axis }), (places) =>
    rule.takeBins(builder, places, axis, bins),
  )
}
