// Doc comments of a spec as docstrings.

/** Paragraphs as a docstring of lines of 88. */
export function docstring(paragraphs: readonly string[], indent: number): string[] {
  if (paragraphs.length === 0) return []
  const room = ' '.repeat(indent)
  const safe = paragraphs.map((one) => one.replaceAll('\\', '\\\\').replaceAll('"""', "'''"))
  const [start = '', ...others] = safe
  const end = start.endsWith('"') ? ' ' : ''
  const single = `${room}"""${start.replaceAll(/\s+/g, ' ')}${end}"""`
  if (others.length === 0 && single.length <= 88) return [single]
  // A first line that fits but for its quotes would be left alone on its line: it is broken earlier.
  const taken = others.length === 0 ? 6 : 3
  const [first = '', ...rest] = [
    ...wrapped(start, 88 - indent, taken),
    ...others.flatMap((one) => ['', ...wrapped(one, 88 - indent, 0)]),
  ]
  return [`${room}"""${first}`, ...rest.map((line) => (line === '' ? '' : `${room}${line}`)), `${room}"""`]
}

/** Lines of at most `width`, the first shorter by what is `taken`; line breaks of the source are spaces. */
function wrapped(text: string, width: number, taken: number): string[] {
  const lines: string[] = []
  let line = ''
  let room = width - taken
  for (const piece of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + piece.length > room) {
      lines.push(line)
      line = ''
      room = width
    }
    line = line === '' ? piece : `${line} ${piece}`
  }
  return [...lines, line]
}
