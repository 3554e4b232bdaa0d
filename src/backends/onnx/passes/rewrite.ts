// What passes share: replacing a node by a few, with tensors of their own.
import type { Numbers } from '../../../weights/weights.ts'
import type { OnnxAttributes, OnnxGraph, OnnxNode, OnnxTensor } from '../model.ts'
import type { OnnxOp } from '../opsets.ts'
import { derivedTensor, distinct } from './derived-tensors.ts'

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
  return { ...graph, nodes, tensors: distinct(tensors) }
}

/** The nodes that take the place of one: named after it, the last with its name and output. */
export class Replacement {
  readonly nodes: OnnxNode[]
  readonly tensors: OnnxTensor[]
  readonly #old: OnnxNode
  /** Begins the names of what is made. */
  readonly prefix: string
  readonly #isBrief: boolean

  constructor(
    old: OnnxNode,
    { prefix = old.name, nodes = [], tensors = [], isBrief = false }: Partial<Draft> = {},
  ) {
    this.#old = old
    this.prefix = prefix
    this.#isBrief = isBrief
    this.nodes = nodes
    this.tensors = tensors
  }

  /** A part of the same replacement, one of many alike: a word before its labels, and values that are brief. */
  part(label: string): Replacement {
    const { nodes, tensors } = this
    return new Replacement(this.#old, { prefix: `${this.prefix}/${label}`, nodes, tensors, isBrief: true })
  }

  prepare(label: string, op: OnnxOp, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    const name = `${this.prefix}/${label}`
    const brief = this.#isBrief ? { isBrief: true } : {}
    this.nodes.push({ name, op, inputs, outputs: [name], attributes, origin: this.#old.origin, ...brief })
    return name
  }

  finish(op: OnnxOp, inputs: readonly string[], attributes: OnnxAttributes = {}): true {
    const { name, outputs, origin } = this.#old
    this.nodes.push({ name, op, inputs, outputs, attributes, origin })
    return true
  }

  floats(label: string, values: readonly number[], shape: readonly number[] = []): string {
    const name = `${this.prefix}/${label}`
    this.tensors.push({ name, shape, content: { kind: 'float', values } })
    return name
  }

  ints(label: string, values: readonly number[]): string {
    return this.#vector(label, values, 'int64')
  }

  /** What a Gather picks by: in half the bytes of `ints`, which shapes have to be. */
  places(label: string, values: readonly number[]): string {
    return this.#vector(label, values, 'int32')
  }

  #vector(label: string, values: readonly number[], kind: 'int32' | 'int64'): string {
    const name = `${this.prefix}/${label}`
    this.tensors.push({ name, shape: [values.length], content: { kind, values } })
    return name
  }

  bytes(label: string, values: readonly number[], shape: readonly number[]): string {
    const name = `${this.prefix}/${label}`
    this.tensors.push({ name, shape, content: { kind: 'int8', values } })
    return name
  }

  /** A weight in another form, named after what it is made of, when it is written. */
  derived(
    of: OnnxTensor,
    label: string,
    shape: readonly number[],
    make: (numbers: Numbers) => Numbers,
  ): string {
    const tensor = derivedTensor(of, label, shape, make)
    this.tensors.push(tensor)
    return tensor.name
  }
}

interface Draft {
  readonly prefix: string
  readonly nodes: OnnxNode[]
  readonly tensors: OnnxTensor[]
  readonly isBrief: boolean
}
