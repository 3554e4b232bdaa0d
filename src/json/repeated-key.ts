// Names that a JSON object has twice: `JSON.parse` keeps the last of them and says nothing.
import { pointerTo } from './pointer.ts'

/** An object or a list that is not closed yet. */
interface Open {
  /** Undefined for a list. */
  readonly keys: Set<string> | undefined
  /** The key, or the position in a list, that the reader stands at. */
  at: string | number
}

/** Where the first key stands that its object had before, as a JSON pointer; of a valid JSON text. */
export function repeatedKey(json: string): string | undefined {
  const open: Open[] = []
  // A key follows where an object begins and after each comma in it.
  let keyFollows = false
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    const inner = open.at(-1)
    if (character === '"') {
      const end = endOfString(json, at)
      if (keyFollows && isSecond(json.slice(at, end + 1), inner)) return pointerTo(open.map((one) => one.at))
      at = end
      keyFollows = false
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? { keys: new Set(), at: '' } : { keys: undefined, at: 0 })
      keyFollows = character === '{'
    } else if (character === '}' || character === ']') {
      open.pop()
      keyFollows = false
    } else if (character === ',' && inner !== undefined) {
      if (typeof inner.at === 'number') inner.at += 1
      keyFollows = inner.keys !== undefined
    }
  }
  return undefined
}

function isSecond(quoted: string, inner: Open | undefined): boolean {
  if (inner?.keys === undefined) return false
  const key = String(JSON.parse(quoted))
  inner.at = key
  if (inner.keys.has(key)) return true
  inner.keys.add(key)
  return false
}

function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const character = json[at]
    if (character === '\\') at += 1
    else if (character === '"') return at
  }
  return json.length
}
