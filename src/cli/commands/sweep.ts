// weft sweep: what a network costs over the values of its parameters, and which points no other beats.
import type { Argv } from 'yargs'
import type { CommandMaker } from './command.ts'
import { withMemorySetting } from './memory-options.ts'
import { withNetworkOptions, type NetworkArgs } from './network-options.ts'
import type { SweepArgs } from './run-sweep.ts'

const mostJobs = 256

export const sweepCommand: CommandMaker<SweepArgs> = (terminal, choose) => ({
  command: 'sweep <file>',
  describe: 'Costs over the values of parameters, and the points that no other beats',
  builder: (yargs) =>
    withOutput(withResults(withPoints(yargs)))
      .check((args) => wrongPoints(args) ?? true)
      .check(
        ({ jobs }) =>
          jobs === undefined ||
          isWhole(jobs, mostJobs) ||
          `--jobs takes a whole number from 1 to ${mostJobs}`,
      )
      .example('weft sweep e2enet.weft --over S=0.5..0.95:0.05', 'a range')
      .example('weft sweep unet.weft --over base=16,32 --over depth=3..5', 'every combination')
      .example(
        "weft sweep nnunet.weft --over 'patch=[96, 96, 96],[128, 128, 128]' --metric params --metric fvcore",
        'lists; as fvcore counts',
      )
      .example('weft sweep e2enet.weft --networks all', 'the variants of one file')
      .example(
        'weft sweep e2enet.weft --over S=0.7..0.9:0.1 --measured dice.csv -o review.html',
        'with accuracies, as a page',
      )
      .epilogue(
        'Exit status: 0 some point is counted, 2 some point breaks a budget, 1 every point fails or an error.\ndocs/sweep.md says more.',
      ),
  handler: (args) => choose(async () => (await import('./run-sweep.ts')).runSweepCommand(args, terminal)),
})

type PointArgs = NetworkArgs &
  Pick<SweepArgs, 'over' | 'networks' | 'metric' | 'batch' | 'dtype' | 'optimizer'>

function withPoints(yargs: Argv): Argv<PointArgs> {
  return withMemorySetting(withNetworkOptions(yargs))
    .option('over', {
      describe: 'sweep a parameter: --over S=0.5..0.95:0.05 --over base=32,48,64',
      type: 'string',
      array: true,
      nargs: 1,
    })
    .option('networks', {
      describe: '`all` networks of the file, or some: A,B',
      type: 'string',
      requiresArg: true,
      conflicts: 'network',
    })
    .option('metric', {
      describe:
        'what to count: params, macs, memory.training, memory.inference (these four by default), fmap, params.dense, macs.dense, macs.training, or a convention of `weft cost`',
      type: 'string',
      array: true,
      nargs: 1,
    })
}

type ResultArgs = PointArgs &
  Pick<SweepArgs, 'measured' | 'results' | 'lower' | 'pareto' | 'accuracy' | 'score-weights'>

function withResults(yargs: Argv<PointArgs>): Argv<ResultArgs> {
  return yargs
    .option('measured', {
      describe: 'a CSV file of results: columns of parameters, and columns of what was measured',
      type: 'string',
      requiresArg: true,
    })
    .option('results', {
      describe: 'which `results` blocks of the file to take: A,B, or `none`; by default all',
      type: 'string',
      requiresArg: true,
    })
    .option('lower', {
      describe: 'this result is better the less it is (hd95, loss, latency and their like are known)',
      type: 'string',
      array: true,
      nargs: 1,
    })
    .option('pareto', {
      describe: 'the metrics of the front, separated by commas; two of them are the axes of the plot',
      type: 'string',
      requiresArg: true,
    })
    .option('accuracy', {
      describe: 'the result that the trade-off score takes; by default the first',
      type: 'string',
      requiresArg: true,
    })
    .option('score-weights', {
      describe: 'weights of accuracy and efficiency in the trade-off score, 1,0.5 by default',
      type: 'string',
      requiresArg: true,
    })
}

function withOutput(yargs: Argv<ResultArgs>): Argv<SweepArgs> {
  return yargs
    .option('format', {
      describe: 'how to print; by default what the name after --out ends with, else text',
      choices: ['text', 'md', 'csv', 'json', 'html'] as const,
      requiresArg: true,
    })
    .option('json', { describe: 'the same as --format json', type: 'boolean', default: false })
    .option('out', { alias: 'o', describe: 'write to this file', type: 'string', requiresArg: true })
    .option('jobs', {
      describe: 'threads; by default as many as pay',
      type: 'number',
      requiresArg: true,
    })
}

const isWhole = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= most

function wrongPoints({ over, networks }: Pick<SweepArgs, 'over' | 'networks'>): string | undefined {
  return over === undefined && networks === undefined
    ? 'say what to sweep: --over NAME=VALUES, or --networks'
    : undefined
}
