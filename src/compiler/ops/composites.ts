// Every composite operator written in TypeScript. Others are blocks of the standard library.
import type { AnyComposite } from './composite.ts'
import { adaptiveAvgPool } from './composite/adaptive-avg-pool.ts'
import { adaptiveMaxPool } from './composite/adaptive-max-pool.ts'
import { crop } from './composite/crop.ts'
import { cropLike } from './composite/crop-like.ts'
import { flip } from './composite/flip.ts'
import { flatten } from './composite/flatten.ts'
import { identity } from './composite/identity.ts'
import { imageLike } from './composite/image-like.ts'
import { pixelShuffle } from './composite/pixel-shuffle.ts'
import { pixelUnshuffle } from './composite/pixel-unshuffle.ts'
import { resizeLike } from './composite/resize-like.ts'
import { split } from './composite/split.ts'
import { tile } from './composite/tile.ts'
import { tokens } from './composite/tokens.ts'

export const composites = {
  identity,
  split,
  crop,
  crop_like: cropLike,
  adaptive_avg_pool: adaptiveAvgPool,
  adaptive_max_pool: adaptiveMaxPool,
  resize_like: resizeLike,
  flip,
  tile,
  pixel_shuffle: pixelShuffle,
  pixel_unshuffle: pixelUnshuffle,
  flatten,
  tokens,
  image_like: imageLike,
} as const satisfies Readonly<Record<string, AnyComposite>>

export type CompositeName = keyof typeof composites

export function compositeOf(name: CompositeName): AnyComposite {
  return composites[name]
}

export function isCompositeName(name: string): name is CompositeName {
  return Object.hasOwn(composites, name)
}
