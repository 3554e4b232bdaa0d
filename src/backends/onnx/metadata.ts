// What travels with an exported file so that a viewer shows it: on each node its cost and source line, on the model the spec's arguments.
import type { CostReport, NodeCost } from '../../compiler/analysis/cost.ts'
import { lineOf, type Sources } from '../../compiler/analysis/charge.ts'
import { keptCount, elementCount } from '../../compiler/analysis/cost.ts'
import { leastMultiples } from '../../compiler/analysis/blind.ts'
import type { Graph, NodeId } from '../../compiler/ir/graph.ts'
import { leastCount } from '../../compiler/ir/bounds.ts'
import { symbolsOfDim, type DimSymbol } from '../../compiler/ir/tensor.ts'
import { formatPlain } from '../../compiler/ops/words.ts'
import type { OnnxGraph, OnnxNode, OnnxValue } from './model.ts'

export type Properties = Readonly<Record<string, string>>

/** What the file says about where it came from. */
export interface Provenance {
  readonly weftVersion: string
  /** Where the weights are from: `seed 1`, or the file's name. */
  readonly weights: string
}

/** Properties of nodes, by ONNX node name. A cost stands on the one node that multiplies, or else on the one that gives the result. */
export function nodeProperties(
  model: OnnxGraph,
  graph: Graph,
  report: CostReport,
  sources: Sources,
): Map<string, Properties> {
  const payers = payersOf(model)
  const found = new Map<string, Properties>()
  for (const node of model.nodes) {
    const cost = report.nodes[node.origin]
    if (cost === undefined) continue
    const isPayer = payers.get(node.origin) === node.name
    found.set(node.name, {
      ...placeOf(cost, sources),
      ...(isPayer ? costOf(cost) : {}),
      ...indicesOf(graph, node),
    })
  }
  return found
}

const multiplying: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'MatMul'])

function payersOf({ nodes }: OnnxGraph): Map<NodeId, string> {
  const payers = new Map<NodeId, string>()
  const paid = new Set<NodeId>()
  for (const { origin, op, name } of nodes) {
    if (paid.has(origin)) continue
    payers.set(origin, name)
    if (multiplying.has(op)) paid.add(origin)
  }
  return payers
}

function placeOf(cost: NodeCost, sources: Sources): Properties {
  const { file, line, text } = lineOf(sources, cost.span)
  return {
    'weft.path': cost.path,
    'weft.operator': cost.op,
    'weft.line': `${file}:${line}`,
    'weft.source': text,
  }
}

function costOf({ parameters, effectiveParameters, macs, effectiveMacs }: NodeCost): Properties {
  const numbers = {
    'weft.parameters': parameters,
    'weft.parameters.effective': effectiveParameters === parameters ? 0 : effectiveParameters,
    'weft.macs': macs ?? 0,
    'weft.macs.effective': effectiveMacs === macs ? 0 : (effectiveMacs ?? 0),
  }
  const counted = Object.entries(numbers).filter(([, value]) => value !== 0)
  return Object.fromEntries(counted.map(([key, value]) => [key, String(value)]))
}

function indicesOf(graph: Graph, { origin }: OnnxNode): Properties {
  const indices = graph.nodes[origin]?.origin.indices ?? []
  if (indices.length === 0) return {}
  return { 'weft.indices': indices.map(({ name, value }) => `${name} = ${value}`).join(', ') }
}

/** One line for viewers that show no properties. */
export function nodeDoc(properties: Properties): string {
  const { 'weft.line': line = '', 'weft.source': source = '' } = properties
  const counts = [
    ['weft.parameters', 'parameters'],
    ['weft.macs', 'MACs'],
  ] as const
  const costs = counts.flatMap(([key, unit]) => {
    const value = properties[key]
    return value === undefined ? [] : [`${Number(value).toLocaleString('en-US')} ${unit}`]
  })
  return [`${line}  ${source}`, ...costs].join(' · ')
}

/** Properties of the whole model. */
export function modelProperties(
  graph: Graph,
  report: CostReport,
  sources: Sources,
  { weftVersion, weights }: Provenance,
): Properties {
  const { training, inference } = report.totals
  return {
    'weft.version': weftVersion,
    'weft.file': sources.entry,
    'weft.network': graph.network,
    'weft.weights': weights,
    ...Object.fromEntries(
      graph.arguments.map(({ name, value }) => [`weft.argument.${name}`, formatPlain(value)]),
    ),
    'weft.counted': 'MACs for a batch of 1, convolutions and matrix products only',
    'weft.parameters.training': String(training.parameters),
    'weft.parameters.inference': String(inference.parameters),
    'weft.parameters.inference.effective': String(inference.effectiveParameters),
    'weft.macs.inference': inference.macs === undefined ? 'unknown' : String(inference.macs),
    'weft.macs.inference.effective':
      inference.effectiveMacs === undefined ? 'unknown' : String(inference.effectiveMacs),
    ...extentProperties(graph),
    ...densities(graph),
  }
}

/** `weft.extent.D = a positive multiple of 32`, for inputs with free extents. */
function extentProperties(graph: Graph): Properties {
  return Object.fromEntries(extentRules(graph).map(({ name, rule }) => [`weft.extent.${name}`, rule]))
}

/** What a free extent of the inputs has to be: so large, too, that no norm has a single value and no window lies in padding only. */
export interface ExtentRule {
  readonly name: string
  readonly rule: string
}

export function extentRules(graph: Graph): readonly ExtentRule[] {
  const normed = leastMultiples(graph) ?? 1
  return symbolsIn(graph).map((symbol) => {
    const least = Math.max(normed, leastCount(symbol))
    return { name: symbol.name, rule: ruleOf(symbol.multiple, least) }
  })
}

/** What the extents of an input have to be, where some are free; nothing where all are fixed. */
export function inputDoc(rules: readonly ExtentRule[], { type }: OnnxValue, batch: string | number): string {
  const free = new Set(type.shape.flatMap(symbolsOfDim).map(({ name }) => name))
  const own = rules.filter(({ name }) => free.has(name)).map(({ name, rule }) => `${name}: ${rule}`)
  const images = typeof batch === 'string' && type.batched ? [`${batch}: any number of images`] : []
  return [...images, ...own].join('; ')
}

function ruleOf(multiple: number, least: number): string {
  if (multiple === 1) return least === 1 ? 'any positive extent' : `at least ${least}`
  return least === 1
    ? `a positive multiple of ${multiple}`
    : `a multiple of ${multiple}, at least ${least * multiple}`
}

/** The free extents of the inputs. */
function symbolsIn(graph: Graph): readonly DimSymbol[] {
  const all = graph.inputs.flatMap(({ node }) => graph.nodes[node]?.type.shape ?? []).flatMap(symbolsOfDim)
  return [...new Map(all.map((symbol) => [symbol.name, symbol])).values()]
}

/** The share of each fusion's masked weights that its masks keep. */
function densities(graph: Graph): Properties {
  const sums = new Map<number, { kept: number; all: number }>()
  for (const parameter of graph.parameters) {
    if (parameter.mask === undefined) continue
    const sum = sums.get(parameter.mask.fusion) ?? { kept: 0, all: 0 }
    sum.kept += keptCount(parameter)
    sum.all += elementCount(parameter.shape)
    sums.set(parameter.mask.fusion, sum)
  }
  return Object.fromEntries(
    [...sums].map(([fusion, { kept, all }]) => [
      `weft.sparsity.${graph.fusions[fusion]?.path ?? fusion}`,
      `${kept} of ${all} weights kept (${((100 * kept) / all).toFixed(1)} %)`,
    ]),
  )
}
