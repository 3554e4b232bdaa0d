// Training memory by module: what the weights take all the time, what is kept for the backward pass, what is there at the peak.
import type { Graph } from '../ir/graph.ts'
import { parameterAt } from './cost.ts'
import { residentPerParameter, totalOf, type MemoryAnalysis } from './memory.ts'

/** Bytes of a module with everything inside it. */
export interface ModuleBytes {
  /** Weights, their gradients, what the optimiser keeps, masks, buffers: charged to the first operator that uses them. */
  readonly residentBytes: number
  /** Tensors of its operators that autograd keeps between the passes. */
  readonly savedBytes: number
  /** Its operators' share of the peak of the training step. */
  readonly peakBytes: number
}

type Draft = { -readonly [K in keyof ModuleBytes]: ModuleBytes[K] }

const noBytes: ModuleBytes = { residentBytes: 0, savedBytes: 0, peakBytes: 0 }

/** By module path. The sums of the outermost modules are the analysis' own totals of training. */
export function memoryByModule(graph: Graph, analysis: MemoryAnalysis): ReadonlyMap<string, ModuleBytes> {
  const tree = new Tree()
  const resident = residentPerParameter(graph, analysis)
  const seen = new Set<number>()
  for (const { origin, parameters } of graph.nodes)
    for (const id of parameters) {
      if (seen.has(id)) continue
      seen.add(id)
      tree.charge(origin.path, 'residentBytes', totalOf(resident(parameterAt(graph, id))))
    }
  for (const { node, bytes } of analysis.saved.tensors) tree.charge(node.origin.path, 'savedBytes', bytes)
  for (const { node, bytes } of analysis.training.tensors) tree.charge(node.origin.path, 'peakBytes', bytes)
  return tree.modules
}

class Tree {
  readonly modules = new Map<string, Draft>()
  /** By path: the module and what encloses it. */
  readonly #chains = new Map<string, readonly Draft[]>()

  charge(path: string, name: keyof ModuleBytes, bytes: number): void {
    for (const one of this.#chain(path)) one[name] += bytes
  }

  #chain(path: string): readonly Draft[] {
    const known = this.#chains.get(path)
    if (known !== undefined) return known
    const own = { ...noBytes }
    this.modules.set(path, own)
    const dot = path.lastIndexOf('.')
    const chain = dot === -1 ? [own] : [own, ...this.#chain(path.slice(0, dot))]
    this.#chains.set(path, chain)
    return chain
  }
}
