// The memory report as a document: what `weft memory --format json` prints, and what every other rendering reads.
import { lineOf, chargedSpan, type Sources } from '../../../compiler/analysis/charge.ts'
import type { Cause } from '../../../compiler/analysis/causes.ts'
import { elementCount } from '../../../compiler/analysis/cost.ts'
import type {
  Dtype,
  MemoryAnalysis,
  Optimizer,
  PhaseMemory,
  Resident,
} from '../../../compiler/analysis/memory.ts'
import { parameterSplit } from '../../../compiler/analysis/parameter-split.ts'
import { receptiveFields, type Field } from '../../../compiler/analysis/receptive-field.ts'
import type { Graph, GraphNode } from '../../../compiler/ir/graph.ts'
import { formatDim } from '../../../compiler/ir/tensor.ts'
import { plainData, type PlainData } from '../plain-data.ts'

/** A module path with the line that a report charges it to. */
export interface Place {
  readonly path: string
  readonly file: string
  readonly line: number
}

export interface TensorRow extends Place {
  readonly what:
    'result' | 'gradient' | 'working' | 'statistics' | 'indices' | 'mask' | 'padded' | 'weights' | 'scaled'
  readonly cause: Cause
  readonly shape: readonly (number | string)[]
  readonly bytes: number
}

export interface CauseRow {
  readonly cause: Cause
  readonly bytes: number
}

export interface PhaseData {
  readonly totalBytes: number
  readonly residentBytes: number
  readonly resident: Resident
  readonly peakBytes: number
  readonly peak: { readonly phase: 'forward' | 'loss' | 'backward'; readonly at: Place | null }
  readonly causes: readonly CauseRow[]
  /** The largest at the peak. */
  readonly tensors: readonly TensorRow[]
  /** Of activations and their gradients, at each step. */
  readonly schedule: readonly { readonly phase: 'forward' | 'loss' | 'backward'; readonly bytes: number }[]
}

export interface DeadRow extends Place {
  readonly elements: number
}

/** `weft-memory/1`: fields may be added, never changed or removed; schema/weft-memory-1.schema.json says the same. Bytes, without units. */
export interface MemoryDocument {
  readonly schema: 'weft-memory/1'
  readonly network: string
  readonly arguments: Readonly<Record<string, PlainData>>
  readonly batch: number
  readonly dtype: Dtype
  readonly optimizer: Optimizer
  readonly parameters: {
    readonly registered: number
    readonly buffers: number
    readonly trained: number
    readonly inference: number
    readonly nonzero: number
    readonly dead: readonly DeadRow[]
  }
  readonly inference: PhaseData
  readonly training: PhaseData
  readonly saved: { readonly bytes: number; readonly causes: readonly CauseRow[] }
  readonly heldBytes: number
  readonly featureMap: number
  readonly receptiveFields: readonly {
    readonly output: string
    readonly input: string
    readonly fields: readonly Field[] | null
  }[]
}

export function memoryDocument(
  graph: Graph,
  analysis: MemoryAnalysis,
  sources: Sources,
  top: number,
): MemoryDocument {
  const { dead, ...split } = parameterSplit(graph)
  const { batch, dtype, optimizer, saved, heldBytes, featureMap } = analysis
  const deadRows = dead.map((one) => ({
    ...placeOf(one.path, one.origin, sources),
    elements: elementCount(one.shape),
  }))
  return {
    schema: 'weft-memory/1',
    network: graph.network,
    arguments: Object.fromEntries(graph.arguments.map(({ name, value }) => [name, plainData(value)])),
    batch,
    dtype,
    optimizer,
    parameters: { ...split, dead: deadRows },
    inference: phaseData(analysis.inference, sources, top),
    training: phaseData(analysis.training, sources, top),
    saved,
    heldBytes,
    featureMap,
    receptiveFields: receptiveFields(graph).map((one) => ({ ...one, fields: one.fields ?? null })),
  }
}

function phaseData(phase: PhaseMemory, sources: Sources, top: number): PhaseData {
  const { totalBytes, residentBytes, resident, peakBytes, peak, causes } = phase
  return {
    totalBytes,
    residentBytes,
    resident,
    peakBytes,
    peak: { phase: peak.phase, at: peak.node === undefined ? null : placeOfNode(peak.node, sources) },
    causes,
    tensors: phase.tensors.slice(0, top).map(({ node, kind, cause, shape, bytes }) => ({
      ...placeOfNode(node, sources),
      what: kind,
      cause,
      shape: shape.map((dim) => (typeof dim === 'number' ? dim : formatDim(dim))),
      bytes,
    })),
    schedule: phase.steps.map(({ phase: name, bytes }) => ({ phase: name, bytes })),
  }
}

const placeOfNode = ({ origin }: GraphNode, sources: Sources): Place => placeOf(origin.path, origin, sources)

function placeOf(path: string, origin: GraphNode['origin'], sources: Sources): Place {
  const { file, line } = lineOf(sources, chargedSpan(origin, sources.entry))
  return { path, file, line }
}
