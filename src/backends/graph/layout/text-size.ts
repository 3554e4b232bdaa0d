// How wide a text will be, before anything draws it: by the widths of DejaVu Sans, the widest of the usual sans-serif fonts.

/** In thousandths of the font size; bold is a tenth wider. */
const widths: readonly (readonly [characters: string, width: number])[] = [
  ["'", 275],
  ['ijl', 278],
  ['|.,:; !"()[]{}-/\\·´`', 400],
  ['frtsI', 420],
  ['cxyzvk?', 590],
  ['m', 974],
  ['wW%@—', 990],
  ['MOQGDHNU', 790],
  ['×+<>=~^', 838],
  ['…', 1000],
]

const usual = 636

const byCharacter = new Map(
  widths.flatMap(([characters, width]) => Array.from(characters, (one) => [one, width] as const)),
)

/** Pixels. Characters outside of Latin are taken to be as wide as they are high. */
export function textWidth(text: string, size: number, weight: 'regular' | 'bold' = 'regular'): number {
  let thousandths = 0
  for (const character of text) {
    const known = byCharacter.get(character)
    const capital = character >= 'A' && character <= 'Z' ? 685 : usual
    thousandths += known ?? (character < '\u0250' ? capital : 1000)
  }
  return (thousandths * size * (weight === 'bold' ? 1.1 : 1)) / 1000
}

/** The text, or as much of its beginning as has room, with an ellipsis. */
export function fitted(
  text: string,
  room: number,
  size: number,
  weight: 'regular' | 'bold' = 'regular',
): string {
  if (textWidth(text, size, weight) <= room) return text
  const characters = Array.from(text)
  while (characters.length > 0 && textWidth(`${characters.join('').trimEnd()}…`, size, weight) > room)
    characters.pop()
  return characters.length === 0 ? '' : `${characters.join('').trimEnd()}…`
}
