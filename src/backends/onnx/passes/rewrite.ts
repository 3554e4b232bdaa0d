// What passes share: replacing a node by a few, with tensors of their own.
import type { OnnxAttributes, OnnxGraph, OnnxNode, OnnxTensor } from '../model.ts'
import type { OnnxOp } from '../opsets.ts'

/** Replaces nodes one by one; what `replace` leaves alone stays. */
export function rewrite(
  graph: OnnxGraph,
  replace: (node: OnnxNode, draft: Replacement) => boolean,
): OnnxGraph {
  const tensors = [...graph.tensors]
  const nodes = graph.nodes.flatMap((node) => {
    const draft = new Replacement(node)
    if (!replace(node, draft)) return [node]
    tensors.push(...draft.tensors)
    return draft.nodes
  })
  return { ...graph, nodes, tensors }
}

/** The nodes that take the place of one: named after it, the last with its name and output. */
export class Replacement {
  readonly nodes: OnnxNode[] = []
  readonly tensors: OnnxTensor[] = []
  readonly #old: OnnxNode

  constructor(old: OnnxNode) {
    this.#old = old
  }

  prepare(label: string, op: OnnxOp, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    const name = `${this.#old.name}/${label}`
    this.nodes.push({ name, op, inputs, outputs: [name], attributes, origin: this.#old.origin })
    return name
  }

  finish(op: OnnxOp, inputs: readonly string[], attributes: OnnxAttributes = {}): true {
    const { name, outputs, origin } = this.#old
    this.nodes.push({ name, op, inputs, outputs, attributes, origin })
    return true
  }

  floats(label: string, values: readonly number[], shape: readonly number[] = []): string {
    const name = `${this.#old.name}/${label}`
    this.tensors.push({ name, shape, content: { kind: 'float', values } })
    return name
  }

  ints(label: string, values: readonly number[]): string {
    const name = `${this.#old.name}/${label}`
    this.tensors.push({ name, shape: [values.length], content: { kind: 'int64', values } })
    return name
  }
}
