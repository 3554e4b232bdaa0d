// weft weights: the parameters of a network, what fills them, and a file of them.
import { basename, join } from 'node:path'
import { parametersNeeded } from '../../compiler/analysis/reach.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph, Parameter } from '../../compiler/ir/graph.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { Filling } from '../weights-document.ts'
import type { Checkpoint } from '../../node/mapped-checkpoint.ts'
import type { CommandMaker } from './command.ts'
import { compileSpecOrTrained, type CompiledNetwork } from './compile-network.ts'
import { specOrTrained, withNetworkOptions } from './network-options.ts'
import { withTrainedWeights } from './weight-options.ts'
import { fail, show, storedType, writeAll, type WeightsArgs, type WeightsTask } from './weights-out.ts'

export const weightsCommand: CommandMaker<WeightsArgs> = (terminal, choose) => ({
  command: 'weights <file>',
  describe: 'List the parameters, check a checkpoint against them, write them to a file',
  builder: (yargs) =>
    withTrainedWeights(withNetworkOptions(yargs, specOrTrained))
      .option('out', {
        alias: 'o',
        describe: 'write the weights to this safetensors file, under the paths of this network',
        type: 'string',
        requiresArg: true,
      })
      .option('to', {
        describe:
          'write the weights to this .pth or .safetensors file, under the names of the checkpoints that the map is for',
        type: 'string',
        requiresArg: true,
        conflicts: 'out',
      })
      .check(
        ({ to }) =>
          to === undefined ||
          /\.(?:pth|pt|safetensors)$/.test(to) ||
          '--to takes a name in .pth, .pt or .safetensors',
      )
      .option('outputs', {
        describe:
          'which outputs the parameters are for; inference leaves out the aux ones and what no output reads',
        choices: ['inference', 'all'] as const,
        default: 'all' as const,
      })
      .option('json', { describe: 'print a document for programs', type: 'boolean', default: false })
      .example('weft weights unet.weft', 'every parameter: path, shape, what it begins as')
      .example(
        'weft weights e2enet.weft --weights official.pth --rename e2enet',
        'which tensor fills which parameter, and what its numbers are like',
      )
      .example(
        'weft weights e2enet.weft --weights official.pth --rename e2enet -o own.safetensors',
        'the same weights under the names of this network',
      )
      .example('weft weights runs/first --checkpoint best -o best.safetensors', 'what a run has learned')
      .example(
        'weft weights runs/first --to official.pth --rename e2enet',
        'what a run has learned, for the official code',
      )
      .example('weft weights unet.weft --seed 7 -o begin.safetensors', 'initial weights')
      .example('weft weights unet.weft --json', 'for programs (schema/weft-weights-1.schema.json)')
      .epilogue('docs/weights.md tells which checkpoints are read, and how maps are written.'),
  handler: (args) => choose(() => runWeights(args, terminal)),
})

async function runWeights(args: WeightsArgs, terminal: Terminal): Promise<ExitCode> {
  const compiled = await compileSpecOrTrained(args, terminal)
  if (typeof compiled === 'number') return compiled
  const parameters = listed(compiled.graph, args.outputs)
  const checkpoint = await open(args, compiled, parameters)
  if (checkpoint !== undefined && !('file' in checkpoint)) return fail(checkpoint, args.file, terminal)
  try {
    const task = { args, compiled, parameters, checkpoint, terminal }
    if (args.to !== undefined) {
      const { writeOfficial } = await import('./weights-to.ts')
      return await writeOfficial(task, args.to)
    }
    return args.out === undefined ? await listParameters(task) : await writeParameters(task, args.out)
  } finally {
    checkpoint?.file.close()
  }
}

/** With all outputs, what no output reads as well: a checkpoint has it. */
function listed(graph: Graph, outputs: 'inference' | 'all'): readonly Parameter[] {
  if (outputs === 'all') return graph.parameters
  const needed = parametersNeeded(graph, outputs)
  return graph.parameters.filter(({ id }) => needed.has(id))
}

