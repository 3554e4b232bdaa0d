// Static memory of a graph: what stays (weights, gradients, optimiser state) and the peak of what comes and goes, split by why it is there.
// The peaks are those of PyTorch's tensors. What a framework takes beyond that is not here: workspaces of kernels, the allocator's rounding,
// the CUDA context, the loss. Weights are float32 whatever the activations are, as under autocast.
import { diagnose, problem, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Graph, GraphNode, Parameter, ParameterId } from '../ir/graph.ts'
import { elementCount as countOf, type Shape } from '../ir/tensor.ts'
import { causesOf, type Cause } from './causes.ts'
import { elementCount, parameterAt } from './cost.ts'
import {
  inferenceSchedule,
  storagesOf,
  type Schedule,
  type Setting,
  type Step,
  type Storage,
} from './liveness.ts'
import { parametersNeeded, reachedIn } from './reach.ts'
import { trainingSchedule } from './training-liveness.ts'

export const dtypes = ['f32', 'f16', 'bf16'] as const
export type Dtype = (typeof dtypes)[number]
export const optimizers = ['sgd', 'momentum', 'adam'] as const
export type Optimizer = (typeof optimizers)[number]

export interface MemoryOptions {
  readonly batch?: number
  /** Of activations. */
  readonly dtype?: Dtype
  readonly optimizer?: Optimizer
  /** Activation functions write over their input where they may; true unless said otherwise. */
  readonly inPlace?: boolean
  /** Attention never holds all of its scores, as fused kernels do it; false unless said otherwise: code that writes it down holds them. */
  readonly fusedAttention?: boolean
}

const floatBytes = 4
const bytesOf: Readonly<Record<Dtype, number>> = { f32: 4, f16: 2, bf16: 2 }
/** Tensors as large as the weights that an optimiser keeps. */
const states: Readonly<Record<Optimizer, number>> = { sgd: 0, momentum: 1, adam: 2 }

/** Bytes that are there before the first operator runs and after the last. */
export interface Resident {
  readonly weights: number
  readonly buffers: number
  /** Copies of the weights in the activations' dtype, as autocast keeps them. */
  readonly castWeights: number
  readonly gradients: number
  readonly optimizer: number
  /** One byte per weight of a sparse fusion. */
  readonly masks: number
}

export interface HeldTensor {
  readonly node: GraphNode
  readonly kind: Storage['kind']
  readonly cause: Cause
  readonly shape: Shape
  readonly bytes: number
}

export interface CauseBytes {
  readonly cause: Cause
  readonly bytes: number
}

export interface PhaseMemory {
  readonly resident: Resident
  readonly residentBytes: number
  /** The most that activations, and gradients of activations, take at once. */
  readonly peakBytes: number
  /** `residentBytes + peakBytes`. */
  readonly totalBytes: number
  readonly peak: { readonly phase: Step['phase']; readonly node: GraphNode | undefined }
  /** What is live at the peak, the largest cause first. */
  readonly causes: readonly CauseBytes[]
  /** The largest tensor first. */
  readonly tensors: readonly HeldTensor[]
  readonly steps: readonly Step[]
}

export interface MemoryAnalysis {
  readonly batch: number
  readonly dtype: Dtype
  readonly optimizer: Optimizer
  readonly inference: PhaseMemory
  readonly training: PhaseMemory
  /** What autograd keeps between the forward and the backward pass, inputs and parameters aside. */
  readonly saved: {
    readonly bytes: number
    readonly causes: readonly CauseBytes[]
    /** The largest first. */
    readonly tensors: readonly HeldTensor[]
  }
  /** `saved` and the outputs: what is allocated when the forward pass is over. */
  readonly heldBytes: number
  /** nnU-Net's proxy: elements of the results of convolutions and transposed convolutions, for a batch of one. */
  readonly featureMap: number
}

/** Of bytes that are too many to be exact; undefined where all are. */
export function memoryOverflow(
  graph: Graph,
  { batch, inference, training }: MemoryAnalysis,
): Diagnostic | undefined {
  const largest = Math.max(inference.totalBytes, training.totalBytes)
  const [output] = graph.outputs
  if (Number.isSafeInteger(largest) || output === undefined) return undefined
  return diagnose(problem('integer-overflow', { what: `the bytes at batch ${batch}` }), output.span)
}

