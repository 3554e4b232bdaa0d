// Source texts and positions in them. Knows nothing of what the text means.

/** A half-open range of UTF-16 offsets `[start, end)` in one source file. Never NaN, never negative. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** A place as people count: lines and columns from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** One file's text with the offsets at which its lines begin. `path` uses `/` and is relative to the project (or `std/…`). */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly lineStarts: readonly number[]
}

export function sourceFile(path: string, text: string): SourceFile {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { path, text, lineStarts }
}

/** Bytes of the text as UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/** Whether the text has at most so many bytes; counts them only where the length leaves it open. */
export function withinBound(text: string, bytes: number): boolean {
  return text.length <= bytes && (text.length * 3 <= bytes || byteLength(text) <= bytes)
}

/** The only maker of spans: clamps to the file, so that recovered tokens with absent offsets cannot leak NaN. */
export function span(file: SourceFile, start: number, end: number): Span {
  const clamp = (offset: number): number =>
    Number.isFinite(offset) ? Math.min(Math.max(0, Math.trunc(offset)), file.text.length) : file.text.length
  const from = clamp(start)
  return { file: file.path, start: from, end: Math.max(from, clamp(end)) }
}

/** The span from the start of `a` to the end of `b`, both in one file. */
export function cover(a: Span, b: Span): Span {
  return { file: a.file, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) }
}

/** Line and column of an offset, by binary search over the line starts. */
export function positionAt(file: SourceFile, offset: number): Position {
  let low = 0
  let high = file.lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((file.lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (file.lineStarts[low] ?? 0) + 1 }
}

/** The text of a line (from 1), without its line break; empty past the end. */
export function lineText(file: SourceFile, line: number): string {
  const start = file.lineStarts[line - 1]
  if (start === undefined) return ''
  const next = file.lineStarts[line] ?? file.text.length + 1
  return file.text.slice(start, next - 1).replace(/\r$/, '')
}
