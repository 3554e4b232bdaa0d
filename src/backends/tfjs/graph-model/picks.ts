// Channels of an image that blocks of a weight read. Stock wasm gathers single numbers slowly, and has fast products of matrices and fast copies of rows.
import type { GraphBuilder, Handle } from './builder.ts'
import type { Image } from './images.ts'

/** Up to so many channels a product with a matrix of zeros and ones takes less time than to turn the image round and back. */
const greatestForProduct = 128

/** For each list the image of these channels. */
export function pickedChannels(
  builder: GraphBuilder,
  image: Image,
  lists: readonly (readonly number[])[],
): Image[] {
  const rows = builder.as(image.handle, [-1, image.channels])
  const pick = image.channels <= greatestForProduct ? byProduct(builder, rows) : byRows(builder, rows)
  return lists.map((channels) => ({ ...image, channels: channels.length, handle: pick(channels) }))
}

type Picking = (channels: readonly number[]) => Handle

function byProduct(builder: GraphBuilder, rows: Handle): Picking {
  const [, width = 1] = rows.dims
  return (channels) => {
    const matrix = Array<number>(width * channels.length).fill(0)
    channels.forEach((channel, at) => {
      matrix[channel * channels.length + at] = 1
    })
    const choice = builder.floats(matrix, [width, channels.length])
    return builder.op('MatMul', [rows, choice], [-1, channels.length])
  }
}

/** Channel by channel a row of all voxels. */
function byRows(builder: GraphBuilder, rows: Handle): Picking {
  const [, width = 1] = rows.dims
  const turned = (handle: Handle, dims: readonly number[]): Handle =>
    builder.op('Transpose', [handle, builder.ints([1, 0])], dims)
  const lines = turned(rows, [width, -1])
  return (channels) => {
    const places = builder.table(channels.map((channel) => [channel]))
    return turned(builder.op('GatherNd', [lines, places], [channels.length, -1]), [-1, channels.length])
  }
}
