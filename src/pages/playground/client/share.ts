// What is open as the fragment of an address, which browsers send nowhere: JSON, deflated, in the alphabet of URLs.
import type { Opened } from '../asked.ts'

const version = 'v1.'
/** Of what a link unpacks to: a small one can be made to hold any number of blanks. */
const mostBytes = 1 << 20

export async function fragmentOf(opened: Opened): Promise<string> {
  const stream = new Blob([JSON.stringify(opened)]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCodePoint(byte)
  return version + btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** What an address holds; undefined for an address without, and a text for one that cannot be read. */
export async function openedOf(fragment: string): Promise<Opened | string | undefined> {
  const packed = fragment.replace(/^#/, '')
  if (!packed.startsWith(version)) return undefined
  try {
    return checked(JSON.parse(await unpacked(packed.slice(version.length))))
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function unpacked(packed: string): Promise<string> {
  const text = atob(packed.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(text, (one) => one.codePointAt(0) ?? 0)
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let count = 0
  for await (const piece of stream) {
    count += piece.length
    if (count > mostBytes) throw new Error('it holds more than a spec may be long')
    pieces.push(piece)
  }
  return new Blob(pieces).text()
}

/** Whoever made the link: nothing but texts, under names that are files of a project. */
function checked(value: unknown): Opened {
  const { entry, files, network, arguments: given } = recordOf(value)
  const texts = textsOf(files)
  if (typeof entry !== 'string' || !Object.hasOwn(texts, entry)) throw new Error('it has no spec')
  const opened = { entry, files: texts, arguments: textsOf(given) }
  return typeof network === 'string' ? { ...opened, network } : opened
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(recordOf(value))
  return Object.fromEntries(
    entries.map(([name, text]) => {
      if (typeof text !== 'string') throw new Error(`${name} is no text`)
      return [name, text]
    }),
  )
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('it is of another kind')
  return value as Readonly<Record<string, unknown>>
}
