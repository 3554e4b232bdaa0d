// How far an exported value may be from its reference, in standard deviations of the reference value; and when such a distance says nothing.

/** Of outputs. Single precision loses about 1e-7 per operation, and deep networks add that up. */
export const defaultTolerance = 1e-3
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

/** Norms that magnify what their input is off by so many times, as a share of it, are named. */
export const notableMagnification = 100
