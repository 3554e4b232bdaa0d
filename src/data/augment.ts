// Augmentation of one patch: a linear map from voxels of the patch to the volume, and changes of intensities. Rules and chances follow
// nnU-Net (Isensee et al., Nature Methods 18, 2021); everything is drawn from the stream that is handed in.
import type { Augmentation } from '../compiler/semantics/declarations/augment.ts'
import { normal, uniform } from '../weights/normal.ts'
import type { Stream } from '../weights/streams.ts'
import type { Extents } from './case.ts'
import { rangeOf } from './normalise.ts'
import { shiftTo, type PatchMap } from './resample.ts'

type Matrix = readonly number[]
const axes = [0, 1, 2] as const
const identity: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1]

const between = (random: Stream, from: number, to: number): number => from + (to - from) * uniform(random)

/** Where a patch whose first voxel is `corner` looks, after the spatial changes that are drawn; a plain shift where none is. */
export function drawMap(
  corner: Extents,
  patch: Extents,
  spacing: readonly number[],
  augment: readonly Augmentation[],
  random: Stream,
): PatchMap {
  const turns = augment.flatMap((one) => drawTurn(one, patch, spacing, random))
  if (turns.length === 0) return shiftTo(corner)
  const matrix = turns.reduce<Matrix>((all, turn) => times(all, turn), identity)
  // The middle of the patch stays where it is.
  const middle = patch.map((extent) => (extent - 1) / 2)
  const moved = axes.map((row) =>
    axes.reduce<number>((sum, k) => sum + at(matrix, row, k) * (middle[k] ?? 0), 0),
  )
  return {
    matrix,
    origin: axes.map((axis) => (corner[axis] ?? 0) + (middle[axis] ?? 0) - (moved[axis] ?? 0)),
  }
}

/** The matrix of one spatial change, or none where it is not drawn. */
function drawTurn(
  augmentation: Augmentation,
  patch: Extents,
  spacing: readonly number[],
  random: Stream,
): readonly Matrix[] {
  const { kind, chance } = augmentation
  if (kind === 'flip') {
    const signs = patch.map((extent) => (uniform(random) < chance && extent > 1 ? -1 : 1))
    return signs.includes(-1) ? [diagonal(signs)] : []
  }
  if ((kind !== 'rotate' && kind !== 'scale') || uniform(random) >= chance) return []
  if (kind === 'rotate') return [drawRotation(augmentation.degrees, patch, spacing, random)]
  const factor = drawFactor(augmentation.from, augmentation.to, random)
  return [diagonal(patch.map((extent) => (extent > 1 ? 1 / factor : 1)))]
}

/** Shrinking and growing are equally likely where both are possible, as in nnU-Net: the range below 1 is the shorter one. */
function drawFactor(from: number, to: number, random: Stream): number {
  const below = uniform(random) < 0.5
  return from < 1 && to > 1
    ? below
      ? between(random, from, 1)
      : between(random, 1, to)
    : between(random, from, to)
}

/** About each axis in turn; a patch of one slice turns within it only. In millimetres, so that shapes keep their angles. */
function drawRotation(degrees: number, patch: Extents, spacing: readonly number[], random: Stream): Matrix {
  const turns = axes.map((axis) => {
    const angle = (between(random, -degrees, degrees) * Math.PI) / 180
    const others = axes.filter((one) => one !== axis)
    return others.some((one) => patch[one] === 1) ? identity : rotation(others, angle)
  })
  const toVoxels = diagonal(spacing.map((size) => 1 / size))
  const turned = turns.reduce<Matrix>((all, turn) => times(all, turn), identity)
  return times(times(toVoxels, turned), diagonal(spacing))
}

function rotation(plane: readonly number[], angle: number): Matrix {
  const [first = 0, second = 1] = plane
  const matrix = [...identity]
  matrix[first * 4] = Math.cos(angle)
  matrix[second * 4] = Math.cos(angle)
  matrix[first * 3 + second] = -Math.sin(angle)
  matrix[second * 3 + first] = Math.sin(angle)
  return matrix
}

const at = (matrix: Matrix, row: number, column: number): number => matrix[row * 3 + column] ?? 0
const diagonal = ([a = 1, b = 1, c = 1]: readonly number[]): Matrix => [a, 0, 0, 0, b, 0, 0, 0, c]

function times(a: Matrix, b: Matrix): Matrix {
  return axes.flatMap((row) =>
    axes.map((column) => axes.reduce<number>((sum, k) => sum + at(a, row, k) * at(b, k, column), 0)),
  )
}

/** The changes of intensities that are drawn, in place; `channel` is one channel of a patch, each drawn on its own. */
export function changeIntensities(
  channel: Float32Array,
  augment: readonly Augmentation[],
  random: Stream,
): void {
  for (const one of augment) {
    if (one.kind === 'flip' || one.kind === 'rotate' || one.kind === 'scale') continue
    if (uniform(random) >= one.chance) continue
    if (one.kind === 'noise') addNoise(channel, uniform(random) * one.std, random)
    else if (one.kind === 'gamma') changeGamma(channel, drawFactor(one.from, one.to, random), random)
    else stretch(channel, between(random, one.from, one.to), one.kind)
  }
}

function addNoise(channel: Float32Array, std: number, random: Stream): void {
  for (let k = 0; k < channel.length; k++) channel[k] = (channel[k] ?? 0) + std * normal(random)
}

/** Brightness scales about 0; contrast about the mean, within the range that there was. */
function stretch(channel: Float32Array, factor: number, kind: 'brightness' | 'contrast'): void {
  const [least, greatest] = kind === 'contrast' ? rangeOf(channel) : [-Infinity, Infinity]
  const centre = kind === 'contrast' ? meanOf(channel) : 0
  for (let k = 0; k < channel.length; k++)
    channel[k] = Math.min(greatest, Math.max(least, centre + ((channel[k] ?? 0) - centre) * factor))
}

/**
 * `least + range · ((value - least) / range)^gamma`, then back to the mean and the deviation from before; one time in four on the
 * inverted image, as nnU-Net's two gamma steps (chances 0.1 inverted and 0.3) come to.
 */
function changeGamma(channel: Float32Array, gamma: number, random: Stream): void {
  const sign = uniform(random) < 0.25 ? -1 : 1
  const [low, high] = rangeOf(channel)
  const range = high - low
  if (range < 1e-7) return
  const least = sign === 1 ? low : -high
  const before = deviationOf(channel)
  for (let k = 0; k < channel.length; k++)
    channel[k] = sign * (least + range * Math.max(0, (sign * (channel[k] ?? 0) - least) / range) ** gamma)
  const after = deviationOf(channel)
  const factor = before.std / Math.max(1e-8, after.std)
  for (let k = 0; k < channel.length; k++)
    channel[k] = before.mean + ((channel[k] ?? 0) - after.mean) * factor
}

function meanOf(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

function deviationOf(values: Float32Array): { mean: number; std: number } {
  const mean = meanOf(values)
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return { mean, std: Math.sqrt(squares / values.length) }
}
