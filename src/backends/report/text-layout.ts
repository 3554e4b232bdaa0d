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

/**
 * At most `room` characters, without segments in the middle: `lattice.node[0,5]….shift`. What leads to the first index and the
 * operator at the end stay, since together they tell where a tensor is; from `index` on, also without what is before the index.
 * Undefined where that is too long.
 */
export function shortenPath(path: string, room: number, from: 'root' | 'index' = 'root'): string | undefined {
  const fits = (text: string): boolean => [...text].length <= room
  if (fits(path)) return path
  const segments = path.split('.')
  const indexed = segments.findIndex((one) => one.includes('['))
  const head = Math.max(indexed, 0) + 1
  const cut = (before: string): string | undefined => {
    for (let at = head + 1; at < segments.length; at++) {
      const text = `${before}….${segments.slice(at).join('.')}`
      if (fits(text)) return text
    }
    return undefined
  }
  const whole = cut(segments.slice(0, head).join('.'))
  if (whole !== undefined || from === 'root' || indexed < 1) return whole
  const rest = `…${segments.slice(indexed).join('.')}`
  return fits(rest) ? rest : cut(`…${segments[indexed] ?? ''}`)
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
