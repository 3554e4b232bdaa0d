// Masks: once all weights under a fusion's `sparsity` are known, how many connections each keeps, uniformly or by ERK.
import type { Blocks, Graph, GraphNode, Mask, Parameter, ParameterId, SparsitySetting } from '../ir/graph.ts'
import { roundHalfEven } from '../text/numbers.ts'

interface Masked {
  readonly id: ParameterId
  readonly shape: readonly number[]
  readonly fusion: number
  readonly density: number
  /** The first operator that uses it. */
  readonly user: GraphNode | undefined
}

const product = (numbers: readonly number[]): number => numbers.reduce((total, one) => total * one, 1)

/** Gives every covered weight its mask. */
export function assignMasks(graph: Graph): Graph {
  const masks = masksFor(graph)
  const masked = (parameter: Parameter): Parameter => {
    const mask = masks.get(parameter.id)
    // New property first: V8 gives each object that is spread and then extended a hidden class of its own.
    return mask === undefined ? parameter : { mask, ...parameter }
  }
  return masks.size === 0 ? graph : { ...graph, parameters: graph.parameters.map(masked) }
}

function masksFor({ nodes, parameters, fusions }: Graph): Map<ParameterId, Mask> {
  const covered: Masked[][] = fusions.map(() => [])
  const users = new Map(
    nodes.toReversed().flatMap((node) => node.parameters.map((id) => [id, node] as const)),
  )
  for (const { id, shape, coverage } of parameters) {
    if (coverage !== undefined)
      covered[coverage.fusion]?.push({ id, shape, ...coverage, user: users.get(id) })
  }
  const masks = new Map<ParameterId, Mask>()
  fusions.forEach(({ sparsity }, position) => {
    const own = covered[position] ?? []
    const densities = sparsity?.init === 'erk' ? erkDensities(own) : own.map((one) => one.density)
    own.forEach((one, k) => masks.set(one.id, mask(one, densities[k] ?? one.density, sparsity)))
  })
  return masks
}

type Grain = Pick<SparsitySetting, 'granularity' | 'outs'>

function mask(
  weight: Masked,
  density: number,
  { granularity, outs }: Grain = { granularity: 'kernel' },
): Mask {
  const { shape, fusion } = weight
  const elements = granularity === 'weight' ? 1 : product(shape.slice(2))
  if (granularity === 'weight' || granularity === 'kernel') {
    const weights = product(shape)
    // As the E2ENet code computes them (boqian333/E2ENet-Medical, sparselearning/core_channel.py).
    const kept = roundHalfEven((weights * density) / elements)
    return { granularity, density, kept, total: weights / elements, elements, fusion }
  }
  const blocks = blocksOf(weight, density, outs)
  const [kept, total] = [blocks.count * blocks.fanIn, blocks.count * blocks.inputs]
  return { granularity, density, kept, total, elements, blocks, fusion }
}

/** All blocks keep equally many inputs, `round(inputs · density)`, half to even, and at least one: what runs is a grouped convolution. */
function blocksOf({ shape, user }: Masked, density: number, outs = Infinity): Blocks {
  const groups = Number(user?.attributes['groups'] ?? 1)
  const [extent = 1, columns = 1] = shape
  const isTransposed = user?.op === 'conv_transpose'
  const [outputs, inputs] = isTransposed ? [columns, extent / groups] : [extent / groups, columns]
  const width = Math.min(outs, outputs)
  const count = groups * Math.ceil(outputs / width)
  const fanIn = Math.max(1, roundHalfEven(inputs * density))
  return { outputAxis: isTransposed ? 1 : 0, groups, outs: width, count, inputs, fanIn }
}

/**
 * Erdős–Rényi-Kernel densities: proportional to (n_in + n_out + Σk) / (n_in · n_out · Πk), scaled so that all weights together keep what
 * the uniform densities would keep; weights that would pass 1 stay dense (Evci et al., Rigging the Lottery, ICML 2020, section 3).
 */
function erkDensities(weights: readonly Masked[]): number[] {
  const sizes = weights.map((one) => product(one.shape))
  const raw = weights.map(
    (one, k) => one.shape.reduce((total, extent) => total + extent, 0) / (sizes[k] ?? 1),
  )
  const target = weights.reduce((total, one, k) => total + one.density * (sizes[k] ?? 0), 0)
  const dense = new Set<number>()
  for (;;) {
    const at = (k: number): number => sizes[k] ?? 0
    const rest = weights.map((_, k) => k).filter((k) => !dense.has(k))
    const left = target - [...dense].reduce((total, k) => total + at(k), 0)
    const scale = left / rest.reduce((total, k) => total + (raw[k] ?? 0) * at(k), 0)
    const over = rest.filter((k) => (raw[k] ?? 0) * scale > 1)
    if (over.length === 0) return weights.map((_, k) => (dense.has(k) ? 1 : (raw[k] ?? 0) * scale))
    for (const k of over) dense.add(k)
  }
}
