// A network of the file as a Git revision has it, with what is found on the way shown under that revision's name.
import { compile } from '../../compiler/compile.ts'
import type { Spec } from '../../compiler/input-extents.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { Sources } from '../../compiler/analysis/charge.ts'
import { isProblem, type Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import { locateAtRevision } from '../../node/git-files.ts'
import { noteInput } from '../../node/inputs.ts'
import { fail, isElsewhere, showFindings, underNames, type Findings } from '../display.ts'
import { exitCodeFor, exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { readSettings, type NetworkArgs } from './network-options.ts'

export interface RevisionNetwork {
  readonly spec: Spec
  /** It is never that of a run. */
  readonly run?: never
  readonly graph: Graph
  readonly sources: Sources
  show(diagnostics: readonly Diagnostic[]): void
}

export function compileRevision(
  args: NetworkArgs,
  revision: string,
  terminal: Terminal,
): RevisionNetwork | ExitCode {
  const settings = readSettings(args.set)
  if (isProblem(settings)) return fail(settings, args.file, terminal)
  const located = locateAtRevision(args.file, revision, args.project)
  if (isProblem(located)) return fail(located, args.file, terminal)
  // Today's file is what was said, though an older one is read.
  noteInput(args.file, 'the spec')
  const network = args.network === undefined ? {} : { network: args.network }
  const spec = { entry: located.entry, host: located.host, options: { ...network, arguments: settings } }
  const { graph, sources, diagnostics } = compile(spec.entry, spec.host, spec.options)
  const show = (found: readonly Diagnostic[]): void =>
    showFindings([underRevision({ diagnostics: found, sources }, revision)], terminal)
  show(diagnostics)
  if (graph === undefined || exitCodeFor(diagnostics) === exitCodes.error) return exitCodes.error
  return { spec, graph, sources: { entry: located.entry, files: sources }, show }
}

/** `HEAD~1:net.weft`, as Git writes it: the file of that name is another one today. */
function underRevision(findings: Findings, revision: string): Findings {
  return underNames(findings, (path) => (isElsewhere(path) ? path : `${revision}:${path}`))
}
