// What `weft sweep` does. Apart from its options, so that commands that sweep nothing do not load it.
import { sweepDocument, type SweepDocument } from '../../backends/report/sweep/model.ts'
import type { Measurement } from '../../compiler/analysis/sweep/measurements.ts'
import type { SpecResults } from '../../compiler/analysis/sweep/spec-results.ts'
import type { ScoreWeights } from '../../compiler/analysis/sweep/score.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { planSweep, type PointOutcome, type SweepOptions, type SweepPlan } from '../../compiler/sweep.ts'
import { outputProblem } from '../../node/inputs.ts'
import { locate, readText, type Located } from '../../node/spec-files.ts'
import { runSweepHere } from '../../node/sweep/run.ts'
import { fail, seenFromHere, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { documentEndings, emit, formatFor, outputFile, widthOfFiles } from './document-output.ts'
import type { MemorySetting } from './memory-options.ts'
import { readSettings, type NetworkArgs } from './network-options.ts'
import { belonging, frontMetrics, openTables } from './sweep-results.ts'

export interface SweepArgs extends NetworkArgs, MemorySetting {
  readonly over: string[] | undefined
  readonly networks: string | undefined
  readonly metric: string[] | undefined
  readonly measured: string | undefined
  readonly results: string | undefined
  readonly lower: string[] | undefined
  readonly pareto: string | undefined
  readonly accuracy: string | undefined
  readonly 'score-weights': string | undefined
  readonly format: 'text' | 'md' | 'csv' | 'json' | 'html' | undefined
  readonly json: boolean
  readonly out: string | undefined
  readonly jobs: number | undefined
}

export async function runSweepCommand(args: SweepArgs, terminal: Terminal): Promise<ExitCode> {
  const { file } = args
  const out = outputFile(args.out)
  const format = formatFor(args, formatOfEnding, 'text')
  if (isProblem(format)) return fail(format, file, terminal)
  const wrong = emptyList(args)
  if (wrong !== undefined) return fail(wrong, file, terminal)
  const located = locate(file, args.project)
  if (isProblem(located)) return fail(located, file, terminal)
  // Before the sweep, which may be long.
  const csv =
    args.measured === undefined ? undefined : readText(args.measured, args.measured, 'the table of results')
  if (isProblem(csv)) return fail(csv, file, terminal)
  const weights = readWeights(args['score-weights'])
  if (isProblem(weights)) return fail(weights, file, terminal)
  const tables = openTables(located, args.results === undefined ? undefined : namesOf(args.results))
  if (isProblem(tables)) return fail(tables, file, terminal)
  const plan = planned(args, located, { scored: csv !== undefined || tables.tables.length > 0 })
  if (isProblem(plan)) return fail(plan, file, terminal)
  if ('kind' in plan) {
    showFindings([seenFromHere(plan, located)], terminal)
    return exitCodes.error
  }
  // The writer refuses too, but only when the sweep is done.
  const misdirected = out === undefined ? undefined : outputProblem([out])
  if (misdirected !== undefined) return fail(misdirected, file, terminal)
  const outcomes = await counted(plan, located, args, terminal)
  const brought = await measured(csv, outcomes, plan, args)
  if (isProblem(brought)) return fail(brought, file, terminal)
  const document = documentOf(plan, outcomes, {
    args,
    weights,
    brought,
    own: belonging(tables, outcomes, brought ?? [], located),
  })
  if (isProblem(document)) return fail(document, file, terminal)
  const text = await rendered(document, format, out === undefined ? terminal : undefined)
  const failed = emit(text, { out, format }, terminal)
  return failed === undefined ? statusOf(document) : fail(failed, file, terminal)
}

function planned(
  args: SweepArgs,
  { entry, host }: Located,
  { scored }: Required<Pick<SweepOptions, 'scored'>>,
): ReturnType<typeof planSweep> {
  const settings = readSettings(args.set)
  if (isProblem(settings)) return settings
  const { networks: asked, network, over = [], metric, batch, dtype, optimizer } = args
  const listed = network === undefined ? undefined : [network]
  const networks = asked === undefined || asked === 'all' ? asked : namesOf(asked)
  return planSweep(entry, host, {
    over,
    arguments: settings,
    memory: { batch, dtype, optimizer },
    scored,
    ...optional('networks', networks ?? listed),
    ...optional('metrics', metric),
  })
}

const optional = <K extends string, T>(key: K, value: T | undefined): { readonly [key in K]?: T } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: T })

