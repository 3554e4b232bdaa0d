// Labels at the extents that a network is trained at: of each label where it is, resampled linearly, all that is a half or more; higher labels
// over lower ones. batchgenerators' `resize_segmentation` of order 1, as nnunetv2 2.8.1 resamples segmentations.
import type { Extents } from '../case.ts'
import { sameExtents, voxelsOf, type Grid } from './grid.ts'
import { resampled } from './resample.ts'

/** `separate`: the axis along which the nearest slice is taken. One label at a time is there as numbers. */
export function resampledLabels(
  { extents, data }: Grid<Uint8Array>,
  to: Extents,
  separate: 0 | 1 | 2 | undefined,
): Grid<Uint8Array> {
  if (sameExtents(extents, to)) return { extents, data }
  const out = new Uint8Array(voxelsOf(to))
  // Where nothing else is written there is background.
  for (const label of [...new Set(data)].filter((one) => one > 0).sort((a, b) => a - b)) {
    const where = Float32Array.from(data, (value) => (value === label ? 1 : 0))
    const share = resampled({ extents, data: where }, to, 1, separate).data
    for (let at = 0; at < out.length; at++) if ((share[at] ?? 0) >= 0.5) out[at] = label
  }
  return { extents: to, data: out }
}
