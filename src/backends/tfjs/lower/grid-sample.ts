// `grid_sample`: the kernel sees rows of channels, whatever axes lead them.
import { transpose, type Tensor } from '@tensorflow/tfjs-core'
import { leadingAxes, type GridSampleAttributes } from '../../../compiler/ops/primitive/grid-sample.ts'
import { Activation } from '../activation.ts'
import { rowsSampled } from '../kernels/grid-sampling.ts'
import { reshape } from '../kernels/reshape.ts'
import { countOf } from '../kernels/views.ts'

/** `shape` is that of the result, with its batch. */
export function gridSampled(
  x: Activation,
  grid: Activation,
  shape: readonly number[],
  attributes: GridSampleAttributes,
): Activation {
  const lead = leadingAxes(x.shape, grid.shape)
  const images = countOf(x.shape.slice(0, lead))
  const [channels = 1, ...extents] = x.shape.slice(lead)
  const isImage = lead === 1
  const image = isImage ? x.last() : exchanged(x.first(), [images, channels, countOf(extents)])
  const rows = rowsSampled(reshape(image, [-1, channels]), reshape(grid.first(), [-1, extents.length]), {
    attributes,
    extents,
    images,
  })
  const [batch = 1, , ...places] = shape
  if (isImage) return Activation.last(reshape(rows, [batch, ...places, channels]))
  const moved = exchanged(rows, [images, countOf(shape.slice(lead + 1)), channels])
  return Activation.first(reshape(moved, shape))
}

/** The last two of three axes exchanged. */
function exchanged(x: Tensor, extents: readonly number[]): Tensor {
  return transpose(reshape(x, extents), [0, 2, 1])
}
