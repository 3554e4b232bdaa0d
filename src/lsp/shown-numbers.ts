// Which numbers are shown at a place, and how they read: shapes and values of expressions, costs of calls.
import type { CostReport } from '../compiler/analysis/cost.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { formatShape } from '../compiler/ir/tensor.ts'
import { showValue } from '../compiler/semantics/values/show.ts'
import type { Value } from '../compiler/semantics/values/values.ts'
import type { Declaration, Expr } from '../compiler/syntax/ast.ts'
import { nodesOf } from '../compiler/syntax/visit.ts'
import { humanCount } from '../compiler/text/numbers.ts'
import type { Span } from '../compiler/text/source.ts'
import type { Choice, Elaborated, Numbers } from './reading.ts'

/**
 * What the user chose; else the network that the place is in; in a block or a function, the first network that uses it. Without a place, the
 * first one.
 */
export function numbersAt(elaborated: Elaborated, offset: number | undefined): Numbers | undefined {
  const { chosen, networks } = elaborated
  if (chosen !== undefined) return chosen
  const around = offset === undefined ? undefined : declarationAround(elaborated, offset)
  if (around === undefined || around.kind === 'UnpackStmt') return networks[0]
  const own = networks.find(({ graph }) => graph.network === around.name.name)
  return own ?? networks.find((one) => isUsed(around, one)) ?? networks[0]
}

export const declarationAround = ({ module }: Elaborated, offset: number): Declaration | undefined =>
  module.syntax.declarations.find(({ span }) => span.start <= offset && offset <= span.end)

/** Whether a network evaluates anything of a declaration. */
export function isUsed(declaration: Declaration, { trace }: Numbers): boolean {
  for (const node of nodesOf(declaration)) if (trace.seen.has(node as Expr)) return true
  return false
}

/** `NNFormer`, `NNFormer(embed = 96)` */
export function choiceText({ network, arguments: given }: Choice): string {
  const args = Object.entries(given).map(([name, value]) => `${name} = ${value}`)
  return args.length === 0 ? network : `${network}(${args.join(', ')})`
}

/** Values that are shown of an expression that has many. */
const mostShown = 6

/** The values of an expression as people read them, each once; undefined where it was not evaluated. */
export function valuesText(expr: Expr, numbers: Numbers): string | undefined {
  const values = numbers.trace.seen.get(expr)
  return values === undefined ? undefined : listedValues(values, numbers)
}

export function listedValues(values: readonly Value[], { graph }: Numbers): string | undefined {
  const texts = [...new Set(values.flatMap((one) => valueText(one, graph) ?? []))]
  if (texts.length === 0) return undefined
  return severalText(texts)
}

export function severalText(texts: readonly string[]): string {
  const shown = texts.slice(0, mostShown).join(', ')
  return texts.length > mostShown ? `${shown}, … (${texts.length} values)` : shown
}

function valueText(value: Value, graph: Graph): string | undefined {
  switch (value.kind) {
    case 'invalid':
    case 'function':
    case 'builtin':
    case 'block':
      return undefined
    case 'tensor':
      return tensorText(value.node, graph)
    case 'list': {
      const tensors = value.items.map((item) =>
        item.kind === 'tensor' ? tensorText(item.node, graph) : undefined,
      )
      return tensors.length > 0 && tensors.every((one) => one !== undefined)
        ? tensors.join(', ')
        : showValue(value)
    }
    case 'family':
      return familyText(value.family.members.values(), graph)
    default:
      return showValue(value)
  }
}

/** `64×32×32` */
function tensorText(node: number, graph: Graph): string | undefined {
  const shape = graph.nodes[node]?.type.shape
  return shape === undefined ? undefined : formatShape(shape)
}

function familyText(members: Iterable<{ readonly value: Value }>, graph: Graph): string | undefined {
  const texts = [...members].flatMap(({ value }) => valueText(value, graph) ?? [])
  return texts.length === 0 ? undefined : texts.join(', ')
}

export interface Spent {
  readonly parameters: number
  /** Undefined where an extent is free. */
  readonly macs: number | undefined
  /** Of what an operator gives, each once; none of a block. */
  readonly shapes: readonly string[]
}

/** What the operators cost that come of a call, whatever it was called by. */
export function spentAt(span: Span, graph: Graph, report: CostReport): Spent | undefined {
  let [parameters, macs]: [number, number | undefined] = [0, 0]
  let isMet = false
  const shapes = new Set<string>()
  const isHere = (one: Span): boolean =>
    one.start === span.start && one.end === span.end && one.file === span.file
  for (const { origin, id } of graph.nodes) {
    const counted = report.nodes[id]
    if (counted === undefined || !(isHere(origin.span) || origin.calls.some(isHere))) continue
    isMet = true
    if (isHere(origin.span)) shapes.add(formatShape(counted.shape))
    parameters += counted.effectiveParameters
    if (counted.run)
      macs =
        macs === undefined || counted.effectiveMacs === undefined ? undefined : macs + counted.effectiveMacs
  }
  return isMet ? { parameters, macs, shapes: [...shapes] } : undefined
}

/** `12.3 K params · 4.56 G MACs`; what is zero is left out. */
export function spentText({ parameters, macs }: Pick<Spent, 'parameters' | 'macs'>): string {
  const parts = [
    parameters === 0 ? undefined : `${humanCount(parameters)} params`,
    macs === undefined ? 'MACs unknown' : macs === 0 ? undefined : `${humanCount(macs)} MACs`,
  ]
  return parts.filter((one) => one !== undefined).join(' · ')
}
