// What `weft bench` does. Apart from its options, so that commands that time nothing do not load it.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { unsettledExtent } from '../../compiler/input-extents.ts'
import type { Contestant, BenchResult } from '../../node/bench-onnx.ts'
import type { OnnxRuntime } from '../../node/onnx-runtime.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { patched } from './adjustments.ts'
import { benchText } from './bench-text.ts'
import { compileSpecOrTrained } from './compile-network.ts'
import type { NetworkArgs } from './network-options.ts'
import { chosenPasses, type OnnxArgs } from './onnx-options.ts'

export interface BenchArgs extends NetworkArgs, OnnxArgs {
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

export async function runBench(args: BenchArgs, terminal: Terminal): Promise<ExitCode> {
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
  /** What the diagnostics of its spec ask for. */
  readonly status: ExitCode
  close(): Promise<void>
}

async function run(opened: readonly Opened[], { args, runtime, terminal }: BenchPlace): Promise<ExitCode> {
  const { benchModels } = await import('../../node/bench-onnx.ts')
  const line = progress('runs', terminal)
  const contestants = opened.map(({ contestant }) => contestant)
  const result: BenchResult | Problem = await benchModels(contestants, {
    warmup: args.warmup,
    repeats: args.repeats,
    onProgress: (done, all) => line.show(done, all),
  })
  line.clear()
  if (isProblem(result)) return fail(result, args.file, terminal)
  const setting = { runtime: runtime.version, threads: args.threads, batch: args.batch, warmup: args.warmup }
  if (args.json) terminal.document(`${JSON.stringify({ ...setting, ...result }, undefined, 2)}\n`)
  else terminal.out(benchText(result, setting, contestants))
  return opened.find(({ status }) => status !== exitCodes.clean)?.status ?? exitCodes.clean
}

// ---------------------------------------------------------------- the models

/** The spec's network, exported with initial weights and opened; undefined after what is wrong has been shown. */
async function openSpec(
  network: NetworkArgs,
  { args, runtime, terminal }: BenchPlace,
): Promise<Opened | undefined> {
  const adjust = args.patch === undefined ? undefined : patched(args.patch)
  const sized = await compileSpecOrTrained(network, terminal, adjust)
  if (typeof sized === 'number') return undefined
  const { runModel } = await import('../../node/onnx-model.ts')
  const { openTrainedWeights } = await import('./trained-weights.ts')
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
  const trained = openTrainedWeights({ ...sized, file: network.file }, graph)
  if (isProblem(trained)) {
    fail(trained, network.file, terminal)
    return undefined
  }
  const { weights, origin } = trained ?? { weights: initialise(graph, 1), origin: 'seed 1' }
  const options = {
    weights,
    provenance: { weftVersion: packageVersion(), weights: origin },
    passes: chosenPasses(args),
    optimize: args.optimize,
    ...(args.opset === undefined ? {} : { opset: args.opset }),
  }
  const { chosenPrecision } = await import('./chosen-precision.ts')
  const asked = { precision: args.precision, calibrate: args.calibrate, file: network.file }
  const chosen = await chosenPrecision(asked, sized, options, terminal)
  if (chosen === undefined) return undefined
  const running = await runModel(runtime, sized, { ...options, ...chosen.stored }, threadsOf(args))
  if (running.kind === 'running') {
    const macs = report.totals.inference.macs * args.batch
    const feeds = noiseInputs(graph, 1, args.batch).runtime
    return {
      contestant: { name: graph.network, session: running.session, feeds, macs },
      close: () => running.close(),
      status: sized.status,
    }
  }
  if (running.kind === 'refused') sized.show(running.diagnostics)
  else fail(running.problem, network.file, terminal)
  return undefined
}

const threadsOf = ({ threads }: BenchArgs): { threads?: number } => (threads === undefined ? {} : { threads })

/** The other side: an ONNX file, run on the input of the first, or another spec. */
async function openOther(path: string, first: Opened, place: BenchPlace): Promise<Opened | undefined> {
  const { args, runtime, terminal } = place
  if (!/\.onnx$/i.test(path)) {
    const network = args['against-network']
    return openSpec({ file: path, network, set: args['against-set'], project: args.project }, place)
  }
  const { openOnnxFile } = await import('../../node/onnx-file.ts')
  const opened = await openOnnxFile(runtime, path, first.contestant.feeds, threadsOf(args))
  if (!isProblem(opened)) return { ...opened, status: exitCodes.clean }
  fail(opened, path, terminal)
  return undefined
}
