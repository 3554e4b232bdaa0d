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

/** The network, with the extents in force or with free ones, or the exit status when there is none. */
export async function compileNetwork(
  args: NetworkArgs,
  terminal: Terminal,
  extents: 'given' | 'free' = 'given',
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
  const compilation = extents === 'free' ? await withFreedExtents(spec, given) : given
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

/** The network with free spatial extents; extents that are free already stay as they are. */
async function withFreedExtents(spec: Spec, given: Compilation): Promise<Compilation> {
  const { graph } = given
  if (graph === undefined || hasFreeExtents(graph)) return given
  const { extentsParameter, noExtentsParameter, withFreeExtents } =
    await import('../../compiler/input-extents.ts')
  const parameter = extentsParameter(graph)
  const freed = parameter === undefined ? noExtentsParameter(graph) : withFreeExtents(spec, parameter)
  return 'sources' in freed ? freed : { sources: given.sources, diagnostics: [freed] }
}

function hasFreeExtents({ inputs, nodes }: Graph): boolean {
  return inputs.some(
    ({ node }) => nodes[node]?.type.shape.some((extent) => typeof extent !== 'number') === true,
  )
}
