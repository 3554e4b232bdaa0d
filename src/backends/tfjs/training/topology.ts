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
import type { Graph, Mask, Parameter, SparsitySetting } from '../../../compiler/ir/graph.ts'
import type { TopologyRecord } from '../../../data/history.ts'
import { stream } from '../../../weights/streams.ts'
import { activeCount, initialConnections, rewired, type Growth, type Rewiring } from './connections.ts'
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
  /** What else begins at 0 with a connection: the optimiser's slots of a weight. */
  readonly slotsOf: (path: string) => readonly Variable[]
}

export interface Topology {
  /** A 1 for each active connection, by path. */
  masks(): ReadonlyMap<string, Uint8Array>
  /** Sets what the masks leave out to 0, in weights and slots: needed once, before the first step, for weights from elsewhere. */
  enforce(): void
  /** Takes the masks of an earlier run. */
  restore(masks: ReadonlyMap<string, Uint8Array>): void
  /** The gradient without what is masked; the same tensor for dense weights. */
  masked(path: string, gradient: Tensor): Tensor
  /** After the optimiser's step `step`, counted from 1: rewires what is due, with the step's dense gradients. */
  update(step: number, gradients: ReadonlyMap<string, Tensor>): TopologyChange | undefined
  /** The topology as it is. */
  record(step: number): TopologyChange
  dispose(): void
}

interface Masked {
  readonly path: string
  readonly mask: Mask
  readonly setting: SparsitySetting | undefined
  readonly weight: Variable
  active: Uint8Array
  /** `active` as `[total, 1]`. */
  readonly factor: Variable
}

/** The masks begin as `initialise` has them for the seed. No weight changes yet: those of a run that is to be restored may be there already. */
export function createTopology(options: TopologyOptions): Topology {
  const weights = options.graph.parameters.flatMap((one) => maskedWeight(one, options))
  const byPath = new Map(weights.map((one) => [one.path, one]))
  const convolutions = fuseConvolutions(options.graph)
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
    restore: (masks) => {
      for (const one of weights) {
        const active = masks.get(one.path)
        if (active?.length !== one.mask.total) throw new Error(`no mask of ${one.path}`)
        setActive(one, active.slice())
      }
    },
    masked: (path, gradient) => {
      const one = byPath.get(path)
      return one === undefined ? gradient : times(gradient, one.factor)
    },
    update: (step, gradients) => {
      // What the loss does not reach has no gradient, and stays as it is.
      const due = weights.filter(({ setting, path }) => isDue(setting, step) && gradients.has(path))
      const rates = due.map((one) => dropRate(one.setting?.drop, step, options.totalSteps))
      if (due.length === 0) return undefined
      const changes = due.map((one, k) => rewire(one, step, rates[k] ?? 0, gradients.get(one.path), options))
      return { step, rate: rates[0] ?? 0, weights: changes, edges: edges() }
    },
    record: (step) => ({ step, rate: 0, weights: weights.map(unchanged), edges: edges() }),
    dispose: () => {
      for (const { factor } of weights) factor.dispose()
    },
  }
}

function maskedWeight(parameter: Parameter, { graph, variables, seed }: TopologyOptions): Masked[] {
  const { path, mask } = parameter
  const weight = variables.get(path)
  const active = initialConnections(parameter, seed)
  if (mask === undefined || weight === undefined || active === undefined) return []
  const factor = tidy(() => variable(column(active), false))
  return [{ path, mask, setting: graph.fusions[mask.fusion]?.sparsity, weight, active, factor }]
}

const column = (flags: Uint8Array): Tensor => tensor(Float32Array.from(flags), [flags.length, 1])

/** Each row of a weight's connections times its factor. Connections are contiguous, whatever the granularity. */
const times = (weight: Tensor, factor: Tensor): Tensor =>
  reshape(mul(reshape(weight, [factor.shape[0] ?? 1, -1]), factor), weight.shape)

function zeroWhere(target: Variable, factor: Tensor): void {
  tidy(() => target.assign(times(target, factor)))
}

function setActive(one: Masked, active: Uint8Array): void {
  one.active = active
  fill(one.factor, Float32Array.from(active))
}

/** Without `every` or `drop` the topology stays as it begins. */
const isDue = (setting: SparsitySetting | undefined, step: number): boolean =>
  setting?.every !== undefined && setting.drop !== undefined && step % setting.every === 0

/** The share of active connections that an update after `step` of `total` steps drops. */
export function dropRate(drop: SparsitySetting['drop'], step: number, total: number): number {
  if (drop === undefined) return 0
  return drop.decay === 'constant' ? drop.rate : cosine(drop.rate, drop.to, step, total)
}

function rewire(
  one: Masked,
  step: number,
  rate: number,
  gradient: Tensor | undefined,
  { seed, slotsOf }: TopologyOptions,
): WeightChange {
  const random = stream(seed, 'topology', `${step} ${one.path}`)
  const growth: Growth =
    one.setting?.grow === 'gradient' && gradient !== undefined
      ? { kind: 'gradient', slopes: norms(gradient, one.mask) }
      : { kind: 'random', random }
  const changed = rewired(one.active, norms(one.weight, one.mask), rate, growth)
  reset([one.weight, ...slotsOf(one.path)], changed)
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
function norms(values: Tensor, { total }: Mask): ArrayLike<number> {
  return tidy(() => sum(abs(reshape(values, [total, -1])), 1).dataSync())
}

/** Connections that went or came: their weights and slots are 0. */
function reset(targets: readonly Variable[], { reset: flags }: Rewiring): void {
  tidy(() => {
    const kept = sub(1, column(flags))
    for (const target of targets) target.assign(times(target, kept))
  })
}
