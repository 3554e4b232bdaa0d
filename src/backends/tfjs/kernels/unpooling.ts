// Values put back where the greatest of their windows was, one axis after the other: what a max pool does with the gradient of its result.
import { add, clone, mul, ones, zerosLike, type Tensor } from '@tensorflow/tfjs-core'
import { fromTaps, greatest, isIdentity, lineOf, shares, tapsOf, type Line } from './pooling.ts'
import type { Triple, Windows } from './windows.ts'
import { kept, withGradient } from './with-gradient.ts'

/** An image like `image`, whose gradient is 0; windows stand apart. */
export function maxUnpool(x: Tensor, image: Tensor, windows: Windows, places: Triple): Tensor {
  return withGradient([x, image], () => {
    const pools = poolsOf(image, windows, places)
    return {
      value: clone(pools.toReversed().reduce(put, x)),
      saved: [image, ...pools.map(({ to }) => to)],
      gradient: (dy, saved) => {
        const again = pools.map(({ line }, at) => ({ line, from: kept(saved, at), to: kept(saved, at + 1) }))
        return [again.reduce(taken, dy), zerosLike(kept(saved, 0))]
      },
    }
  })
}

/** The pool of one axis. */
interface Pool {
  readonly line: Line
  readonly from: Tensor
  readonly to: Tensor
}

function poolsOf(image: Tensor, windows: Windows, places: Triple): Pool[] {
  const pools: Pool[] = []
  let from = image
  for (const axis of [2, 1, 0] as const) {
    const line = lineOf(from, windows, axis, places)
    if (isIdentity(line)) continue
    const to = greatest(from, line)
    pools.push({ line, from, to })
    from = to
  }
  return pools
}

function put(values: Tensor, { line, from, to }: Pool): Tensor {
  return fromTaps(shares(tapsOf(from, line, -Infinity), to, values), line)
}

/** The way back: of each window the element at the place. */
function taken(dy: Tensor, { line, from, to }: Pool): Tensor {
  const masks = shares(tapsOf(from, line, -Infinity), to, ones(to.shape))
  return tapsOf(dy, line, 0)
    .map((tap, at) => mul(tap, kept(masks, at)))
    .reduce((sum, one) => add(sum, one))
}
