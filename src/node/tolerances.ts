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
