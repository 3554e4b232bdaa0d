// Values of graphs as text, so that they can be compared and shown: attributes, arguments, indices.
import type { GraphNode, NodeId, Graph } from '../../ir/graph.ts'
import { formatDim, type SymbolicDim } from '../../ir/tensor.ts'

/** An explicit attribute or argument as the language would write it: `[1, 3, 3]`, `he(slope = 0.01)`, `true`. */
export function showValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(showValue).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  if (isDim(value)) return formatDim(value)
  const fields = Object.entries(value)
  if (isTerm(value)) {
    const named = Object.entries(value.named).map(([name, one]) => `${name} = ${showValue(one)}`)
    const all = [...value.positional.map(showValue), ...named]
    return all.length === 0 ? value.word : `${value.word}(${all.join(', ')})`
  }
  return `{${fields.map(([name, one]) => `${name} = ${showValue(one)}`).join(', ')}}`
}

function isDim(value: object): value is SymbolicDim {
  return 'kind' in value && value.kind === 'symbolic'
}

interface AnyTerm {
  readonly word: string
  readonly positional: readonly unknown[]
  readonly named: Readonly<Record<string, unknown>>
}

function isTerm(value: object): value is AnyTerm {
  return 'kind' in value && value.kind === 'term' && 'word' in value && 'named' in value
}

/** `node[1,2]`; the bare word without indices. */
export function showIndex(word: string, index: readonly number[]): string {
  return index.length === 0 ? word : `${word}[${index.join(',')}]`
}

export function nodeAt(graph: Graph, id: NodeId): GraphNode {
  const found = graph.nodes[id]
  if (found === undefined) throw new Error(`no node ${id}`)
  return found
}
