// What `--precision` asks for, with what it has to know first: the ranges of values, for int8.
import type { Precision } from '../../backends/onnx/precision/precision.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { unsettledExtent } from '../../compiler/input-extents.ts'
import type { CalibrationCases, Feeds } from '../../node/calibration/patches.ts'
import type { ModelOptions } from '../../node/onnx-model.ts'
import { loadOnnxRuntime } from '../../node/onnx-runtime.ts'
import { fail } from '../display.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { CompiledNetwork } from './compile-network.ts'
import type { OnnxArgs } from './onnx-options.ts'

interface Chosen {
  /** For the options of an export. */
  readonly stored: { readonly precision?: Precision }
  /** What values were seen on, for whoever reads what was written. */
  readonly notes: readonly string[]
}

type PrecisionArgs = Pick<OnnxArgs, 'precision' | 'calibrate'> & { readonly file: string }

/** Undefined after what is wrong has been shown. `options` are those of the export; ranges hold for the inputs `besides`, too. */
export async function chosenPrecision(
  { precision, calibrate, file }: PrecisionArgs,
  compiled: CompiledNetwork,
  options: ModelOptions,
  terminal: Terminal,
  besides: readonly Feeds[] = [],
): Promise<Chosen | undefined> {
  if (precision === 'f32') return { stored: {}, notes: [] }
  if (precision === 'f16') return { stored: { precision: { kind: 'f16' } }, notes: [] }
  const unsettled = unsettledExtent(compiled.graph)
  if (unsettled !== undefined) {
    compiled.show([unsettled])
    return undefined
  }
  const runtime = await loadOnnxRuntime()
  if (isProblem(runtime)) return failed(runtime, file, terminal)
  const patches = await patchesFor(compiled, calibrate)
  if (isProblem(patches)) return failed(patches, file, terminal)
  const { calibrate: seen } = await import('../../node/calibration/calibrate.ts')
  const line = progress('calibrating', terminal)
  const onProgress = (done: number, all: number): void => line.show(done, all)
  const found = await seen(runtime, compiled, { ...options, onProgress }, [...patches.feeds, ...besides])
  line.clear()
  if (found.kind === 'calibrated') {
    const notes = [`ranges   of ${found.ranges.size} values, seen on ${patches.origin}`]
    return { stored: { precision: { kind: 'int8', ranges: found.ranges } }, notes }
  }
  if (found.kind === 'failed') return failed(found.problem, file, terminal)
  compiled.show(found.diagnostics)
  return undefined
}

function failed(found: Problem, file: string, terminal: Terminal): undefined {
  fail(found, file, terminal)
  return undefined
}

interface Patches {
  readonly feeds: readonly Feeds[]
  readonly origin: string
}

async function patchesFor(
  { graph, run }: CompiledNetwork,
  given: string | undefined,
): Promise<Patches | Problem> {
  const { casePatches, noisePatches } = await import('../../node/calibration/patches.ts')
  const cases = run === undefined ? given : await casesOfRun(run, given)
  if (isProblem(cases)) return cases
  if (cases === undefined) {
    const feeds = noisePatches(graph, calibrationSeed)
    return { feeds, origin: `${feeds.length} patches of noise: give images by --calibrate` }
  }
  const asked: CalibrationCases = typeof cases === 'string' ? { data: cases, seed: calibrationSeed } : cases
  const feeds = await casePatches(graph, asked)
  return isProblem(feeds) ? feeds : { feeds, origin: `${feeds.length} patches of ${asked.data}` }
}

const calibrationSeed = 1

/** Cases that a run was trained on, or others normalised as those were. */
async function casesOfRun(folder: string, given: string | undefined): Promise<CalibrationCases | Problem> {
  const { openRun } = await import('../../node/runs/run-folder.ts')
  const run = openRun(folder)
  if (isProblem(run)) return run
  const { data, normalisation: rules, orientation, seed, split } = run.description
  const pipeline = run.prepared?.pipeline
  return given === undefined
    ? { data, rules, orientation, pipeline, seed, cases: split.training }
    : { data: given, rules, orientation, pipeline, seed }
}
