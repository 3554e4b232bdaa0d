// A patch cut out of a volume in one go: shift, flip, rotation and scaling as one linear map, trilinear for images, nearest for labels.
import type { Extents, Image, LabelMap } from './case.ts'

/** Voxel `p` of the patch shows the volume at `origin + matrix · p`, both counted along depth, height and width. */
export interface PatchMap {
  /** Rows of 3. */
  readonly matrix: readonly number[]
  readonly origin: readonly number[]
}

/** A patch whose first voxel is voxel `corner` of the volume, unturned. */
export function shiftTo(corner: Extents): PatchMap {
  return { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], origin: corner }
}

/** Where a patch goes in its batch. */
export interface PatchTarget {
  readonly extents: Extents
  /** `channels × patch`. */
  readonly images: Float32Array
  readonly labels: Uint8Array
}

/** Fills the target; what lies outside of the volume is 0, for images as for labels. */
export function cutPatch(image: Image, labels: LabelMap, map: PatchMap, target: PatchTarget): void {
  if (isShift(map)) copyPatch(image, labels, map.origin, target)
  else resamplePatch(image, labels, map, target)
}

const isShift = ({ matrix, origin }: PatchMap): boolean =>
  matrix.every((value, k) => value === (k % 4 === 0 ? 1 : 0)) && origin.every(Number.isInteger)

function copyPatch(image: Image, labels: LabelMap, origin: readonly number[], target: PatchTarget): void {
  const [z = 0, y = 0, x = 0] = origin
  copyWindow(labels.data, image.geometry.extents, [z, y, x], target.extents, target.labels)
  copyChannels(image, [z, y, x], target.extents, target.images)
}

/** All channels of the window of an image whose first voxel is `corner`; 0 outside of the volume. */
export function copyChannels(image: Image, corner: Extents, patch: Extents, out: Float32Array): void {
  const { extents } = image.geometry
  const volume = extents[0] * extents[1] * extents[2]
  const voxels = patch[0] * patch[1] * patch[2]
  for (let channel = 0; channel < image.channels; channel++) {
    const source = image.data.subarray(channel * volume, (channel + 1) * volume)
    copyWindow(source, extents, corner, patch, out.subarray(channel * voxels, (channel + 1) * voxels))
  }
}

function copyWindow<T extends Float32Array | Uint8Array>(
  source: T,
  [depth, height, width]: Extents,
  [z0, y0, x0]: Extents,
  [d, h, w]: Extents,
  out: T,
): void {
  out.fill(0)
  const first = Math.max(0, -x0)
  const last = Math.min(w, width - x0)
  if (last <= first) return
  for (let z = Math.max(0, -z0); z < Math.min(d, depth - z0); z++)
    for (let y = Math.max(0, -y0); y < Math.min(h, height - y0); y++) {
      const from = ((z + z0) * height + y + y0) * width + x0
      out.set(source.subarray(from + first, from + last), (z * h + y) * w + first)
    }
}

function resamplePatch(image: Image, labels: LabelMap, map: PatchMap, target: PatchTarget): void {
  const { extents } = image.geometry
  const [, height, width] = extents
  const [d, h, w] = target.extents
  const volume = extents[0] * height * width
  const [zz = 0, zy = 0, zx = 0, yz = 0, yy = 0, yx = 0, xz = 0, xy = 0, xx = 0] = map.matrix
  const [oz = 0, oy = 0, ox = 0] = map.origin
  let at = 0
  for (let i = 0; i < d; i++)
    for (let j = 0; j < h; j++)
      for (let k = 0; k < w; k++, at++) {
        const z = oz + zz * i + zy * j + zx * k
        const y = oy + yz * i + yy * j + yx * k
        const x = ox + xz * i + xy * j + xx * k
        target.labels[at] = nearest(labels.data, extents, Math.round(z), Math.round(y), Math.round(x))
        for (let channel = 0; channel < image.channels; channel++)
          target.images[channel * d * h * w + at] = trilinear(image.data, channel * volume, extents, z, y, x)
      }
}

function nearest(data: Uint8Array, extents: Extents, z: number, y: number, x: number): number {
  const [depth, height, width] = extents
  const inside = z >= 0 && z < depth && y >= 0 && y < height && x >= 0 && x < width
  return inside ? (data[(z * height + y) * width + x] ?? 0) : 0
}

/** Linear along each axis between the two nearest voxels; a voxel outside of the volume counts as 0. */
function trilinear(
  data: Float32Array,
  start: number,
  extents: Extents,
  z: number,
  y: number,
  x: number,
): number {
  const [depth, height, width] = extents
  if (z <= -1 || z >= depth || y <= -1 || y >= height || x <= -1 || x >= width) return 0
  const z0 = Math.floor(z)
  const y0 = Math.floor(y)
  const x0 = Math.floor(x)
  let sum = 0
  for (let a = 0; a < 2; a++) {
    const weightZ = a === 0 ? 1 - (z - z0) : z - z0
    if (weightZ === 0 || z0 + a < 0 || z0 + a >= depth) continue
    for (let b = 0; b < 2; b++) {
      const weightY = b === 0 ? 1 - (y - y0) : y - y0
      if (weightY === 0 || y0 + b < 0 || y0 + b >= height) continue
      const row = start + ((z0 + a) * height + y0 + b) * width + x0
      const left = x0 >= 0 ? (data[row] ?? 0) : 0
      const right = x0 + 1 < width ? (data[row + 1] ?? 0) : 0
      sum += weightZ * weightY * (left + (x - x0) * (right - left))
    }
  }
  return sum
}
