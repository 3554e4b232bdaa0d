// weft verify: the exported file, as ONNX Runtime runs it, against the reference interpreter.
import { outputTolerances } from '../../node/tolerances.ts'
import type { CommandMaker } from './command.ts'
import { specOrTrained, withNetworkOptions } from './network-options.ts'
import { withOnnxOptions } from './onnx-options.ts'
import { withTrainedWeights } from './weight-options.ts'
import type { VerifyArgs } from './run-verify.ts'

export const verifyCommand: CommandMaker<VerifyArgs> = (terminal, choose) => ({
  command: 'verify <file>',
  describe: 'Run the exported ONNX file against the reference, value by value',
  builder: (yargs) =>
    withOnnxOptions(withTrainedWeights(withNetworkOptions(yargs, specOrTrained)))
      .option('outputs', {
        describe: 'which outputs to export and compare',
        choices: ['inference', 'all'] as const,
        default: 'all' as const,
      })
      .option('tolerance', {
        describe: `how far outputs may be, in standard deviations: by default ${outputTolerances.f32} anywhere, or with --precision f16 ${outputTolerances.f16} and int8 ${outputTolerances.int8} on average`,
        type: 'number',
        requiresArg: true,
      })
      .option('whole-patch', {
        describe: 'keep the patch as it is, however long the reference takes',
        type: 'boolean',
        default: false,
      })
      .option('runtime', {
        describe: 'what runs the file: ONNX Runtime for Node, or the one of browsers (onnxruntime-web)',
        choices: ['node', 'web'] as const,
        default: 'node' as const,
      })
      .option('exhaustive', {
        describe: 'compare every element of every value, from the reference’s own inputs: takes longer',
        type: 'boolean',
        default: false,
      })
      .option('json', { describe: 'print the result for programs', type: 'boolean', default: false })
      .check(({ tolerance = 1 }) => tolerance > 0 || '--tolerance takes a positive number')
      .example(
        'weft verify unet.weft',
        'with initial weights, at a smaller patch if the reference would take long',
      )
      .example('weft verify runs/sparse --checkpoint best', 'what a run has learned')
      .example('weft verify unet.weft --with fold-batch-norm', 'with a pass that is off by default')
      .example('weft verify unet.weft --precision f16', 'with weights of 16 bits')
      .example('weft verify unet.weft --runtime web', 'as browsers run it')
      .epilogue(
        'Exit status: 0 everything is near, 1 something is not, or the comparison cannot tell (not decided).',
      ),
  handler: (args) => choose(async () => (await import('./run-verify.ts')).runVerify(args, terminal)),
})
