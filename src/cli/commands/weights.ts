// weft weights: the parameters of a network, what fills them, and a file of them.
import { basename } from 'node:path'
import { parametersNeeded } from '../../compiler/analysis/reach.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph, Parameter } from '../../compiler/ir/graph.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { isWide } from '../../weights/dtypes.ts'
import { commandFindings, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { Filling } from '../weights-document.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { CommandMaker } from './command.ts'
import { compileSpecOrRun, type CompiledNetwork } from './compile-network.ts'
import { specOrRun, withNetworkOptions, type NetworkArgs } from './network-options.ts'
import { withRunWeights, type RunWeightArgs } from './weight-options.ts'

interface WeightsArgs extends NetworkArgs, RunWeightArgs {
  readonly file: string
  readonly json: boolean
  readonly out: string | undefined
  readonly outputs: 'inference' | 'all'
}

export const weightsCommand: CommandMaker<WeightsArgs> = (terminal, choose) => ({
  command: 'weights <file>',
  describe: 'List the parameters, check a checkpoint against them, write them to a file',
  builder: (yargs) =>
    withRunWeights(withNetworkOptions(yargs, specOrRun))
      .option('out', {
        alias: 'o',
        describe: 'write the weights to this safetensors file, under the paths of this network',
        type: 'string',
        requiresArg: true,
      })
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
      .example('weft weights unet.weft --seed 7 -o begin.safetensors', 'initial weights')
      .example('weft weights unet.weft --json', 'for programs (schema/weft-weights-1.schema.json)')
      .epilogue('docs/weights.md tells which checkpoints are read, and how maps are written.'),
  handler: (args) => choose(() => runWeights(args, terminal)),
})

async function runWeights(args: WeightsArgs, terminal: Terminal): Promise<ExitCode> {
  const compiled = await compileSpecOrRun(args, terminal)
  if (typeof compiled === 'number') return compiled
  const parameters = listed(compiled.graph, args.outputs)
  const checkpoint = await open(args, compiled, parameters)
  if (checkpoint !== undefined && !('file' in checkpoint)) return fail(checkpoint, args.file, terminal)
  try {
    const task = { args, compiled, parameters, checkpoint, terminal }
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
  { graph, run }: CompiledNetwork,
  parameters: readonly Parameter[],
): Promise<Checkpoint | readonly Problem[] | undefined> {
  const { openCheckpoint } = await import('./checkpoint.ts')
  const { chosenCheckpoint } = await import('./run-weights.ts')
  const { checkpointPath } = await import('../../node/runs/trained.ts')
  const chosen = chosenCheckpoint({ ...args, run })
  if (isProblem(chosen)) return [chosen]
  const weights = chosen === undefined ? args.weights : checkpointPath(chosen.run, chosen.which)
  if (isProblem(weights)) return [weights]
  if (weights === undefined) return undefined
  const required = new Set(parameters)
  const content = chosen === undefined ? 'all' : chosen.isAverage ? 'averages' : 'weights'
  return openCheckpoint({ ...args, weights, content }, graph, (one) => required.has(one))
}

interface Task {
  readonly args: WeightsArgs
  readonly compiled: CompiledNetwork
  readonly parameters: readonly Parameter[]
  readonly checkpoint: Checkpoint | undefined
  readonly terminal: Terminal
}

/** With a checkpoint that does not fit, the table still shows what does. */
async function listParameters({ args, compiled, parameters, checkpoint, terminal }: Task): Promise<ExitCode> {
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

async function writeParameters(task: Task, out: string): Promise<ExitCode> {
  const { args, compiled, parameters, checkpoint, terminal } = task
  const problems = checkpoint?.renaming.problems ?? []
  if (problems.length > 0) return fail(problems, args.file, terminal)
  const { initialise } = await import('../../weights/initialise.ts')
  const { writingSafetensors } = await import('../../node/safetensors-file.ts')
  const { inTurns } = await import('../../node/writing.ts')
  const weights = checkpoint?.renaming.weights ?? initialise(compiled.graph, args.seed)
  const line = progress(`writing ${out}`, terminal)
  let bytes = 0
  const failed = await inTurns(
    writingSafetensors(
      out,
      parameters.map((one) => ({
        name: one.path,
        dtype: isDouble(one, checkpoint) ? ('F64' as const) : ('F32' as const),
        shape: one.shape,
        numbers: () => weights.numbersOf(one),
      })),
      await metadataOf(task),
      (done, all) => {
        bytes = done
        line.show(done, all)
      },
    ),
  )
  line.clear()
  show(checkpoint?.warnings() ?? [], args.file, terminal)
  if (failed !== undefined) return fail([failed], args.file, terminal)
  const count = withSeparators(parameters.length)
  terminal.out(`wrote ${out}  ${count} tensors, ${withSeparators(bytes)} bytes\n`)
  return compiled.status
}

/** What single precision may be too small for stays what it is. */
function isDouble({ path }: Parameter, checkpoint: Checkpoint | undefined): boolean {
  const tensor = checkpoint?.renaming.sources.get(path)?.tensor
  return tensor !== undefined && isWide(checkpoint?.file.entries.get(tensor)?.dtype ?? '')
}

/** What the file says of itself: the same for the same call. */
async function metadataOf({
  args,
  compiled: { graph },
  checkpoint,
}: Task): Promise<ReadonlyMap<string, string>> {
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

function show(problems: readonly Problem[], file: string, terminal: Terminal): void {
  showFindings(
    problems.map((one) => commandFindings(one, file)),
    terminal,
  )
}

function fail(problems: readonly Problem[], file: string, terminal: Terminal): ExitCode {
  show(problems, file, terminal)
  return exitCodes.error
}
