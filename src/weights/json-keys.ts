// Names that a JSON object has twice: `JSON.parse` keeps the last of them and says nothing.

/** A key that occurs again in the outermost object of a valid JSON text. */
export function repeatedKey(json: string): string | undefined {
  const seen = new Set<string>()
  let depth = 0
  // A key follows where the outermost object begins and after each comma in it.
  let isKey = false
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (character === '"') {
      const end = endOfString(json, at)
      const key = isKey ? String(JSON.parse(json.slice(at, end + 1))) : undefined
      if (key !== undefined && seen.has(key)) return key
      if (key !== undefined) seen.add(key)
      at = end
      isKey = false
    } else if (character === '{' || character === '[') {
      depth += 1
      isKey = depth === 1
    } else if (character === '}' || character === ']') depth -= 1
    else if (character === ',') isKey = depth === 1
  }
  return undefined
}

function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const character = json[at]
    if (character === '\\') at += 1
    else if (character === '"') return at
  }
  return json.length
}
