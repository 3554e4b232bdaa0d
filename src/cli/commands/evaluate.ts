// weft evaluate: how well a trained network segments cases whose labels are known.
import type { CommandMaker } from './command.ts'
import { withInference } from './run-options.ts'
import type { EvaluateArgs } from './run-evaluate.ts'

export const evaluateCommand: CommandMaker<EvaluateArgs> = (terminal, choose) => ({
  command: 'evaluate <run>',
  describe: 'Dice and surface distances of a trained network on labelled cases',
  builder: (yargs) =>
    withInference(yargs)
      .option('data', {
        describe: 'folder of a dataset in nnU-Net’s layout, or phantom:…; by default the run’s own',
        type: 'string',
        requiresArg: true,
      })
      .option('cases', {
        describe:
          'which cases of the run’s own data, as the run split them; by default those held out, and all of other data',
        choices: ['validation', 'training', 'all'] as const,
        requiresArg: true,
      })
      .option('tolerance', {
        describe: 'millimetres within which surfaces count as equal, for surface Dice',
        type: 'number',
        default: 1,
        requiresArg: true,
      })
      .option('per-case', { describe: 'a row for each case too', type: 'boolean', default: false })
      .option('json', { describe: 'print everything, for programs', type: 'boolean', default: false })
      .check(
        ({ tolerance }) =>
          (tolerance >= 0 && Number.isFinite(tolerance)) || '--tolerance takes a number of millimetres',
      )
      .example('weft evaluate runs/sparse', 'the cases that the run held out')
      .example('weft evaluate runs/sparse --checkpoint best --mirror --per-case', 'each case too')
      .example('weft evaluate runs/sparse --data Dataset005_Other --json', 'all cases of another dataset'),
  handler: (args) => choose(async () => (await import('./run-evaluate.ts')).runEvaluate(args, terminal)),
})
