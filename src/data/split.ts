// Which cases train and which validate: a shuffle that depends on the seed and the names only.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { uniform } from '../weights/normal.ts'
import { stream } from '../weights/streams.ts'

export interface Split {
  /** Sorted. */
  readonly training: readonly string[]
  /** Sorted. */
  readonly validation: readonly string[]
}

/** Sets cases aside for validation: a share of them below 1 (rounded, at least one), or a number of cases; 0 for none. */
export function splitCases(
  names: readonly string[],
  { seed, validation }: { readonly seed: number; readonly validation: number },
): Split | Problem {
  const wanted =
    validation > 0 && validation < 1 ? Math.max(1, Math.round(validation * names.length)) : validation
  if (!Number.isInteger(wanted) || wanted < 0 || wanted >= names.length)
    return problem('split-impossible', { cases: names.length, validation })
  const shuffled = names.toSorted()
  const random = stream(seed, 'split', 'cases')
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(uniform(random) * (last + 1))
    const name = shuffled[last] ?? ''
    shuffled[last] = shuffled[other] ?? ''
    shuffled[other] = name
  }
  return { training: shuffled.slice(wanted).sort(), validation: shuffled.slice(0, wanted).sort() }
}
