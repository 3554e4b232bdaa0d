// Parallel lanes in the space between two rows or columns: runs that overlap get lanes of their own.

export interface Run {
  readonly start: number
  readonly end: number
}

/** By run: its lane, from 0. Runs that share a key share a lane, since they are one line that forks. */
export class Lanes {
  readonly #ends: Run[][] = []

  /** The first lane in which nothing overlaps. */
  take(run: Run): number {
    const found = this.#ends.findIndex((lane) =>
      lane.every((one) => one.end <= run.start || one.start >= run.end),
    )
    const lane = found < 0 ? this.#ends.length : found
    if (found < 0) this.#ends.push([run])
    else this.#ends[found]?.push(run)
    return lane
  }

  get count(): number {
    return this.#ends.length
  }
}
