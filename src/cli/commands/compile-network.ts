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

/** The same for a spec or for the folder of a run, which stands for its own copy of the spec with what it was trained with. */
export async function compileSpecOrRun(
  args: NetworkArgs,
  terminal: Terminal,
  adjust?: Adjustment,
): Promise<CompiledNetwork | ExitCode> {
  if (!isRunFolder(args.file)) return compileNetwork(args, terminal, adjust)
  const found = await openRunSpec(args)
  if (isProblem(found)) return fail(found, args.file, terminal)
  const compiled = await compileFound(found, terminal, adjust)
  return typeof compiled === 'number' ? compiled : { ...compiled, run: args.file }
}

interface FoundSpec {
  readonly spec: Spec
  readonly located: Located
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

/** What a run's network is chosen by is in the run. */
const optionsOfSpecs = ['network', 'set', 'project', 'recipe'] as const

async function openRunSpec(args: NetworkArgs): Promise<FoundSpec | Problem> {
  const option = optionsOfSpecs.find((name) => args[name] !== undefined)
  const reason = 'it has its own copy of the spec, with the arguments that it was trained with'
  if (option !== undefined)
    return problem('option-of-run', { option: `--${option}`, path: args.file, reason })
  const { openRun, specFolder } = await import('../../node/runs/run-folder.ts')
  const run = openRun(args.file)
  if (isProblem(run)) return run
  const root = realpathSync(join(args.file, specFolder))
  const { entry, recipe, arguments: given } = run.description
  const located = { host: nodeHost(root), entry, root }
  return { spec: { entry, host: located.host, options: { recipe, arguments: given } }, located }
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
