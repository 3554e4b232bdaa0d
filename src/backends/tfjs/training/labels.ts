// Labels at the extents of an output that is smaller than the patch.

/**
 * `labels` is `[N, …patch]`, the result `[N, …extents]`. Along an axis with stride `s = patch / extent`, which has to be whole, position `i`
 * takes the label at `s·i + floor(s / 2)`: the voxel at the centre of the output's cell, the upper one of two. That is PyTorch's
 * `nearest-exact`, by which nnU-Net v2 shrinks the labels for deep supervision. The same array where nothing is smaller.
 */
export function labelsAt(
  labels: Uint8Array,
  items: number,
  patch: readonly number[],
  extents: readonly number[],
): Uint8Array {
  if (patch.length === extents.length && patch.every((extent, axis) => extent === extents[axis]))
    return labels
  let offsets = Int32Array.from({ length: items }, (_, item) => item)
  patch.forEach((extent, axis) => {
    offsets = refined(offsets, extent, extents[axis] ?? 1)
  })
  return Uint8Array.from(offsets, (at) => labels[at] ?? 0)
}

/** The offsets of the next faster axis: each cell becomes `kept` positions out of `extent`. */
function refined(offsets: Int32Array<ArrayBuffer>, extent: number, kept: number): Int32Array<ArrayBuffer> {
  const stride = extent / kept
  if (!Number.isInteger(stride))
    throw new Error(`an output of extent ${kept} is supervised by labels of extent ${extent}`)
  const centre = Math.floor(stride / 2)
  const next = new Int32Array(offsets.length * kept)
  let to = 0
  for (const offset of offsets)
    for (let at = 0; at < kept; at++) next[to++] = offset * extent + at * stride + centre
  return next
}
