// Cases that stay what they were: each is held against the digests that it had when the run began, whenever it is read.
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { DataSource } from './data-source.ts'
import { caseDigests, shownDigest, type CaseDigests, type RunDigests } from './digests.ts'

export interface VerifiedCases extends Pick<DataSource, 'readCase'> {
  /** Of all cases that are known: what the run remembers. */
  digests(): RunDigests['cases']
}

/** Of a run that begins nothing is known: each case is what it was the first time that it is read. */
export function verifiedCases(
  { readCase }: Pick<DataSource, 'readCase'>,
  folder: string,
  known?: RunDigests['cases'],
): VerifiedCases {
  const all = new Map<string, CaseDigests>(Object.entries(known ?? {}))
  return {
    readCase: async (name) => {
      const found = await readCase(name)
      if (isProblem(found)) return found
      const now = caseDigests(found)
      const before = all.get(name) ?? (known === undefined ? now : nothing)
      all.set(name, before)
      return difference(name, before, now, folder) ?? found
    },
    digests: () => Object.fromEntries(all),
  }
}

/** A digest that nothing has. */
const nothing: CaseDigests = { image: '', labels: '' }

function difference(
  name: string,
  before: CaseDigests,
  now: CaseDigests,
  folder: string,
): Problem | undefined {
  const part = (['image', 'labels'] as const).find((one) => before[one] !== now[one])
  return part === undefined
    ? undefined
    : problem('run-differs', {
        path: folder,
        what: `the data, in the ${part} of ${name},`,
        there: before[part] === '' ? 'unknown' : shownDigest(before[part]),
        here: shownDigest(now[part]),
      })
}
