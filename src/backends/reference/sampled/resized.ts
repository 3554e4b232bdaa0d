// `resize` at some positions: the shares along each axis, multiplied.
import { axisShares, type Interpolation, type Share } from '../interpolation.ts'
import { at } from '../tensor.ts'
import { stepsOf } from './coordinates.ts'
import type { Source } from './source.ts'

export function resizedAt(x: Source, shape: readonly number[], interpolation: Interpolation): Source {
  const shares = axisShares(x.shape, shape, interpolation)
  const [own, steps] = [stepsOf(shape), stepsOf(x.shape)]
  const sharesAt = (position: number): readonly Share[] => {
    let rest = position
    return own.reduce<readonly Share[]>(
      (all, step, axis) => {
        const index = Math.floor(rest / step)
        rest -= index * step
        const along = shares[axis]?.[index] ?? [{ place: index, weight: 1 }]
        return all.flatMap(({ place, weight }) =>
          along
            .filter((one) => one.weight !== 0)
            .map((one) => ({ place: place + one.place * (steps[axis] ?? 0), weight: weight * one.weight })),
        )
      },
      [{ place: 0, weight: 1 }],
    )
  }
  return {
    shape,
    // A runtime computes in single precision where it reads, too: that is off in proportion to the extents, not to the root of their number.
    summands: x.shape.slice(2).reduce((sum, extent) => sum + extent, 0) ** 2 + x.summands,
    at: (positions) => {
      const all = Array.from(positions, sharesAt)
      const found = x.at(Int32Array.from(all.flatMap((taps) => taps.map(({ place }) => place))))
      let next = 0
      const [values, magnitudes] = [new Float64Array(all.length), new Float64Array(all.length)]
      all.forEach((taps, k) => {
        let [sum, size] = [0, 0]
        for (const { weight } of taps) {
          sum += weight * at(found.values, next)
          size += Math.abs(weight) * at(found.magnitudes, next++)
        }
        values[k] = sum
        magnitudes[k] = size
      })
      return { values, magnitudes }
    },
  }
}
