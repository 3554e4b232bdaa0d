// Writes the standard library's files as one module, so that the compiler reads them without a file system.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const header = `// The standard library's files by path. Generated from the .weft files beside it; a test keeps it fresh.
// prettier-ignore
export const stdFiles: ReadonlyMap<string, string> = new Map([
`

/** The text of `bundled.ts` for the files in a folder, in order of their names. */
export function bundledStd(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.endsWith('.weft'))
  const entries = names.toSorted().map((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8')
    return `  ['std/${name}', ${JSON.stringify(text)}],\n`
  })
  return `${header}${entries.join('')}])\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = 'src/compiler/std'
  writeFileSync(`${folder}/bundled.ts`, bundledStd(folder))
}
