// Winograd's minimal algorithms F(m, 3) in one dimension: m results of three taps from m + 2 values with m + 2 multiplications (Winograd
// 1980; the matrices are those of Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, section 4).

export type Matrix = readonly (readonly number[])[]

export interface Minimal {
  /** Results made at a time, m. */
  readonly outputs: 2 | 4
  /** Columns are the m + 2 values, rows the products. */
  readonly input: Matrix
  /** Columns are the three taps, rows the products. */
  readonly weight: Matrix
  /** Columns are the products, rows the m results. That of the second product is all ones: what is added to it is added to every result. */
  readonly result: Matrix
}

export const minimal2: Minimal = {
  outputs: 2,
  input: [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, 1, 0, -1],
  ],
  weight: [
    [1, 0, 0],
    [1 / 2, 1 / 2, 1 / 2],
    [1 / 2, -1 / 2, 1 / 2],
    [0, 0, 1],
  ],
  result: [
    [1, 1, 1, 0],
    [0, 1, -1, -1],
  ],
}

export const minimal4: Minimal = {
  outputs: 4,
  input: [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ],
  weight: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  result: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
}

/** The product to which a bias is added. */
export const biasProduct = 1

/**
 * The input's transform for `slices` results: the small matrix once for every m of them, moved on by as many. The columns of the value before the
 * first and of the one after the last are there where `edges` says so; they are zero elsewhere, so that nothing is multiplied with them.
 */
export function banded(
  { input, outputs }: Minimal,
  slices: number,
  edges: { readonly before: boolean; readonly after: boolean },
): Matrix {
  return Array.from({ length: slices / outputs }, (_, tile) => tile * outputs).flatMap((offset) =>
    input.map((row) => {
      const wide = Array<number>(slices + 2).fill(0)
      row.forEach((value, at) => (wide[offset + at] = value))
      return wide.slice(edges.before ? 0 : 1, edges.after ? undefined : -1)
    }),
  )
}

/** A weight `[O, C, 3, …]` as `[(m + 2)·O, C, …]`, product after product, in double precision. */
export function spreadWeight({ weight }: Minimal, numbers: ArrayLike<number>, plane: number): Float32Array {
  const pairs = numbers.length / (3 * plane)
  const spread = new Float32Array(weight.length * pairs * plane)
  weight.forEach(([first = 0, second = 0, third = 0], product) => {
    for (let pair = 0; pair < pairs; pair += 1) {
      const [from, to] = [pair * 3 * plane, (product * pairs + pair) * plane]
      for (let at = 0; at < plane; at += 1) {
        const [a = NaN, b = NaN, c = NaN] = [
          numbers[from + at],
          numbers[from + plane + at],
          numbers[from + 2 * plane + at],
        ]
        spread[to + at] = first * a + second * b + third * c
      }
    }
  })
  return spread
}
