// `add` and `mul`: operands are aligned from the right in the compiler's order of axes, a table repeats over the batch.
import type { Tensor } from '@tensorflow/tfjs-core'
import { reshape } from '../kernels/reshape.ts'
import { Activation } from '../activation.ts'
import { combined } from '../kernels/broadcasting.ts'

/** Channels last where an operand lies so. A table is given the other's rank first, so that its channels move along. */
export function broadcast(a: Activation, b: Activation, rule: (a: Tensor, b: Tensor) => Tensor): Activation {
  if (!a.isLast && !b.isLast) return Activation.first(combined(a.first(), b.first(), rule))
  const rank = Math.max(a.shape.length, b.shape.length)
  return Activation.last(combined(ofRank(a, rank).last(), ofRank(b, rank).last(), rule))
}

function ofRank(x: Activation, rank: number): Activation {
  if (x.shape.length === rank) return x
  const ones = Array<number>(rank - x.shape.length).fill(1)
  return Activation.first(reshape(x.first(), [...ones, ...x.shape]))
}