/** Undefined where an extent is symbolic. */
export function memory(graph: Graph, options: MemoryOptions = {}): MemoryAnalysis | undefined {
  if (!isSized(graph)) return undefined
  const { batch = 1, dtype = 'f32', optimizer = 'momentum' } = options
  const { inPlace = true, fusedAttention = false } = options
  const setting = { batch, activation: bytesOf[dtype], inPlace, fusedAttention }
  const inferred = storagesOf(graph, 'inference', setting)
  const trained = storagesOf(graph, 'training', setting)
  const training = trainingSchedule(graph, trained, setting)
  const causes = causesOf(graph, trained)
  return {
    batch,
    dtype,
    optimizer,
    inference: phase(graph, inferenceSchedule(graph, inferred, setting), {
      resident: residentAtInference(graph, dtype),
      causes: causesOf(graph, inferred),
    }),
    training: phase(graph, training, { resident: residentInTraining(graph, dtype, optimizer), causes }),
    saved: {
      bytes: sumOf(training.saved),
      causes: byCause(training.saved, causes),
      tensors: heldTensors(graph, training.saved, causes),
    },
    heldBytes: sumOf(training.held),
    featureMap: featureMap(graph),
  }
}

function isSized(graph: Graph): boolean {
  return graph.nodes.every(({ type }) => type.shape.every((dim) => typeof dim === 'number'))
}

interface PhaseParts {
  readonly resident: Resident
  causes(storage: Storage): Cause
}

function phase(graph: Graph, schedule: Schedule, { resident, causes }: PhaseParts): PhaseMemory {
  const residentBytes = totalOf(resident)
  const { peak, live, steps } = schedule
  return {
    resident,
    residentBytes,
    peakBytes: peak.bytes,
    totalBytes: residentBytes + peak.bytes,
    peak: { phase: peak.phase, node: peak.node === undefined ? undefined : graph.nodes[peak.node] },
    causes: byCause(live, causes),
    tensors: heldTensors(graph, live, causes),
    steps,
  }
}

function heldTensors(
  graph: Graph,
  storages: readonly Storage[],
  causes: (storage: Storage) => Cause,
): HeldTensor[] {
  return storages.flatMap((one) => heldTensor(graph, one, causes(one))).sort((a, b) => b.bytes - a.bytes)
}

function heldTensor(graph: Graph, { node, kind, bytes }: Storage, cause: Cause): HeldTensor[] {
  const found = graph.nodes[node]
  return found === undefined || bytes === 0
    ? []
    : [{ node: found, kind, cause, shape: found.type.shape, bytes }]
}

function byCause(storages: readonly Storage[], causes: (storage: Storage) => Cause): CauseBytes[] {
  const sums = new Map<Cause, number>()
  for (const one of storages) sums.set(causes(one), (sums.get(causes(one)) ?? 0) + one.bytes)
  return [...sums]
    .map(([cause, bytes]) => ({ cause, bytes }))
    .filter((one) => one.bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || (a.cause < b.cause ? -1 : 1))
}

const sumOf = (storages: readonly Storage[]): number => storages.reduce((sum, one) => sum + one.bytes, 0)

// ---------------------------------------------------------------- what stays

export function totalOf({ weights, buffers, castWeights, gradients, optimizer, masks }: Resident): number {
  return weights + buffers + castWeights + gradients + optimizer + masks
}

function residentAtInference(graph: Graph, dtype: Dtype): Resident {
  const needed = parametersNeeded(graph, 'inference')
  const [weights, buffers] = split(graph, needed)
  const none = { gradients: 0, optimizer: 0, masks: 0 }
  return {
    ...none,
    weights: weights * floatBytes,
    buffers: buffers * floatBytes,
    castWeights: cast(weights, dtype),
  }
}

/** Weights that no output reaches are there all the same, but get no gradient. */
function residentInTraining(graph: Graph, dtype: Dtype, optimizer: Optimizer): Resident {
  const resident = residentPerParameter(graph, { dtype, optimizer })
  const sum = { ...noneResident }
  for (const parameter of graph.parameters) {
    const { weights, buffers, castWeights, gradients, optimizer: kept, masks } = resident(parameter)
    sum.weights += weights
    sum.buffers += buffers
    sum.castWeights += castWeights
    sum.gradients += gradients
    sum.optimizer += kept
    sum.masks += masks
  }
  return sum
}

