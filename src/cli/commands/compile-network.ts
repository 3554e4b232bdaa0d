// The first half of `cost`, `graph` and `expand`: from arguments to a compiled network, with everything found on the way shown.
import type { Compilation } from '../../compiler/compile.ts'
import { isProblem, type Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { Sources } from '../../compiler/analysis/charge.ts'
import { commandFindings, seenFromHere, showFindings } from '../display.ts'
import { exitCodeFor, exitCodes, type ExitCode } from '../exit-codes.ts'
import { locate } from '../../node/spec-files.ts'
import type { Terminal } from '../terminal.ts'
import { readSettings, type NetworkArgs } from './network-options.ts'

export interface CompiledNetwork {
  readonly graph: Graph
  readonly sources: Sources
  /** What the diagnostics so far ask for; a broken budget leaves a graph. */
  readonly status: ExitCode
  /** Shows more diagnostics as the compilation's own were shown. */
  show(diagnostics: readonly Diagnostic[]): void
}

/** The network, or the exit status when there is none. */
export async function compileNetwork(
  args: NetworkArgs,
  terminal: Terminal,
): Promise<CompiledNetwork | ExitCode> {
  const settings = readSettings(args.set)
  const located = locate(args.file, args.project)
  for (const found of [settings, located]) {
    if (isProblem(found)) {
      showFindings([commandFindings(found, args.file)], terminal)
      return exitCodes.error
    }
  }
  if (isProblem(settings) || isProblem(located)) return exitCodes.error
  const { compile } = await import('../../compiler/compile.ts')
  const network = args.network === undefined ? {} : { network: args.network }
  const compilation: Compilation = compile(located.entry, located.host, { ...network, arguments: settings })
  const show = (diagnostics: readonly Diagnostic[]): void =>
    showFindings([seenFromHere({ diagnostics, sources: compilation.sources }, located)], terminal)
  const { diagnostics } = compilation
  show(diagnostics)
  const status = exitCodeFor(diagnostics)
  if (compilation.graph === undefined || status === exitCodes.error) return exitCodes.error
  return {
    graph: compilation.graph,
    sources: { entry: located.entry, files: compilation.sources },
    status,
    show,
  }
}
