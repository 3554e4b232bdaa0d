// How far an exported value may be from its reference, in standard deviations of the reference value; and when such a distance says nothing.

/** Of outputs. Single precision loses about 1e-7 per operation, and deep networks add that up. */
export const defaultTolerance = 1e-3

/** What weights, and values of convolutions, are stored in. */
export type Stored = 'f32' | 'f16' | 'int8'

/**
 * Of outputs, by what weights are stored in. In less than single precision it is no longer the greatest difference that counts but the root of
 * the mean square: among a million elements some are far. Of an output that has nothing to do with what it should be that is 1.4; random
 * weights take eight bits to 0.6.
 */
export const outputTolerances = { f32: defaultTolerance, f16: 0.02, int8: 0.7 } as const satisfies Readonly<
  Record<Stored, number>
>

/** Values on the way may be so many times as far: an instance norm over few voxels magnifies rounding; a mistake is larger still. */
export const valueAllowance = 10

/** Noise that is put on each value of the reference, as a share of it: some roundings of single precision. */
export const roundingNoise = 2 ** -22
/** A runtime may be so many times as far off as the noise has come: it adds in another order, and one sample of noise is not the worst. */
export const roundingAllowance = 32
/** An output that another image moves by less than so many tolerances cannot tell right from wrong. */
export const leastResponse = 10
/** Inputs that are tried until one is decided. */
export const probes = 3

// ---------------------------------------------------------------- operators by themselves

/** Positions of each value that are looked at; of what adds up many numbers for each, fewer. */
const mostSamples = 4096
const leastSamples = 1024
const products = 2 ** 22

export function samplesFor(summands: number): number {
  return Math.max(leastSamples, Math.min(mostSamples, Math.floor(products / Math.max(1, summands))))
}

/** Half a unit in the last place of single precision, relative to the number. */
const unit = 2 ** -24

/**
 * How far single precision may be off after so many summands, as a share of the sum of their magnitudes (or of the value's standard deviation,
 * where that is more). Errors of random sign grow with the root of their number.
 */
export function roundingOf(summands: number): number {
  return unit * (16 + 8 * Math.sqrt(summands))
}

/**
 * What storing adds for an operator that reads weights, in standard deviations of its value: roundings of weights, which have random signs, and
 * of 8 bits the steps of what is read and given, each a 255th of a range that is many deviations wide. A mistake is about one.
 */
export const storageAllowance = { f32: 0, f16: 0.02, int8: 0.25 } as const satisfies Readonly<
  Record<Stored, number>
>

/** Norms that magnify what their input is off by so many times, as a share of it, are named. */
export const notableMagnification = 100
