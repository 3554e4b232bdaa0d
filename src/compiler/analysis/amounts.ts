// The numbers that every cost table shows, and how they add up.

/** Parameters in numbers, MACs in multiply-accumulates for a batch of one; `effective` leaves out what masks remove. */
export interface Amounts {
  readonly parameters: number
  readonly effectiveParameters: number
  /** Undefined where they depend on an extent that is symbolic. */
  readonly macs: number | undefined
  readonly effectiveMacs: number | undefined
  /** What the report's convention counts, in its unit: MACs where none was asked for. */
  readonly counted: number | undefined
  readonly effectiveCounted: number | undefined
  /** What a target multiplies and adds at inference; undefined where none was asked for. */
  readonly executedMacs: number | undefined
}

export interface Tally {
  parameters: number
  effectiveParameters: number
  macs: number | undefined
  effectiveMacs: number | undefined
  counted: number | undefined
  effectiveCounted: number | undefined
  executedMacs: number | undefined
}

export function newTally(): Tally {
  return {
    parameters: 0,
    effectiveParameters: 0,
    macs: 0,
    effectiveMacs: 0,
    counted: 0,
    effectiveCounted: 0,
    executedMacs: 0,
  }
}

export function addTo(tally: Tally, more: Amounts): void {
  tally.parameters += more.parameters
  tally.effectiveParameters += more.effectiveParameters
  tally.macs = plus(tally.macs, more.macs)
  tally.effectiveMacs = plus(tally.effectiveMacs, more.effectiveMacs)
  tally.counted = plus(tally.counted, more.counted)
  tally.effectiveCounted = plus(tally.effectiveCounted, more.effectiveCounted)
  tally.executedMacs = plus(tally.executedMacs, more.executedMacs)
}

/** Both totals that a network has: everything that is trained, and what the outputs without `aux` need. */
export interface BothAmounts {
  readonly training: Amounts
  readonly inference: Amounts
}

export interface BothTallies {
  readonly training: Tally
  readonly inference: Tally
}

export function newTallies(): BothTallies {
  return { training: newTally(), inference: newTally() }
}

/** Unknown absorbs: a sum with an unknown part is unknown. */
export function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}
