// Where PyTorch's `interpolate` reads along one axis, and how much each element counts: for backends that interpolate by tables.

/** How one axis is interpolated: result `k` lies at source `k · over / under`. */
export interface AxisRule {
  readonly extent: number
  readonly count: number
  readonly over: number
  readonly under: number
  readonly mode: 'nearest' | 'linear' | 'cubic'
  readonly alignsCorners: boolean
}

/** An element that is read, and its share. */
export interface Tap {
  readonly place: number
  readonly weight: number
}

/** By element of the result, what it is made of; shares of 0 are left out, the same place may come twice. */
export function tapsOf(rule: AxisRule): Tap[][] {
  return Array.from({ length: rule.count }, (_, k) => tapsAt(k, rule).filter(({ weight }) => weight !== 0))
}

/** `[count, extent]`, row by row. */
export function interpolationMatrix(rule: AxisRule): Float64Array {
  const matrix = new Float64Array(rule.count * rule.extent)
  for (const [k, taps] of tapsOf(rule).entries()) {
    for (const { place, weight } of taps) {
      const at = k * rule.extent + place
      matrix[at] = (matrix[at] ?? 0) + weight
    }
  }
  return matrix
}

function tapsAt(k: number, { extent, count, over, under, mode, alignsCorners }: AxisRule): Tap[] {
  const inside = (place: number): number => Math.min(Math.max(place, 0), extent - 1)
  if (mode === 'nearest') return [{ place: inside(Math.floor((k * over) / under)), weight: 1 }]
  const corners = count === 1 ? 0 : (k * (extent - 1)) / (count - 1)
  const centre = alignsCorners ? corners : ((k + 0.5) * over) / under - 0.5
  const source = mode === 'linear' ? Math.max(0, centre) : centre
  const lower = Math.min(Math.floor(source), extent - 1)
  const offset = Math.min(source - lower, 1)
  const [first, weights] = mode === 'linear' ? [lower, [1 - offset, offset]] : [lower - 1, cubic(offset)]
  return weights.map((weight, at) => ({ place: inside(first + at), weight }))
}

/** Keys' cubic convolution (1981) for the two elements below a place and the two above, with PyTorch's a = -0.75. */
function cubic(offset: number): number[] {
  const a = -0.75
  const near = (t: number): number => ((a + 2) * t - (a + 3)) * t * t + 1
  const far = (t: number): number => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a
  return [far(1 + offset), near(offset), near(1 - offset), far(2 - offset)]
}
