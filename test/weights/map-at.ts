// Rename maps of the repository, and problems as text.
import { readFileSync } from 'node:fs'
import { diagnose, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { parseRenameMap, type RenameMap } from '../../src/weights/rename-map.ts'
import { repository } from '../examples/compile-example.ts'

/** `WEFT911 message (help)`. */
export function textOf(found: Problem): string {
  const { code, message, help } = diagnose(found, { file: '', start: 0, end: 0 })
  return `${code} ${message}${help === undefined ? '' : ` (${help})`}`
}

/** A map by its path in the repository, `examples/maps/unet.json`. */
export function mapAt(file: string): RenameMap {
  const map = parseRenameMap(readFileSync(repository + file, 'utf8'), file)
  if ('rules' in map) return map
  throw new Error(map.map(textOf).join('\n'))
}
