// What `weft verify` does. Apart from its options, so that commands that verify nothing do not load it.
import { cost } from '../../compiler/analysis/cost.ts'
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { extentsParameter } from '../../compiler/analysis/extents-parameter.ts'
import { unsettledExtent, withSmallerExtents } from '../../compiler/input-extents.ts'
import { formatShape } from '../../compiler/ir/tensor.ts'
import { humanCount } from '../../compiler/text/numbers.ts'
import type { ModelFailure } from '../../node/onnx-model.ts'
import type { OnnxRuntime, RuntimeKind } from '../../node/onnx-runtime.ts'
import type { Verification } from '../../node/verification.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { compileSpecOrTrained, type CompiledNetwork } from './compile-network.ts'
import { print } from './document-output.ts'
import type { NetworkArgs } from './network-options.ts'
import { chosenPasses, type OnnxArgs } from './onnx-options.ts'
import { verificationText } from './verify-text.ts'
import type { OpenedWeights } from './trained-weights.ts'
import { readSpecOrTrainedWeights, type TrainedWeightArgs } from './weight-options.ts'

export interface VerifyArgs extends NetworkArgs, OnnxArgs, TrainedWeightArgs {
  readonly file: string
  readonly outputs: 'inference' | 'all'
  readonly tolerance: number | undefined
  readonly 'whole-patch': boolean
  readonly runtime: RuntimeKind
  readonly exhaustive: boolean
  readonly json: boolean
}

/** The reference computes about a billion multiplications a second: what takes longer than a while is made smaller. */
const patientMacs = 12e9

export async function runVerify(args: VerifyArgs, terminal: Terminal): Promise<ExitCode> {
  const compiled = await compileSpecOrTrained(args, terminal)
  if (typeof compiled === 'number') return compiled
  const unsettled = unsettledExtent(compiled.graph)
  if (unsettled !== undefined) {
    compiled.show([unsettled])
    return exitCodes.error
  }
  const { loadOnnxRuntime } = await import('../../node/onnx-runtime.ts')
  const runtime = await loadOnnxRuntime(args.runtime)
  if (isProblem(runtime)) return fail(runtime, args.file, terminal)
  const reduced = args['whole-patch'] ? compiled : smaller(compiled, args.outputs)
  const opened = await readSpecOrTrainedWeights(args, reduced, args.outputs, terminal)
  if (opened === undefined) return exitCodes.error
  const result = await verified(args, { runtime, reduced, opened }, terminal).finally(() => opened.close())
  if (result === undefined) return exitCodes.error
  switch (result.kind) {
    case 'refused':
      compiled.show(result.diagnostics)
      return exitCodes.error
    case 'failed':
      return fail(result.problem, args.file, terminal)
    case 'verified':
      print(
        shown(result, args, { compiled, reduced, origin: opened.origin, notes: opened.notes ?? [] }),
        args.json ? 'json' : 'text',
        terminal,
      )
      return result.holds ? compiled.status : exitCodes.error
  }
}

interface Place {
  readonly runtime: OnnxRuntime
  readonly reduced: CompiledNetwork
  readonly opened: OpenedWeights
}

/** Undefined after what keeps the precision from being had has been shown. */
async function verified(
  args: VerifyArgs,
  { runtime, reduced, opened }: Place,
  terminal: Terminal,
): Promise<Verification | ModelFailure | undefined> {
  const model = {
    weights: opened.weights,
    provenance: { weftVersion: packageVersion(), weights: opened.origin },
    outputs: args.outputs,
    passes: chosenPasses(args),
    optimize: args.optimize,
    ...(args.opset === undefined ? {} : { opset: args.opset }),
  }
  const { chosenPrecision } = await import('./chosen-precision.ts')
  const { noiseInputs } = await import('../../node/noise.ts')
  // Values beyond the ranges would be cut off, which is no mistake of the file.
  const own = noiseInputs(reduced.graph, args.seed).runtime
  const chosen = await chosenPrecision(args, reduced, model, terminal, [own])
  if (chosen === undefined) return undefined
  const line = progress('reference', terminal)
  const { verifyOnnx } = await import('../../node/verify-onnx.ts')
  const result = await verifyOnnx(runtime, reduced, {
    ...model,
    ...chosen.stored,
    ...(args.tolerance === undefined ? {} : { tolerance: args.tolerance }),
    mode: args.exhaustive ? 'exhaustive' : 'sampled',
    seed: args.seed,
    onProgress: (done, all) => line.show(done, all),
  })
  line.clear()
  return result
}

/** The network as it is where the reference is quick, else at a smaller patch. */
function smaller(compiled: CompiledNetwork, outputs: VerifyArgs['outputs']): CompiledNetwork {
  const macs = (graph: Graph): number => {
    const totals = cost(graph, compiled.sources).report?.totals
    return totals?.[outputs === 'all' ? 'training' : 'inference'].macs ?? 0
  }
  const parameter = extentsParameter(compiled.graph)
  if (macs(compiled.graph) <= patientMacs || parameter === undefined) return compiled
  const found = withSmallerExtents(compiled.spec, parameter, (graph) => macs(graph) <= patientMacs)
  const graph = found?.compilation.graph
  return graph === undefined ? compiled : { ...compiled, graph }
}

/** JSON has no infinity, which stands for a value that is not a number; as null it would read as no value. */
function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

interface Shown {
  readonly compiled: CompiledNetwork
  readonly reduced: CompiledNetwork
  readonly origin: string
  readonly notes: readonly string[]
}

function shown(result: Verification, args: VerifyArgs, { compiled, reduced, origin, notes }: Shown): string {
  const inputOf = ({ graph }: CompiledNetwork): string =>
    graph.inputs
      .map(({ name, node }) => `${name} ${formatShape(graph.nodes[node]?.type.shape ?? [])}`)
      .join(', ')
  const totals = cost(reduced.graph, reduced.sources).report?.totals
  const macs = totals?.[args.outputs === 'all' ? 'training' : 'inference'].macs ?? 0
  const [given, used] = [inputOf(compiled), inputOf(reduced)]
  const facts = { network: compiled.graph.network, input: used, given, weights: origin, macs }
  if (args.json) return `${JSON.stringify({ ...facts, ...result }, finite, 2)}\n`
  const size = used === given ? used : `${used} instead of ${given}, where the reference would take long`
  return verificationText(result, {
    heading: `${facts.network}, ${origin}; ${humanCount(macs)} MACs in double precision`,
    input: size,
    notes,
    graph: reduced.graph,
    sources: reduced.sources,
  })
}
