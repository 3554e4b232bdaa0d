// Reads the HTML that pages are made of, strictly: what a browser would forgive is an error here.

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly parent: Element | undefined
  readonly children: (Element | string)[]
}

const voids = new Set(['meta', 'input', 'br', 'link', 'img', 'hr'])

/** All elements in the order of the text. Throws where tags do not match, attributes are unquoted or text is unescaped. */
export function elementsOf(html: string): readonly Element[] {
  if (!html.startsWith('<!doctype html>\n')) throw new Error('no doctype')
  const found: Element[] = []
  let open: Element | undefined
  let at = '<!doctype html>'.length
  while (at < html.length) {
    const tag = readTag(html, at)
    if (tag === undefined) {
      const end = html.indexOf('<', at)
      const text = html.slice(at, end < 0 ? undefined : end)
      checkText(text)
      open?.children.push(text)
      at = end < 0 ? html.length : end
      continue
    }
    at = tag.end
    if (tag.closing) {
      if (open?.name !== tag.name) throw new Error(`</${tag.name}> closes <${open?.name}>`)
      open = open.parent
      continue
    }
    const element: Element = { name: tag.name, attributes: tag.attributes, parent: open, children: [] }
    found.push(element)
    open?.children.push(element)
    if (tag.empty || voids.has(tag.name)) continue
    open = element
    if (tag.name !== 'style' && tag.name !== 'script') continue
    const end = html.indexOf(`</${tag.name}>`, at)
    element.children.push(html.slice(at, end))
    at = end
  }
  if (open !== undefined) throw new Error(`<${open.name}> stays open`)
  return found
}

interface Tag {
  readonly name: string
  readonly closing: boolean
  readonly empty: boolean
  readonly attributes: Record<string, string>
  readonly end: number
}

function readTag(html: string, at: number): Tag | undefined {
  if (html[at] !== '<') return undefined
  const pattern = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][-:a-zA-Z]*(?:="[^"<]*")?)*)\s*(\/?)>/y
  pattern.lastIndex = at
  const match = pattern.exec(html)
  if (match === null) throw new Error(`no tag: ${html.slice(at, at + 80)}`)
  const [whole, closing, name = '', written = '', empty] = match
  const attributes: Record<string, string> = {}
  for (const [, key = '', value = ''] of written.matchAll(/([a-zA-Z][-:a-zA-Z]*)(?:="([^"]*)")?/g)) {
    if (key in attributes) throw new Error(`${name} has ${key} twice`)
    checkText(value)
    attributes[key] = value
  }
  return { name, closing: closing === '/', empty: empty === '/', attributes, end: at + whole.length }
}

function checkText(text: string): void {
  if (/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`unescaped text: ${text.slice(0, 80)}`)
}

/** What a reader reads of an element. */
export function textOf(element: Element): string {
  const text = element.children.map((one) => (typeof one === 'string' ? one : textOf(one))).join('')
  return decoded(text)
}

export function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
