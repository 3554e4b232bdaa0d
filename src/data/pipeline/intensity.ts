// Stage 3, normalise: the intensities of each channel by its scheme, at the spacing that the volume came in. It has no inverse.
// nnunetv2 2.8.1: preprocessing/normalization/default_normalization_schemes.py. Each step is rounded to float32 as NumPy does it; means and
// deviations are summed in float64, which NumPy's float32 sums differ from by some 1e-7 of their size.
import { rangeOf } from '../normalise.ts'

export type Scheme =
  /** `(clip(v, low, high) − mean) / max(std, 1e-8)`, with statistics of the foreground of all training cases. */
  | { readonly rule: 'ct'; readonly low: number; readonly high: number; readonly mean: number; readonly std: number } // prettier-ignore
  /**
   * `(v − mean) / max(std, 1e-8)` with the mean and the population's deviation of the cropped channel, zeros included; `masked`: of the voxels
   * in the filled nonzero mask, and only these are changed.
   */
  | { readonly rule: 'zscore'; readonly masked: boolean }
  /** `(v − min) / max(max − min, 1e-8)` */
  | { readonly rule: 'rescale' }
  /** `v / 255`; all are between 0 and 255. */
  | { readonly rule: 'rgb' }
  | { readonly rule: 'none' }

const least = 1e-8
const { fround } = Math

/** Normalises a channel in its place. `mask` is that of all channels; asked for where a scheme needs it. Gives why it cannot be done, if so. */
export function normalise(data: Float32Array, scheme: Scheme, mask: () => Uint8Array): string | undefined {
  switch (scheme.rule) {
    case 'ct':
      return computed(data, ctNormalised(scheme))
    case 'zscore':
      return standardised(data, scheme.masked ? mask() : undefined)
    case 'rescale': {
      const [low, high] = rangeOf(data)
      const span = fround(Math.max(fround(high - low), least))
      return computed(data, (value) => fround(value - low) / span)
    }
    case 'rgb': {
      const [low, high] = rangeOf(data)
      if (low < 0 || high > 255)
        return `its values go from ${low} to ${high}, and have to be between 0 and 255`
      return computed(data, (value) => value / 255)
    }
    case 'none':
      return undefined
  }
}

function computed(data: Float32Array, change: (value: number) => number): undefined {
  for (let at = 0; at < data.length; at++) data[at] = change(data[at] ?? 0)
}

function ctNormalised(scheme: Extract<Scheme, { rule: 'ct' }>): (value: number) => number {
  const [low, high, mean] = [fround(scheme.low), fround(scheme.high), fround(scheme.mean)]
  const scale = fround(Math.max(scheme.std, least))
  return (value) => fround(Math.min(high, Math.max(low, value)) - mean) / scale
}

function standardised(data: Float32Array, mask: Uint8Array | undefined): undefined {
  const { mean, std } = momentsOf(data, mask)
  const scale = fround(Math.max(std, least))
  for (let at = 0; at < data.length; at++)
    if (mask === undefined || mask[at] === 1) data[at] = fround((data[at] ?? 0) - mean) / scale
}

/** Mean and the population's standard deviation, as float32. */
function momentsOf(data: Float32Array, mask: Uint8Array | undefined): { mean: number; std: number } {
  const isIn = (at: number): boolean => mask === undefined || mask[at] === 1
  let [count, sum] = [0, 0]
  for (let at = 0; at < data.length; at++)
    if (isIn(at)) {
      count++
      sum += data[at] ?? 0
    }
  const mean = sum / count
  let squares = 0
  for (let at = 0; at < data.length; at++) if (isIn(at)) squares += ((data[at] ?? 0) - mean) ** 2
  return { mean: fround(mean), std: fround(Math.sqrt(squares / count)) }
}
