// Blocks of channels as blocks of voxels and back, by exchanges `[A, B, C, D]` to `[A, C, B, D]`: the one transpose of rank 7 that says
// the same is a hundred times slower on wasm.
import { reshape, transpose, type Tensor } from '@tensorflow/tfjs-core'
import { product, type Triple } from './windows.ts'

/** `[N·D·H·W, kd·kh·kw·C]` as the image `[N, D·kd, H·kh, W·kw, C]`. */
export function depthToSpace(rows: Tensor, batch: number, extents: Triple, block: Triple): Tensor {
  const [depth, height, width] = extents
  const [kd, kh, kw] = block
  const channels = rows.size / (batch * product(extents) * product(block))
  const planes = kd === 1 ? rows : exchanged(rows, [batch * depth, height * width, kd, kh * kw * channels])
  const lines = exchanged(planes, [batch * depth * kd * height, width, kh, kw * channels])
  return reshape(lines, [batch, depth * kd, height * kh, width * kw, channels])
}

/** The way back: an image whose extents the block divides, as rows. */
export function spaceToDepth(image: Tensor, [kd, kh, kw]: Triple): Tensor {
  const [batch = 1, depth = 1, height = 1, width = 1, channels = 1] = image.shape
  const [d, h, w] = [depth / kd, height / kh, width / kw]
  const lines = exchanged(image, [batch * depth * h, kh, w, kw * channels])
  const planes = kd === 1 ? lines : exchanged(lines, [batch * d, kd, h * w, kh * kw * channels])
  return reshape(planes, [batch * d * h * w, kd * kh * kw * channels])
}

function exchanged(x: Tensor, shape: [number, number, number, number]): Tensor {
  const four = reshape(x, shape)
  return shape[1] === 1 || shape[2] === 1 ? four : transpose(four, [0, 2, 1, 3])
}
