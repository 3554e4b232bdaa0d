// How a diagnostic code is declared: a stable code, a severity, and prose as functions of typed parts.

export type Severity = 'error' | 'warning'

/** A change of the text that the help proposes, for editors that can make it. */
export type Remedy =
  /** Another text where the diagnostic points. */
  | { readonly kind: 'spelling'; readonly text: string }
  | { readonly kind: 'import'; readonly name: string; readonly from: string }
  /** Another default of a parameter of the network. */
  | { readonly kind: 'default'; readonly parameter: string; readonly value: string }

/** One entry of the table of codes. `P` are the parts a report must supply; one that forgets a part does not compile. */
export interface CodeSpec<P> {
  /** Stable, never renamed or reused: `WEFT` and three digits. */
  readonly code: `WEFT${number}`
  readonly severity: Severity
  /** What is wrong, with the actual values. One line, lower case, no full stop. */
  message(parts: P): string
  /** What to do. */
  help?(parts: P): string | undefined
  /** What the help proposes, where that is more than the suggestion among the parts. */
  remedy?(parts: P): Remedy | undefined
  /** The page that `weft explain CODE` prints: what the rule is, why, an example that breaks it and one that keeps it. Markdown. */
  readonly explanation: string
}

export function code<P>(spec: CodeSpec<P>): CodeSpec<P> {
  return spec
}

/** `patch = [32, 32, 32]` */
export function defaultRemedy(setting: string | undefined): Remedy | undefined {
  const [, parameter, value] = /^(\w+) = (.+)$/.exec(setting ?? '') ?? []
  return parameter === undefined || value === undefined ? undefined : { kind: 'default', parameter, value }
}

/** " (did you mean `x`?)"-style help, shared by all misspelling codes. */
export function didYouMean(suggestion: string | undefined): string | undefined {
  return suggestion === undefined ? undefined : `did you mean \`${suggestion}\`?`
}
