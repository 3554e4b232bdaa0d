// Training, one step at a time: loss, gradients, clipping, optimiser, topology. A step depends on the weights, the state here, the batch,
// the seed and the step's number, and on nothing else, so that a restored run goes on exactly.
import {
  clone,
  dispose,
  tensor,
  tidy,
  variableGrads,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import { problem, type Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../compiler/ir/graph.ts'
import type { Recipe } from '../../../compiler/semantics/declarations/train.ts'
import type { Batch } from '../../../data/case.ts'
import type { TopologyRecord } from '../../../data/history.ts'
import type { Targets } from '../../../data/targets.ts'
import { stream } from '../../../weights/streams.ts'
import type { Activation } from '../activation.ts'
import { imageInputs } from '../image-inputs.ts'
import type { Connections } from '../picked-units.ts'
import { createAverage, type Average } from './average.ts'
import { clipFactor, gradientNorm } from './gradients.ts'
import type { Overlap } from './loss/scored.ts'
import { createOptimiser, fill, type Optimiser } from './optimisers.ts'
import { learningRate } from './schedules.ts'
import { supervisedLoss, supervisedOutputs, type OutputLoss } from './supervise.ts'
import { createTopology, type Topology, type TopologyChange } from './topology.ts'

/** What is trained: variables by parameter path in the compiler's layout, and the network on tensors that lie channels first. */
export interface TrainableModel {
  readonly variables: ReadonlyMap<string, Variable>
  run(
    inputs: ReadonlyMap<string, Tensor>,
    options: {
      readonly outputs: 'all'
      readonly training: { readonly seed: number; readonly connections: Connections }
    },
  ): ReadonlyMap<string, Activation>
}

export interface TrainerOptions {
  readonly model: TrainableModel
  readonly graph: Graph
  readonly recipe: Recipe
  /** What the channels of its outputs stand for. */
  readonly targets: Targets
  readonly seed: number
  /** Of the whole run: schedules end there. */
  readonly totalSteps: number
}

export interface StepResult {
  /** Counted from 1. */
  readonly step: number
  /** Counted from 1. */
  readonly epoch: number
  readonly loss: number
  /** Of each supervised output, without its weight. */
  readonly outputs: readonly { readonly output: string; readonly loss: number }[]
  /** Before clipping. */
  readonly gradientNorm: number
  readonly learningRate: number
  /** Voxels per class of the first supervised output, for a running Dice. */
  readonly overlap: Overlap
  /** Present where this step began by rewiring a sparse fusion. */
  readonly topology?: TopologyRecord
}

export interface StateTensor {
  readonly shape: readonly number[]
  /** Bytes are the masks. */
  readonly data: Float32Array | Uint8Array
}

/** Everything that a run goes on from but the model's own variables, which are saved as weights. */
export interface TrainerState {
  readonly json: { readonly step: number }
  /** `momentum/<path>`, `mean/<path>`, `square/<path>`, `ema/<path>`, `mask/<path>`, `slope/<path>`. */
  readonly tensors: ReadonlyMap<string, StateTensor>
}

export interface Trainer {
  /** One optimiser step. A problem leaves weights and state as they were before the step. */
  step(batch: Batch): Promise<StepResult | Problem>
  /** Steps done. */
  readonly steps: number
  /** The topology as it is; undefined where nothing is sparse. */
  topology(): TopologyRecord | undefined
  /** Does something with the averaged weights in the place of the weights; with those where the recipe averages none. */
  withAverage<T>(work: () => Promise<T>): Promise<T>
  /** Copies. */
  state(): TrainerState
  /** Goes on from a state, with the weights that belong to it in the variables, before or after this. Gives the names that are missing or misshapen: then nothing was changed. */
  restore(state: TrainerState): readonly string[]
  /** Not the model. */
  dispose(): void
}

interface Run extends TrainerOptions {
  /** Variables that the supervised outputs reach. */
  readonly trained: ReadonlyMap<string, Variable>
  readonly optimiser: Optimiser
  readonly average: Average
  readonly sparse: Topology
  done: number
  /** Whether weights are 0 where their masks are. */
  enforced: boolean
}

export function createTrainer(options: TrainerOptions): Trainer {
  const run = begin(options)
  const epochOf = (step: number): number => Math.max(1, Math.ceil(step / options.recipe.steps))
  const recorded = (change: TopologyChange): TopologyRecord => ({
    kind: 'topology',
    epoch: epochOf(change.step),
    ...change,
  })
  return {
    // A promise, because backends that compute elsewhere would need one.
    step: (batch) => {
      const result = takeStep(run, batch)
      if ('kind' in result) return Promise.resolve(result)
      const { topology, ...rest } = result
      return Promise.resolve({
        ...rest,
        epoch: epochOf(rest.step),
        ...(topology === undefined ? {} : { topology: recorded(topology) }),
      })
    },
    get steps() {
      return run.done
    },
    topology: () => (run.sparse.masks().size === 0 ? undefined : recorded(run.sparse.record(run.done))),
    withAverage: (work) => run.average.during(work),
    state: () => stateOf(run),
    restore: (state) => restore(run, state),
    dispose: () => {
      run.optimiser.dispose()
      run.average.dispose()
      run.sparse.dispose()
    },
  }
}

function begin(options: TrainerOptions): Run {
  const { model, graph, recipe, seed, totalSteps } = options
  const trained = new Map<string, Variable>()
  for (const path of reachedParameters(graph, recipe)) {
    const found = model.variables.get(path)
    if (found === undefined) throw new Error(`the model has no variable ${path}`)
    trained.set(path, found)
  }
  const optimiser = createOptimiser(recipe.optimizer, trained)
  const average = createAverage(recipe.ema, trained)
  const sparse = createTopology({
    graph,
    variables: model.variables,
    seed,
    totalSteps,
    trained: new Set(trained.keys()),
    slotsOf: (path) => [...optimiser.slotsOf(path), ...average.slotsOf(path)],
  })
  return { ...options, trained, optimiser, average, sparse, done: 0, enforced: false }
}

/** Paths of the parameters, buffers left out, that the supervised outputs are computed from. */
export function reachedParameters(graph: Graph, recipe: Recipe): string[] {
  const supervised = new Set(supervisedOutputs(recipe).map((one) => one.output))
  const reached = new Set(graph.outputs.filter((one) => supervised.has(one.name)).map((one) => one.node))
  const parameters = new Set<number>()
  for (const node of graph.nodes.toReversed()) {
    if (!reached.has(node.id)) continue
    for (const input of node.inputs) reached.add(input)
    for (const parameter of node.parameters) parameters.add(parameter)
  }
  return graph.parameters.filter((one) => parameters.has(one.id) && !one.buffer).map((one) => one.path)
}

type Taken = Omit<StepResult, 'epoch' | 'topology'> & { readonly topology?: TopologyChange }

function takeStep(run: Run, batch: Batch): Taken | Problem {
  const { recipe, done, totalSteps } = run
  const step = done + 1
  const rate = learningRate(recipe, done, totalSteps)
  if (!run.enforced) run.sparse.enforce()
  run.enforced = true
  const update = run.sparse.update(done)
  const statistics = heldStatistics(run)
  const { losses, gradients } = differentiate(run, batch, step)
  try {
    const loss = recipe.supervise.reduce(
      (total, { output, weight }) =>
        total + weight * (losses.find((one) => one.output === output)?.loss ?? 0),
      0,
    )
    const norm = gradientNorm(measured(run, gradients))
    const [main] = losses
    if (main === undefined || !Number.isFinite(loss) || !Number.isFinite(norm)) {
      for (const [buffer, before] of statistics) buffer.assign(before)
      update?.undo()
      return problem('training-diverged', { step, loss, gradientNorm: norm, learningRate: rate })
    }
    move(run, gradients, { step, rate, factor: clipFactor(norm, recipe.clip) })
    run.average.update(step)
    run.sparse.note(step, gradients)
    run.done = step
    return {
      step,
      loss,
      outputs: losses.map((one) => ({ output: one.output, loss: one.loss })),
      gradientNorm: norm,
      learningRate: rate,
      overlap: main.overlap,
      ...(update === undefined ? {} : { topology: update.change }),
    }
  } finally {
    for (const gradient of gradients.values()) dispose(gradient)
    for (const before of statistics.values()) dispose(before)
  }
}

/** Running statistics move while the outputs are computed: a step that is not taken puts them back. Copies share their numbers. */
function heldStatistics({ model }: Run): ReadonlyMap<Variable, Tensor> {
  const buffers = [...model.variables.values()].filter(({ trainable }) => !trainable)
  return new Map(buffers.map((buffer) => [buffer, clone(buffer)]))
}

/** What clipping measures, one at a time. */
function* measured({ sparse }: Run, gradients: ReadonlyMap<string, Tensor>): Iterable<Tensor> {
  for (const [path, gradient] of gradients) {
    const one = sparse.measured(path, gradient)
    yield one
    if (one !== gradient) dispose(one)
  }
}

interface Differentiated {
  readonly losses: readonly OutputLoss[]
  /** By path, of whole weights: 0 where only connections were computed. They are the caller's to dispose. */
  readonly gradients: ReadonlyMap<string, Tensor>
}

function differentiate(run: Run, batch: Batch, step: number): Differentiated {
  const { model, graph, recipe, targets, trained, seed } = run
  const connections = run.sparse.connections(step)
  let losses: readonly OutputLoss[] = []
  const named = tidy(() => {
    const images = tensor(batch.images, [...batch.shape])
    const { value, grads } = variableGrads(() => {
      const training = { seed: stream(seed, 'step', `${step}`).next() >>> 0, connections }
      const outputs = model.run(imageInputs(graph, images), { outputs: 'all', training })
      const supervised = supervisedLoss(outputs, batch, recipe, targets)
      losses = supervised.losses
      return supervised.total
    }, [...trained.values()])
    dispose(value)
    return grads
  })
  const gradients = new Map<string, Tensor>()
  for (const [path, { name }] of trained) {
    const gradient = named[name]
    if (gradient !== undefined) gradients.set(path, gradient)
  }
  return { losses, gradients }
}

/**
 * The optimiser's step. Masked weights and their slots are 0 before it, so a masked gradient keeps them there: the same numbers as masking
 * weight and momentum after a step with the dense gradient, as the released code of E2ENet does, for fewer kernels. Clipping has measured the
 * dense gradient, as there, but of connections that are blocks.
 */
function move(
  { sparse, optimiser }: Run,
  gradients: ReadonlyMap<string, Tensor>,
  { step, rate, factor }: { readonly step: number; readonly rate: number; readonly factor: number },
): void {
  for (const [path, gradient] of gradients)
    tidy(() => {
      const masked = new Map([[path, sparse.masked(path, gradient)]])
      optimiser.apply({ gradients: masked, learningRate: rate, factor, step })
    })
}

// ---------------------------------------------------------------- state

/** What the optimiser and the average remember, by name. */
const slotsOf = ({ optimiser, average }: Pick<Run, 'optimiser' | 'average'>): ReadonlyMap<string, Variable> =>
  new Map([...optimiser.slots(), ...average.slots()])

function stateOf({ optimiser, average, sparse, done }: Run): TrainerState {
  const tensors = new Map<string, StateTensor>()
  for (const [name, slot] of slotsOf({ optimiser, average }))
    tensors.set(name, { shape: slot.shape, data: Float32Array.from(slot.dataSync()) })
  for (const [path, active] of sparse.masks())
    tensors.set(`mask/${path}`, { shape: [active.length], data: active.slice() })
  for (const [path, data] of sparse.slopes()) tensors.set(`slope/${path}`, { shape: [data.length], data })
  return { json: { step: done }, tensors }
}

function restore(run: Run, { json, tensors }: TrainerState): readonly string[] {
  const masks = new Map<string, Uint8Array>()
  const [slots, slopes] = [new Map<string, Float32Array>(), new Map<string, Float32Array>()]
  const unfit: string[] = []
  for (const [path, active] of run.sparse.masks()) {
    const data = tensors.get(`mask/${path}`)?.data
    if (data instanceof Uint8Array && data.length === active.length) masks.set(path, data)
    else unfit.push(`mask/${path}`)
  }
  for (const [name, slot] of slotsOf(run)) {
    const data = tensors.get(name)?.data
    if (data instanceof Float32Array && data.length === slot.size) slots.set(name, data)
    else unfit.push(name)
  }
  for (const path of run.sparse.needsSlopes(json.step)) {
    const data = tensors.get(`slope/${path}`)?.data
    if (data instanceof Float32Array && data.length === masks.get(path)?.length) slopes.set(path, data)
    else unfit.push(`slope/${path}`)
  }
  if (unfit.length > 0) return unfit
  for (const [name, slot] of slotsOf(run)) fill(slot, slots.get(name) ?? new Float32Array(slot.size))
  run.sparse.restore(masks, slopes)
  run.enforced = false
  run.done = json.step
  return []
}
