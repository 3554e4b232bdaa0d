// `scan` by a parallel prefix: two steps in a row are one step of the same kind, so that half as many are left.
import { axisView, concat, outerOf, pad, take } from '../axes.ts'
import type { GraphBuilder, Handle } from '../builder.ts'
import type { Entries } from '../step.ts'

export const recurrences: Entries<'scan'> = {
  scan: ({ attributes: { axis, reverse } }, step) => {
    const { builder } = step
    const a = step.input(0).in('first')
    const b = step.input(1).in('first')
    const place = axis + (step.batched ? 1 : 0)
    const views = [a, b].map((one) => axisView(builder, one, place))
    const [factors = a, terms = b] = views
    return step.result('first', prefix(builder, factors, terms, reverse))
  },
}

/** Of `[outer, extent]` or `[outer, extent, inner]`. */
function prefix(builder: GraphBuilder, a: Handle, b: Handle, reverse: boolean): Handle {
  const extent = a.dims[1] ?? 1
  if (extent === 1) return b
  const half = Math.ceil(extent / 2)
  const [evens, odds] = [0, 1].map((start) => [a, b].map((one) => everySecond(builder, one, start, half)))
  const [firstA = a, firstB = b] = (reverse ? odds : evens) ?? []
  const [lastA = a, lastB = b] = (reverse ? evens : odds) ?? []
  const dims = firstA.dims
  const carried = builder.op('AddV2', [builder.op('Mul', [lastA, firstB], dims), lastB], dims)
  const last = prefix(builder, builder.op('Mul', [lastA, firstA], dims), carried, reverse)
  const before = half === 1 ? undefined : moved(builder, last, reverse)
  const first =
    before === undefined
      ? firstB
      : builder.op('AddV2', [builder.op('Mul', [firstA, before], dims), firstB], dims)
  const rows = [outerOf([dims[0] ?? 1, half]), ...dims.slice(2)]
  const inner = dims.slice(2)[0] ?? 1
  const parts = (reverse ? [last, first] : [first, last]).map((one) => builder.as(one, [rows[0] ?? 1, inner]))
  const pairs = builder.as(concat(builder, parts, 1), a.dims.with(1, 2 * half))
  return take(builder, pairs, 1, { start: 0, count: extent, step: 1 })
}

/** Zeros where the last pair is incomplete. */
function everySecond(builder: GraphBuilder, x: Handle, start: number, half: number): Handle {
  const missing = 2 * half - (x.dims[1] ?? 1)
  const whole = pad(builder, x, 1, { low: 0, high: missing, value: 0 })
  return take(builder, whole, 1, { start, count: half, step: 2 })
}

/** One place on, or back in reverse; a zero comes in. */
function moved(builder: GraphBuilder, x: Handle, reverse: boolean): Handle {
  const count = (x.dims[1] ?? 1) - 1
  const kept = take(builder, x, 1, { start: reverse ? 1 : 0, count, step: 1 })
  return pad(builder, kept, 1, { low: reverse ? 0 : 1, high: reverse ? 1 : 0, value: 0 })
}
