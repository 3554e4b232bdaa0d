// What users of a deployed model read: of the table of all diagnostics only what can be said of volumes goes along.
import type { Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { CodeSpec } from '../compiler/diagnostics/define.ts'
import { dataCodes } from '../compiler/diagnostics/codes/data.ts'
import { modelCodes } from '../compiler/diagnostics/codes/models.ts'

const known: Readonly<Record<string, CodeSpec<unknown> | undefined>> = { ...dataCodes, ...modelCodes }

/** `scan.nii has 3 bytes …; export it again`, with what to do. */
export function wordsOf(found: Problem): string {
  const spec = known[found.name]
  if (spec === undefined) throw new Error(`no words for ${found.name}`)
  const help = spec.help?.(found.parts)
  return help === undefined ? spec.message(found.parts) : `${spec.message(found.parts)}; ${help}`
}
