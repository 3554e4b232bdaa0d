// Rates that fall over a run, as exact functions of the step: nothing is accumulated, so a resumed run has the same ones.
import type { Schedule } from '../../../compiler/semantics/declarations/train.ts'

/** From `from` at step 0 to `to` at step `total`, along half a cosine: the closed form of PyTorch's CosineAnnealingLR. */
export function cosine(from: number, to: number, step: number, total: number): number {
  return to + ((from - to) * (1 + Math.cos((Math.PI * step) / total))) / 2
}

/**
 * The learning rate of the step that follows `done` finished steps out of `total`. `poly` is nnU-Net's `lr (1 - t)^power`, which nnU-Net
 * computes once per epoch; here it falls at every step, and is nnU-Net's value at the first step of each epoch.
 */
export function learningRate(schedule: Schedule, lr: number, done: number, total: number): number {
  switch (schedule.kind) {
    case 'constant':
      return lr
    case 'poly':
      return lr * (1 - done / total) ** schedule.power
    case 'cosine':
      return cosine(lr, schedule.to, done, total)
  }
}
