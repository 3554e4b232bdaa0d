// `scan`: a linear recurrence, one step after the other.
import { at, forEachLine, viewOf, zeros, type Tensor } from './tensor.ts'

/** `h[t] = a[t] · h[t - 1] + b[t]` along an axis; from its end with `reverse`. */
export function recurrence(a: Tensor, b: Tensor, axis: number, reverse: boolean): Tensor {
  const view = viewOf(a.shape, axis)
  const result = zeros(a.shape)
  forEachLine(view, (start) => {
    let state = 0
    for (let k = 0; k < view.extent; k++) {
      const place = start + (reverse ? view.extent - 1 - k : k) * view.inner
      state = at(a.data, place) * state + at(b.data, place)
      result.data[place] = state
    }
  })
  return result
}