const noneResident: Resident = {
  weights: 0,
  buffers: 0,
  castWeights: 0,
  gradients: 0,
  optimizer: 0,
  masks: 0,
}

/** What one parameter takes in training: itself, its gradient, what the optimiser keeps of it, its mask. */
export function residentPerParameter(
  graph: Graph,
  { dtype, optimizer }: { readonly dtype: Dtype; readonly optimizer: Optimizer },
): (parameter: Parameter) => Resident {
  const trained = parametersNeeded(graph, 'all')
  return ({ id, shape, buffer, mask }) => {
    const count = elementCount(shape)
    if (buffer) return { ...noneResident, buffers: count * floatBytes }
    const learned = trained.has(id) ? count : 0
    return {
      weights: count * floatBytes,
      buffers: 0,
      castWeights: cast(learned, dtype),
      gradients: learned * floatBytes,
      optimizer: states[optimizer] * learned * floatBytes,
      masks: mask === undefined ? 0 : count,
    }
  }
}

const cast = (weights: number, dtype: Dtype): number => (dtype === 'f32' ? 0 : weights * bytesOf[dtype])

/** Numbers in the trained parameters among them, and in the buffers. */
function split(graph: Graph, ids: ReadonlySet<ParameterId>): [number, number] {
  let weights = 0
  let buffers = 0
  for (const id of ids) {
    const one = parameterAt(graph, id)
    if (one.buffer) buffers += elementCount(one.shape)
    else weights += elementCount(one.shape)
  }
  return [weights, buffers]
}

/** As nnU-Net's planner has it (`compute_conv_feature_map_size`), on the shapes that the network really has. */
function featureMap(graph: Graph): number {
  const reached = reachedIn(graph, 'training')
  const counted = graph.nodes.filter(
    ({ id, op }) => reached[id] === true && (op === 'conv' || op === 'conv_transpose' || op === 'conv_with'),
  )
  return counted.reduce((sum, node) => sum + (countOf(node.type.shape) ?? 0), 0)
}

// ---------------------------------------------------------------- in short

/** Undefined where an extent is symbolic. Masked weights are stored densely and count in full. */
export interface MemoryReport {
  readonly weightBytes: number
  readonly activationBytes: number | undefined
  readonly totalBytes: number | undefined
}

/** Of a budget on `memory(inference)`: the weights that the outputs without `aux` need, and the peak of the activations, in float32. */
export function inferenceMemory(graph: Graph, batch: number): MemoryReport {
  const setting = inFloat32(batch)
  const storages = isSized(graph) ? storagesOf(graph, 'inference', setting) : undefined
  const schedule = storages === undefined ? undefined : inferenceSchedule(graph, storages, setting)
  return inShort(residentAtInference(graph, 'f32'), schedule)
}

/** Of a budget on `memory(training)`: weights, gradients and one momentum tensor, and the peak of the training step, in float32 unless said. */
export function trainingMemory(graph: Graph, batch: number, dtype: Dtype = 'f32'): MemoryReport {
  const setting = { ...inFloat32(batch), activation: bytesOf[dtype] }
  const storages = isSized(graph) ? storagesOf(graph, 'training', setting) : undefined
  const schedule = storages === undefined ? undefined : trainingSchedule(graph, storages, setting)
  return inShort(residentInTraining(graph, dtype, 'momentum'), schedule)
}

function inFloat32(batch: number): Setting {
  return { batch, activation: floatBytes, inPlace: true, fusedAttention: false }
}

function inShort(resident: Resident, schedule: Schedule | undefined): MemoryReport {
  const weightBytes = totalOf(resident)
  const activationBytes = schedule?.peak.bytes
  return {
    weightBytes,
    activationBytes,
    totalBytes: activationBytes === undefined ? undefined : weightBytes + activationBytes,
  }
}

/** What one result takes in float32; undefined where an extent is symbolic. A learned table is its parameter: it has none of its own. */
export function activationBytes(node: GraphNode, batch: number): number | undefined {
  if (node.inputs.length === 0 && node.parameters.length > 0) return 0
  const elements = countOf(node.type.shape)
  return elements === undefined ? undefined : elements * floatBytes * (node.type.batched ? batch : 1)
}
