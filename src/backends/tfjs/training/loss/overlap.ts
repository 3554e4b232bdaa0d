// Losses of overlaps: of each class how much is predicted and labelled, as sums over voxels.
//
// - Dice: minus the mean of `(2 Σ p·y + 1e-5) / (Σ p + Σ y + 1e-5)`, as nnU-Net has it (Isensee et al., Nature Methods 2021, and
//   MIC-DKFZ/nnUNet: MemoryEfficientSoftDiceLoss);
// - Tversky: the mean of `1 - (tp + 1e-5) / (tp + α·fp + β·fn + 1e-5)` with `tp = Σ p·y`, `fp = Σ p·(1 - y)`, `fn = Σ (1 - p)·y` (Salehi et al.,
//   MLMI 2017, and Project-MONAI/MONAI: TverskyLoss).
//
// Sums are over the voxels of an item, the means over items and classes; with `batch` sums are over the voxels of all items. A class that
// is nowhere costs nothing where it is not predicted, and never divides by zero.
import type { LossTerm } from '../../../../compiler/semantics/declarations/losses.ts'

export type OverlapTerm = Extract<LossTerm, { loss: 'dice' | 'tversky' }>

export const isOverlap = (term: LossTerm): term is OverlapTerm =>
  term.loss === 'dice' || term.loss === 'tversky'

/** Per item and class, `[N, C]`. */
export interface Sums {
  /** Σ p·y */
  readonly both: Float64Array
  /** Σ p */
  readonly predicted: Float64Array
  /** Σ y */
  readonly labelled: Float64Array
}

export const emptySums = (length: number): Sums => ({
  both: new Float64Array(length),
  predicted: new Float64Array(length),
  labelled: new Float64Array(length),
})

/** ∂loss/∂p of a voxel's class: `everywhere`, and `onLabel` more where the voxel has the class. `[N, C]`. */
export interface Slopes {
  readonly onLabel: Float64Array
  readonly everywhere: Float64Array
}

export function add(numbers: Float64Array, at: number, value: number): void {
  numbers[at] = (numbers[at] ?? 0) + value
}

interface Counted {
  readonly items: number
  readonly classes: number
  /** Classes before it have no part in it: 1 leaves out the background. */
  readonly first: number
}

/** The value of the terms, and their slopes. */
export function overlapLoss(
  terms: readonly LossTerm[],
  sums: Sums,
  counted: Counted,
): { readonly value: number; readonly slopes: Slopes } {
  const size = counted.items * counted.classes
  const slopes = { onLabel: new Float64Array(size), everywhere: new Float64Array(size) }
  const value = terms
    .filter(isOverlap)
    .reduce((total, term) => total + addTerm(term, sums, counted, slopes), 0)
  return { value, slopes }
}

function addTerm(term: OverlapTerm, sums: Sums, { items, classes, first }: Counted, slopes: Slopes): number {
  const all = [...Array(items).keys()]
  const groups = term.batch ? [all] : all.map((item) => [item])
  const share = term.weight / (groups.length * (classes - first))
  let value = 0
  for (const group of groups) {
    for (let c = first; c < classes; c++) {
      const over = (numbers: Float64Array): number =>
        group.reduce((total, item) => total + (numbers[item * classes + c] ?? 0), 0)
      const one = ofClass(term, over(sums.both), over(sums.predicted), over(sums.labelled))
      value += share * one.value
      for (const item of group) {
        add(slopes.onLabel, item * classes + c, share * one.byBoth)
        add(slopes.everywhere, item * classes + c, share * one.byPredicted)
      }
    }
  }
  return value
}

const smooth = 1e-5

interface ClassLoss {
  readonly value: number
  /** Its derivatives by Σ p·y and by Σ p. */
  readonly byBoth: number
  readonly byPredicted: number
}

function ofClass(term: OverlapTerm, both: number, predicted: number, labelled: number): ClassLoss {
  if (term.loss === 'dice') {
    const [above, below] = [2 * both + smooth, predicted + labelled + smooth]
    return { value: -above / below, byBoth: -2 / below, byPredicted: above / below ** 2 }
  }
  const { alpha, beta } = term
  const rest = 1 - alpha - beta
  const [above, below] = [both + smooth, rest * both + alpha * predicted + beta * labelled + smooth]
  return {
    value: 1 - above / below,
    byBoth: (rest * above - below) / below ** 2,
    byPredicted: (alpha * above) / below ** 2,
  }
}
