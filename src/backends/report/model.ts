// The cost report as a document: what `weft cost --json` prints, and what every other rendering reads, so that they cannot disagree.
import type { Amounts, BothAmounts } from '../../compiler/analysis/amounts.ts'
import { budgetName, type BudgetResult } from '../../compiler/analysis/budgets.ts'
import { lineOf, type Sources } from '../../compiler/analysis/charge.ts'
import type { CostReport, LineCost } from '../../compiler/analysis/cost.ts'
import type { Reconciled } from '../../compiler/analysis/conventions/reconcile.ts'
import type { ModuleCost } from '../../compiler/analysis/module-tree.ts'
import type { Graph, NodeId } from '../../compiler/ir/graph.ts'
import { formatDim } from '../../compiler/ir/tensor.ts'
import { conventionData, reconciledRow, type ConventionData, type ReconciledRow } from './reconciliation.ts'
import { plainData, type PlainData } from './plain-data.ts'

/** MACs and what the convention counts are null where they depend on a symbolic extent. */
export interface Numbers {
  readonly parameters: number
  readonly effectiveParameters: number
  readonly macs: number | null
  readonly effectiveMacs: number | null
  /** In the unit of the document's convention: MACs unless another one was asked for. */
  readonly counted: number | null
  readonly effectiveCounted: number | null
  /** What the target of the document multiplies and adds at inference; only where one was asked for and no extent is free. */
  readonly executedMacs?: number
}

/** A target that costs were asked for. */
export interface ExecutedData {
  readonly target: 'onnx' | 'tfjs'
  /** Numbers of weights in its files. */
  readonly weights: number
}

/** A row's own numbers are those of training (every output); `inference` leaves out what only auxiliary outputs need. */
export interface Row extends Numbers {
  readonly inference: Numbers
}

export interface OperatorRow extends Row {
  readonly operator: string
  readonly count: number
}

export interface ModuleRow extends Row {
  readonly path: string
  readonly name: string
  readonly file: string
  readonly line: number
  readonly children: readonly ModuleRow[]
}

export interface LineRow extends Row {
  readonly file: string
  readonly line: number
  readonly text: string
}

export interface BudgetRow {
  /** `params(training)` */
  readonly name: string
  readonly metric: 'params' | 'macs' | 'memory'
  readonly mode: 'training' | 'inference'
  readonly dense: boolean
  readonly batch: number
  readonly limit: number
  readonly actual: number | null
  readonly kept: boolean
  readonly file: string
  readonly line: number
}

/** Extents with the batch first, as `"N"`; symbolic ones as text. */
export type ShapeData = readonly (number | string)[]

/** `weft-cost/1`: fields may be added, never changed or removed; schema/weft-cost-1.schema.json says the same. */
export interface CostDocument {
  readonly schema: 'weft-cost/1'
  readonly network: string
  readonly arguments: Readonly<Record<string, PlainData>>
  readonly inputs: readonly { readonly name: string; readonly shape: ShapeData }[]
  readonly outputs: readonly { readonly name: string; readonly shape: ShapeData; readonly aux: boolean }[]
  readonly convention: ConventionData
  readonly totals: { readonly training: Numbers; readonly inference: Numbers }
  /** Of the parameters of training, those that no output reads. */
  readonly unreadParameters: number
  /** Of the MACs of training, and of what the convention counts, those of results that no output reads; null where free extents leave them unknown. */
  readonly unreadMacs: number | null
  readonly unreadCounted: number | null
  readonly operators: readonly OperatorRow[]
  readonly modules: readonly ModuleRow[]
  readonly lines: readonly LineRow[]
  /** Lines with all that their calls lead to: what one line calls is in the other's numbers too. */
  readonly callSites: readonly LineRow[]
  readonly budgets: readonly BudgetRow[]
  /** Whose executed MACs rows have, where that was asked for. */
  readonly executed?: ExecutedData
  /** The same network under every convention, where that was asked for. */
  readonly reconciliation?: readonly ReconciledRow[]
}

/** What a document has where it was asked for. */
export interface Asked {
  readonly reconciled?: readonly Reconciled[]
  readonly executed?: ExecutedData
}

export function costDocument(
  graph: Graph,
  report: CostReport,
  budgets: readonly BudgetResult[],
  sources: Sources,
  { reconciled, executed }: Asked = {},
): CostDocument {
  return {
    schema: 'weft-cost/1',
    network: graph.network,
    arguments: Object.fromEntries(graph.arguments.map(({ name, value }) => [name, plainData(value)])),
    inputs: graph.inputs.map((input) => ({ name: input.name, shape: shapeData(graph, input.node) })),
    outputs: graph.outputs.map(({ name, node, aux }) => ({ name, shape: shapeData(graph, node), aux })),
    convention: conventionData(report.convention),
    totals: { training: numbers(report.totals.training), inference: numbers(report.totals.inference) },
    unreadParameters: report.unreadParameters,
    unreadMacs: report.unread.macs ?? null,
    unreadCounted: report.unread.counted ?? null,
    operators: report.operators.map((one) => ({ operator: one.operator, count: one.count, ...row(one) })),
    modules: report.modules.map((one) => moduleRow(one, sources)),
    lines: report.lines.map(lineRow),
    callSites: report.callSites.map(lineRow),
    budgets: budgets.map((one) => budgetRow(one, sources)),
    ...(executed === undefined ? {} : { executed: { target: executed.target, weights: executed.weights } }),
    ...(reconciled === undefined ? {} : { reconciliation: reconciled.map(reconciledRow) }),
  }
}

function numbers(amounts: Amounts): Numbers {
  const { parameters, effectiveParameters, macs, effectiveMacs, counted, effectiveCounted, executedMacs } =
    amounts
  return {
    parameters,
    effectiveParameters,
    macs: macs ?? null,
    effectiveMacs: effectiveMacs ?? null,
    counted: counted ?? null,
    effectiveCounted: effectiveCounted ?? null,
    ...(executedMacs === undefined ? {} : { executedMacs }),
  }
}

function row(amounts: BothAmounts): Row {
  return { ...numbers(amounts.training), inference: numbers(amounts.inference) }
}

function lineRow(one: LineCost): LineRow {
  return { file: one.file, line: one.line, text: one.text, ...row(one) }
}

function moduleRow(module: ModuleCost, sources: Sources): ModuleRow {
  const { file, line } = lineOf(sources, module.span)
  const { path, name, children } = module
  return { path, name, file, line, ...row(module), children: children.map((one) => moduleRow(one, sources)) }
}

function budgetRow(result: BudgetResult, sources: Sources): BudgetRow {
  const { budget, mode, batch, actual, kept } = result
  const { file, line } = lineOf(sources, budget.span)
  return {
    name: budgetName(result),
    metric: budget.metric,
    mode,
    dense: budget.dense,
    batch,
    limit: budget.limit,
    actual: actual ?? null,
    kept,
    file,
    line,
  }
}

function shapeData(graph: Graph, id: NodeId): ShapeData {
  const type = graph.nodes[id]?.type
  if (type === undefined) throw new Error(`no node ${id}`)
  const extents = type.shape.map((dim) => (typeof dim === 'number' ? dim : formatDim(dim)))
  return type.batched ? ['N', ...extents] : extents
}
