// weft compile: a network as files that another runtime runs.
import { basename, dirname } from 'node:path'
import type { Argv } from 'yargs'
import type { EmittedFile } from '../../backends/backend.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'
import { compileSpecOrTrained, type CompiledNetwork } from './compile-network.ts'
import { specOrTrained, withNetworkOptions, type NetworkArgs } from './network-options.ts'
import { chosenPasses, withOnnxOptions, type OnnxArgs } from './onnx-options.ts'
import { withNnunetOptions, type NnunetOptionArgs } from './nnunet-options.ts'
import type { Planned } from './planned-network.ts'
import type { OpenedWeights } from './trained-weights.ts'
import { readSpecOrTrainedWeights, withTrainedWeights, type TrainedWeightArgs } from './weight-options.ts'

type Target = 'onnx' | 'tfjs' | 'torch' | 'nnunet'

interface TargetArgs {
  readonly target: Target
  readonly out: string
  readonly outputs: 'inference' | 'all'
  readonly dynamic: 'batch' | 'spatial' | 'none'
  readonly 'external-data': boolean
  readonly shard: number | undefined
}

interface CompileArgs
  extends Omit<NetworkArgs, 'recipe'>, OnnxArgs, TrainedWeightArgs, TargetArgs, NnunetOptionArgs {
  readonly file: string
}

export const compileCommand: CommandMaker<CompileArgs> = (terminal, choose) => ({
  command: 'compile <file>',
  describe: 'Write the network as files that run: ONNX, TensorFlow.js, PyTorch, nnU-Net',
  builder: (yargs) =>
    withNnunetOptions(
      withTarget(withOnnxOptions(withTrainedWeights(withNetworkOptions(yargs, specOrTrained)))),
    )
      .check(
        ({ shard }) =>
          shard === undefined || (Number.isInteger(shard) && shard >= 1) || '--shard takes a number of MiB',
      )
      .example('weft compile unet.weft --target onnx -o unet.onnx', 'with initial weights')
      .example(
        'weft compile e2enet.weft --target onnx -o e2enet.onnx --weights official.safetensors --rename e2enet',
        'with a published checkpoint',
      )
      .example(
        'weft compile unet.weft --target onnx -o unet.onnx --dynamic spatial',
        'for inputs of any size',
      )
      .example('weft compile unet.weft --target tfjs -o unet-tfjs', 'for tf.loadGraphModel')
      .example(
        'weft compile runs/sparse --target onnx -o sparse.onnx --precision int8',
        'in bytes, by what values the cases of the run have',
      )
      .example(
        'weft compile e2enet.weft --target torch -o e2enet',
        'a Python package that imports torch alone',
      )
      .example(
        'weft compile e2enet.weft --recipe amos --target nnunet -o trainers --plans nnUNetPlans.json',
        'a trainer for nnU-Net, for nnUNet_extTrainer',
      )
      .example(
        'weft compile runs/sparse --target onnx -o sparse.onnx --checkpoint best',
        'what a run has learned',
      ),
  handler: (args) => choose(() => runCompile(args, terminal)),
})

/** Adds `--target --out --outputs --dynamic --external-data --shard`. */
function withTarget<T>(yargs: Argv<T>): Argv<T & TargetArgs> {
  return yargs
    .option('target', {
      describe: 'what to write',
      choices: ['onnx', 'tfjs', 'torch', 'nnunet'] as const,
      demandOption: true,
      requiresArg: true,
    })
    .option('out', {
      alias: 'o',
      describe:
        'the file, or for tfjs, torch and nnunet the folder; one that an export wrote is replaced when the new one is complete',
      type: 'string',
      demandOption: true,
      requiresArg: true,
    })
    .option('outputs', {
      describe: 'inference: without the aux outputs and what only they need; all: with them',
      choices: ['inference', 'all'] as const,
      default: 'inference' as const,
    })
    .option('dynamic', {
      describe:
        'which extents stay free: the batch; the spatial ones too, as multiples of what the strides need; none',
      choices: ['batch', 'spatial', 'none'] as const,
      default: 'batch' as const,
    })
    .option('external-data', {
      describe: 'put the weights into a file beside the model; past 2 GiB they are anyway',
      type: 'boolean',
      default: false,
    })
    .option('shard', {
      describe: 'tfjs: cut the weights into files of at most so many MiB',
      type: 'number',
      requiresArg: true,
    })
}

async function runCompile(args: CompileArgs, terminal: Terminal): Promise<ExitCode> {
  const misdirected = foreignOption(args)
  if (misdirected !== undefined) return fail(misdirected, args.file, terminal)
  const { freed } = await import('./adjustments.ts')
  const planned = args.plans === undefined ? undefined : await openPlanned(args, terminal)
  if (typeof planned === 'number') return planned
  const adjust = args.dynamic === 'spatial' ? freed : planned?.adjust
  const compiled = await compileSpecOrTrained(args, terminal, adjust)
  if (typeof compiled === 'number') return compiled
  const { unsettledExtent } = await import('../../compiler/input-extents.ts')
  const free = args.dynamic === 'none' ? unsettledExtent(compiled.graph) : undefined
  if (free !== undefined) {
    compiled.show([free])
    return exitCodes.error
  }
  if (args.target === 'torch') {
    const { writeTorch } = await import('./compile-torch.ts')
    return writeTorch(args, compiled, terminal)
  }
  if (args.target === 'nnunet') {
    const { writeNnunet } = await import('./compile-nnunet.ts')
    return writeNnunet(args, compiled, planned, terminal)
  }
  const weights = await readSpecOrTrainedWeights(args, compiled, args.outputs, terminal)
  if (weights === undefined) return exitCodes.error
  try {
    if (args.target === 'onnx') return await writeModel(args, compiled, weights, terminal)
    const { writeTfjs } = await import('./compile-tfjs.ts')
    return await writeTfjs(args, compiled, weights, terminal)
  } finally {
    weights.close()
  }
}

