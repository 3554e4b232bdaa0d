// Why something could not be computed, in words.

/** Browsers throw a RangeError for an array that they have no memory for, and for calls that go too deep. */
export const reasonOf = (error: unknown): string =>
  error instanceof RangeError
    ? `it is too large for this browser (${error.message})`
    : error instanceof Error
      ? error.message
      : String(error)
