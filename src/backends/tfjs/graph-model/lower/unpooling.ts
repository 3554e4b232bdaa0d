// Values put back where the greatest of their windows was, one axis after the other as pools take them. The stock operation that gives
// the places of a pool has no kernel on wasm.
import { concat, pad } from '../axes.ts'
import type { GraphBuilder, Handle } from '../builder.ts'
import { framed, imageOf, imageResult, volume, type Image } from '../images.ts'
import { elementsOf, type } from '../model.ts'
import type { Entries } from '../step.ts'
import { eachTap, windowsOf, type Window } from './pools.ts'

export const unpools: Entries<'max_unpool'> = {
  max_unpool: ({ attributes }, step) => {
    const { builder } = step
    const [x, image] = [imageOf(step.input(0)), imageOf(step.input(1))]
    const windows = windowsOf(attributes, step.input(0).shape, image.extents)
    const pools: Pool[] = []
    let from = image
    for (const axis of [2, 1, 0] as const) {
      if (isWhole(windows[axis])) continue
      const pool = poolAlong(builder, from, axis, windows[axis])
      pools.push(pool)
      from = pool.greatest
    }
    return imageResult(
      step,
      pools.toReversed().reduce((values, pool) => put(builder, values, pool), x),
    )
  },
}

/** The pool of one axis. */
interface Pool {
  readonly axis: number
  readonly window: Window
  readonly extent: number
  readonly taps: readonly Image[]
  readonly greatest: Image
}

const isWhole = ({ kernel, stride, low, high }: Window): boolean =>
  kernel === 1 && stride === 1 && low === 0 && high === 0

function poolAlong(builder: GraphBuilder, image: Image, axis: number, window: Window): Pool {
  const { low, high } = window
  const padded = framed(builder, image, axis, { low, high, value: -Infinity })
  const taps = eachTap(builder, padded, axis, window)
  const greatest = taps.reduce((most, tap) => {
    const [left, right] = [volume(builder, most), volume(builder, tap)]
    return { ...tap, handle: builder.op('Maximum', [left, right], left.dims) }
  })
  return { axis, window, extent: image.extents[axis] ?? 1, taps, greatest }
}

/** All of a value to the first tap that is the greatest; the taps in turns, zeros in the rest of the stride. */
function put(builder: GraphBuilder, values: Image, { axis, window, extent, taps, greatest }: Pool): Image {
  const { stride, kernel, low, count } = window
  let rest = volume(builder, values)
  const most = volume(builder, greatest)
  const shares = taps.map((tap) => {
    const same = builder.op('Equal', [volume(builder, tap), most], rest.dims)
    const chosen = builder.op('Cast', [same], rest.dims, { SrcT: type('bool'), DstT: type('float') })
    const share = builder.op('Mul', [rest, chosen], rest.dims)
    rest = builder.op('Sub', [rest, share], rest.dims)
    return share
  })
  const inner = elementsOf(rest.dims.slice(axis + 2))
  const rows = shares.map((share): Handle => builder.as(share, [-1, inner]))
  const apart = pad(builder, concat(builder, rows, 1), 1, {
    low: 0,
    high: (stride - kernel) * inner,
    value: 0,
  })
  const [depth, height, width] = values.extents.with(axis, count * stride)
  const whole = { ...values, handle: apart, extents: [depth ?? 1, height ?? 1, width ?? 1] as const }
  return framed(builder, whole, axis, { low: -low, high: extent + low - count * stride })
}
