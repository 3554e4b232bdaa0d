// Validation between epochs: whole volumes by sliding windows, Dice of each class, and slices to look at.
import type { TfjsModel } from '../../backends/tfjs/model.ts'
import { activationOf } from '../../compiler/semantics/declarations/losses.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import type { LabelledCase, LazyCase } from '../../data/case.ts'
import { countClasses, dice, meanOfKnown } from '../../data/metrics.ts'
import { labelsOfClasses, type Labelling } from '../../data/targets.ts'
import { rangeOf } from '../../data/normalise.ts'
import type { ExampleSlice } from '../../pages/run/data.ts'
import { segment, type Segmenter } from './segment.ts'

export interface ValidationOptions {
  /** Asks the run to stop after the step or the case that it is in; its state is saved. */
  readonly signal?: AbortSignal
  onValidation?(done: number, all: number): void
}

export interface Validation {
  /** Of each foreground class over the cases that have it; null where none has. */
  readonly dice: readonly (number | null)[]
  readonly meanDice: number | null
  readonly cases: number
  readonly slices: readonly ExampleSlice[]
}

const sliceCount = 4

/** What is validated besides the weights. */
export interface Validated extends Pick<Segmenter, 'graph' | 'rules' | 'pipeline' | 'dataset'> {
  readonly recipe: Pick<Recipe, 'loss'>
  readonly validation: readonly LazyCase<LabelledCase>[]
}

/** Validates on so many cases, evenly spread; undefined when it was asked to stop within. */
export async function validate(
  { graph, rules, pipeline, dataset, recipe, validation }: Validated,
  model: TfjsModel,
  count: number,
  { signal, onValidation }: ValidationOptions,
): Promise<Validation | Problem | undefined> {
  const chosen = spread(validation, count)
  const shown = new Set(spread(chosen, sliceCount))
  const segmenter = { graph, model, rules, pipeline, dataset, activation: activationOf(recipe.loss) }
  const scores: (readonly (number | null)[])[] = []
  const slices: ExampleSlice[] = []
  for (const [done, lazy] of chosen.entries()) {
    if (signal?.aborted === true) return undefined
    const one = await lazy.load()
    if (isProblem(one)) return one
    const onWindow = (window: number, windows: number): void =>
      onValidation?.(done + window / windows, chosen.length)
    const labels = await segment(one, segmenter, { onWindow })
    if (isProblem(labels)) return labels
    const counts = countClasses(labels, one.labels.data, dataset)
    scores.push(counts.map(dice))
    if (shown.has(lazy)) slices.push(sliceOf(one, labels, dataset))
    // Signals and timers are heard between turns only.
    await new Promise((resolve) => {
      setTimeout(resolve, 0)
    })
  }
  const perClass = dataset.classes.slice(1).map((_, k) => meanOfKnown(scores.map((one) => one[k] ?? null)))
  return { dice: perClass, meanDice: meanOfKnown(perClass), cases: chosen.length, slices }
}

function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (count >= items.length) return items
  return Array.from(
    { length: Math.floor(count) },
    (_, k) => items[Math.floor(((k + 0.5) * items.length) / count)],
  ).filter((one) => one !== undefined)
}

/** The axial slice with the most foreground. */
function sliceOf(
  { name, image, labels }: LabelledCase,
  predicted: Uint8Array,
  dataset: Labelling,
): ExampleSlice {
  const [depth, height, width] = image.geometry.extents
  const area = height * width
  let [best, most] = [Math.floor(depth / 2), 0]
  for (let z = 0; z < depth; z++) {
    const found = labels.data
      .subarray(z * area, (z + 1) * area)
      .reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0)
    if (found > most) [best, most] = [z, found]
  }
  const cut = <T extends Float32Array | Uint8Array>(data: T): T =>
    data.slice(best * area, (best + 1) * area) as T
  const values = cut(image.data)
  const [low, high] = rangeOf(values)
  return {
    case: name,
    position: `slice ${best + 1} of ${depth}`,
    extents: [height, width],
    intensity: Uint8Array.from(values, (value) =>
      Math.round((255 * (value - low)) / Math.max(high - low, 1e-9)),
    ),
    truth: shownClasses(cut(labels.data), dataset),
    predicted: shownClasses(cut(predicted), dataset),
  }
}

/** Of each voxel the last class that its label lies in: what a picture shows in one colour. Nothing where the label is to be ignored. */
function shownClasses(labels: Uint8Array, dataset: Labelling): Uint8Array {
  const shown = new Uint8Array(256)
  for (const [k, own] of labelsOfClasses(dataset).entries()) for (const label of own) shown[label] = k + 1
  return labels.map((label) => shown[label] ?? 0)
}