/** Names nothing, which is neither all nor none. */
function emptyList({ networks, results, pareto }: SweepArgs): Problem | undefined {
  for (const [option, text] of Object.entries({ networks, results, pareto }))
    if (text !== undefined && namesOf(text).length === 0)
      return problem('sweep-names-nothing', { option, text })
  return undefined
}

const namesOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

function readWeights(text: string | undefined): ScoreWeights | Problem | undefined {
  if (text === undefined) return undefined
  const found = /^\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*$/.exec(text)
  return found === null ? problem('wrong-score-weights', { text }) : [Number(found[1]), Number(found[2])]
}

async function counted(
  plan: SweepPlan,
  located: Located,
  { jobs }: SweepArgs,
  terminal: Terminal,
): Promise<readonly PointOutcome[]> {
  const shown = progress('sweeping', terminal)
  try {
    return await runSweepHere(plan, located, {
      onProgress: (done) => shown.show(done, plan.points.length),
      ...optional('jobs', jobs),
    })
  } finally {
    shown.clear()
  }
}

async function measured(
  csv: string | undefined,
  outcomes: readonly PointOutcome[],
  { axes }: SweepPlan,
  { measured: path = '' }: SweepArgs,
): Promise<readonly Measurement[] | Problem | undefined> {
  if (csv === undefined) return undefined
  const { readMeasuredCsv } = await import('../../data/measured-csv.ts')
  const swept = axes.map(({ name }) => name)
  const inForce = outcomes.flatMap((one) => one.arguments?.map(({ name }) => name) ?? [])
  return readMeasuredCsv({ path, text: csv, swept, parameters: new Set([...swept, ...inForce]) })
}

interface Shown {
  readonly args: SweepArgs
  readonly weights: ScoreWeights | undefined
  /** By `--measured`. */
  readonly brought: readonly Measurement[] | undefined
  /** Of the spec. */
  readonly own: SpecResults
}

function documentOf(
  plan: SweepPlan,
  outcomes: readonly PointOutcome[],
  { args, weights, brought, own }: Shown,
): SweepDocument | Problem {
  const { file, lower, pareto, accuracy } = args
  const isMeasured = brought !== undefined || own.measurements.length > 0
  const measurements = isMeasured ? [...(brought ?? []), ...own.measurements] : undefined
  return sweepDocument(isMeasured ? plan : { ...plan, score: undefined }, outcomes, {
    file,
    sources: own.sources,
    pareto: pareto === undefined ? frontMetrics(plan, outcomes, brought ?? [], own) : namesOf(pareto),
    ...optional('measurements', measurements),
    ...optional('scoreWeights', weights),
    ...optional('lower', lower),
    ...optional('accuracy', accuracy),
  })
}

function statusOf({ rows }: SweepDocument): ExitCode {
  if (rows.every(({ status }) => status === 'failed')) return exitCodes.error
  return rows.some(({ status }) => status === 'over-budget') ? exitCodes.differs : exitCodes.clean
}

type SweepFormat = NonNullable<SweepArgs['format']>

const formatOfEnding: Readonly<Record<string, SweepFormat>> = {
  ...documentEndings,
  '.csv': 'csv',
  '.txt': 'text',
}

async function rendered(
  document: SweepDocument,
  format: SweepFormat,
  terminal: Terminal | undefined,
): Promise<string> {
  if (format === 'html') {
    const { renderSweepPage } = await import('../../pages/sweep/page.ts')
    return renderSweepPage(document, { provenance: `weft ${packageVersion()}` })
  }
  const { renderSweep } = await import('../../backends/report/sweep/index.ts')
  const style = terminal === undefined ? {} : { style: terminal.outStyle }
  return renderSweep(document, format, { width: terminal?.width ?? widthOfFiles, ...style })
}
