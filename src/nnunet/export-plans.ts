// A network as the `architecture` of a configuration of nnU-Net's plans. What comes out is read in again and compared with the network, so that
// it is exact or refused.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { builtFor } from './built.ts'
import type { Architecture } from './plans.ts'
import { foreignOperator, guesses } from './recognise.ts'
import { primusGuess } from './recognise-primus.ts'
import { firstDifference } from './same-network.ts'
import { unetShape } from './unet-shape.ts'

/** As it stands in the file. */
export interface ArchitectureEntry {
  readonly network_class_name: string
  readonly arch_kwargs: Readonly<Record<string, unknown>>
  readonly _kw_requires_import: readonly string[]
}

export interface ExportedPlans {
  readonly architecture: ArchitectureEntry
  /** What nnU-Net has to have in the plans and in the dataset for the network to be this one. */
  readonly patch: readonly number[]
  readonly channels: number
  readonly classes: number
}

/** The architecture, or why none of nnU-Net's classes is this network. */
export function exportPlans(graph: Graph): ExportedPlans | Problem {
  const refused = (reason: string): Problem => inexpressible(graph, reason)
  const primus = primusGuess(graph)
  if (primus !== undefined) return compared(graph, primus, [primus.architecture])
  const foreign = foreignOperator(graph)
  if (foreign !== undefined)
    return refused(`\`${foreign.origin.path}\` is \`${foreign.op}\`, which none of those classes has`)
  const shape = unetShape(graph)
  if (typeof shape === 'string') return refused(shape)
  return compared(graph, shape, guesses(shape))
}

/** What nnU-Net builds a class for. */
type Setting = Omit<ExportedPlans, 'architecture'>

/** The first of the candidates that is the network, or where the likeliest differs. */
function compared(
  graph: Graph,
  setting: Setting,
  candidates: readonly Architecture[],
): ExportedPlans | Problem {
  const { patch, channels, classes } = setting
  const reasons: string[] = []
  for (const architecture of candidates) {
    const candidate = builtFor(setting, architecture)
    const reason = typeof candidate === 'string' ? candidate : firstDifference(graph, candidate)
    if (reason === undefined) return { architecture: entryOf(architecture), patch, channels, classes }
    reasons.push(reason)
  }
  return inexpressible(graph, reasons[0] ?? 'it is none of them')
}

const inexpressible = ({ network }: Graph, reason: string): Problem =>
  problem('plans-inexpressible', { network, reason })

const entryOf = ({ className, kwargs, imports }: Architecture): ArchitectureEntry => ({
  network_class_name: className,
  arch_kwargs: kwargs,
  _kw_requires_import: imports,
})
