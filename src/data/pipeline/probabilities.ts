// Probabilities of the scores that labels are decided from, on the voxels of the file. nnunetv2 2.8.1: inference/export_prediction.py, with
// `--save_probabilities`; utilities/label_handling/label_handling.py.
import type { Extents } from '../case.ts'
import { pasted, type Box } from './crop.ts'
import type { Grid, Triple } from './grid.ts'
import type { Labelling } from './restore.ts'
import { inverseOrder, transposed } from './transpose.ts'

const { fround } = Math

/** Of the scores of a slice: the softmax over the channels, or, where each is judged by itself, the sigmoid; in float32. */
export function probabilitiesOf(
  scores: readonly Float32Array[],
  { kind }: Labelling,
): readonly Float32Array[] {
  return kind === 'labels' ? softmax(scores) : scores.map((plane) => plane.map((score) => 1 / (1 + Math.exp(-score)))) // prettier-ignore
}

function softmax(scores: readonly Float32Array[]): readonly Float32Array[] {
  const exponentials = scores.map((plane) => plane.slice())
  const voxels = scores[0]?.length ?? 0
  for (let at = 0; at < voxels; at++) {
    let [greatest, sum] = [-Infinity, 0]
    for (const plane of scores) greatest = Math.max(greatest, plane[at] ?? 0)
    for (const plane of exponentials) {
      plane[at] = Math.exp((plane[at] ?? 0) - greatest)
      sum = fround(sum + (plane[at] ?? 0))
    }
    for (const plane of exponentials) plane[at] = (plane[at] ?? 0) / sum
  }
  return exponentials
}

/** Where the box that is segmented lies in a volume whose axes are turned. */
export interface CropPlace {
  readonly box: Box
  /** Of the whole volume, its axes turned. */
  readonly whole: Extents
  /** Axis `k` of the turned volume is axis `transpose[k]` of the file's array. */
  readonly transpose: Triple
}

/** One channel of the box on all voxels of the file; beyond the box everything is background, which of labels is channel 0. */
export function onFile(
  channel: Grid,
  number: number,
  { box, whole, transpose }: CropPlace,
  { kind }: Labelling,
): Float32Array {
  const beyond = kind === 'labels' && number === 0 ? 1 : 0
  return transposed(pasted(channel, box, whole, beyond), inverseOrder(transpose)).data
}
