// Rates that fall over a run, as exact functions of the step: nothing is accumulated, so a resumed run has the same ones.
import type { Recipe } from '../../../compiler/semantics/declarations/train.ts'

/** From `from` at step 0 to `to` at step `total`, along half a cosine: the closed form of PyTorch's CosineAnnealingLR. */
export function cosine(from: number, to: number, step: number, total: number): number {
  return to + ((from - to) * (1 + Math.cos((Math.PI * step) / total))) / 2
}

type Rates = Pick<Recipe, 'schedule' | 'warmup' | 'steps'> & { readonly optimizer: { readonly lr: number } }

/**
 * The learning rate of the step that follows `done` finished steps out of `total`. During the warm-up it rises along a line, to the whole of
 * it at its last step; the schedule begins after that, as nnU-Net's schedulers with an offset do. `poly` is nnU-Net's `lr (1 - t)^power`, which
 * nnU-Net computes once per epoch; here it falls at every step, and is nnU-Net's value at the first step of each epoch.
 */
export function learningRate(rates: Rates, done: number, total: number): number {
  const { schedule, warmup, steps } = rates
  const { lr } = rates.optimizer
  const rising = warmup === undefined ? 0 : warmup.count * (warmup.unit === 'epochs' ? steps : 1)
  if (done < rising) return (lr * (done + 1)) / rising
  const [since, all] = [done - rising, total - rising]
  switch (schedule.kind) {
    case 'constant':
      return lr
    case 'poly':
      return lr * (1 - since / all) ** schedule.power
    case 'cosine':
      return cosine(lr, schedule.to, since, all)
  }
}
