// How often each axis of a patch is halved, and by which kernels. nnunetv2 2.8.1: experiment_planning/experiment_planners/network_topology.py,
// `get_pool_and_conv_props`.

/** Features are at least this wide at the coarsest stage. */
const leastEdge = 4
/** Voxels whose sides differ by less are taken as cubes. */
const similar = 2

export interface Topology {
  /** The given one, made longer so that it can be halved. */
  readonly patch: readonly number[]
  /** What each extent of the patch has to be a multiple of. */
  readonly divisors: readonly number[]
  /** Of each stage, from the finest on. */
  readonly strides: readonly (readonly number[])[]
  readonly kernels: readonly (readonly number[])[]
}

/** Millimetres and voxels along the same axes; extents may have fractions. */
export function topologyOf(spacing: readonly number[], patch: readonly number[]): Topology {
  const sizes = [...patch]
  const lengths = [...spacing]
  const kernel = patch.map(() => 1)
  const strides: number[][] = [patch.map(() => 1)]
  const kernels: number[][] = []
  for (let axes = halved(sizes, lengths); axes.length > 0; axes = halved(sizes, lengths)) {
    // An axis that has been as fine as the others once stays so.
    const finest = Math.min(...lengths)
    for (const [axis, length] of lengths.entries()) if (length / finest < similar) kernel[axis] = 3
    kernels.push([...kernel])
    strides.push(patch.map((_, axis) => (axes.includes(axis) ? 2 : 1)))
    for (const axis of axes) {
      lengths[axis] = (lengths[axis] ?? 1) * 2
      sizes[axis] = Math.ceil((sizes[axis] ?? 1) / 2)
    }
  }
  const divisors = patch.map((_, axis) => strides.reduce((all, stride) => all * (stride[axis] ?? 1), 1))
  return {
    patch: patch.map((extent, axis) => multipleFrom(extent, divisors[axis] ?? 1)),
    divisors,
    strides,
    kernels: [...kernels, patch.map(() => 3)],
  }
}

/** The axes that the next stage halves; none where the network ends. */
function halved(sizes: readonly number[], lengths: readonly number[]): readonly number[] {
  const long = [...sizes.keys()].filter((axis) => (sizes[axis] ?? 0) >= 2 * leastEdge)
  const finest = Math.min(...long.map((axis) => lengths[axis] ?? 1))
  const axes = long.filter((axis) => (lengths[axis] ?? 1) / finest < similar)
  const [only] = axes
  return axes.length === 1 && only !== undefined && (sizes[only] ?? 0) < 3 * leastEdge ? [] : axes
}

/** The least multiple that is no smaller, in whole numbers whatever fraction the extent has. */
function multipleFrom(extent: number, divisor: number): number {
  const rest = extent % divisor
  return Math.trunc(rest === 0 ? extent : extent + divisor - rest)
}
