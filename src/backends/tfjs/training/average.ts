// The exponential moving average of the weights: `a ← d·a + (1 - d)·w` after each step, the first one `a = w`, as PyTorch's AveragedModel with
// get_ema_multi_avg_fn. Running statistics of norms are not averaged: they are means already.
import { add, clone, dispose, mul, tidy, variable, zeros, type Variable } from '@tensorflow/tfjs-core'

/** What begins the names of averaged weights in a state: no parameter's path has a `/`. */
export const averagePrefix = 'ema/'

export interface Average {
  /** `ema/<path>`: its own tensors, not to be disposed. */
  slots(): ReadonlyMap<string, Variable>
  slotsOf(path: string): readonly Variable[]
  /** After step `step`, counted from 1. */
  update(step: number): void
  /** Does something with the averages in the place of the weights, and puts those back. */
  during<T>(work: () => Promise<T>): Promise<T>
  dispose(): void
}

/** Of the variables of `weights`; without a decay nothing is averaged. */
export function createAverage(decay: number | undefined, weights: ReadonlyMap<string, Variable>): Average {
  const slots = new Map<string, Variable>()
  if (decay !== undefined)
    for (const [path, { shape }] of weights)
      slots.set(
        `${averagePrefix}${path}`,
        tidy(() => variable(zeros(shape), false)),
      )
  const pairs = (): (readonly [weight: Variable, average: Variable])[] =>
    [...weights].flatMap(([path, weight]) => {
      const average = slots.get(`${averagePrefix}${path}`)
      return average === undefined ? [] : [[weight, average] as const]
    })
  return {
    slots: () => slots,
    slotsOf: (path) => [slots.get(`${averagePrefix}${path}`)].filter((one) => one !== undefined),
    update: (step) => {
      for (const [weight, average] of pairs())
        tidy(() =>
          average.assign(
            step === 1 ? clone(weight) : add(mul(average, decay ?? 0), mul(weight, 1 - (decay ?? 0))),
          ),
        )
    },
    during: async (work) => {
      // Copies share their numbers.
      const held = pairs().map(([weight, average]) => ({ weight, average, before: clone(weight) }))
      for (const { weight, average } of held) tidy(() => weight.assign(clone(average)))
      try {
        return await work()
      } finally {
        for (const { weight, before } of held) weight.assign(before)
        dispose(held.map(({ before }) => before))
      }
    },
    dispose: () => {
      for (const slot of slots.values()) slot.dispose()
      slots.clear()
    },
  }
}
