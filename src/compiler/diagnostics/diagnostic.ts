// Diagnostics as values: a problem without a place, a diagnostic with one, and the bag that collects them.
import type { Span } from '../text/source.ts'
import { codes, type CodeName, type PartsOf } from './codes.ts'
import { didYouMean, type CodeSpec, type Remedy, type Severity } from './define.ts'

/** What went wrong, where the place is not yet known (an operator's shape rule knows no source). */
export interface Problem<N extends CodeName = CodeName> {
  readonly kind: 'problem'
  readonly name: N
  readonly parts: PartsOf<N>
}

export function problem<N extends CodeName>(name: N, parts: PartsOf<N>): Problem<N> {
  return { kind: 'problem', name, parts }
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'problem'
}

/** The table pairs each name with its own parts; TypeScript cannot see that through the union. */
const specOf = (found: Problem): CodeSpec<unknown> => codes[found.name]

/** What is wrong, without a place. */
export const messageOf = (found: Problem): string => specOf(found).message(found.parts)

export interface Related {
  readonly span: Span
  readonly message: string
}

export interface IndexBinding {
  readonly name: string
  readonly value: number
}

export interface Diagnostic {
  readonly code: string
  readonly name: CodeName
  readonly severity: Severity
  readonly message: string
  readonly help?: string
  readonly remedy?: Remedy
  readonly span: Span
  /** Other places that matter: the second operand, the first definition, the call that led here. */
  readonly related: readonly Related[]
  /** The values of the indices in force, outermost first. */
  readonly indices: readonly IndexBinding[]
}

export interface Context {
  readonly related?: readonly Related[]
  readonly indices?: readonly IndexBinding[]
}

export function diagnose(found: Problem, span: Span, context: Context = {}): Diagnostic {
  const spec = specOf(found)
  const help = spec.help?.(found.parts)
  const remedy = spec.remedy?.(found.parts) ?? spellingOf(found, help)
  return {
    code: spec.code,
    name: found.name,
    severity: spec.severity,
    message: spec.message(found.parts),
    ...(help === undefined ? {} : { help }),
    ...(remedy === undefined ? {} : { remedy }),
    span,
    related: context.related ?? [],
    indices: context.indices ?? [],
  }
}

/** A suggestion is one where the help says so: some codes say something better in its place. */
function spellingOf({ parts }: Problem, help: string | undefined): Remedy | undefined {
  const { suggestion } = parts as { readonly suggestion?: unknown }
  if (typeof suggestion !== 'string' || help !== didYouMean(suggestion)) return undefined
  return { kind: 'spelling', text: suggestion }
}

/**
 * Collects diagnostics in order; the same code at the same span is kept once (a block may be elaborated many times), or once for each thing
 * that it is said to be `about`.
 */
export class DiagnosticBag {
  readonly #seen = new Set<string>()
  readonly #list: Diagnostic[] = []

  add(diagnostic: Diagnostic, about = ''): void {
    const { code, span } = diagnostic
    const key = `${code}@${span.file}:${span.start}-${span.end} ${about}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#list.push(diagnostic)
  }

  report<N extends CodeName>(name: N, span: Span, parts: PartsOf<N>, context: Context = {}): void {
    this.add(diagnose(problem(name, parts), span, context))
  }

  get hasErrors(): boolean {
    return this.#list.some((one) => one.severity === 'error')
  }

  /** In source order, file by file; equal places keep the order of their report. */
  list(): readonly Diagnostic[] {
    return [...this.#list].sort((a, b) =>
      a.span.file < b.span.file ? -1 : a.span.file > b.span.file ? 1 : a.span.start - b.span.start,
    )
  }
}
