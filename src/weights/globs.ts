// Names with stars in rename maps: `*` is any text, dots included, also none.

export interface Glob {
  readonly text: string
  /** What the stars stand for, each of them as short as can be but the last; undefined where the name is not of this form. */
  match(name: string): readonly string[] | undefined
}

/** Looks for each piece of text between stars once, after the one before it: no name takes long. */
export function parseGlob(text: string): Glob {
  const [first = '', ...pieces] = text.split('*')
  const last = pieces.pop()
  if (last === undefined) return { text, match: (name) => (name === text ? [] : undefined) }
  const match = (name: string): readonly string[] | undefined => {
    const end = name.length - last.length
    if (end < first.length || !name.startsWith(first) || !name.endsWith(last)) return undefined
    const stars: string[] = []
    let at = first.length
    for (const piece of pieces) {
      const found = name.indexOf(piece, at)
      if (found === -1 || found + piece.length > end) return undefined
      stars.push(name.slice(at, found))
      at = found + piece.length
    }
    return [...stars, name.slice(at, end)]
  }
  return { text, match }
}

export const starsIn = (text: string): number => text.split('*').length - 1

/** The text with what its stars stand for. */
export function filled(text: string, stars: readonly string[]): string {
  return text
    .split('*')
    .map((piece, at) => piece + (stars[at] ?? ''))
    .join('')
}
