// Options shared by the commands that need weights: from a file, or as the spec begins them.
import { basename } from 'node:path'
import type { Argv } from 'yargs'
import { parametersNeeded } from '../../compiler/analysis/reach.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { WhichCheckpoint } from '../../node/runs/run-folder.ts'
import { commandFindings, showFindings } from '../display.ts'
import type { Terminal } from '../terminal.ts'
import type { CompiledNetwork } from './compile-network.ts'
import { emaOption } from './run-options.ts'
import type { OpenedWeights } from './trained-weights.ts'

export interface WeightArgs {
  readonly weights: string | undefined
  readonly rename: string | undefined
  readonly 'state-dict': string | undefined
  readonly seed: number
}

export interface TrainedWeightArgs extends WeightArgs {
  readonly file: string
  readonly checkpoint: WhichCheckpoint | undefined
  readonly ema: boolean | undefined
  readonly fold: string | undefined
}

/** Adds `--weights --rename --state-dict --seed`. */
export function withWeightOptions<T>(yargs: Argv<T>): Argv<T & WeightArgs> {
  return (
    yargs
      .option('weights', {
        describe:
          'weights from a safetensors file, from what torch.save wrote (.pth, .pt), or from the files that an index lists; without it they begin as the spec says',
        type: 'string',
        requiresArg: true,
      })
      .option('rename', {
        describe:
          'a map from the names in that file to the paths of this network: a file, or one that comes along, such as e2enet (examples/maps); without it the one that comes along and fits, if only one does; none: names as they are',
        type: 'string',
        requiresArg: true,
      })
      .option('state-dict', {
        describe: 'of a .pth file with several: the key of the weights, such as state_dict or model_ema',
        type: 'string',
        requiresArg: true,
        implies: 'weights',
      })
      .option('seed', {
        describe: 'seed of initial weights',
        type: 'number',
        default: 1,
        requiresArg: true,
      })
      // A map is of use without a checkpoint where something is written under its names: `weights --to`, `compile --target torch` or `nnunet`.
      .check(
        ({ rename, weights, ...rest }) =>
          rename === undefined ||
          weights !== undefined ||
          rest['to'] !== undefined ||
          ['torch', 'nnunet'].some((target) => rest['target'] === target) ||
          '--rename goes with --weights',
      )
      .check(({ seed }) => Number.isSafeInteger(seed) || '--seed takes a whole number')
  )
}

/** The same with `--checkpoint` and `--ema`, for a run in place of a spec, and `--fold`, for an imported model. */
export function withTrainedWeights<T>(yargs: Argv<T>): Argv<T & Omit<TrainedWeightArgs, 'file'>> {
  return withWeightOptions(yargs)
    .option('checkpoint', {
      describe:
        'of a run: weights of the last step, of the checkpoint before it, or of the epoch with the best mean Dice; the last unless given',
      choices: ['last', 'previous', 'best'] as const,
      requiresArg: true,
    })
    .option('ema', { ...emaOption, describe: `of a run: ${emaOption.describe}` })
    .option('fold', {
      describe: 'of an imported model: the weights of this fold; of the first unless given',
      type: 'string',
      requiresArg: true,
    })
}

/** As `readWeights`; those of a run are in its checkpoint, those of an imported model in the file of a fold. */
export async function readSpecOrTrainedWeights(
  args: TrainedWeightArgs,
  { graph, run, model }: Pick<CompiledNetwork, 'graph' | 'run' | 'model'>,
  outputs: 'inference' | 'all',
  terminal: Terminal,
): Promise<OpenedWeights | undefined> {
  const { checkpoint, ema, fold, file, weights } = args
  const isOfSpec = [run, model, checkpoint, ema, fold].every((one) => one === undefined)
  if (isOfSpec) return readWeights(args, { graph }, outputs, terminal)
  const { openTrainedWeights } = await import('./trained-weights.ts')
  const opened = openTrainedWeights({ run, model, checkpoint, ema, fold, file, weights }, graph)
  if (opened === undefined) return readWeights(args, { graph }, outputs, terminal)
  if (!isProblem(opened)) return opened
  showProblems([opened], args.file, terminal)
  return undefined
}

/**
 * The weights that the options ask for, checked against every parameter that the outputs need; undefined after what is wrong with them
 * has been shown.
 */
export async function readWeights(
  args: WeightArgs,
  { graph }: Pick<CompiledNetwork, 'graph'>,
  outputs: 'inference' | 'all',
  terminal: Terminal,
): Promise<OpenedWeights | undefined> {
  const { weights: path, seed } = args
  if (path === undefined) {
    const { initialise } = await import('../../weights/initialise.ts')
    return { weights: initialise(graph, seed), origin: `seed ${seed}`, close: () => {} }
  }
  const { openCheckpoint } = await import('../../node/mapped-checkpoint.ts')
  const { conversions } = await import('../../weights/conversions.ts')
  const needed = parametersNeeded(graph, outputs)
  const opened = openCheckpoint({ ...args, weights: path }, graph, ({ id }) => needed.has(id))
  const problems = 'renaming' in opened ? opened.renaming.problems : opened
  showProblems(problems, path, terminal)
  if (!('renaming' in opened)) return undefined
  if (problems.length > 0) {
    opened.file.close()
    return undefined
  }
  const { map } = opened
  const mapped = map === undefined ? '' : ` by ${basename(map.name)}`
  const close = (): void => {
    opened.file.close()
    showProblems(opened.warnings(), path, terminal)
  }
  const { weights, prefix, sources } = opened.renaming
  const bare = prefix === '' ? '' : `, names without \`${prefix}\``
  const notes = [
    ...(prefix === '' ? [] : [`names    without \`${prefix}\`, which they begin with in ${basename(path)}`]),
    ...(map?.choice === 'found' ? [`names    by the map ${map.name}, which they fit`] : []),
    ...conversions(sources, opened.file).map((one) => `numbers  ${one}`),
  ]
  return { weights, origin: `${basename(path)}${mapped}${bare}`, notes, close }
}

function showProblems(problems: readonly Problem[], path: string, terminal: Terminal): void {
  showFindings(
    problems.map((found) => commandFindings(found, path)),
    terminal,
  )
}
