// Masks: once all weights under a fusion's `sparsity` are known, how many connections each keeps, uniformly or by ERK.
import type { Graph, Mask, Parameter, ParameterId } from '../ir/graph.ts'
import { roundHalfEven } from '../text/numbers.ts'

interface Masked {
  readonly id: ParameterId
  readonly shape: readonly number[]
  readonly fusion: number
  readonly density: number
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

function masksFor({ parameters, fusions }: Graph): Map<ParameterId, Mask> {
  const covered: Masked[][] = fusions.map(() => [])
  for (const { id, shape, coverage } of parameters) {
    if (coverage !== undefined)
      covered[coverage.fusion]?.push({ id, shape, fusion: coverage.fusion, density: coverage.density })
  }
  const masks = new Map<ParameterId, Mask>()
  fusions.forEach(({ sparsity }, position) => {
    const own = covered[position] ?? []
    const densities = sparsity?.init === 'erk' ? erkDensities(own) : own.map((one) => one.density)
    own.forEach((one, k) =>
      masks.set(one.id, mask(one, densities[k] ?? one.density, sparsity?.granularity ?? 'kernel')),
    )
  })
  return masks
}

/**
 * A connection is one kernel (input channel to output channel). Kept connections are round(weights · density / kernel size), half to
 * even, as the E2ENet code computes them (boqian333/E2ENet-Medical, sparselearning/core_channel.py).
 */
function mask(weight: Masked, density: number, granularity: Mask['granularity']): Mask {
  const elements = granularity === 'kernel' ? product(weight.shape.slice(2)) : 1
  const weights = product(weight.shape)
  const kept = roundHalfEven((weights * density) / elements)
  return { granularity, density, kept, total: weights / elements, elements, fusion: weight.fusion }
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
