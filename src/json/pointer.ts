// JSON pointers (RFC 6901): `/rules/0/from` is the place of a value in a JSON document, the empty one the whole document.

export function pointerTo(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** What leads from the document to the place: keys, and positions in lists. */
function partsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value at a place that the document has. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document
  for (const part of partsOf(pointer))
    value =
      typeof value === 'object' && value !== null
        ? Object.getOwnPropertyDescriptor(value, part)?.value
        : undefined
  return value
}
