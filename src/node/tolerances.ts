// How far an exported value may be from its reference, in standard deviations of the reference value.

/** Of outputs. Single precision loses about 1e-7 per operation, and deep networks add that up. */
export const defaultTolerance = 1e-3
/** Values on the way may be so many times as far: an instance norm over few voxels magnifies rounding; a mistake is larger still. */
export const valueAllowance = 10
