// Columns, wrapping and shortening of plain text.
import { largest } from '../../compiler/text/numbers.ts'

/** Pads the cells of each column to one width; the first column to the left, the others to the right (or all, with `right`). */
export function align(
  rows: readonly (readonly string[])[],
  side: 'first-left' | 'right' = 'first-left',
): string[] {
  const columns = largest(rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    largest(rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? ''
        return side === 'first-left' && column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  '),
  )
}

/** At most `width` characters; the end gives way to an ellipsis. */
export function shortenEnd(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`
}

/** At most `width` characters; the middle gives way to an ellipsis, since both ends of a path tell the most. */
export function shortenMiddle(text: string, width: number): string {
  const characters = [...text]
  if (characters.length <= width) return text
  const kept = Math.max(0, width - 1)
  const tail = Math.floor(kept / 2)
  return `${characters.slice(0, kept - tail).join('')}…${characters.slice(characters.length - tail).join('')}`
}

/** Breaks at spaces; a word longer than the width keeps a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
