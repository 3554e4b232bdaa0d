// weft bench: how fast the exported model runs in ONNX Runtime, beside its static count, and against another one in turns.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import {
  extentsParameter,
  noExtentsParameter,
  unsettledExtent,
  withExtents,
} from '../../compiler/input-extents.ts'
import type { Contestant, BenchResult } from '../../node/bench-onnx.ts'
import type { OnnxRuntime } from '../../node/onnx-runtime.ts'
import { commandFindings, showFindings } from '../display.ts'
import { exitCodeFor, exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { benchText } from './bench-text.ts'
import type { CommandMaker } from './command.ts'
import { compileNetwork, type CompiledNetwork } from './compile-network.ts'
import { withNetworkOptions, type NetworkArgs } from './network-options.ts'
import { chosenPasses, withOnnxOptions, type OnnxArgs } from './onnx-options.ts'

interface BenchArgs extends NetworkArgs, OnnxArgs {
  readonly against: string | undefined
  readonly 'against-network': string | undefined
  readonly 'against-set': string[] | undefined
  readonly patch: string | undefined
  readonly batch: number
  readonly threads: number | undefined
  readonly warmup: number
  readonly repeats: number
  readonly json: boolean
}

export const benchCommand: CommandMaker<BenchArgs> = (terminal, choose) => ({
  command: 'bench <file>',
  describe: 'Latency of the exported model in ONNX Runtime, alone or against another',
  builder: (yargs) =>
    withOnnxOptions(withNetworkOptions(yargs))
      .option('against', {
        describe: 'another spec, or an .onnx file, that runs in turns with it',
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
  handler: (args) => choose(() => runBench(args, terminal)),
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

async function runBench(args: BenchArgs, terminal: Terminal): Promise<ExitCode> {
  const { loadOnnxRuntime } = await import('../../node/onnx-runtime.ts')
  const runtime = await loadOnnxRuntime()
  if (isProblem(runtime)) return fail(runtime, args.file, terminal)
  const opened: Opened[] = []
  try {
    const place = { args, runtime, terminal }
    const first = await openSpec(args, place)
    if (first === undefined) return exitCodes.error
    opened.push(first)
    const second = args.against === undefined ? undefined : await openOther(args.against, first, place)
    if (args.against !== undefined && second === undefined) return exitCodes.error
    if (second !== undefined) opened.push(second)
    return await run(opened, place)
  } finally {
    for (const one of opened) await one.close()
  }
}

interface BenchPlace {
  readonly args: BenchArgs
  readonly runtime: OnnxRuntime
  readonly terminal: Terminal
}

interface Opened {
  readonly contestant: Contestant
  close(): Promise<void>
}

async function run(opened: readonly Opened[], { args, runtime, terminal }: BenchPlace): Promise<ExitCode> {
  const { benchModels } = await import('../../node/bench-onnx.ts')
  const line = progress('runs', terminal)
  const result: BenchResult | Problem = await benchModels(
    opened.map(({ contestant }) => contestant),
    { warmup: args.warmup, repeats: args.repeats, onProgress: (done, all) => line.show(done, all) },
  )
  line.clear()
  if (isProblem(result)) return fail(result, args.file, terminal)
  const setting = { runtime: runtime.version, threads: args.threads, batch: args.batch, warmup: args.warmup }
  terminal.out(
    args.json
      ? `${JSON.stringify({ ...setting, ...result }, undefined, 2)}\n`
      : benchText(
          result,
          setting,
          opened.map(({ contestant }) => contestant),
        ),
  )
  return exitCodes.clean
}

// ---------------------------------------------------------------- the models

/** The spec's network, exported with initial weights and opened; undefined after what is wrong has been shown. */
async function openSpec(
  network: NetworkArgs,
  { args, runtime, terminal }: BenchPlace,
): Promise<Opened | undefined> {
  const compiled = await compileNetwork(network, terminal)
  const sized = typeof compiled === 'number' ? undefined : withPatch(compiled, args.patch)
  if (sized === undefined) return undefined
  const { runModel } = await import('../../node/onnx-model.ts')
  const { initialise } = await import('../../weights/initialise.ts')
  const { noiseInputs } = await import('../../node/noise.ts')
  const { cost } = await import('../../compiler/analysis/cost.ts')
  const { graph, sources } = sized
  const unsettled = unsettledExtent(graph)
  if (unsettled !== undefined) {
    sized.show([unsettled])
    return undefined
  }
  const { report, diagnostics } = cost(graph, sources)
  sized.show(diagnostics)
  if (report?.totals.inference.macs === undefined) return undefined
  const options = {
    weights: initialise(graph, 1),
    provenance: { weftVersion: packageVersion(), weights: 'seed 1' },
    passes: chosenPasses(args),
    ...(args.opset === undefined ? {} : { opset: args.opset }),
  }
  const running = await runModel(runtime, sized, options, threadsOf(args))
  if (running.kind === 'running') {
    const macs = report.totals.inference.macs * args.batch
    const feeds = noiseInputs(graph, 1, args.batch).runtime
    return {
      contestant: { name: graph.network, session: running.session, feeds, macs },
      close: () => running.close(),
    }
  }
  if (running.kind === 'refused') sized.show(running.diagnostics)
  else fail(running.problem, network.file, terminal)
  return undefined
}

const threadsOf = ({ threads }: BenchArgs): { threads?: number } => (threads === undefined ? {} : { threads })

function withPatch(compiled: CompiledNetwork, patch: string | undefined): CompiledNetwork | undefined {
  if (patch === undefined) return compiled
  const parameter = extentsParameter(compiled.graph)
  if (parameter === undefined) {
    compiled.show([noExtentsParameter(compiled.graph)])
    return undefined
  }
  const { graph, diagnostics } = withExtents(compiled.spec, parameter, patch.split(/[x,]/))
  compiled.show(diagnostics)
  if (graph === undefined || exitCodeFor(diagnostics) === exitCodes.error) return undefined
  return { ...compiled, graph }
}

/** The other side: an ONNX file, run on the input of the first, or another spec. */
async function openOther(path: string, first: Opened, place: BenchPlace): Promise<Opened | undefined> {
  const { args, runtime, terminal } = place
  if (!path.endsWith('.onnx')) {
    const network = args['against-network']
    return openSpec({ file: path, network, set: args['against-set'], project: args.project }, place)
  }
  const { openOnnxFile } = await import('../../node/onnx-file.ts')
  const opened = await openOnnxFile(runtime, path, first.contestant.feeds, threadsOf(args))
  if (!isProblem(opened)) return opened
  fail(opened, path, terminal)
  return undefined
}

function fail(found: Problem, file: string, terminal: Terminal): ExitCode {
  showFindings([commandFindings(found, file)], terminal)
  return exitCodes.error
}
