// The shapes of the Language Server Protocol that capabilities answer in, as plain data: nothing but `server.ts` knows the library.
import { positionAt, type SourceFile, type Span } from '../compiler/text/source.ts'

/** From 0; characters are UTF-16 code units, as offsets are. */
export interface Position {
  readonly line: number
  readonly character: number
}

export interface Range {
  readonly start: Position
  readonly end: Position
}

export interface TextEdit {
  readonly range: Range
  readonly newText: string
}

export interface Markup {
  readonly kind: 'markdown'
  readonly value: string
}

export const markdown = (value: string): Markup => ({ kind: 'markdown', value })

export function positionOf(file: SourceFile, offset: number): Position {
  const { line, column } = positionAt(file, offset)
  return { line: line - 1, character: column - 1 }
}

export const rangeOf = (file: SourceFile, { start, end }: Pick<Span, 'start' | 'end'>): Range => ({
  start: positionOf(file, start),
  end: positionOf(file, end),
})

/** A position past the end of its line or of the text is at that end. */
export function offsetOf(file: SourceFile, { line, character }: Position): number {
  const start = file.lineStarts[line]
  if (start === undefined) return file.text.length
  const next = file.lineStarts[line + 1] ?? file.text.length + 1
  return Math.min(start + character, next - 1)
}
