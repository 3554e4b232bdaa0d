// Cutting the depth of a volume, so that what a form of a convolution needs on the way is there for a slab at a time, not for the volume.

/** Slices of the result that are computed together: `blocks` times as many as a block has, from `start` on. */
export interface Slab {
  readonly start: number
  readonly blocks: number
  /** Whether the volume has a slice before the first and one after the last: a slab at an edge of the volume is one block. */
  readonly before: boolean
  readonly after: boolean
}

/** Slabs of whole blocks: as many blocks in each as `greatest` slices hold, one at least. */
export function slabsOf(depth: number, block: number, greatest: number): readonly Slab[] {
  const last = depth - block
  if (last === 0) return [{ start: 0, blocks: 1, before: false, after: false }]
  const step = Math.max(1, Math.floor(greatest / block)) * block
  const inner: Slab[] = []
  for (let start = block; start < last; start += step)
    inner.push({ start, blocks: Math.min(step, last - start) / block, before: true, after: true })
  return [
    { start: 0, blocks: 1, before: false, after: true },
    ...inner,
    { start: last, blocks: 1, before: true, after: false },
  ]
}
