// By what a network is held against a memory: nnU-Net's count of elements of feature maps, or the bytes that a training step takes.
import { trainingMemory, type Dtype } from '../../compiler/analysis/memory.ts'
import { roundHalfEven } from '../../data/pipeline/grid.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { Preset } from './presets.ts'
import { graphOf, rankOf, type PlannedNetwork } from './network.ts'

export interface Yardstick {
  /** Whether so many patches at once, two at least, have room. */
  fits(network: PlannedNetwork): boolean
  /** As many patches as have room, `most` at most; of a network that fits. */
  batch(network: PlannedNetwork, most: number): number
}

export interface InAndOut {
  readonly channels: number
  /** Channels of the output. */
  readonly classes: number
}

const leastBatch = 2

// ---------------------------------------------------------------- nnU-Net's

/** How many patches the reference of a planner is of. */
const referenceBatch = { 2: 12, 3: 2 } as const

/** `labels` counts all entries of dataset.json, that of voxels to ignore too. */
export function featureMapYardstick(preset: Preset, labels: number, gigabytes: number): Yardstick {
  const referenceOf = (network: PlannedNetwork): number =>
    preset.reference[rankOf(network)] * (gigabytes / preset.gigabytes)
  return {
    fits: (network) => {
      // The plain planner asks for two patches, the residual ones for as many as the reference is of.
      const share = preset.architecture === 'plain' ? leastBatch / referenceBatch[rankOf(network)] : 1
      return featureMap(network, preset, labels) * share <= referenceOf(network)
    },
    batch: (network, most) => {
      const room =
        (referenceOf(network) / featureMap(network, preset, labels)) * referenceBatch[rankOf(network)]
      return Math.min(roundHalfEven(room), most)
    },
  }
}

/**
 * Elements of the results of all convolutions and transposed convolutions, the head of the finest stage included; every residual
 * block that changes extents or channels has one more for its skip. dynamic_network_architectures 0.4.4: `compute_conv_feature_map_size`.
 */
export function featureMap(
  { patch, strides, widths, blocks, decoderConvs }: PlannedNetwork,
  { architecture }: Pick<Preset, 'architecture'>,
  labels: number,
): number {
  const sizes = stageSizes(patch, strides)
  const isPlain = architecture === 'plain'
  let elements = (sizes[0] ?? 0) * (labels + (isPlain ? 0 : (widths[0] ?? 0)))
  for (const [stage, size] of sizes.entries()) {
    const width = widths[stage] ?? 0
    const own = blocks[stage] ?? 0
    const hasSkip =
      width !== (widths[stage - 1] ?? width) || strides[stage]?.some((stride) => stride !== 1) === true
    elements += size * width * (isPlain ? own : 2 * own + (hasSkip ? 1 : 0))
    // A decoder's stage has a transposed convolution and its convolutions.
    if (stage < sizes.length - 1)
      elements += size * width * (1 + (decoderConvs[sizes.length - 2 - stage] ?? 0))
  }
  return elements
}

function stageSizes(patch: readonly number[], strides: readonly (readonly number[])[]): readonly number[] {
  let extents = patch
  return strides.map((stride) => {
    extents = extents.map((extent, axis) => Math.floor(extent / (stride[axis] ?? 1)))
    return extents.reduce((all, one) => all * one, 1)
  })
}

// ---------------------------------------------------------------- Weft's

/** Bytes of weights, gradients and momentum, and of activations at the worst moment of a step. */
export function trainingYardstick(preset: Preset, dims: InAndOut, within: number, dtype: Dtype): Yardstick {
  const bytes = trainingBytesOf(preset, dims, dtype)
  return {
    fits: (network) => bytes(network, leastBatch) <= within,
    batch: (network, most) => {
      let [low, high] = [leastBatch, Math.max(leastBatch, most)]
      while (low < high) {
        const middle = Math.ceil((low + high) / 2)
        if (bytes(network, middle) <= within) low = middle
        else high = middle - 1
      }
      return low
    },
  }
}

/** Networks are asked after again and again while a plan is made: their graphs are kept. */
export function trainingBytesOf(
  preset: Pick<Preset, 'architecture'>,
  dims: InAndOut,
  dtype: Dtype,
): (network: PlannedNetwork, batch: number) => number {
  const known = new Map<string, Graph>()
  return (network, batch) => {
    const key = JSON.stringify([network.patch, network.strides, network.kernels])
    const graph = known.get(key) ?? graphOf(network, preset, dims)
    known.set(key, graph)
    const { totalBytes } = trainingMemory(graph, batch, dtype)
    if (totalBytes === undefined) throw new Error('a planned network has extents that are no numbers')
    return totalBytes
  }
}
