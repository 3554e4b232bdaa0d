// Every Weft text of the project that must parse: the design's constructs, the library and the examples.
import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../../../', import.meta.url)

function filesIn(folder: string): string[] {
  const names = readdirSync(new URL(folder, root), { recursive: true }).map(String)
  return names.filter((name) => name.endsWith('.weft')).map((name) => `${folder}${name}`)
}

export const languageText = readFileSync(new URL('test/syntax/cases/language.weft', root), 'utf8')

export const corpus: readonly (readonly [path: string, text: string])[] = [
  'test/syntax/cases/language.weft',
  ...filesIn('src/compiler/std/'),
  ...filesIn('examples/'),
].map((path) => [path, readFileSync(new URL(path, root), 'utf8')] as const)
