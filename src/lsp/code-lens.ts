// Above a network, what it costs; above a budget, what it leaves.
import { budgetResults } from '../compiler/analysis/budgets.ts'
import { formatBytes, humanBytes, humanCount } from '../compiler/text/numbers.ts'
import type { NetworkDecl } from '../compiler/syntax/ast.ts'
import { laterOffset, type Elaborated, type Numbers, type Reading } from './reading.ts'
import { positionOf, type Range } from './protocol.ts'
import { choiceText } from './shown-numbers.ts'

/** What a lens does when it is clicked: an editor that knows the command does it. */
export interface LensCommand {
  readonly title: string
  readonly command: string
  readonly arguments?: unknown[]
}

export interface CodeLens {
  readonly range: Range
  readonly command: LensCommand
}

export function codeLenses(reading: Reading, uri: string, elaborated: Elaborated | undefined): CodeLens[] {
  if (elaborated === undefined) return []
  const { declarations } = elaborated.module.syntax
  const networks = declarations.filter((one) => one.kind === 'NetworkDecl')
  return networks.flatMap((one) => networkLenses(one, { reading, uri, elaborated }))
}

interface Seen {
  readonly reading: Reading
  readonly uri: string
  readonly elaborated: Elaborated
}

function networkLenses(network: NetworkDecl, seen: Seen): CodeLens[] {
  const { name } = network.name
  const { chosen, networks } = seen.elaborated
  const numbers =
    chosen?.graph.network === name ? chosen : networks.find(({ graph }) => graph.network === name)
  const range = rangeNow(network.name.span.start, seen)
  if (numbers === undefined || range === undefined) return []
  const lens = (title: string, command: string, extra: Readonly<Record<string, unknown>> = {}): CodeLens => ({
    range,
    command: { title, command, arguments: [{ uri: seen.uri, ...numbers.choice, ...extra }] },
  })
  const isShown = chosen?.graph.network === name
  return [
    { range, command: { title: totalsText(numbers), command: '' } },
    lens(isShown ? 'shown everywhere: back to defaults' : 'show everywhere', 'weft.choose', {
      network: isShown ? null : name,
    }),
    lens('report', 'weft.report'),
    lens('graph', 'weft.graph'),
    ...budgetLenses(numbers, seen),
  ]
}

/** `23.9 M params, 284 G MACs effective`, with arguments where they are not the defaults. */
function totalsText({ report, choice }: Numbers): string {
  const { training, inference } = report.totals
  const { effectiveMacs: macs } = inference
  const effective =
    training.effectiveParameters !== training.parameters || macs !== inference.macs ? ' effective' : ''
  const counted = macs === undefined ? 'MACs unknown' : `${humanCount(macs)} MACs${effective}`
  const text = `${humanCount(training.effectiveParameters)} params, ${counted}`
  return Object.keys(choice.arguments).length === 0 ? text : `${choiceText(choice)}: ${text}`
}

function budgetLenses(numbers: Numbers, seen: Seen): CodeLens[] {
  const { graph, report, choice } = numbers
  return budgetResults(graph, report).flatMap(({ budget, actual }) => {
    const range = budget.span.file === seen.reading.path ? rangeNow(budget.span.start, seen) : undefined
    if (range === undefined) return []
    const show = budget.metric === 'memory' ? humanBytes : humanCount
    const title =
      actual === undefined
        ? 'unknown: it depends on free extents'
        : `${choiceText(choice)}: ${show(actual)}, ${
            actual <= budget.limit
              ? `${show(budget.limit - actual)} left`
              : `${(budget.metric === 'memory' ? formatBytes : show)(actual - budget.limit)} too much`
          }`
    return [{ range, command: { title, command: '' } }]
  })
}

function rangeNow(offset: number, { reading, elaborated }: Seen): Range | undefined {
  const now = laterOffset(elaborated.file, reading.file, offset)
  if (now === undefined) return undefined
  const at = positionOf(reading.file, now)
  return { start: at, end: at }
}
