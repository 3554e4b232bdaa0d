// Costs as polynomials in parameters, exactly: each network of a grid of values is counted, and a polynomial is stated of those values alone that
// lie on it, every one of them. Nothing is claimed between or beyond them.
import type { Axis } from '../analysis/sweep/axes.ts'
import { measure } from '../analysis/sweep/measure.ts'
import { costMetric } from '../analysis/sweep/metrics.ts'
import { compileToCount, readSpec, type Compilation, type SourceHost } from '../compile.ts'
import { diagnose, isProblem, problem, type Diagnostic, type Problem } from '../diagnostics/diagnostic.ts'
import { pointArguments, type Given } from '../point-arguments.ts'
import type { Limits } from '../semantics/values/limits.ts'
import { chosenNetworks, findingsOf, type Finding, type RefusedSweep } from '../sweep.ts'
import type { SourceFile } from '../text/source.ts'
import { gridOf, positionOn } from './grid.ts'
import { piecesOf, type Piece, type Values } from './pieces.ts'
import { rationalOf, zero } from './rational.ts'
import { symbolicAxes } from './symbolic-plan.ts'

export interface SymbolicRequest {
  readonly over: readonly string[]
  readonly network?: string
  readonly arguments?: Given
  readonly limits?: Partial<Limits>
}

/** One count, in the order of pieces; undefined where it would take too many to be of use. */
export interface SymbolicQuantity {
  /** As a metric of `weft sweep` is called. */
  readonly name: string
  readonly title: string
  readonly unit: 'count' | 'bytes' | 'result'
  readonly pieces: readonly Piece[] | undefined
}

export interface SymbolicCosts {
  readonly network: string
  readonly arguments: Given
  readonly axes: readonly Axis[]
  readonly points: number
  readonly quantities: readonly SymbolicQuantity[]
  /** Points that have no network: how many, and what keeps one of them from it. */
  readonly failures: { readonly points: number; readonly finding: Finding } | undefined
  /** What has no few polynomials. */
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: ReadonlyMap<string, SourceFile>
}

/** In this order; memory for a batch of 1 in float32 with momentum, as everywhere. */
const quantityNames = ['params.dense', 'params', 'macs.dense', 'macs', 'memory.training', 'memory.inference']

/** A dozen ranges can still be read. */
const mostPieces = 16

/** `onPoint` is told after each point how many were counted of how many. */
export function symbolicCosts(
  entry: string,
  host: SourceHost,
  request: SymbolicRequest,
  onPoint: (done: number, all: number) => void = () => {},
): SymbolicCosts | Problem | RefusedSweep {
  const networks = chosenNetworks(entry, host, request.network === undefined ? undefined : [request.network])
  if ('kind' in networks) return networks
  const [network = ''] = networks
  const spec = readSpec(entry, host, request.limits)
  const given = request.arguments ?? {}
  // What is wrong with the network as it is, is told of it and not of every point.
  const base = compileToCount(spec, { network, arguments: given })
  if (base.graph === undefined) return refusedBase(base)
  const axes = symbolicAxes(spec, { over: request.over, network, arguments: given })
  if (isProblem(axes)) return axes
  const grid = gridOf(axes.map(({ values }) => values.length))
  const metrics = quantityNames.map(costMetric).filter((one) => !isProblem(one))
  const counts = metrics.map((): (bigint | undefined)[] => [])
  let failures: SymbolicCosts['failures']
  for (let point = 0; point < grid.points; point += 1) {
    const own = Object.fromEntries(
      axes.map(({ name, values }, axis) => [name, values[positionOn(grid, axis, point)] ?? '']),
    )
    const args = pointArguments(spec, network, { ...given, ...own })
    if (isProblem(args)) return args
    const { graph, sources, diagnostics } = compileToCount(spec, { network, arguments: args })
    const measured = graph === undefined ? undefined : measure(graph, { entry, files: sources }, metrics, {})
    for (const [at, { name }] of metrics.entries()) counts[at]?.push(wholeOf(measured?.values?.[name]))
    const [finding] = findingsOf(measured?.diagnostics ?? diagnostics, sources)
    if (finding !== undefined)
      failures = { points: (failures?.points ?? 0) + 1, finding: failures?.finding ?? finding }
    onPoint(point + 1, grid.points)
  }
  const at = axes.map(({ values }) => values.map((value) => rationalOf(value) ?? zero))
  const quantities = metrics.map(({ name, title, unit }, index): SymbolicQuantity => {
    const table: Values = { at, values: counts[index] ?? [] }
    return { name, title, unit, pieces: usefulPieces(table) }
  })
  const shown = distinct(quantities, counts)
  const formless = shown.filter(({ pieces }) => pieces === undefined).map(({ name }) => name)
  const place = base.graph.outputs[0]?.span ?? { file: entry, start: 0, end: 0 }
  return {
    network,
    arguments: given,
    axes,
    points: grid.points,
    quantities: shown,
    failures,
    sources: base.sources,
    diagnostics:
      formless.length === 0
        ? []
        : [
            diagnose(
              problem('symbolic-not-polynomial', { what: formless, over: axes.map(({ name }) => name) }),
              place,
            ),
          ],
  }
}

const wholeOf = (value: number | null | undefined): bigint | undefined =>
  value === null || value === undefined ? undefined : BigInt(value)

/** Points that stand alone are no polynomial: where most do, there is none. */
function usefulPieces(table: Values): readonly Piece[] | undefined {
  const pieces = piecesOf(table, mostPieces)
  const alone = pieces?.filter(({ box }) =>
    box.some((positions, axis) => positions.length < 3 && positions.length < (table.at[axis]?.length ?? 0)),
  )
  const sizeOf = (some: readonly Piece[]): number =>
    some.reduce((sum, { box }) => sum + box.reduce((product, one) => product * one.length, 1), 0)
  return pieces !== undefined && alone !== undefined && 2 * sizeOf(alone) <= sizeOf(pieces)
    ? pieces
    : undefined
}

/** Effective counts where masks make them differ. */
function distinct(
  quantities: readonly SymbolicQuantity[],
  counts: readonly (readonly (bigint | undefined)[])[],
): readonly SymbolicQuantity[] {
  return quantities.filter(({ name }, at) => {
    const dense = quantities.findIndex((one) => one.name === `${name}.dense`)
    return dense < 0 || counts[at]?.some((value, point) => value !== counts[dense]?.[point]) === true
  })
}

const refusedBase = ({ diagnostics, sources }: Compilation): RefusedSweep => ({
  kind: 'refused',
  diagnostics: diagnostics.filter(({ severity }) => severity === 'error'),
  sources,
})
