// Actions that choose the network whose numbers are shown, for editors that show no lenses.
import type { LensCommand } from './code-lens.ts'
import type { Elaborated } from './reading.ts'
import { declarationAround, isUsed } from './shown-numbers.ts'

/**
 * At a network: it. At a block or a function: those that use it. Where one was chosen: back to what is shown without. `offset` is one of the
 * text that was elaborated.
 */
export function choosingActions(elaborated: Elaborated, uri: string, offset: number): LensCommand[] {
  const { chosen, networks } = elaborated
  const action = (title: string, network: string | null): LensCommand => ({
    title,
    command: 'weft.choose',
    arguments: [{ uri, network }],
  })
  const around = declarationAround(elaborated, offset)
  const meant = networks.filter(
    (one) =>
      around !== undefined &&
      (around.kind === 'NetworkDecl' ? one.graph.network === around.name.name : isUsed(around, one)),
  )
  const names = meant.map(({ graph }) => graph.network).filter((one) => one !== chosen?.graph.network)
  return [
    ...(chosen === undefined ? [] : [action('Show every network with its defaults', null)]),
    ...names.map((name) => action(`Show the numbers of ${name} in the whole file`, name)),
  ]
}
