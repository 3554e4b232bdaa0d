// Plans that nnU-Net's planners made, the datasets that they are of, and what nnU-Net builds of them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatWeft } from '../../src/cli/prettier-plugin.ts'
import { isProblem, messageOf, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { readHeads, type Heads } from '../../src/nnunet/heads.ts'
import { importPlans } from '../../src/nnunet/import-plans.ts'
import { readPlans, type Plans } from '../../src/nnunet/plans.ts'

const folder = import.meta.dirname

/** Names of plans with their datasets; `v2-0` is of release 2.0, `variants` and `primus` are written by hand. */
export const fixtures: readonly (readonly [plans: string, dataset: string])[] = [
  ['heart', 'heart'],
  ['abdomen', 'abdomen'],
  ['brain', 'brain'],
  ['abdomen-resenc-m', 'abdomen'],
  ['abdomen-resenc-l', 'abdomen'],
  ['abdomen-resenc-xl', 'abdomen'],
  ['v2-0', 'heart'],
  ['variants', 'heart'],
  ['primus', 'heart'],
]

export const plansFile = (name: string): string => join(folder, 'plans', `${name}.json`)
export const datasetFile = (name: string): string => join(folder, 'plans', `${name}-dataset.json`)
const textOf = (path: string): string => readFileSync(path, 'utf8')

/** What `peers/count.py` has counted. */
export interface Counted {
  readonly plans: string
  readonly configuration: string
  readonly parameters: number
  /** Null where no module of PyTorch's says all of them. */
  readonly macs: number | null
  readonly outputs: readonly (readonly number[])[]
}

export const recordedCounts: readonly Counted[] = textOf(join(folder, 'counts.jsonl'))
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Counted)

export const plansOf = (name: string): Plans => sound(readPlans(textOf(plansFile(name)), `${name}.json`))

export const headsOf = (name: string): Heads =>
  sound(readHeads(textOf(datasetFile(name)), `${name}-dataset.json`))

export function sound<T>(found: T | Problem): T {
  if (isProblem(found)) throw new Error(messageOf(found))
  return found
}

/** The spec of some plans, as the command writes it. */
export async function specOf(plans: Plans, heads?: Heads): Promise<string> {
  const imported = importPlans(plans, heads === undefined ? {} : { heads })
  if (!('text' in imported)) throw new Error(imported.map(messageOf).join('\n'))
  return formatWeft(imported.text)
}
