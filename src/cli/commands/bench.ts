// weft bench: how fast the exported model runs in ONNX Runtime, beside its static count, and against another one in turns.
import type { CommandMaker } from './command.ts'
import { specOrTrained, withNetworkOptions } from './network-options.ts'
import { withOnnxOptions } from './onnx-options.ts'
import type { BenchArgs } from './run-bench.ts'

export const benchCommand: CommandMaker<BenchArgs> = (terminal, choose) => ({
  command: 'bench <file>',
  describe: 'Latency of the exported model in ONNX Runtime, alone or against another',
  builder: (yargs) =>
    withOnnxOptions(withNetworkOptions(yargs, specOrTrained))
      .option('against', {
        describe: 'another spec or run, or an .onnx file, that runs in turns with it',
        type: 'string',
        requiresArg: true,
      })
      .option('against-network', {
        describe: 'which network of the other spec',
        type: 'string',
        requiresArg: true,
        implies: 'against',
      })
      .option('against-set', {
        describe: 'give a parameter of the other spec a value',
        type: 'string',
        array: true,
        nargs: 1,
        implies: 'against',
      })
      .option('patch', {
        describe: 'spatial extents of the input, of both: --patch 32x32x32',
        type: 'string',
        requiresArg: true,
      })
      .option('batch', { describe: 'inputs at a time', type: 'number', default: 1, requiresArg: true })
      .option('threads', {
        describe: 'threads inside operators; by default one per core',
        type: 'number',
        requiresArg: true,
      })
      .option('warmup', {
        describe: 'runs that are not counted',
        type: 'number',
        default: 3,
        requiresArg: true,
      })
      .option('repeats', { describe: 'runs that are', type: 'number', default: 15, requiresArg: true })
      .option('json', { describe: 'print every sample, for programs', type: 'boolean', default: false })
      .check((args) => wrongNumber(args) ?? wrongPatch(args) ?? true)
      .example('weft bench unet.weft', 'latency, throughput and GFLOPS')
      .example(
        'weft bench e2enet.weft --against nnunet.weft --patch 32x32x32',
        'two networks in turns, with the ratio',
      )
      .example('weft bench net.weft --against theirs.onnx --threads 1', 'against a model from elsewhere'),
  handler: (args) => choose(async () => (await import('./run-bench.ts')).runBench(args, terminal)),
})

type Numbers = Pick<BenchArgs, 'batch' | 'threads' | 'warmup' | 'repeats'>

function wrongNumber({ batch, threads = 1, warmup, repeats }: Numbers): string | undefined {
  const counts = { batch, threads, repeats }
  const bad = Object.entries(counts).find(([, value]) => !Number.isInteger(value) || value < 1)
  if (bad !== undefined) return `--${bad[0]} takes a whole number from 1`
  return Number.isInteger(warmup) && warmup >= 0 ? undefined : '--warmup takes a whole number from 0'
}

function wrongPatch({ patch }: Pick<BenchArgs, 'patch'>): string | undefined {
  return patch === undefined || /^\d+(?:[x,]\d+)*$/.test(patch)
    ? undefined
    : '--patch takes extents, for example 32x32x32'
}
