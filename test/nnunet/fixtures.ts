// Plans that nnU-Net's planners made, the datasets that they are of, and what nnU-Net builds of them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatWeft } from '../../src/format/prettier-plugin.ts'
import { isProblem, messageOf, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { readHeads, type Heads } from '../../src/nnunet/heads.ts'
import { importPlans } from '../../src/nnunet/import-plans.ts'
import { readPlans, type Plans } from '../../src/nnunet/plans.ts'
import { readPlansV1 } from '../../src/nnunet/plans-v1.ts'

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

/** Plans of version 1, which say themselves what they are of: with the pickles of numpy 2 and of numpy 1. */
export const fixturesV1: readonly string[] = ['v1-heart', 'v1-abdomen']

export const plansFile = (name: string): string => join(folder, 'plans', `${name}.json`)
export const datasetFile = (name: string): string => join(folder, 'plans', `${name}-dataset.json`)
const textOf = (path: string): string => readFileSync(path, 'utf8')

/** What `peers/count.py` and `peers/count_v1.py` have counted. */
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

export const pickleOf = (name: string): Uint8Array => readFileSync(join(folder, 'plans', `${name}.pkl`))

export const plansOf = (name: string): Plans =>
  fixturesV1.includes(name)
    ? sound(readPlansV1(pickleOf(name), `${name}.pkl`))
    : sound(readPlans(textOf(plansFile(name)), `${name}.json`))

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
