// PyTorch's values for losses and optimisers, and the formula that their inputs follow from. Made anew where cases change:
//
//     python3 test/backends/tfjs/training/peers/training_values.py test/backends/tfjs/training/training-values.json
//     npx prettier --write test/backends/tfjs/training/training-values.json
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LossTerm } from '../../../../src/compiler/semantics/declarations/losses.ts'
import type { Optimizer } from '../../../../src/compiler/semantics/declarations/train.ts'

interface Falling {
  readonly poly: readonly number[]
  readonly cosine: readonly number[]
}

interface TrainingValues {
  readonly losses: readonly {
    readonly name: string
    /** Channels first. */
    readonly shape: readonly number[]
    readonly scale: number
    readonly terms: readonly LossTerm[]
    readonly labels: readonly number[]
    readonly regions?: readonly (readonly number[])[]
    readonly ignore?: number
    readonly value: number
    /** Channels last. */
    readonly gradient: readonly number[]
  }[]
  readonly labels: readonly {
    readonly patch: readonly number[]
    readonly extents: readonly number[]
    readonly labels: readonly number[]
    readonly small: readonly number[]
  }[]
  readonly trajectories: readonly {
    readonly name: string
    readonly optimizer: Optimizer
    readonly clip: number | null
    readonly norms: readonly number[]
    readonly weights: readonly (readonly number[])[]
  }[]
  readonly schedules: Falling & { readonly warmedUp: Falling & { readonly rising: number } }
  readonly averages: { readonly decay: number; readonly weights: readonly (readonly number[])[] }
}

export const values = JSON.parse(
  readFileSync(join(import.meta.dirname, 'training-values.json'), 'utf8'),
) as TrainingValues

/** `noise` of peers/training_values.py: between -2 and 2, exact in float32. */
export function noise(count: number, seed: number): Float32Array {
  const begin = Math.imul(seed + 1, 0x85ebca6b)
  return Float32Array.from(
    { length: count },
    (_, at) => (((Math.imul(at + 1, 0x9e3779b1) + begin) >>> 20) - 2048) / 1024,
  )
}

/** Channels first to channels last. */
export function channelsLast(
  numbers: Float32Array,
  [items = 1, channels = 1]: readonly number[],
): Float32Array {
  const voxels = numbers.length / items / channels
  const last = new Float32Array(numbers.length)
  for (let item = 0; item < items; item++)
    for (let c = 0; c < channels; c++)
      for (let voxel = 0; voxel < voxels; voxel++)
        last[(item * voxels + voxel) * channels + c] = numbers[(item * channels + c) * voxels + voxel] ?? 0
  return last
}

/** The largest difference over the largest expected size. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let difference = 0
  let size = 0
  for (let at = 0; at < expected.length; at++) {
    const gap = Math.abs((actual[at] ?? NaN) - (expected[at] ?? NaN))
    difference = gap <= difference ? difference : gap
    size = Math.max(size, Math.abs(expected[at] ?? 0))
  }
  return difference / Math.max(size, 1e-30)
}
