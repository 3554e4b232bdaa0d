// What `weft diff` does. Apart from its options, so that commands that compare nothing do not load it.
import { compareNetworks, type DiffSide } from '../../compiler/analysis/diff/compare.ts'
import type { DiffDocument } from '../../compiler/analysis/diff/document.ts'
import { isProblem, type Diagnostic, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { textFile, writeFiles } from '../../node/write-file.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import { expectShortRun } from '../short-run.ts'
import type { Terminal } from '../terminal.ts'
import { compileSpecOrTrained } from './compile-network.ts'
import { documentEndings, formatFor, outputFile, print, widthOfFiles } from './document-output.ts'
import { compileRevision } from './compile-revision.ts'
import { settingsInForce, type NetworkArgs } from './network-options.ts'
import { recipeOfRun, recipesOfNetwork } from './side-recipes.ts'

export interface DiffArgs extends NetworkArgs {
  readonly other: string | undefined
  readonly 'against-network': string | undefined
  readonly 'against-set': string[] | undefined
  readonly from: string | undefined
  readonly to: string | undefined
  readonly format: 'text' | 'md' | 'json' | 'html' | undefined
  readonly json: boolean
  readonly depth: number
  readonly out: string | undefined
  readonly map: string | undefined
}

interface Side extends DiffSide {
  show(diagnostics: readonly Diagnostic[]): void
}

export async function runDiff(args: DiffArgs, terminal: Terminal): Promise<ExitCode> {
  expectShortRun()
  const format = formatFor(args, formatOfEnding, 'text')
  if (isProblem(format)) return fail(format, args.file, terminal)
  const a = await open(args, args.from, terminal)
  const b = typeof a === 'number' ? a : await open(otherArgs(args), args.to, terminal)
  if (typeof a === 'number' || typeof b === 'number') return exitCodes.error
  const found = compareNetworks(a, b)
  a.show(found.a)
  b.show(found.b)
  if (found.document === undefined) return exitCodes.error
  const failed = await write(found.document, args, format, terminal)
  if (failed !== undefined) return fail(failed, args.file, terminal)
  return found.document.same ? exitCodes.clean : exitCodes.differs
}

/** B: another file with its own options, or the same one with what is said of B on top. */
function otherArgs(args: DiffArgs): NetworkArgs {
  const [network, set] = [args['against-network'], args['against-set']]
  if (args.other !== undefined) return { file: args.other, network, set, project: args.project }
  const both = [...(args.set ?? []), ...(set ?? [])]
  return {
    file: args.file,
    network: network ?? args.network,
    set: both.length === 0 ? undefined : both,
    project: args.project,
  }
}

async function open(
  args: NetworkArgs,
  revision: string | undefined,
  terminal: Terminal,
): Promise<Side | ExitCode> {
  const compiled =
    revision === undefined
      ? await compileSpecOrTrained(args, terminal)
      : compileRevision(args, revision, terminal)
  if (typeof compiled === 'number') return compiled
  const file = revision === undefined ? args.file : `${revision}:${args.file}`
  const name = [file, ...settingsInForce(args.set)].join(', ')
  const { graph, sources, spec, run } = compiled
  const { recipes, errors } =
    run === undefined ? recipesOfNetwork(spec, graph.network) : recipeOfRun(spec, run)
  // A recipe with a mistake is no obstacle to comparing networks; that it is left out is told.
  compiled.show(errors)
  return { name, graph, sources, recipes, show: (diagnostics) => compiled.show(diagnostics) }
}

type DiffFormat = NonNullable<DiffArgs['format']>

const formatOfEnding: Readonly<Record<string, DiffFormat>> = { ...documentEndings, '.txt': 'text' }

async function write(
  document: DiffDocument,
  args: DiffArgs,
  format: DiffFormat,
  terminal: Terminal,
): Promise<Problem | undefined> {
  const { map, depth } = args
  const out = outputFile(args.out)
  const text = await rendered(document, format, depth, out === undefined ? terminal : undefined)
  const { map: proposed } = document.checkpoint
  const files = [
    ...(out === undefined ? [] : [textFile(out, text)]),
    ...(map === undefined || proposed === null
      ? []
      : [textFile(map, `${JSON.stringify(proposed, undefined, 2)}\n`)]),
  ]
  const failed = writeFiles(files)
  if (isProblem(failed)) return failed
  if (out === undefined) print(text, format, terminal)
  for (const { path } of files) terminal.err(`wrote ${path}\n`)
  if (map !== undefined && proposed === null)
    terminal.err(`${map} is not written: a checkpoint of A needs no map, or none helps\n`)
  return undefined
}

async function rendered(
  document: DiffDocument,
  format: DiffFormat,
  depth: number,
  terminal: Terminal | undefined,
): Promise<string> {
  if (format === 'html') {
    const { renderDiffPage } = await import('../../pages/diff/page.ts')
    return renderDiffPage(document, { depth, provenance: `weft ${packageVersion()}` })
  }
  const { renderDiff } = await import('../../backends/report/diff/index.ts')
  const style = terminal === undefined ? {} : { style: terminal.outStyle }
  return renderDiff(document, format, { depth, width: terminal?.width ?? widthOfFiles, ...style })
}
