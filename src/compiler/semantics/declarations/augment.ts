// Augmentation as recipes ask for it: what may be done to a patch before a training step, every default filled in.
import type { Value } from '../values/values.ts'
import { fieldsOf, termOf } from './recipe-terms.ts'
import type { SettingSpec } from './settings.ts'

/** One kind of change. `chance` is the probability that a patch is changed this way; flips are drawn for each axis. */
export type Augmentation =
  | { readonly kind: 'flip'; readonly chance: number }
  /** About each axis by an angle between `-degrees` and `degrees`. */
  | { readonly kind: 'rotate'; readonly degrees: number; readonly chance: number }
  /** Structures appear larger or smaller by a factor between `from` and `to`. */
  | { readonly kind: 'scale'; readonly from: number; readonly to: number; readonly chance: number }
  /** Gaussian, of a standard deviation between 0 and `std`, where an image's own is 1. */
  | { readonly kind: 'noise'; readonly std: number; readonly chance: number }
  /** Intensities times a factor between `from` and `to`. */
  | { readonly kind: 'brightness'; readonly from: number; readonly to: number; readonly chance: number }
  /** Distances to the mean times a factor between `from` and `to`. */
  | { readonly kind: 'contrast'; readonly from: number; readonly to: number; readonly chance: number }
  /** Intensities, scaled to 0 to 1, to a power between `from` and `to`. */
  | { readonly kind: 'gamma'; readonly from: number; readonly to: number; readonly chance: number }

const words = ['flip', 'rotate', 'scale', 'noise', 'brightness', 'contrast', 'gamma'] as const

/** Chances and ranges of nnU-Net (Isensee et al., Nature Methods 18, 2021); angles are half of its 30 degrees. */
const defaults = {
  flip: { chance: 0.5 },
  rotate: { degrees: 15, chance: 0.2 },
  scale: { from: 0.7, to: 1.4, chance: 0.2 },
  noise: { std: 0.1, chance: 0.1 },
  brightness: { from: 0.75, to: 1.25, chance: 0.15 },
  contrast: { from: 0.75, to: 1.25, chance: 0.15 },
  gamma: { from: 0.7, to: 1.5, chance: 0.4 },
} as const

/** Without the setting: every kind of change. */
export const defaultAugmentation: readonly Augmentation[] = words.map((word) => withDefaults(word))

/** The table pairs each word with its own fields; TypeScript cannot see that through the union. */
function withDefaults(word: (typeof words)[number], fields: object = defaults[word]): Augmentation {
  return { kind: word, ...fields } as Augmentation
}

export const augmentSetting: SettingSpec<readonly Augmentation[]> = {
  words: [...words, 'none'],
  expected:
    'none, or a list of flip(chance = 0.5), rotate(degrees = 15, chance = 0.2), scale(from = 0.7, to = 1.4, chance = 0.2), noise(std = 0.1, chance = 0.1), brightness or contrast(from = 0.75, to = 1.25, chance = 0.15), gamma(from = 0.7, to = 1.5, chance = 0.4), each at most once',
  read: readAugmentation,
}

function readAugmentation(value: Value): readonly Augmentation[] | undefined {
  if (value.kind !== 'list') {
    const term = termOf(value)
    if (term?.word === 'none') return fieldsOf(term, {}) === undefined ? undefined : []
  }
  const items = value.kind === 'list' ? value.items.map(readOne) : [readOne(value)]
  const known = items.filter((one) => one !== undefined)
  const kinds = new Set(known.map((one) => one.kind))
  return known.length === items.length && kinds.size === items.length ? known : undefined
}

function readOne(value: Value): Augmentation | undefined {
  const term = termOf(value)
  const word = words.find((one) => one === term?.word)
  if (term === undefined || word === undefined) return undefined
  const fields: Readonly<Record<string, number>> | undefined = fieldsOf(term, defaults[word])
  if (fields === undefined) return undefined
  const { chance = 0, from = 1, to = 1, degrees = 0 } = fields
  return chance <= 1 && from > 0 && from <= to && degrees <= 180 ? withDefaults(word, fields) : undefined
}
