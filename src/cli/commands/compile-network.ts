// The first half of the commands that take one network: from arguments to a compiled network, with everything found on the way shown.
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { StatedRecipe } from '../../backends/torch/nnunet/setting.ts'
import type { RecipeCompilation } from '../../compiler/compile.ts'
import type { Spec } from '../../compiler/input-extents.ts'
import { isProblem, problem, type Diagnostic, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { Sources } from '../../compiler/analysis/charge.ts'
import { fail, seenFromHere, showFindings } from '../display.ts'
import { exitCodeFor, exitCodes, type ExitCode } from '../exit-codes.ts'
import { isModelFolder } from '../../node/models/is-model-folder.ts'
import type { OpenedModel } from '../../node/models/model-folder.ts'
import { isRunFolder } from '../../node/runs/is-run-folder.ts'
import { locate, nodeHost, type Located } from '../../node/spec-files.ts'
import type { Terminal } from '../terminal.ts'
import { readSettings, type NetworkArgs } from './network-options.ts'

export interface CompiledNetwork {
  /** What it was compiled from, for compiling it again with other arguments. */
  readonly spec: Spec
  readonly graph: Graph
  readonly sources: Sources
  /** What the diagnostics so far ask for; a broken budget leaves a graph. */
  readonly status: ExitCode
  /** Where the network is that of a recipe: the recipe, and the settings that its block has itself. */
  readonly training?: StatedRecipe
  /** The folder of the run, where the network is that of one. */
  readonly run?: string
  /** The imported model, where the network is that of one. */
  readonly model?: OpenedModel
  /** Shows more diagnostics as the compilation's own were shown. */
  show(diagnostics: readonly Diagnostic[]): void
}

/** Compiles a spec again with other arguments, once it is known what they are about. */
export type Adjustment = (spec: Spec, given: Graph) => RecipeCompilation | Diagnostic

/** The network as it is or adjusted, or the exit status when there is none. Only what is compiled last is shown. */
export async function compileNetwork(
  args: NetworkArgs,
  terminal: Terminal,
  adjust?: Adjustment,
): Promise<CompiledNetwork | ExitCode> {
  const found = openSpec(args)
  return isProblem(found) ? fail(found, args.file, terminal) : compileFound(found, terminal, adjust)
}

/**
 * The same for a spec or for the folder of a run or of an imported model, which stands for its own copy of the spec with what it was trained
 * with.
 */
export async function compileSpecOrTrained(
  args: NetworkArgs,
  terminal: Terminal,
  adjust?: Adjustment,
): Promise<CompiledNetwork | ExitCode> {
  const [isRun, isModel] = [isRunFolder(args.file), isModelFolder(args.file)]
  if (!isRun && !isModel) return compileNetwork(args, terminal, adjust)
  const found = await (isRun ? openRunSpec(args) : openModelSpec(args))
  if (isProblem(found)) return fail(found, args.file, terminal)
  const compiled = await compileFound(found, terminal, adjust)
  return typeof compiled === 'number' ? compiled : { ...compiled, ...found.trained }
}

interface FoundSpec {
  readonly spec: Spec
  readonly located: Located
}

interface TrainedSpec extends FoundSpec {
  readonly trained: Pick<CompiledNetwork, 'run' | 'model'>
}

function openSpec(args: NetworkArgs): FoundSpec | Problem {
  const settings = readSettings(args.set)
  if (isProblem(settings)) return settings
  const located = locate(args.file, args.project)
  if (isProblem(located)) return located
  const { network, recipe } = args
  const chosen = {
    ...(network === undefined ? {} : { network }),
    ...(recipe === undefined ? {} : { recipe }),
  }
  const options = { ...chosen, arguments: settings }
  return { spec: { entry: located.entry, host: located.host, options }, located }
}

/** What a trained network is chosen by is in its folder. */
const optionsOfSpecs = ['network', 'set', 'project', 'recipe'] as const

const specOption = (args: NetworkArgs): string | undefined =>
  optionsOfSpecs.find((name) => args[name] !== undefined)

async function openRunSpec(args: NetworkArgs): Promise<TrainedSpec | Problem> {
  const option = specOption(args)
  const reason = 'it has its own copy of the spec, with the arguments that it was trained with'
  if (option !== undefined)
    return problem('option-of-run', { option: `--${option}`, path: args.file, reason })
  const { openRun, specFolder } = await import('../../node/runs/run-folder.ts')
  const run = openRun(args.file)
  if (isProblem(run)) return run
  const root = realpathSync(join(args.file, specFolder))
  const { entry, recipe, arguments: given } = run.description
  const located = { host: nodeHost(root), entry, root }
  const spec = { entry, host: located.host, options: { recipe, arguments: given } }
  return { spec, located, trained: { run: args.file } }
}

async function openModelSpec(args: NetworkArgs): Promise<TrainedSpec | Problem> {
  const { openModel, specFolder } = await import('../../node/models/model-folder.ts')
  const model = openModel(args.file)
  if (isProblem(model)) return model
  const { entry, network } = model.description
  const folder = join(args.file, specFolder)
  const option = specOption(args)
  const reason = `it is an imported model, with its own copy of the spec for ${network}`
  if (option !== undefined)
    return problem('option-of-run', { option: `--${option}`, path: args.file, reason, spec: join(folder, entry) }) // prettier-ignore
  const root = realpathSync(folder)
  const located = { host: nodeHost(root), entry, root }
  const spec = { entry, host: located.host, options: { network, arguments: {} } }
  return { spec, located, trained: { model } }
}

async function compileFound(
  { spec, located }: FoundSpec,
  terminal: Terminal,
  adjust: Adjustment | undefined,
): Promise<CompiledNetwork | ExitCode> {
  const { compile } = await import('../../compiler/compile.ts')
  const given = compile(spec.entry, spec.host, spec.options)
  const compilation = adjusted(spec, given, adjust)
  const show = (diagnostics: readonly Diagnostic[]): void =>
    showFindings([seenFromHere({ diagnostics, sources: compilation.sources }, located)], terminal)
  const { diagnostics, recipe, stated } = compilation
  show(diagnostics)
  const status = exitCodeFor(diagnostics)
  if (compilation.graph === undefined || status === exitCodes.error) return exitCodes.error
  return {
    spec,
    graph: compilation.graph,
    sources: { entry: located.entry, files: compilation.sources },
    ...(recipe === undefined || stated === undefined ? {} : { training: { recipe, stated } }),
    status,
    show,
  }
}

function adjusted(spec: Spec, given: RecipeCompilation, adjust: Adjustment | undefined): RecipeCompilation {
  const { graph } = given
  if (graph === undefined || adjust === undefined) return given
  const found = adjust(spec, graph)
  return 'sources' in found ? found : { sources: given.sources, diagnostics: [found] }
}