async function openPlanned(args: CompileArgs, terminal: Terminal): Promise<Planned | ExitCode> {
  const { plannedNetwork } = await import('./planned-network.ts')
  const found = plannedNetwork(args)
  return isProblem(found) ? fail(found, args.file, terminal) : found
}

/** The first option that says nothing of this target. */
function foreignOption(args: CompileArgs): Problem | undefined {
  const options: readonly (readonly [option: string, of: Target, isGiven: boolean])[] = [
    ['--opset', 'onnx', args.opset !== undefined],
    ['--precision int8', 'onnx', args.precision === 'int8'],
    [`--optimize ${args.optimize}`, 'onnx', args.optimize !== 'latency'],
    ['--with', 'onnx', args.with !== undefined],
    ['--without', 'onnx', args.without !== undefined],
    ['--external-data', 'onnx', args['external-data']],
    [`--dynamic ${args.dynamic}`, 'onnx', args.dynamic !== 'batch'],
    ['--shard', 'tfjs', args.shard !== undefined],
    ['--recipe', 'nnunet', args.recipe !== undefined],
    ['--plans', 'nnunet', args.plans !== undefined],
  ]
  const given = args.target
  const foreign = options.find(([, of, isGiven]) => isGiven && of !== given)
  if (foreign !== undefined) {
    const [option, target] = foreign
    return problem('option-of-target', { option, target, given })
  }
  // Aux outputs are there in a PyTorch package, switched by `deep_supervision`.
  const isPython = given === 'torch' || given === 'nnunet'
  if (isPython && args.outputs === 'all')
    return problem('option-of-target', { option: '--outputs all', target: 'onnx', given })
  if (isPython && args.precision === 'f16')
    return problem('option-of-target', { option: '--precision f16', target: 'onnx', given })
  return undefined
}

async function writeModel(
  args: CompileArgs,
  compiled: CompiledNetwork,
  { weights, origin, notes = [] }: OpenedWeights,
  terminal: Terminal,
): Promise<ExitCode> {
  const { graph, sources, show, status } = compiled
  const model = {
    weights,
    provenance: { weftVersion: packageVersion(), weights: origin },
    outputs: args.outputs,
    passes: chosenPasses(args),
    optimize: args.optimize,
    ...(args.opset === undefined ? {} : { opset: args.opset }),
  }
  const { chosenPrecision } = await import('./chosen-precision.ts')
  const chosen = await chosenPrecision(args, compiled, model, terminal)
  if (chosen === undefined) return exitCodes.error
  const { writingOnnx } = await import('../../node/onnx-model.ts')
  const { inTurns } = await import('../../node/writing.ts')
  const line = progress(`writing ${args.out}`, terminal)
  const written = await inTurns(
    writingOnnx(graph, sources, {
      ...model,
      directory: dirname(args.out),
      fileName: basename(args.out),
      data: args['external-data'] ? 'external' : 'auto',
      ...chosen.stored,
      ...(args.dynamic === 'none' ? { batch: 1 } : {}),
      onProgress: (done, all) => line.show(done, all),
    }),
  )
  line.clear()
  switch (written.kind) {
    case 'refused':
      show(written.diagnostics)
      return exitCodes.error
    case 'failed':
      return fail(written.problem, args.file, terminal)
    case 'written':
      terminal.out(await summary(args, graph, { ...written, notes: [...notes, ...chosen.notes] }))
      return status
  }
}

/** What was written, for a person: files with their sizes, what goes in and what comes out. */
async function summary(
  args: CompileArgs,
  graph: Graph,
  written: {
    readonly files: readonly EmittedFile[]
    readonly model: { readonly opset: number }
    readonly notes: readonly string[]
  },
): Promise<string> {
  const { extentRules } = await import('../../backends/onnx/metadata.ts')
  const { irVersionOf } = await import('../../backends/onnx/opsets.ts')
  const { formatShape } = await import('../../compiler/ir/tensor.ts')
  const { withSeparators } = await import('../../compiler/text/numbers.ts')
  const batch = args.dynamic === 'none' ? '1' : 'N'
  const described = ({ name, node }: { readonly name: string; readonly node: number }): string =>
    `${name} ${batch}×${formatShape(graph.nodes[node]?.type.shape ?? [])}`
  const outputs = graph.outputs.filter(({ aux }) => args.outputs === 'all' || !aux)
  const { opset } = written.model
  const rules = extentRules(graph).map(({ name, rule }) => `${name} is ${rule}`)
  return [
    ...written.files.map(({ name, byteCount }) => `wrote ${name}  ${withSeparators(byteCount)} bytes`),
    `opset ${opset}, IR version ${irVersionOf(opset)}`,
    `inputs   ${graph.inputs.map(described).join(', ')}`,
    `outputs  ${outputs.map(described).join(', ')}`,
    ...(rules.length === 0 ? [] : [`extents  ${rules.join('; ')}`]),
    ...written.notes,
    '',
  ].join('\n')
}
