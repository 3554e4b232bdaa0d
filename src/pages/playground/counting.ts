// Everything that the page computes of a spec, by the compiler's and the report's own functions. Knows no page and no worker.
import type { Sources } from '../../compiler/analysis/charge.ts'
import type { DiffSide } from '../../compiler/analysis/diff/compare.ts'
import {
  compileResults,
  compileToCount,
  newMemory,
  readSpec,
  type ReadSpec,
  type SourceHost,
} from '../../compiler/compile.ts'
import { diagnose, isProblem, type Diagnostic, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { pointArguments, type Given } from '../../compiler/point-arguments.ts'
import { positionAt, type SourceFile } from '../../compiler/text/source.ts'
import { review, type ReviewDocument } from '../../backends/report/review/model.ts'
import type { Counted, Finding, Opened } from './asked.ts'

/** Why there are no numbers. */
export interface Refused {
  readonly kind: 'refused'
  readonly findings: readonly Finding[]
  readonly networks: readonly string[]
}

export interface Elaborated {
  readonly kind: 'elaborated'
  readonly spec: ReadSpec
  readonly host: SourceHost
  readonly networks: readonly string[]
  readonly graph: Graph
  readonly sources: Sources
  /** What the network was compiled with. */
  readonly arguments: Given
}

export interface Reviewed extends Elaborated {
  readonly document: ReviewDocument
  readonly report: NonNullable<ReturnType<typeof review>['report']>
}

/** What one reading leaves to the next, as long as the worker lives. */
const memory = newMemory()

const hostOf = ({ files }: Opened): SourceHost => ({
  read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
})

/** The chosen network, or the first where the text has none of that name any more. */
export function elaborate(opened: Opened): Elaborated | Refused {
  const host = hostOf(opened)
  const spec = readSpec(opened.entry, host, {}, memory)
  const networks = (spec.module?.syntax.declarations ?? []).flatMap((one) =>
    one.kind === 'NetworkDecl' ? [one.name.name] : [],
  )
  const network = networks.find((one) => one === opened.network) ?? networks[0]
  const given = network === undefined ? {} : pointArguments(spec, network, opened.arguments)
  if (isProblem(given))
    return refused([atStart(given, opened)], { networks, sources: { files: spec.sources } })
  const chosen = network === undefined ? {} : { network }
  const { graph, diagnostics, sources } = compileToCount(spec, { ...chosen, arguments: given })
  if (graph === undefined) return refused(diagnostics, { networks, sources: { files: sources } })
  const files = { entry: opened.entry, files: sources }
  return { kind: 'elaborated', spec, host, networks, graph, sources: files, arguments: given }
}

export function refused(
  found: readonly Diagnostic[],
  { networks, sources }: Pick<Elaborated, 'networks'> & { readonly sources: Pick<Sources, 'files'> },
): Refused {
  return { kind: 'refused', findings: found.map((one) => findingOf(one, sources.files)), networks }
}

/** For what is no mistake of a place. */
export const atStart = (found: Problem, { entry }: Opened): Diagnostic =>
  diagnose(found, { file: entry, start: 0, end: 0 })

function findingOf(
  { code, severity, message, help, span }: Diagnostic,
  sources: ReadonlyMap<string, SourceFile>,
): Finding {
  const file = sources.get(span.file)
  const { line, column } = file === undefined ? { line: 1, column: 1 } : positionAt(file, span.start)
  return { code, severity, message, help, place: { file: span.file, line, column } }
}

/** `digests`: by text, where somebody computed them. */
export interface ReviewSetting {
  readonly tool: string
  readonly against?: Opened
  readonly digests?: ReadonlyMap<string, string>
}

export function reviewed(
  { spec: opened, batch }: Counted,
  { tool, against, digests }: ReviewSetting,
): Reviewed | Refused {
  const own = elaborate(opened)
  if (own.kind === 'refused') return own
  const rival = against === undefined ? undefined : elaborate(against)
  if (rival?.kind === 'refused') return rival
  const found = review(sideOf(own, opened), {
    tool,
    memory: { batch },
    against: rival === undefined || against === undefined ? [] : [sideOf(rival, against)],
    results: compileResults(opened.entry, own.host).results,
    ...(digests === undefined ? {} : { digest: (text) => digests.get(text) ?? '' }),
  })
  const { document, report } = found
  if (document === undefined || report === undefined)
    return refused([...found.diagnostics, ...found.against.flat()], own)
  return { ...own, document, report }
}

/** `e2enet.weft#E2ENet(S = 90%)`, as `weft diff` names a side. */
function sideOf({ graph, sources, arguments: given }: Elaborated, { entry }: Opened): DiffSide {
  const args = Object.entries(given).map(([name, value]) => `${name} = ${value}`)
  const name = `${entry}#${graph.network}${args.length === 0 ? '' : `(${args.join(', ')})`}`
  return { name, graph, sources, recipes: [] }
}
