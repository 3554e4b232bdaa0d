// weft train: a network learns, as a `train` block says.
import type { Argv } from 'yargs'
import { readByteSize } from '../byte-size.ts'
import type { CommandMaker } from './command.ts'
import { withProject } from './network-options.ts'
import { withBackend } from './run-options.ts'
import type { NumberArgs, PlaceArgs, TrainArgs } from './run-train.ts'

export const trainCommand: CommandMaker<TrainArgs> = (terminal, choose) => ({
  command: 'train <file>',
  describe: 'Train a network as a recipe of the file says',
  builder: (yargs) => withExamples(withNumbers(withPlaces(withBackend(withProject(yargs))))),
  handler: (args) => choose(async () => (await import('./run-train.ts')).runTrain(args, terminal)),
})

function withPlaces<T>(yargs: Argv<T>): Argv<T & PlaceArgs> {
  return yargs
    .positional('file', {
      describe: 'the .weft file; or the folder of a run, with --resume',
      type: 'string',
      demandOption: true,
    })
    .option('recipe', {
      describe: 'which `train` block; by default the first in the file',
      type: 'string',
      requiresArg: true,
    })
    .option('set', {
      describe: 'give a parameter of the network a value: --set base=16',
      type: 'string',
      array: true,
      nargs: 1,
    })
    .option('data', {
      describe: 'folder of a dataset in nnU-Net’s layout, or phantom:cases=24,extents=32x32x32,classes=2',
      type: 'string',
      requiresArg: true,
    })
    .option('out', {
      alias: 'o',
      describe: 'folder of the run: checkpoints, history, page',
      type: 'string',
      requiresArg: true,
    })
    .option('orientation', {
      describe:
        'instead of the recipe’s: volumes turned to the scanner’s axes and refused where these are not clear, to the nearest ones, or left as they are stored',
      choices: ['strict', 'nearest', 'as-stored'] as const,
      requiresArg: true,
    })
    .option('resume', {
      describe: 'go on from the last checkpoint, exactly as if the run had never stopped',
      type: 'boolean',
      default: false,
    })
}

function withNumbers<T>(yargs: Argv<T>): Argv<T & NumberArgs> {
  return yargs
    .option('epochs', { describe: 'instead of the recipe’s', type: 'number', requiresArg: true })
    .option('steps', {
      describe: 'steps per epoch instead of the recipe’s',
      type: 'number',
      requiresArg: true,
    })
    .option('batch', {
      describe: 'patches per step instead of the recipe’s',
      type: 'number',
      requiresArg: true,
    })
    .option('seed', {
      describe: 'seed of everything that is random; 1 unless given',
      type: 'number',
      requiresArg: true,
    })
    .option('val-split', {
      describe: 'cases that are held out: a share below 1 or a number; 0.2 unless given',
      type: 'number',
      requiresArg: true,
    })
    .option('val-cases', {
      describe: 'held-out cases to validate on after an epoch; after the last one all',
      type: 'number',
      default: 8,
      requiresArg: true,
    })
    .option('checkpoint-every', {
      describe: 'steps between checkpoints; after each epoch there is one anyway',
      type: 'number',
      default: 50,
      requiresArg: true,
    })
    .option('cache', {
      describe:
        'memory for cases, like 8GiB; by default half of what is free. The others are read when they are drawn',
      type: 'string',
      requiresArg: true,
    })
}

function withExamples<T extends Partial<TrainArgs>>(yargs: Argv<T>): Argv<T> {
  return yargs
    .check((args) => wrongNumber(args) ?? true)
    .example(
      'weft train hippocampus.weft --recipe sparse --data Dataset004_Hippocampus -o runs/sparse',
      'on real cases; open runs/sparse/index.html',
    )
    .example('weft train hippocampus.weft --data phantom: -o runs/demo', 'needs no data')
    .example('weft train runs/sparse --resume', 'after an interruption')
    .epilogue(
      'Ctrl-C stops after the step and saves; once more stops at once.\nExit status: 0 finished, 1 error, 130 stopped by Ctrl-C and saved, 143 by SIGTERM, 129 by SIGHUP (a closed terminal).',
    )
}

/** In yargs' way: what is wrong, as a sentence. */
function wrongNumber(args: Partial<TrainArgs>): string | undefined {
  const wholes = ['epochs', 'steps', 'batch', 'checkpoint-every'] as const
  for (const name of wholes) {
    const value = args[name]
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
      return `--${name} takes a positive whole number`
  }
  const { seed, 'val-split': split, 'val-cases': cases, cache } = args
  if (cache !== undefined && readByteSize(cache) === undefined)
    return '--cache takes a size like 8GiB, 512MiB or 0'
  if (seed !== undefined && !Number.isSafeInteger(seed)) return '--seed takes a whole number'
  if (split !== undefined && !(split >= 0 && (split < 1 || Number.isSafeInteger(split))))
    return '--val-split takes a share below 1, or a whole number of cases'
  if (cases !== undefined && !(Number.isSafeInteger(cases) && cases > 0))
    return '--val-cases takes a positive whole number'
  return undefined
}
