// Channels that a convolution picks from one or several images, each moved along an axis: what a concat, a shift and a gather would copy one
// after the other. Several blocks pick for themselves.
import type { Tensor } from '@tensorflow/tfjs-core'

export interface Pick {
  /** Position among the images. */
  readonly source: number
  readonly channel: number
  /** `picked[i] = image[i - offset]`, zeros coming in. */
  readonly offset: number
}

export interface Picks {
  /** Channels of each image. */
  readonly sources: readonly number[]
  readonly blocks: readonly (readonly Pick[])[]
  /** Of `[N, D, H, W, C]`, that offsets count along. */
  readonly axis: number
}

/** How a backend picks: what it has to keep for that is made once. */
export interface Picker {
  /** Images are worth keeping for the way back where picking anew costs little; else what was picked is. */
  readonly keeps: 'images' | 'picked'
  /** For each block, `[N, D, H, W, picks]`. */
  picked(images: readonly Tensor[]): Tensor[]
  /** The way back: for each image the sum of the blocks' gradients where its channels were picked. */
  spread(gradients: readonly Tensor[]): Tensor[]
  dispose(): void
}

/** All channels of all images, in order, as one block. */
export function everyChannel(sources: readonly number[], offsetOf: (channel: number) => number): Pick[] {
  const picks = sources.flatMap((channels, source) =>
    Array.from({ length: channels }, (_, channel) => ({ source, channel })),
  )
  return picks.map((one, channel) => ({ ...one, offset: offsetOf(channel) }))
}
