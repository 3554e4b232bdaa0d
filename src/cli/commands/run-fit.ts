// What `weft fit` does. Apart from its options, so that other commands do not load it.
import { fitDocument, type FitDocument } from '../../backends/report/fit/model.ts'
import { renderFit } from '../../backends/report/fit/index.ts'
import { variantText } from '../../backends/report/fit/settings.ts'
import { compileToCount, readSpec } from '../../compiler/compile.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { runFit, type FitOutcome } from '../../compiler/solve/fit.ts'
import { planFit, type FitPlan } from '../../compiler/solve/fit-plan.ts'
import { outputProblem, ownOutput } from '../../node/inputs.ts'
import { locate, readText, type Located } from '../../node/spec-files.ts'
import { textFile, writeFiles } from '../../node/write-file.ts'
import { reservedWords } from '../../../grammar/tokens.ts'
import { languageNames, languageWords } from '../../compiler/semantics/calls/language.ts'
import type { Module } from '../../compiler/semantics/names/module.ts'
import { fail, seenFromHere, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { emit, formatFor, outputFile, widthOfFiles } from './document-output.ts'
import type { MemorySetting } from './memory-options.ts'
import { readSettings, type NetworkArgs } from './network-options.ts'

type PrintedFormat = 'text' | 'json' | 'set' | 'plans'

export interface FitArgs extends NetworkArgs, MemorySetting {
  readonly vary: string[]
  readonly within: string[] | undefined
  readonly maximize: string | undefined
  readonly minimize: string | undefined
  readonly exhaustive: boolean
  readonly format: PrintedFormat | undefined
  readonly json: boolean
  readonly out: string | undefined
  readonly variant: string | undefined
}

const formatOfEnding: Readonly<Record<string, PrintedFormat | 'spec'>> = {
  '.json': 'json',
  '.txt': 'text',
  '.weft': 'spec',
}

export async function runFitCommand(args: FitArgs, terminal: Terminal): Promise<ExitCode> {
  const { file } = args
  const wrong = (found: Problem): ExitCode => fail(found, file, terminal)
  const format = formatFor<PrintedFormat | 'spec'>(args, formatOfEnding, 'text')
  if (isProblem(format)) return wrong(format)
  const located = locate(file, args.project)
  if (isProblem(located)) return wrong(located)
  const plan = planned(args, located)
  if (isProblem(plan)) return wrong(plan)
  if ('kind' in plan) {
    showFindings([seenFromHere(plan, located)], terminal)
    return exitCodes.error
  }
  const out = outputFile(args.out)
  const variant = format === 'spec' ? (args.variant ?? 'Fitted') : args.variant
  const refusal = refusedOutput(variant, out, located, file)
  if (refusal !== undefined) return wrong(refusal)
  const outcome = found(plan, located, terminal)
  const document = fitDocument(plan, outcome, file)
  const failed =
    format === 'spec'
      ? undefined
      : await written(
          document,
          { plan, located, format, out: variant === undefined ? out : undefined },
          terminal,
        )
  if (failed !== undefined) return wrong(failed)
  if (document.best === null) {
    if (format === 'spec')
      terminal.err(renderFit(document, 'text', { width: terminal.width, style: terminal.errStyle }))
    return document.limits.length > 0 || document.search.measured !== null
      ? exitCodes.differs
      : statusWithout(outcome)
  }
  const unwritten = variant === undefined ? undefined : await addVariant(variant, document, args, terminal)
  return unwritten === undefined ? exitCodes.clean : wrong(unwritten)
}

/** Without limits only points without networks can be what there is. */
const statusWithout = ({ failures }: FitOutcome): ExitCode =>
  failures.length > 0 ? exitCodes.error : exitCodes.differs

function planned(args: FitArgs, { entry, host }: Located): ReturnType<typeof planFit> {
  const settings = readSettings(args.set)
  if (isProblem(settings)) return settings
  const { vary, within = [], maximize, minimize, network, exhaustive, batch, dtype, optimizer } = args
  return planFit(entry, host, {
    vary,
    within,
    exhaustive,
    arguments: settings,
    objective: {
      metric: maximize ?? minimize ?? '',
      sense: maximize === undefined ? 'minimise' : 'maximise',
    },
    memory: { batch, dtype, optimizer },
    ...(network === undefined ? {} : { network }),
  })
}

function found(plan: FitPlan, { host }: Located, terminal: Terminal): FitOutcome {
  const shown = progress('fitting', terminal)
  const points = plan.knobs.reduce((product, { values }) => product * values.length, 1)
  try {
    return runFit(plan, host, (evaluated) => shown.show(evaluated, points, `${evaluated} points evaluated`))
  } finally {
    shown.clear()
  }
}

/** Told before the search, which may be long. */
function refusedOutput(
  variant: string | undefined,
  out: string | undefined,
  { entry, host }: Located,
  file: string,
): Problem | undefined {
  if (variant !== undefined) {
    const by = takenBy(variant, readSpec(entry, host).module)
    if (by !== undefined) return problem('fit-variant-taken', { name: variant, file, by })
  }
  return out === undefined ? undefined : outputProblem([out])
}

/** A network that took over a name of the language would change what the rest of the file says. */
function takenBy(name: string, module: Module | undefined): 'file' | 'language' | undefined {
  const declared = module?.syntax.declarations.some((one) =>
    one.kind === 'UnpackStmt' ? one.pattern.names.some((own) => own.name === name) : one.name.name === name,
  )
  if (declared === true || module?.imports.has(name) === true) return 'file'
  const isReserved = reservedWords.some(({ PATTERN }) => PATTERN === name)
  return isReserved || languageNames.includes(name) || languageWords.has(name) ? 'language' : undefined
}

interface Printing {
  readonly plan: FitPlan
  readonly located: Located
  readonly format: PrintedFormat
  readonly out: string | undefined
}

async function written(
  document: FitDocument,
  { plan, located, format, out }: Printing,
  terminal: Terminal,
): Promise<Problem | undefined> {
  const width = out === undefined ? terminal.width : widthOfFiles
  const style = out === undefined ? { style: terminal.outStyle } : {}
  if (document.best === null && (format === 'set' || format === 'plans')) {
    terminal.err(renderFit(document, 'text', { width: terminal.width, style: terminal.errStyle }))
    return undefined
  }
  const text =
    format === 'plans'
      ? await plansText(plan, document, located)
      : renderFit(document, format, { width, ...style })
  return isProblem(text) ? text : emit(text, { out, format }, terminal)
}

/** As `weft export plans` prints it. */
async function plansText(
  { network }: FitPlan,
  { best }: FitDocument,
  { entry, host }: Located,
): Promise<string | Problem> {
  const { graph } = compileToCount(readSpec(entry, host), { network, arguments: best?.settings ?? {} })
  if (graph === undefined) throw new Error('the best point has a network')
  const { exportPlans } = await import('../../nnunet/export-plans.ts')
  const exported = exportPlans(graph)
  if (isProblem(exported)) return exported
  return `${JSON.stringify({ architecture: exported.architecture }, undefined, 4)}\n`
}

/** The spec with one more network, in canonical form, written whole. */
async function addVariant(
  name: string,
  { best, network, objective, limits, knobs }: FitDocument,
  { file, out }: FitArgs,
  terminal: Terminal,
): Promise<Problem | undefined> {
  const text = readText(file, file, 'the spec')
  if (isProblem(text)) return text
  const most = objective.sense === 'maximise' ? 'most' : 'least'
  const within =
    limits.length === 0 ? '' : ` within ${limits.map((one) => `${one.name} <= ${one.limit}`).join(', ')}`
  const doc = `The ${most} ${objective.name}${within}, over ${knobs.map((knob) => knob.name).join(', ')} (\`weft fit\`).`
  const { formatWeft } = await import('../../format/prettier-plugin.ts')
  const spec = await formatWeft(
    `${text.trimEnd()}\n\n${variantText(name, network, best?.settings ?? {}, doc)}`,
  )
  const target = outputFile(out) ?? file
  if (target === file) ownOutput(file)
  const failed = writeFiles([textFile(target, spec)])
  if (failed === undefined) terminal.err(`added network ${name} to ${target}\n`)
  return failed
}
