// What the given inputs settle: the batch and the free extents of the graph; or the problem of an input that does not fit.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphInput, GraphNode } from '../compiler/ir/graph.ts'
import {
  formatDim,
  formatShape,
  symbolsOfDim,
  valueAt,
  type Dim,
  type DimSymbol,
  type Shape,
  type SymbolicDim,
} from '../compiler/ir/tensor.ts'
import { leastCount } from '../compiler/ir/bounds.ts'
import { suggest } from '../compiler/text/suggest.ts'

/** A tensor that is given for an input. */
export interface Given {
  readonly shape: readonly number[]
  /** How many numbers there are, where that could be another count than the shape's. */
  readonly count?: number
}

export interface Sizes {
  readonly batch: number
  /** By name; every symbol that the graph speaks of. */
  readonly symbols: ReadonlyMap<string, number>
}

/** The value of an extent. */
export function extentOf(dim: Dim, symbols: ReadonlyMap<string, number>): number {
  return valueAt(dim, ({ name, multiple }) => {
    const value = symbols.get(name)
    if (value === undefined) throw new Error(`${name} has no value`)
    return value / multiple
  })
}

/** Reads the batch and the symbols from the inputs' shapes. */
export function settleSizes(graph: Graph, given: ReadonlyMap<string, Given>): Sizes | Problem {
  const problem = unknownInput(graph, given)
  if (problem !== undefined) return problem
  const symbols = new Map<string, number>()
  let batch: number | undefined
  // An extent of several symbols says what one of them is once the others are known: the inputs are read again until nothing new is learned.
  for (let known = -1; known < symbols.size;) {
    known = symbols.size
    for (const input of graph.inputs) {
      const reading = readInput(graph, input, given.get(input.name), { batch, symbols })
      if (isProblem(reading)) return reading
      batch = reading
    }
  }
  return unsettledSymbol(graph, symbols) ?? { batch: batch ?? 1, symbols }
}

function unknownInput(graph: Graph, given: ReadonlyMap<string, Given>): Problem | undefined {
  const known = graph.inputs.map(({ name }) => name)
  const unknown = [...given.keys()].find((name) => !known.includes(name))
  if (unknown === undefined) return undefined
  return problem('input-unknown', { input: unknown, known, suggestion: suggest(unknown, known) })
}

interface Reading {
  readonly batch: number | undefined
  readonly symbols: Map<string, number>
}

/** Adds what an input's shape tells to `symbols`, and gives the batch. */
function readInput(
  graph: Graph,
  { name, node }: GraphInput,
  tensor: Given | undefined,
  { batch, symbols }: Reading,
): number | Problem {
  const shape: Shape = graph.nodes[node]?.type.shape ?? []
  if (tensor === undefined) return problem('input-missing', { input: name })
  const [own = 0, ...extents] = tensor.shape
  const reason =
    rankReason(shape, extents) ??
    batchReason(own, batch) ??
    shape
      .map((dim, axis) => extentReason(dim, extents[axis] ?? 0, symbols))
      .find((one) => one !== undefined) ??
    countReason(tensor)
  if (reason === undefined) return own
  return problem('input-misshapen', {
    input: name,
    expected: `N×${formatShape(shape)}`,
    given: formatShape(tensor.shape),
    ...(reason === '' ? {} : { reason }),
  })
}

/** Reasons are what a message says besides the two shapes; empty where those say it all. */
type Reason = string | undefined

function rankReason(shape: Shape, extents: readonly number[]): Reason {
  return shape.length === extents.length
    ? undefined
    : `it has to have ${shape.length + 1} axes, the batch first`
}

function batchReason(own: number, batch: number | undefined): Reason {
  if (!Number.isInteger(own) || own < 1) return 'the batch has to be 1 or more'
  return batch === undefined || own === batch ? undefined : `the batch of another input is ${batch}`
}

function countReason({ shape, count }: Given): Reason {
  const wanted = shape.reduce((all, extent) => all * extent, 1)
  return count === undefined || count === wanted ? undefined : `there are ${count} numbers`
}

function extentReason(dim: Dim, extent: number, symbols: Map<string, number>): Reason {
  if (typeof dim === 'number') return dim === extent ? undefined : ''
  const open = dim.terms.filter((term) =>
    symbolsOfDim({ ...dim, terms: [term] }).some(({ name }) => !symbols.has(name)),
  )
  const [unknown] = open
  if (unknown === undefined) return settledReason(dim, extent, symbols)
  // What is in a product or a quotient has to be told by another extent.
  if (open.length > 1 || 'kind' in unknown.symbol) return undefined
  const rest = extent - extentOf({ ...dim, terms: dim.terms.filter((one) => one !== unknown) }, symbols)
  const steps = rest / unknown.coefficient
  const { name, multiple } = unknown.symbol
  if (!Number.isInteger(steps) || steps < leastCount(unknown.symbol))
    return `${formatDim(dim)} is ${extent} for no ${name} that is ${multiplesText(unknown.symbol)}`
  symbols.set(name, steps * multiple)
  return undefined
}

/** `a positive multiple of 32`, `a multiple of 32, at least 128`. */
function multiplesText(symbol: DimSymbol): string {
  const [{ multiple }, least] = [symbol, leastCount(symbol)]
  return least === 1
    ? `a positive multiple of ${multiple}`
    : `a multiple of ${multiple}, at least ${least * multiple}`
}

function settledReason(dim: SymbolicDim, extent: number, symbols: ReadonlyMap<string, number>): Reason {
  if (extentOf(dim, symbols) === extent) return undefined
  const names = [...new Set(symbolsOfDim(dim).map(({ name }) => name))]
  const values = names.map((name) => `${name} is ${symbols.get(name) ?? 0}`)
  return `${values.join(' and ')} by another extent`
}

/** A symbol that the graph speaks of and no input settles. */
function unsettledSymbol(graph: Graph, symbols: ReadonlyMap<string, number>): Problem | undefined {
  const unsettled = graph.nodes.flatMap(symbolsIn).find(({ name }) => !symbols.has(name))
  return unsettled === undefined ? undefined : problem('extent-unsettled', { symbol: unsettled.name })
}

/** Every symbol of a node's shape and attributes. */
function symbolsIn({ type, attributes }: GraphNode): readonly DimSymbol[] {
  return [...type.shape, ...Object.values(attributes).flat()].filter(isSymbolic).flatMap(symbolsOfDim)
}

function isSymbolic(value: unknown): value is SymbolicDim {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'symbolic'
}
