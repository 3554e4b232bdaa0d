// The folder that nnU-Net trains into: plans.json, dataset.json, and for each fold its checkpoints.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Heads } from '../../nnunet/heads.ts'
import type { Plans } from '../../nnunet/plans.ts'
import { trainedBy, type TrainedBy } from '../../nnunet/trained.ts'
import { openHeads, openPlans } from '../plans-files.ts'
import { systemProblem } from '../spec-files.ts'
import { readTorchData } from '../torch-file.ts'

/** `checkpoint_final.pth` and so on. */
export const checkpointNames = ['final', 'best', 'latest'] as const
export type CheckpointName = (typeof checkpointNames)[number]

export interface ResultsOptions {
  /** `0`, `1`, …, `all`; unless given all numbered ones, or `all` where there are none. */
  readonly folds?: readonly string[]
  /** `final` unless given. */
  readonly checkpoint?: CheckpointName
}

export interface ResultsFolder extends TrainedBy {
  readonly plans: Plans
  readonly heads: Heads
  readonly folds: readonly Fold[]
}

export interface Fold {
  readonly name: string
  /** Of its checkpoint. */
  readonly path: string
}

const missingOf = (folder: string): string | undefined =>
  ['plans.json', 'dataset.json'].find((name) => !existsSync(join(folder, name)))

/** Whether nnU-Net may have trained there. */
export const isResultsFolder = (folder: string): boolean => missingOf(folder) === undefined

/** Opens the folder; what is said of the training is what the first fold's checkpoint says, as in nnU-Net, and the others must agree. */
export function openResults(folder: string, options: ResultsOptions = {}): ResultsFolder | Problem {
  const missing = missingOf(folder)
  if (missing !== undefined) return malformed(folder, `it has no ${missing}`)
  const plans = openPlans(join(folder, 'plans.json'))
  if (isProblem(plans)) return plans
  const heads = openHeads(join(folder, 'dataset.json'))
  if (isProblem(heads)) return heads
  const folds = foldsOf(folder, options)
  if (isProblem(folds)) return folds
  const said = folds.map(({ path }) => readTrained(path))
  const [first] = said
  if (first === undefined || isProblem(first)) return first ?? malformed(folder, 'it has no fold')
  for (const [at, one] of said.entries()) {
    if (isProblem(one)) return one
    const differs = (['trainer', 'configuration'] as const).find((key) => one[key] !== first[key])
    if (differs !== undefined)
      return malformed(folds[at]?.path ?? folder, `its ${differs} is ${one[differs]}, and that of the first fold ${first[differs]}`) // prettier-ignore
  }
  return { plans, heads, folds, ...first }
}

const malformed = (path: string, reason: string): Problem => problem('model-malformed', { path, reason })

function foldsOf(folder: string, { folds, checkpoint = 'final' }: ResultsOptions): readonly Fold[] | Problem {
  const there = foldsIn(folder)
  if (isProblem(there)) return there
  const chosen = chosenFolds(there, folds)
  if (chosen.length === 0) return malformed(folder, 'it has no fold: no folder is called fold_0 or fold_all')
  const found = chosen.map((name): Fold => ({ name, path: join(folder, `fold_${name}`, `checkpoint_${checkpoint}.pth`) })) // prettier-ignore
  const absent = found.find(({ path }) => !existsSync(path))
  return absent === undefined
    ? found
    : malformed(folder, `fold_${absent.name} has no checkpoint_${checkpoint}.pth; there are folds ${there.join(', ')}`) // prettier-ignore
}

/** Those that are asked for, or all numbered ones, or what there is. */
export function chosenFolds(there: readonly string[], folds?: readonly string[]): readonly string[] {
  const numbered = there.filter((name) => name !== 'all')
  return folds === undefined ? (numbered.length > 0 ? numbered : there) : [...new Set(folds)]
}

/** Names after `fold_`, numbers in their order. */
function foldsIn(folder: string): readonly string[] | Problem {
  try {
    const names = readdirSync(folder).flatMap((name) => /^fold_(\d+|all)$/.exec(name)?.[1] ?? [])
    return names.toSorted((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1))
  } catch (error) {
    return systemProblem(error, folder)
  }
}

function readTrained(path: string): TrainedBy | Problem {
  const data = readTorchData(path)
  if (isProblem(data)) return data
  const found = trainedBy(data)
  return typeof found === 'string' ? malformed(path, found) : found
}
