// The first half of the commands that take one network: from arguments to a compiled network, with everything found on the way shown.
import type { Compilation } from '../../compiler/compile.ts'
import type { Spec } from '../../compiler/input-extents.ts'
import { isProblem, type Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { Sources } from '../../compiler/analysis/charge.ts'
import { commandFindings, seenFromHere, showFindings } from '../display.ts'
import { exitCodeFor, exitCodes, type ExitCode } from '../exit-codes.ts'
import { locate } from '../../node/spec-files.ts'
import type { Terminal } from '../terminal.ts'
import { readSettings, type NetworkArgs } from './network-options.ts'

export interface CompiledNetwork {
  /** What it was compiled from, for compiling it again with other arguments. */
  readonly spec: Spec
  readonly graph: Graph
  readonly sources: Sources
  /** What the diagnostics so far ask for; a broken budget leaves a graph. */
  readonly status: ExitCode
  /** Shows more diagnostics as the compilation's own were shown. */
  show(diagnostics: readonly Diagnostic[]): void
}

/** Compiles a spec again with other arguments, once it is known what they are about. */
export type Adjustment = (spec: Spec, given: Graph) => Compilation | Diagnostic

/** The network as it is or adjusted, or the exit status when there is none. Only what is compiled last is shown. */
export async function compileNetwork(
  args: NetworkArgs,
  terminal: Terminal,
  adjust?: Adjustment,
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
  const spec: Spec = {
    entry: located.entry,
    host: located.host,
    options: { ...network, arguments: settings },
  }
  const given = compile(spec.entry, spec.host, spec.options)
  const compilation = adjusted(spec, given, adjust)
  const show = (diagnostics: readonly Diagnostic[]): void =>
    showFindings([seenFromHere({ diagnostics, sources: compilation.sources }, located)], terminal)
  const { diagnostics } = compilation
  show(diagnostics)
  const status = exitCodeFor(diagnostics)
  if (compilation.graph === undefined || status === exitCodes.error) return exitCodes.error
  return {
    spec,
    graph: compilation.graph,
    sources: { entry: located.entry, files: compilation.sources },
    status,
    show,
  }
}

function adjusted(spec: Spec, given: Compilation, adjust: Adjustment | undefined): Compilation {
  const { graph } = given
  if (graph === undefined || adjust === undefined) return given
  const found = adjust(spec, graph)
  return 'sources' in found ? found : { sources: given.sources, diagnostics: [found] }
}
