// Costs of both sides by module: of what is trained, module by module; of inference, in total.
import type { Graph, GraphNode } from '../../ir/graph.ts'
import { elementCount, parameterAt, type CostReport } from '../cost.ts'
import { activationBytes, inferenceMemory, trainingMemory } from '../memory.ts'
import type { CostData, CostDelta, InferenceData, ModuleDelta, TrainingData } from './document.ts'
import type { Matching } from './match.ts'
import type { Module, ModuleIndex } from './module-index.ts'

type Unknown<T> = { -readonly [K in keyof T]: T[K] }

export interface SideCosts {
  readonly total: TrainingData
  readonly inference: InferenceData
  readonly byModule: ReadonlyMap<Module, CostData>
}

export function sideCosts(graph: Graph, report: CostReport, { top, byNode }: ModuleIndex): SideCosts {
  const own = new Map<Module, CostData>()
  const owners = firstUsers(graph)
  for (const one of report.nodes) {
    const [module, node] = [byNode[one.id], graph.nodes[one.id]]
    if (module === undefined || node === undefined) continue
    own.set(module, {
      parameters: one.parameters,
      effectiveParameters: one.effectiveParameters,
      macs: one.run ? (one.macs ?? null) : 0,
      effectiveMacs: one.run ? (one.effectiveMacs ?? null) : 0,
      heldBytes: plus(weightBytes(graph, node, owners), one.training ? resultBytes(node) : 0),
    })
  }
  const byModule = new Map<Module, CostData>()
  const gather = (module: Module): CostData => {
    const sum = sumOf([own.get(module) ?? nothing, ...module.children.map(gather)])
    byModule.set(module, sum)
    return sum
  }
  const total = { ...sumOf(top.map(gather)), peakBytes: trainingMemory(graph, 1).totalBytes ?? null }
  return { total, inference: inferenceOf(graph, report), byModule }
}

const nothing: CostData = {
  parameters: 0,
  effectiveParameters: 0,
  macs: 0,
  effectiveMacs: 0,
  heldBytes: 0,
}

function inferenceOf(graph: Graph, { totals }: CostReport): InferenceData {
  const { parameters, effectiveParameters, macs, effectiveMacs } = totals.inference
  const peakBytes = inferenceMemory(graph, 1).totalBytes ?? null
  return {
    parameters,
    effectiveParameters,
    macs: macs ?? null,
    effectiveMacs: effectiveMacs ?? null,
    peakBytes,
  }
}

function sumOf(parts: readonly CostData[]): CostData {
  const sum: Unknown<CostData> = { ...nothing }
  for (const one of parts) {
    sum.parameters += one.parameters
    sum.effectiveParameters += one.effectiveParameters
    sum.macs = plus(sum.macs, one.macs)
    sum.effectiveMacs = plus(sum.effectiveMacs, one.effectiveMacs)
    sum.heldBytes = plus(sum.heldBytes, one.heldBytes)
  }
  return sum
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

/** By parameter id: the first operator that uses it, which it is charged to. */
function firstUsers(graph: Graph): Map<number, number> {
  const users = new Map<number, number>()
  for (const node of graph.nodes) for (const id of node.parameters) if (!users.has(id)) users.set(id, node.id)
  return users
}

const bytesPerElement = 4

/** The weight, its gradient and its momentum; buffers once. */
function weightBytes(graph: Graph, node: GraphNode, owners: ReadonlyMap<number, number>): number {
  let bytes = 0
  for (const id of node.parameters) {
    const { shape, buffer } = parameterAt(graph, id)
    if (owners.get(id) === node.id) bytes += elementCount(shape) * bytesPerElement * (buffer ? 1 : 3)
  }
  return bytes
}

function resultBytes(node: GraphNode): number | null {
  return activationBytes(node, 1) ?? null
}

// ---------------------------------------------------------------- both sides

export function costDelta(matching: Matching, a: SideCosts, b: SideCosts): CostDelta {
  return {
    training: { before: a.total, after: b.total },
    inference: { before: a.inference, after: b.inference },
    modules: moduleDeltas(matching, matching.a.top, matching.b.top, a, b),
  }
}

/** In the order of B; what is only in A, at the end. */
function moduleDeltas(
  matching: Matching,
  a: readonly Module[],
  b: readonly Module[],
  costsA: SideCosts,
  costsB: SideCosts,
): ModuleDelta[] {
  const { toA, toB } = matching
  const present = b.map((module): ModuleDelta => {
    const other = toA.get(module)
    return {
      path: module.path,
      before: other === undefined ? null : (costsA.byModule.get(other) ?? null),
      after: costsB.byModule.get(module) ?? null,
      children: moduleDeltas(matching, other?.children ?? [], module.children, costsA, costsB),
    }
  })
  const gone = a
    .filter((module) => !toB.has(module))
    .map((module): ModuleDelta => ({
      path: module.path,
      before: costsA.byModule.get(module) ?? null,
      after: null,
      children: moduleDeltas(matching, module.children, [], costsA, costsB),
    }))
  return [...present, ...gone]
}
