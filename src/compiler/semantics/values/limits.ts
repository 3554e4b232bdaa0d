// The bounds of one compilation, apart from everything else so that a host can read them at no cost.

/** Bounds of one compilation. A spec that asks for more gets a diagnostic, never a hang. */
export interface Limits {
  readonly nodes: number
  readonly listLength: number
  /** Values in a list with all the lists in it. */
  readonly listSize: number
  /** Lists inside lists. */
  readonly listDepth: number
  readonly stringLength: number
  /** Blocks in one composition. */
  readonly compositionLength: number
  /** Nested calls, block applications and recurrences. */
  readonly depth: number
  /** What the stack must hold of expressions inside one another and of what they lead to: see `nestingOf`. */
  readonly nesting: number
  /** Expressions evaluated in all, and items of lists gone through. */
  readonly steps: number
  readonly fileBytes: number
  readonly importDepth: number
}

export const defaultLimits: Limits = {
  nodes: 500_000,
  listLength: 100_000,
  listSize: 1_000_000,
  listDepth: 32,
  stringLength: 10_000,
  compositionLength: 2_000,
  depth: 200,
  nesting: 1200,
  steps: 5_000_000,
  fileBytes: 262_144,
  importDepth: 32,
}
