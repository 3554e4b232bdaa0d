// How a diagnostic code is declared: a stable code, a severity, and prose as functions of typed parts.

export type Severity = 'error' | 'warning'

/** One entry of the table of codes. `P` are the parts a report must supply; one that forgets a part does not compile. */
export interface CodeSpec<P> {
  /** Stable, never renamed or reused: `WEFT` and three digits. */
  readonly code: `WEFT${number}`
  readonly severity: Severity
  /** What is wrong, with the actual values. One line, lower case, no full stop. */
  message(parts: P): string
  /** What to do. */
  help?(parts: P): string | undefined
  /** The page that `weft explain CODE` prints: what the rule is, why, an example that breaks it and one that keeps it. Markdown. */
  readonly explanation: string
}

export function code<P>(spec: CodeSpec<P>): CodeSpec<P> {
  return spec
}

/** " (did you mean `x`?)"-style help, shared by all misspelling codes. */
export function didYouMean(suggestion: string | undefined): string | undefined {
  return suggestion === undefined ? undefined : `did you mean \`${suggestion}\`?`
}
