// SGD with momentum, Adam and AdamW on variables, with PyTorch's semantics: weight decay is added to the gradient (`adamw`: taken off the
// weight), momentum is not dampened, Adam's moments are corrected for their beginning at 0.
import {
  add,
  div,
  mul,
  sqrt,
  square,
  sub,
  tensor,
  tidy,
  variable,
  zeros,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import type { Optimizer } from '../../../compiler/semantics/declarations/train.ts'

export interface Update {
  /** Of this step, by path; they may lack variables that stay as they are. */
  readonly gradients: ReadonlyMap<string, Tensor>
  readonly learningRate: number
  /** What gradients are multiplied with first: clipping. */
  readonly factor: number
  /** Counted from 1: Adam's correction. */
  readonly step: number
}

export interface Optimiser {
  /** Changes the variables. */
  apply(update: Update): void
  /** What it remembers: `momentum/<path>`; for Adam `mean/<path>` and `square/<path>`. Its own tensors: not to be disposed. */
  slots(): ReadonlyMap<string, Variable>
  /** The slots of one variable. */
  slotsOf(path: string): readonly Variable[]
  dispose(): void
}

/** For the variables of `paths` alone; memory is taken here and stays the same. */
export function createOptimiser(optimizer: Optimizer, variables: ReadonlyMap<string, Variable>): Optimiser {
  const names = slotNames(optimizer)
  const slots = new Map<string, Variable>()
  for (const [path, { shape }] of variables)
    for (const name of names)
      slots.set(
        `${name}/${path}`,
        tidy(() => variable(zeros(shape), false)),
      )
  const slotsOf = (path: string): readonly Variable[] =>
    names.flatMap((name) => slots.get(`${name}/${path}`) ?? [])
  return {
    apply: (update) => {
      for (const [path, gradient] of update.gradients) {
        const weight = variables.get(path)
        if (weight === undefined) throw new Error(`a gradient of ${path}, which is not trained`)
        tidy(() => move(optimizer, weight, gradient, slotsOf(path), update))
      }
    },
    slots: () => slots,
    slotsOf,
    dispose: () => {
      for (const slot of slots.values()) slot.dispose()
      slots.clear()
    },
  }
}

function slotNames(optimizer: Optimizer): readonly string[] {
  if (optimizer.kind !== 'sgd') return ['mean', 'square']
  return optimizer.momentum === 0 ? [] : ['momentum']
}

function move(
  optimizer: Optimizer,
  weight: Variable,
  gradient: Tensor,
  slots: readonly Variable[],
  update: Update,
): void {
  const scaled = update.factor === 1 ? gradient : mul(gradient, update.factor)
  const coupled = optimizer.kind !== 'adamw' && optimizer.weightDecay !== 0
  const slope = coupled ? add(scaled, mul(weight, optimizer.weightDecay)) : scaled
  if (optimizer.kind === 'sgd') moveBySgd(optimizer, weight, slope, slots[0], update)
  else moveByAdam(optimizer, weight, slope, slots, update)
}

type Sgd = Extract<Optimizer, { kind: 'sgd' }>
type Adam = Exclude<Optimizer, Sgd>

/** `b ← μ b + g`, then `w ← w - lr (g + μ b)` with Nesterov, else `w - lr b`. From `b = 0` the first is PyTorch's `b = g`. */
function moveBySgd(
  { momentum, nesterov }: Sgd,
  weight: Variable,
  slope: Tensor,
  slot: Variable | undefined,
  { learningRate }: Update,
): void {
  let direction = slope
  if (slot !== undefined) {
    slot.assign(add(mul(slot, momentum), slope))
    direction = nesterov ? add(slope, mul(slot, momentum)) : slot
  }
  weight.assign(sub(weight, mul(direction, learningRate)))
}

/** Kingma and Ba, 2015, algorithm 1; Loshchilov and Hutter, 2019, algorithm 2, with the decay scaled by the learning rate as in PyTorch. */
function moveByAdam(
  { kind, beta1, beta2, eps, weightDecay }: Adam,
  weight: Variable,
  slope: Tensor,
  [mean, spread]: readonly Variable[],
  { learningRate, step }: Update,
): void {
  if (mean === undefined || spread === undefined) throw new Error('Adam without its moments')
  mean.assign(add(mul(mean, beta1), mul(slope, 1 - beta1)))
  spread.assign(add(mul(spread, beta2), mul(square(slope), 1 - beta2)))
  const size = add(mul(sqrt(spread), 1 / Math.sqrt(1 - beta2 ** step)), eps)
  const change = mul(div(mean, size), learningRate / (1 - beta1 ** step))
  const decayed = kind === 'adamw' ? mul(weight, 1 - learningRate * weightDecay) : weight
  weight.assign(sub(decayed, change))
}

/** Puts numbers into a variable. */
export function fill(target: Variable, numbers: Float32Array): void {
  tidy(() => target.assign(tensor(numbers, target.shape)))
}
