// What `weft report` does. Apart from its options, so that other commands do not load pages and charts.
import { createHash } from 'node:crypto'
import { conventionNamed } from '../../compiler/analysis/conventions/conventions.ts'
import type { DiffSide } from '../../compiler/analysis/diff/compare.ts'
import { compileResults } from '../../compiler/compile.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { knobSteps } from '../../compiler/solve/elasticity.ts'
import { review, type Review } from '../../backends/report/review/model.ts'
import { fail } from '../display.ts'
import { exitCodeFor, exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import { expectShortRun } from '../short-run.ts'
import type { Terminal } from '../terminal.ts'
import { readAgainst, sideName } from './against.ts'
import { compileSpecOrTrained, type CompiledNetwork } from './compile-network.ts'
import { documentEndings, emit, formatFor } from './document-output.ts'
import { executedBy, type ExecutedTarget } from './executed.ts'
import type { MemorySetting } from './memory-options.ts'
import type { NetworkArgs } from './network-options.ts'
import { recipeOfRun, recipesOfNetwork } from './side-recipes.ts'

export interface ReportArgs extends NetworkArgs, MemorySetting {
  readonly out: string | undefined
  readonly format: 'html' | 'md' | 'json' | undefined
  readonly json: boolean
  readonly against: string[] | undefined
  readonly convention: string
  readonly depth: number
  readonly executed: ExecutedTarget | undefined
}

/** A page is nothing for a terminal. */
const pageName = 'report.html'

interface Opened extends DiffSide {
  readonly compiled: CompiledNetwork
}

export async function runReport(args: ReportArgs, terminal: Terminal): Promise<ExitCode> {
  expectShortRun()
  const format = formatFor(args, formatOfEnding, 'html')
  if (isProblem(format)) return fail(format, args.file, terminal)
  const convention = conventionNamed(args.convention)
  if (isProblem(convention)) return fail(convention, args.file, terminal)
  const rivals = readRivals(args)
  if (isProblem(rivals)) return fail(rivals, args.file, terminal)
  const own = await open(args, terminal)
  const against = typeof own === 'number' ? own : await openAll(rivals, terminal)
  if (typeof own === 'number' || typeof against === 'number') return exitCodes.error
  const executed =
    args.executed === undefined ? undefined : await executedBy(args.executed, args.file, own.compiled)
  if (isProblem(executed)) return fail(executed, args.file, terminal)
  if (executed !== undefined && 'diagnostics' in executed) {
    own.compiled.show(executed.diagnostics)
    return exitCodes.error
  }
  const { batch, dtype, optimizer } = args
  const { spec } = own.compiled
  const found = review(own, {
    tool: `weft ${packageVersion()}`,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    memory: { batch, dtype, optimizer },
    convention,
    ...(executed === undefined ? {} : { executed }),
    against,
    knobs: knobSteps(spec, own.graph, { batch, dtype, optimizer }),
    results: compileResults(spec.entry, spec.host).results,
  })
  own.compiled.show(found.diagnostics)
  for (const [at, diagnostics] of found.against.entries()) against[at]?.compiled.show(diagnostics)
  const { document, report } = found
  if (document === undefined || report === undefined) return exitCodes.error
  const text = await rendered({ document, report }, own, format, args.depth)
  const failed = emit(text, { out: args.out ?? (format === 'html' ? pageName : undefined), format }, terminal)
  if (failed !== undefined) return fail(failed, args.file, terminal)
  return own.compiled.status === exitCodes.clean ? exitCodeFor(found.diagnostics) : own.compiled.status
}

function readRivals(args: ReportArgs): readonly NetworkArgs[] | Problem {
  const rivals: NetworkArgs[] = []
  for (const given of args.against ?? []) {
    const read = readAgainst(given, args)
    if (isProblem(read)) return read
    rivals.push(read)
  }
  return rivals
}

async function open(args: NetworkArgs, terminal: Terminal): Promise<Opened | ExitCode> {
  const compiled = await compileSpecOrTrained(args, terminal)
  if (typeof compiled === 'number') return compiled
  const { graph, sources, spec, run } = compiled
  // That a recipe with a mistake is left out is for `weft diff` to tell.
  const { recipes } = run === undefined ? recipesOfNetwork(spec, graph.network) : recipeOfRun(spec, run)
  return { name: sideName(args), graph, sources, recipes, compiled }
}

/** A broken budget of another network is its own affair: it is named, and the report's verdict is not its. */
async function openRival(args: NetworkArgs, terminal: Terminal): Promise<Opened | ExitCode> {
  const said: string[] = []
  const side = await open(args, { ...terminal, err: (text) => void said.push(text) })
  const isBroken = typeof side !== 'number' && side.compiled.status === exitCodes.differs
  if (isBroken) terminal.err(`${sideName(args)} breaks a budget of its own; \`weft check\` says which\n`)
  else for (const text of said) terminal.err(text)
  return side
}

async function openAll(all: readonly NetworkArgs[], terminal: Terminal): Promise<Opened[] | ExitCode> {
  const opened: Opened[] = []
  for (const one of all) {
    const side = await openRival(one, terminal)
    if (typeof side === 'number') return side
    opened.push(side)
  }
  return opened
}

type ReportFormat = NonNullable<ReportArgs['format']>

const formatOfEnding: Readonly<Record<string, ReportFormat>> = documentEndings

async function rendered(
  { document, report }: Required<Pick<Review, 'document' | 'report'>>,
  { graph, sources }: DiffSide,
  format: ReportFormat,
  depth: number,
): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(document, undefined, 2)}\n`
    case 'md': {
      const { reviewMarkdown } = await import('../../backends/report/review/markdown.ts')
      return reviewMarkdown(document, depth)
    }
    case 'html': {
      const { renderReportPage } = await import('../../pages/report/page.ts')
      const { architecturePicture } = await import('../../pages/graph/pictures.ts')
      return renderReportPage(document, { picture: architecturePicture(graph, report, sources) })
    }
  }
}
