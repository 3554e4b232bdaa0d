// Training memory by module: what the weights take all the time, what is kept for the backward pass, what is there at the peak.
import type { Graph } from '../ir/graph.ts'
import { parameterAt } from './cost.ts'
import { residentPerParameter, totalOf, type HeldTensor, type MemoryAnalysis } from './memory.ts'

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

export const noBytes: ModuleBytes = { residentBytes: 0, savedBytes: 0, peakBytes: 0 }

/** By module path. The sums of the outermost modules are the analysis' own totals of training. */
export function memoryByModule(graph: Graph, analysis: MemoryAnalysis): ReadonlyMap<string, ModuleBytes> {
  const modules = new Map<string, Draft>()
  const charge = (path: string, name: keyof ModuleBytes, bytes: number): void => {
    for (let end = path.length; end !== -1; end = path.lastIndexOf('.', end - 1))
      draftAt(modules, path.slice(0, end))[name] += bytes
  }
  const resident = residentPerParameter(graph, analysis)
  const seen = new Set<number>()
  for (const { origin, parameters } of graph.nodes)
    for (const id of parameters) {
      if (seen.has(id)) continue
      seen.add(id)
      charge(origin.path, 'residentBytes', totalOf(resident(parameterAt(graph, id))))
    }
  const held = (tensors: readonly HeldTensor[], name: keyof ModuleBytes): void => {
    for (const { node, bytes } of tensors) charge(node.origin.path, name, bytes)
  }
  held(analysis.saved.tensors, 'savedBytes')
  held(analysis.training.tensors, 'peakBytes')
  return modules
}

function draftAt(modules: Map<string, Draft>, path: string): Draft {
  const known = modules.get(path)
  if (known !== undefined) return known
  const made = { ...noBytes }
  modules.set(path, made)
  return made
}
