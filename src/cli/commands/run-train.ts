// What `weft train` does. Apart from its options, so that other commands do not load TensorFlow.js.
import type { BackendName } from '../../backends/tfjs/operands.ts'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { compileRecipe, type RecipeCompilation } from '../../compiler/compile.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { beginRun, resumeRun, type Watch } from '../../node/runs/prepare.ts'
import { descriptionFile, isRunFolder } from '../../node/runs/is-run-folder.ts'
import { pageFile, type Overrides } from '../../node/runs/run-folder.ts'
import type { TrainingTask } from '../../node/runs/task.ts'
import { train } from '../../node/runs/training.ts'
import { locate } from '../../node/spec-files.ts'
import { chooseBackend, type ChosenBackend } from '../../node/tfjs-backend.ts'
import { humanBytes } from '../../compiler/text/numbers.ts'
import { readByteSize } from '../byte-size.ts'
import { commandFindings, fail, seenFromHere, showFindings } from '../display.ts'
import { exitCodeFor, exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import { progress } from '../progress.ts'
import { whileHeard, type Terminal } from '../terminal.ts'
import { readSettings } from './network-options.ts'
import { untilStopped } from './stopping.ts'
import { trainingDisplay } from './training-display.ts'

/** What is trained on what, and where the run is kept. */
export interface PlaceArgs {
  readonly file: string
  readonly recipe: string | undefined
  readonly set: string[] | undefined
  readonly data: string | undefined
  readonly out: string | undefined
  readonly resume: boolean
  readonly orientation: 'strict' | 'nearest' | 'as-stored' | undefined
}

export interface NumberArgs {
  readonly epochs: number | undefined
  readonly steps: number | undefined
  readonly batch: number | undefined
  readonly seed: number | undefined
  readonly 'val-split': number | undefined
  readonly 'val-cases': number
  readonly 'checkpoint-every': number
  readonly cache: string | undefined
}

export interface TrainArgs extends PlaceArgs, NumberArgs {
  readonly project: string | undefined
  readonly backend: BackendName | undefined
}

const defaultSplit = 0.2

export async function runTrain(args: TrainArgs, terminal: Terminal): Promise<ExitCode> {
  const task = isRunFolder(args.file) ? await taskOfRun(args, terminal) : await taskOfSpec(args, terminal)
  if (typeof task === 'number') return task
  if (isProblem(task)) return fail(task, args.file, terminal)
  const { run, recipe, graph, training, validation } = task
  terminal.out(
    `training ${graph.network} by ${recipe.name}: ${training.length} cases, ${validation.length} held out, ${recipe.epochs} epochs of ${recipe.steps} steps of ${recipe.batch}\n`,
  )
  terminal.out(`${memoryText(task)}page ${join(run.folder, pageFile)}\n`)
  // A run outlives whoever watches it, at least until its state is saved.
  const heard = whileHeard(terminal)
  return untilStopped(heard, (signal) => trainWatched(task, args, signal, heard))
}

/** Where cases are read again and again: how many of them there is room for. */
function memoryText({ memory: { caseBytes, cacheBytes } }: TrainingTask): string {
  if (caseBytes <= cacheBytes) return ''
  return `cases take ${humanBytes(caseBytes)}, ${humanBytes(cacheBytes)} of them stay in memory (--cache); the others are read each time they are drawn\n`
}

async function trainWatched(
  task: TrainingTask,
  args: TrainArgs,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<ExitCode> {
  const display = trainingDisplay(task, terminal)
  const result = await train(task, {
    resume: args.resume,
    checkpointEvery: args['checkpoint-every'],
    validationCases: args['val-cases'],
    signal,
    onWarning: (found) => showFindings([commandFindings(found, task.run.folder)], terminal),
    ...display.listeners,
  })
  display.clear()
  if (isProblem(result)) return fail(result, task.run.folder, terminal)
  const { folder } = task.run
  if (!result.finished) {
    terminal.out(`stopped after step ${result.step}; go on by: weft train ${folder} --resume\n`)
    return exitCodes.stopped
  }
  const { bestDice, bestEpoch } = result.progress
  const best =
    bestDice === null ? '' : `; best validation: mean Dice ${bestDice.toFixed(4)} after epoch ${bestEpoch}`
  terminal.out(`finished ${result.step} steps${best}\n`)
  return exitCodes.clean
}

// ---------------------------------------------------------------- what is trained

/** Without `--resume`, or with it and a spec: what the file says. */
async function taskOfSpec(args: TrainArgs, terminal: Terminal): Promise<TrainingTask | Problem | ExitCode> {
  const { data, out } = args
  if (args.resume && !(existsSync(args.file) && statSync(args.file).isFile()))
    return problem('run-missing', { path: args.file, file: descriptionFile })
  if (out === undefined) return problem('option-missing', { option: '--out', why: 'a run needs a folder' })
  const resumes = args.resume && isRunFolder(out)
  if (data === undefined && !resumes)
    return problem('option-missing', { option: '--data', why: 'a new run needs cases to train on' })
  const compiled = compileSpec(args, terminal)
  if (isProblem(compiled) || typeof compiled === 'number') return compiled
  const { graph, recipe } = compiled.compilation
  if (graph === undefined || recipe === undefined) return exitCodes.error
  const instead = overridesOf(args)
  const backend = await chosen(args, terminal)
  if (isProblem(backend)) return backend
  const watch = watching(out, terminal)
  if (data === undefined || resumes) {
    const { seed, 'val-split': validation } = args
    const said = { ...(seed === undefined ? {} : { seed }), ...(data === undefined ? {} : { data }) }
    const again = {
      graph,
      recipe,
      instead,
      ...said,
      ...(validation === undefined ? {} : { validation }),
      ...cacheOf(args),
    }
    return resumeRun(out, backend, again, watch)
  }
  return beginRun(
    {
      folder: out,
      weft: packageVersion(),
      entry: compiled.entry,
      sources: compiled.compilation.sources,
      graph,
      recipe,
      arguments: compiled.settings,
      instead,
      seed: args.seed ?? 1,
      data,
      validation: args['val-split'] ?? defaultSplit,
      backend,
      ...cacheOf(args),
    },
    watch,
  )
}

/** `weft train RUN --resume`: everything as the run began. */
async function taskOfRun(args: TrainArgs, terminal: Terminal): Promise<TrainingTask | Problem> {
  if (!args.resume) return problem('run-exists', { path: args.file })
  const unfit = (['out', 'recipe', 'set', 'project'] as const).find((name) => args[name] !== undefined)
  if (unfit !== undefined)
    return problem('option-of-run', { option: `--${unfit}`, path: args.file, reason: ofRun })
  const backend = await chosen(args, terminal)
  if (isProblem(backend)) return backend
  const { data, seed, 'val-split': validation } = args
  const again = {
    instead: overridesOf(args),
    ...(data === undefined ? {} : { data }),
    ...(seed === undefined ? {} : { seed }),
    ...(validation === undefined ? {} : { validation }),
    ...cacheOf(args),
  }
  return resumeRun(args.file, backend, again, watching(args.file, terminal))
}

const ofRun = 'it goes on with what it began with'

interface CompiledSpec {
  readonly compilation: RecipeCompilation
  readonly entry: string
  readonly settings: Readonly<Record<string, string>>
}

function compileSpec(args: TrainArgs, terminal: Terminal): CompiledSpec | Problem | ExitCode {
  const settings = readSettings(args.set)
  const located = locate(args.file, args.project)
  if (isProblem(settings)) return settings
  if (isProblem(located)) return located
  const recipe = args.recipe === undefined ? {} : { recipe: args.recipe }
  const compilation = compileRecipe(located.entry, located.host, { ...recipe, arguments: settings })
  const { diagnostics, sources, graph } = compilation
  showFindings([seenFromHere({ diagnostics, sources }, located)], terminal)
  return graph === undefined || exitCodeFor(diagnostics) === exitCodes.error
    ? exitCodes.error
    : { compilation, entry: located.entry, settings }
}

/** The text was checked with the options. */
function cacheOf({ cache }: TrainArgs): { readonly cacheBytes?: number } {
  const cacheBytes = cache === undefined ? undefined : readByteSize(cache)
  return cacheBytes === undefined ? {} : { cacheBytes }
}

const overridesOf = ({ epochs, steps, batch, orientation }: TrainArgs): Overrides => ({
  ...(epochs === undefined ? {} : { epochs }),
  ...(steps === undefined ? {} : { steps }),
  ...(batch === undefined ? {} : { batch }),
  ...(orientation === undefined ? {} : { orientation: policies[orientation] }),
})

/** As the command line spells them. */
const policies = { strict: 'strict', nearest: 'nearest', 'as-stored': 'as_stored' } as const

async function chosen({ backend: wanted }: TrainArgs, terminal: Terminal): Promise<ChosenBackend | Problem> {
  const backend = await chooseBackend(wanted)
  if (!isProblem(backend))
    terminal.out(
      `backend ${backend.name}: ${backend.description}; ${backend.reason}\n${hint(backend, wanted)}`,
    )
  return backend
}

/** Said once where a slower one was all there is. */
function hint({ name }: ChosenBackend, wanted: TrainArgs['backend']): string {
  if (name === 'tensorflow' || wanted !== undefined) return ''
  return 'native TensorFlow is several times as fast: `npm run native` in a checkout of Weft sets it up (docs/training.md)\n'
}

function watching(file: string, terminal: Terminal): Watch {
  const line = progress('reading cases', terminal)
  return {
    onCase: (done, all) => (done === all ? line.clear() : line.show(done, all)),
    onWarning: (found) => showFindings([commandFindings(found, file)], terminal),
  }
}
