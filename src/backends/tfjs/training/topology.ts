// Dynamic sparse feature fusion on variables: the masks of the sparse weights, what they zero, and when they change.
import {
  abs,
  mul,
  reshape,
  sub,
  sum,
  tensor,
  tidy,
  variable,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import {
  connectionOfRow,
  isMasked,
  rowCount,
  runCount,
  type MaskedWeight,
} from '../../../compiler/ir/connections.ts'
import type { Graph, Mask, Parameter, SparsitySetting } from '../../../compiler/ir/graph.ts'
import type { TopologyRecord } from '../../../data/history.ts'
import { activeCount } from '../../../weights/connections.ts'
import { stream } from '../../../weights/streams.ts'
import { initialConnections, rewiredByRun, type Growth, type Rewiring } from './connections.ts'
import type { Connections } from '../picked-units.ts'
import { edgeShares, fuseConvolutions } from './edges.ts'
import { fill } from './optimisers.ts'
import { cosine } from './schedules.ts'

/** A record without its epoch, which the topology does not know. */
export type TopologyChange = Omit<TopologyRecord, 'kind' | 'epoch'>
type WeightChange = TopologyChange['weights'][number]

export interface TopologyOptions {
  readonly graph: Graph
  /** By path; those with a mask and a variable here are masked. */
  readonly variables: ReadonlyMap<string, Variable>
  readonly seed: number
  /** Of the whole run: the drop rate decays over it. */
  readonly totalSteps: number
  /** Paths that the loss reaches: what it does not reach stays as it is. */
  readonly trained: ReadonlySet<string>
  /** What else begins at 0 with a connection: the optimiser's slots of a weight. */
  readonly slotsOf: (path: string) => readonly Variable[]
}

export interface Topology {
  /** A 1 for each active connection, by path. */
  masks(): ReadonlyMap<string, Uint8Array>
  /** Sets what the masks leave out to 0, in weights and slots: needed once, before the first step, for weights from elsewhere. */
  enforce(): void
  /** Sizes of the dense gradient of the last step by connection, of the weights that the next update grows by them. */
  slopes(): ReadonlyMap<string, Float32Array>
  /** Weights whose slopes the update after a step needs. */
  needsSlopes(step: number): readonly string[]
  /** Takes the masks and slopes of an earlier run. */
  restore(masks: ReadonlyMap<string, Uint8Array>, slopes: ReadonlyMap<string, Float32Array>): void
  /** The gradient without what is masked; the same tensor for dense weights. */
  masked(path: string, gradient: Tensor): Tensor
  /**
   * What clipping measures of a gradient: all of it, as the released code of E2ENet does, or where connections are blocks what is there. The
   * rest of those is computed only where a step is to find what grows. A tensor of its own, or the gradient itself.
   */
  measured(path: string, gradient: Tensor): Tensor
  /** The masks of the weights whose gradients may be 0 elsewhere at a step, counted from 1. */
  connections(step: number): Connections
  /** After the optimiser's step `step`, counted from 1: remembers what an update that is due then needs of its dense gradients. */
  note(step: number, gradients: ReadonlyMap<string, Tensor>): void
  /**
   * Rewires what is due after the step `step`. It is the beginning of the step that follows: between the two the network has been trained
   * on all of its connections, and that is the one to validate and to save.
   */
  update(step: number): Update | undefined
  /** The topology as it is. */
  record(step: number): TopologyChange
  dispose(): void
}

export interface Update {
  readonly change: TopologyChange
  /** Puts masks, weights and slots back, where the step that it began is not taken. */
  undo(): void
}

interface Masked {
  readonly path: string
  readonly shape: readonly number[]
  readonly mask: Mask
  readonly setting: SparsitySetting | undefined
  readonly weight: Variable
  active: Uint8Array
  /** `active` for each row of the weight, `[rows, 1]`. */
  readonly factor: Variable
}

/** The masks begin as `initialise` has them for the seed. No weight changes yet: those of a run that is to be restored may be there already. */
export function createTopology(options: TopologyOptions): Topology {
  const weights = options.graph.parameters.flatMap((one) => maskedWeight(one, options))
  const byPath = new Map(weights.map((one) => [one.path, one]))
  const convolutions = fuseConvolutions(options.graph)
  // No step follows the last one: what has been trained then is what the run gives.
  const due = (step: number): Masked[] =>
    step >= options.totalSteps
      ? []
      : weights.filter(({ setting, path }) => isDue(setting, step) && options.trained.has(path))
  let slopes: ReadonlyMap<string, Float32Array> = new Map()
  const edges = (): TopologyChange['edges'] =>
    convolutions.flatMap((one) => {
      const active = byPath.get(one.parameter.path)?.active
      return active === undefined ? [] : edgeShares(one, active)
    })
  return {
    masks: () => new Map(weights.map(({ path, active }) => [path, active])),
    enforce: () => {
      for (const one of weights)
        for (const target of [one.weight, ...options.slotsOf(one.path)]) zeroWhere(target, one.factor)
    },
    slopes: () => slopes,
    needsSlopes: (step) =>
      due(step)
        .filter(growsByGradient)
        .map(({ path }) => path),
    restore: (masks, saved) => {
      for (const one of weights) setActive(one, savedMask(one, masks))
      slopes = saved
    },
    masked: (path, gradient) => maskedBy(byPath.get(path), gradient),
    measured: (path, gradient) =>
      byPath.get(path)?.mask.blocks === undefined ? gradient : maskedBy(byPath.get(path), gradient),
    connections: (step) => {
      const dense = new Set(due(step).filter(growsByGradient))
      return new Map(weights.flatMap((one) => (dense.has(one) ? [] : [[one.path, one.active] as const])))
    },
    note: (step, gradients) => {
      slopes = new Map(
        due(step)
          .filter(growsByGradient)
          .map((one) => [one.path, slopesOf(one, gradients)]),
      )
    },
    update: (step) => {
      const changing = due(step)
      if (changing.length === 0) return undefined
      const undo = undoing(changing, options)
      const { rate, changes } = rewireAll(changing, { step, slopes, options })
      return { change: { step: step + 1, rate, weights: changes, edges: edges() }, undo }
    },
    record: (step) => ({ step, rate: 0, weights: weights.map(unchanged), edges: edges() }),
    dispose: () => {
      for (const { factor } of weights) factor.dispose()
    },
  }
}

function savedMask({ path, mask }: Masked, masks: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const active = masks.get(path)
  if (active?.length !== mask.total) throw new Error(`no mask of ${path}`)
  return active.slice()
}

function rewireAll(
  changing: readonly Masked[],
  {
    step,
    slopes,
    options,
  }: {
    readonly step: number
    readonly slopes: ReadonlyMap<string, Float32Array>
    readonly options: TopologyOptions
  },
): { readonly rate: number; readonly changes: readonly WeightChange[] } {
  const rates = changing.map((one) => dropRate(one.setting?.drop, step, options.totalSteps))
  const changes = changing.map((one, k) =>
    rewire(one, rates[k] ?? 0, growthOf(one, step, slopes, options), options),
  )
  return { rate: rates[0] ?? 0, changes }
}

function maskedWeight(parameter: Parameter, { graph, variables, seed }: TopologyOptions): Masked[] {
  const weight = variables.get(parameter.path)
  const active = initialConnections(parameter, seed)
  if (!isMasked(parameter) || weight === undefined || active === undefined) return []
  const { path, shape, mask } = parameter
  const factor = tidy(() => variable(column(byRow(active, parameter)), false))
  return [{ path, shape, mask, setting: graph.fusions[mask.fusion]?.sparsity, weight, active, factor }]
}

/** What is said of connections, for each row of a weight. */
function byRow(flags: Uint8Array, weight: MaskedWeight): Float32Array {
  const connectionOf = connectionOfRow(weight)
  return Float32Array.from({ length: rowCount(weight) }, (_, row) => flags[connectionOf(row)] ?? 0)
}

const column = (flags: Float32Array): Tensor => tensor(flags, [flags.length, 1])

/** Each row of a weight times its factor. */
const times = (weight: Tensor, factor: Tensor): Tensor =>
  reshape(mul(reshape(weight, [factor.shape[0] ?? 1, -1]), factor), weight.shape)

const maskedBy = (one: Masked | undefined, gradient: Tensor): Tensor =>
  one === undefined ? gradient : tidy(() => times(gradient, one.factor))

function zeroWhere(target: Variable, factor: Tensor): void {
  tidy(() => target.assign(times(target, factor)))
}

function setActive(one: Masked, active: Uint8Array): void {
  one.active = active
  fill(one.factor, byRow(active, one))
}

/** Without `every` or `drop` the topology stays as it begins. */
const isDue = (setting: SparsitySetting | undefined, step: number): boolean =>
  step > 0 && setting?.every !== undefined && setting.drop !== undefined && step % setting.every === 0

const growsByGradient = ({ setting }: Masked): boolean => setting?.grow === 'gradient'

function slopesOf(one: Masked, gradients: ReadonlyMap<string, Tensor>): Float32Array {
  const gradient = gradients.get(one.path)
  if (gradient === undefined) throw new Error(`no gradient of ${one.path}`)
  return Float32Array.from(norms(gradient, one))
}

/** Numbers are copied out of the backend, whose memory may be the scarcest. */
function undoing(changing: readonly Masked[], { slotsOf }: TopologyOptions): () => void {
  const before = changing.map((one) => ({
    one,
    active: one.active,
    numbers: [one.weight, ...slotsOf(one.path)].map(
      (target) => [target, Float32Array.from(target.dataSync())] as const,
    ),
  }))
  return () => {
    for (const { one, active, numbers } of before) {
      setActive(one, active)
      for (const [target, values] of numbers) fill(target, values)
    }
  }
}

/** The share of active connections that an update after `step` of `total` steps drops. */
export function dropRate(drop: SparsitySetting['drop'], step: number, total: number): number {
  if (drop === undefined) return 0
  return drop.decay === 'constant' ? drop.rate : cosine(drop.rate, drop.to, step, total)
}

function growthOf(
  one: Masked,
  step: number,
  slopes: ReadonlyMap<string, Float32Array>,
  { seed }: TopologyOptions,
): Growth {
  if (!growsByGradient(one))
    return { kind: 'random', random: stream(seed, 'topology', `${step} ${one.path}`) }
  const known = slopes.get(one.path)
  if (known === undefined) throw new Error(`no slopes of ${one.path}`)
  return { kind: 'gradient', slopes: known }
}

function rewire(one: Masked, rate: number, growth: Growth, { slotsOf }: TopologyOptions): WeightChange {
  const changed = rewiredByRun(one.active, norms(one.weight, one), rate, growth, runCount(one.mask))
  reset(one, [one.weight, ...slotsOf(one.path)], changed)
  setActive(one, changed.active)
  return { path: one.path, active: activeCount(changed.active), total: one.mask.total, ...counts(changed) }
}

const counts = ({
  dropped,
  grown,
  activated,
}: Rewiring): Omit<WeightChange, 'path' | 'active' | 'total'> => ({
  dropped,
  grown,
  activated,
})

const unchanged = ({ path, mask, active }: Masked): WeightChange => ({
  path,
  active: activeCount(active),
  total: mask.total,
  dropped: 0,
  grown: 0,
  activated: 0,
})

/** L1 norms by connection. */
function norms(values: Tensor, weight: MaskedWeight): ArrayLike<number> {
  const { mask } = weight
  const rows = tidy(() => sum(abs(reshape(values, [rowCount(weight), -1])), 1).dataSync())
  if (mask.blocks === undefined) return rows
  const connectionOf = connectionOfRow(weight)
  const sums = new Float32Array(mask.total)
  for (let row = 0; row < rows.length; row++) {
    const connection = connectionOf(row)
    sums[connection] = (sums[connection] ?? 0) + (rows[row] ?? 0)
  }
  return sums
}

/** Connections that went or came: their weights and slots are 0. */
function reset(weight: MaskedWeight, targets: readonly Variable[], { reset: flags }: Rewiring): void {
  tidy(() => {
    const kept = sub(1, column(byRow(flags, weight)))
    for (const target of targets) target.assign(times(target, kept))
  })
}
