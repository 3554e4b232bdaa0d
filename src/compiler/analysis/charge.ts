// Which source line pays for what: an operator's call chain seen from the file that the user compiles.
import type { Origin } from '../ir/graph.ts'
import { lineText, positionAt, type SourceFile, type Span } from '../text/source.ts'

/** Every file of a compilation by path, and the one that it began with. */
export interface Sources {
  readonly entry: string
  readonly files: ReadonlyMap<string, SourceFile>
}

export interface Line {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly text: string
}

/**
 * The innermost call that stands in the entry file; where the network comes from another file of the user, the innermost call that stands
 * in no file of the library; else the operator's own call.
 */
export function chargedSpan(origin: Origin, entry: string): Span {
  if (origin.span.file === entry) return origin.span
  const inEntry = origin.calls.findLast((call) => call.file === entry)
  if (inEntry !== undefined || !isOfLibrary(origin.span)) return inEntry ?? origin.span
  return origin.calls.findLast((call) => !isOfLibrary(call)) ?? origin.span
}

/**
 * Every line of the user's own files that an operator comes from, outermost first: the calls that led to it, and its own. Where all of
 * them stand in the library, its own alone.
 */
export function callSpans(origin: Origin): readonly Span[] {
  const own = [...origin.calls, origin.span].filter((span) => !isOfLibrary(span))
  return own.length === 0 ? [origin.span] : own
}

const isOfLibrary = ({ file }: Span): boolean => file.startsWith('std/')

export function lineOf(sources: Sources, span: Span): Line {
  const file = sources.files.get(span.file)
  if (file === undefined) throw new Error(`no text of ${span.file} among the sources`)
  const { line } = positionAt(file, span.start)
  return { file: span.file, line, text: lineText(file, line).trim() }
}
