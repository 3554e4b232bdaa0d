// Writes docs/operators.md from the operators' declarations.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { operatorsPage } from './operators-page.ts'

/** The page as the project formats Markdown. */
export async function formattedOperatorsPage(file: string): Promise<string> {
  return format(operatorsPage(), { ...(await resolveConfig(file)), parser: 'markdown' })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = 'docs/operators.md'
  writeFileSync(file, await formattedOperatorsPage(file))
}
