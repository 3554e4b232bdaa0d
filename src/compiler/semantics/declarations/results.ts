// `results` blocks: figures that were measured elsewhere, each with the arguments of its network that they hold for.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { ResultEntry, ResultsDecl } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { showValue } from '../values/show.ts'
import type { Env, GivenArgument } from '../values/values.ts'
import { declaredNetwork, givenArgument, type DeclaredNetwork } from './declared-network.ts'
import { networkArguments, type NetworkArgument } from './networks.ts'

/** A table of measured figures. */
export interface Results {
  readonly name: string
  /** As it is declared, also where the file imports it under another name. */
  readonly network: string
  /** Where that network is declared. */
  readonly file: string
  /** The doc comment above: where the figures come from. */
  readonly doc?: string
  readonly entries: readonly Result[]
  /** The declaration. */
  readonly span: Span
}

/** One figure. */
export interface Result {
  readonly metric: string
  /** A share where it was written as percent: `90.2%` is 0.902. */
  readonly value: number
  /** Every argument in force, defaults included, as the network's graph has them. */
  readonly arguments: readonly NetworkArgument[]
  /** Names of those that the table states: the block's own, then the figure's. */
  readonly stated: readonly string[]
  readonly span: Span
}

/** A table with its figures; undefined where it names no network. What has a mistake is reported and left out. */
export function readResults(declaration: ResultsDecl, env: Env): Results | undefined {
  const network = declaredNetwork(declaration.network, env, 'results-need-network')
  if (network === undefined) return undefined
  const own = declaration.args.map((arg) => givenArgument(arg, network, env))
  // The block's own arguments are checked with each entry's, and here where there is none.
  if (declaration.entries.length === 0) inForce(network, own, declaration.network.span)
  const seen = new Map<string, Span>()
  const entries = declaration.entries.flatMap((entry): Result[] => {
    const value = figure(entry, env)
    const given = [...own, ...entry.at.map((arg) => givenArgument(arg, network, env))]
    const all = inForce(network, given, entry.span)
    if (value === undefined || all === undefined || given.some((one) => one.value.kind === 'invalid'))
      return []
    const point = JSON.stringify([entry.metric.name, all])
    const before = seen.get(point)
    if (before !== undefined) {
      reportTwice(declaration, entry, before, env)
      return []
    }
    seen.set(point, entry.span)
    const { metric, span } = entry
    return [{ metric: metric.name, value, arguments: all, stated: stated(given, network), span }]
  })
  const { name, doc, span } = declaration
  return {
    name: name.name,
    network: network.declaration.name.name,
    file: network.declaration.span.file,
    ...(doc === undefined ? {} : { doc }),
    entries,
    span,
  }
}

/** The network's arguments, defaults included: what tells two points apart. Undefined after a report, of a missing one at `span`. */
const inForce = (
  { declaration, env }: DeclaredNetwork,
  given: readonly GivenArgument[],
  span: Span,
): readonly NetworkArgument[] | undefined => networkArguments(declaration, given, env, span)

function figure({ metric, value: expr }: ResultEntry, env: Env): number | undefined {
  const value = evaluate(expr, env)
  if (value.kind === 'int' || value.kind === 'float') return value.value
  if (value.kind !== 'invalid')
    report(env, expr.span, problem('wrong-result', { metric: metric.name, value: showValue(value) }))
  return undefined
}

function reportTwice({ name }: ResultsDecl, { metric, span }: ResultEntry, before: Span, env: Env): void {
  report(env, span, problem('result-given-twice', { results: name.name, metric: metric.name }), [
    { span: before, message: 'first given here' },
  ])
}

/** Arguments by position have their parameters' names. */
function stated(given: readonly GivenArgument[], { declaration: { params } }: DeclaredNetwork): string[] {
  const positional = given.filter((one) => one.name === undefined)
  return given.flatMap((one) => one.name ?? params[positional.indexOf(one)]?.name.name ?? [])
}
