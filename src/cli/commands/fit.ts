// weft fit: budgets solved backwards, for the arguments that have most or least of something within them.
import type { Argv } from 'yargs'
import type { CommandMaker } from './command.ts'
import { withMemorySetting } from './memory-options.ts'
import { withNetworkOptions, type NetworkArgs } from './network-options.ts'
import type { FitArgs } from './run-fit.ts'

export const fitCommand: CommandMaker<FitArgs> = (terminal, choose) => ({
  command: 'fit <file>',
  describe: 'The arguments within limits that have most or least of something',
  builder: (yargs) =>
    withOutput(withSearch(yargs))
      .check((args) => wrongObjective(args) ?? wrongOutput(args) ?? true)
      .example(
        "weft fit e2enet.weft --vary base=16..64:8 --vary 'patch[0]=32..160:32' --within 'memory(training, batch = 2) <= 8GiB' --maximize params",
        'the widest that fits',
      )
      .example(
        "weft fit unet.weft --vary base=16..64:4 --within 'macs <= 50G' --maximize receptive_field --variant Fitted",
        'added to the spec as a network',
      )
      .example(
        "weft fit nnunet.weft --network NNUNet --vary base=16..48:8 --within 'params <= 20M' --maximize macs --format plans",
        "as nnU-Net's plans name it",
      )
      .example(
        'weft fit net.weft --vary S=50%..95%:5% --minimize macs --format set',
        'for other commands: --set S=95%',
      )
      .epilogue(
        'Exit status: 0 found, 2 no point is within the limits, 1 no point has a network or an error.\ndocs/fit.md says more.',
      ),
  handler: (args) => choose(async () => (await import('./run-fit.ts')).runFitCommand(args, terminal)),
})

type SearchArgs = NetworkArgs &
  Pick<FitArgs, 'vary' | 'within' | 'maximize' | 'minimize' | 'exhaustive' | 'batch' | 'dtype' | 'optimizer'>

function withSearch(yargs: Argv): Argv<SearchArgs> {
  return withMemorySetting(withNetworkOptions(yargs))
    .option('vary', {
      describe: "values of a parameter or an element: --vary base=16..64:8 --vary 'patch[0]=64,96'",
      type: 'string',
      array: true,
      nargs: 1,
      demandOption: 'say what may vary: --vary NAME=VALUES',
    })
    .option('within', {
      describe: "a budget that has to be kept: --within 'memory(training, batch = 2) <= 8GiB'",
      type: 'string',
      array: true,
      nargs: 1,
    })
    .option('maximize', {
      describe:
        'what there shall be most of: a metric of `weft sweep` (params, macs, receptive_field, …) or of the spec’s `results`',
      type: 'string',
      requiresArg: true,
    })
    .option('minimize', {
      describe: 'what there shall be least of',
      type: 'string',
      requiresArg: true,
      conflicts: 'maximize',
    })
    .option('exhaustive', {
      describe: 'evaluate every point, whatever bounds say',
      type: 'boolean',
      default: false,
    })
}

function withOutput(yargs: Argv<SearchArgs>): Argv<FitArgs> {
  return yargs
    .option('format', {
      describe:
        'how to print; by default what the name after --out ends with, else text. `set`: as --set arguments; `plans`: as `weft export plans`',
      choices: ['text', 'json', 'set', 'plans'] as const,
      requiresArg: true,
    })
    .option('json', { describe: 'the same as --format json', type: 'boolean', default: false })
    .option('out', {
      alias: 'o',
      describe: 'write to this file; NAME.weft is the spec with the variant',
      type: 'string',
      requiresArg: true,
    })
    .option('variant', {
      describe: 'add the network to the spec as a variant of this name, or to the copy that --out names',
      type: 'string',
      requiresArg: true,
    })
}

function wrongObjective({ maximize, minimize }: FitArgs): string | undefined {
  return maximize === undefined && minimize === undefined
    ? 'say what is wanted: --maximize METRIC or --minimize METRIC'
    : undefined
}

function wrongOutput({ variant, out }: FitArgs): string | undefined {
  if (variant === undefined) return undefined
  if (!/^[A-Za-z_]\w*$/.test(variant)) return '--variant takes the name of a network: letters, digits, _'
  return out === undefined || out.endsWith('.weft')
    ? undefined
    : '--variant goes with an --out that ends with .weft, or with none'
}