async function open(
  args: WeightsArgs,
  { graph, run, model }: CompiledNetwork,
  parameters: readonly Parameter[],
): Promise<Checkpoint | readonly Problem[] | undefined> {
  const { openCheckpoint } = await import('../../node/mapped-checkpoint.ts')
  const { chosenWeights } = await import('./trained-weights.ts')
  const { checkpointPath } = await import('../../node/runs/trained.ts')
  const chosen = chosenWeights({ ...args, run, model })
  if (isProblem(chosen)) return [chosen]
  const weights =
    chosen === undefined
      ? args.weights
      : chosen.kind === 'member'
        ? join(chosen.model.folder, chosen.file)
        : checkpointPath(chosen.run, chosen.which)
  if (isProblem(weights)) return [weights]
  if (weights === undefined) return undefined
  const required = new Set(parameters)
  const content = chosen?.kind === 'checkpoint' ? (chosen.isAverage ? 'averages' : 'weights') : 'all'
  return openCheckpoint({ ...args, weights, content, isOwnFirst: args.to !== undefined }, graph, (one) =>
    required.has(one),
  )
}

/** With a checkpoint that does not fit, the table still shows what does. */
async function listParameters({
  args,
  compiled,
  parameters,
  checkpoint,
  terminal,
}: WeightsTask): Promise<ExitCode> {
  const { weightsDocument } = await import('../weights-document.ts')
  const { weightsText } = await import('./weights-text.ts')
  const origin = checkpoint && {
    name: basename(args.weights ?? checkpoint.file.path),
    prefix: checkpoint.renaming.prefix,
    map: checkpoint.map?.name ?? null,
  }
  const { fillings, unread } =
    checkpoint === undefined ? nothingRead : await readAll(parameters, checkpoint, terminal)
  const document = weightsDocument(compiled.graph, parameters, origin, (at) => fillings[at] ?? {})
  if (args.json) terminal.document(`${JSON.stringify(document, undefined, 2)}\n`)
  else terminal.out(weightsText(document))
  const errors = [...(checkpoint?.renaming.problems ?? []), ...unread]
  show([...errors, ...(checkpoint?.warnings() ?? [])], args.file, terminal)
  return errors.length > 0 ? exitCodes.error : compiled.status
}

interface ReadCheckpoint {
  /** In the order of the parameters. */
  readonly fillings: readonly Filling[]
  readonly unread: readonly Problem[]
}

const nothingRead: ReadCheckpoint = { fillings: [], unread: [] }

/** Every tensor that fills something, with what its numbers are like. */
async function readAll(
  parameters: readonly Parameter[],
  { file, renaming }: Checkpoint,
  terminal: Terminal,
): Promise<ReadCheckpoint> {
  const { statisticsOf } = await import('../../weights/statistics.ts')
  const line = progress('reading', terminal)
  const unread: Problem[] = []
  const fillings = parameters.map((parameter, at): Filling => {
    line.show(at, parameters.length)
    const source = renaming.sources.get(parameter.path)
    if (source === undefined) return { source: null, statistics: null }
    const { tensor, permute = null, reshape = false } = source
    const numbers = renaming.weights.numbersOf(parameter)
    // What the header says already is among the renaming's problems.
    if (isProblem(numbers) && numbers.name !== 'weights-dtype') unread.push(numbers)
    const statistics = isProblem(numbers) ? null : statisticsOf(numbers)
    return { source: { tensor, dtype: file.entries.get(tensor)?.dtype ?? '', permute, reshape }, statistics }
  })
  line.clear()
  return { fillings, unread }
}

async function writeParameters(task: WeightsTask, out: string): Promise<ExitCode> {
  const { writingSafetensors } = await import('../../node/safetensors-file.ts')
  const metadata = await metadataOf(task)
  return writeAll(task, out, (weights, onProgress) => {
    const tensors = task.parameters.map((one) => ({
      name: one.path,
      dtype: storedType(one, task.checkpoint),
      shape: one.shape,
      numbers: () => weights.numbersOf(one),
    }))
    return { count: tensors.length, writing: writingSafetensors(out, tensors, metadata, onProgress) }
  })
}

/** What the file says of itself: the same for the same call. */
async function metadataOf({
  args,
  compiled: { graph },
  checkpoint,
}: WeightsTask): Promise<ReadonlyMap<string, string>> {
  const { argumentData } = await import('../weights-document.ts')
  return new Map([
    ['network', graph.network],
    ['arguments', JSON.stringify(argumentData(graph))],
    ['weft', packageVersion()],
    ...(checkpoint === undefined
      ? [['seed', String(args.seed)] as const]
      : [['weights', basename(args.weights ?? checkpoint.file.path)] as const]),
  ])
}
