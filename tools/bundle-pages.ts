// Writes the programs that run on pages as one module, each with the digest that the page's policy allows it by.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const header = `// Programs that run on pages, by name. Generated from the .js files beside it; a test keeps it fresh.
import type { PageScript } from '../document.ts'

`

/** The text of `bundled.ts` for the programs in a folder, in order of their names. */
export function bundledPages(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'))
  const scripts = names.toSorted().map((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8')
    if (text.includes('</script')) throw new Error(`${name} would end its own element`)
    const sha256 = createHash('sha256').update(text).digest('base64')
    const identifier = name
      .replace(/\.js$/, '')
      .replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    return `// prettier-ignore\nexport const ${identifier}: PageScript = { text: ${JSON.stringify(text)}, sha256: '${sha256}' }\n`
  })
  return header + scripts.join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = 'src/pages/client'
  writeFileSync(`${folder}/bundled.ts`, bundledPages(folder))
}
