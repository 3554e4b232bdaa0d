// What a lowering sees of the node that it lowers.
import type { Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { GraphNode, NodeId } from '../../../compiler/ir/graph.ts'
import type { Dim } from '../../../compiler/ir/tensor.ts'
import type { LoweringTable } from '../../backend.ts'
import type { GraphBuilder, Handle, Piece } from './builder.ts'
import { elementsOf, type Arrangement } from './model.ts'
import type { LiveBlock } from '../live-blocks.ts'
import { Value, type Form } from './value.ts'

export class Step {
  readonly builder: GraphBuilder
  /** Of the result, without the batch. */
  readonly shape: readonly number[]
  readonly batched: boolean
  readonly #node: GraphNode
  readonly #values: ReadonlyMap<NodeId, Value>

  constructor(builder: GraphBuilder, node: GraphNode, values: ReadonlyMap<NodeId, Value>) {
    this.builder = builder
    this.#node = node
    this.#values = values
    this.shape = node.type.shape.map(extentOf)
    this.batched = node.type.batched
  }

  input(at = 0): Value {
    const value = this.#values.get(this.#node.inputs[at] ?? -1)
    if (value === undefined) throw new Error(`${this.#node.origin.path} has no input ${at}`)
    return value
  }

  /** What the node is called in Weft. */
  get operator(): string {
    return this.#node.op
  }

  inputs(): Value[] {
    return this.#node.inputs.map((_, at) => this.input(at))
  }

  result(form: Form, handle: Handle): Value {
    return new Value(this.builder, this, form, handle)
  }

  /** The same step, for a tensor on the way to its result. */
  towards({ shape, batched }: Pick<Step, 'shape' | 'batched'>): Step {
    const type = { ...this.#node.type, shape, batched }
    return new Step(this.builder, { ...this.#node, type }, this.#values)
  }

  /** There is no way to say it; what is given back stands for nothing. */
  refuse(problem: Problem): Value {
    this.builder.refuse(problem)
    return this.result('first', { name: '', dims: [] })
  }

  parameterShape(at: number): readonly number[] {
    return this.builder.graph.parameters[this.#node.parameters[at] ?? -1]?.shape ?? []
  }

  /** The blocks of a masked weight that are there, where they are worth picking for. */
  live(at: number): readonly LiveBlock[] | undefined {
    return this.builder.live(this.#node.parameters[at] ?? -1)
  }

  /** A parameter in its own order, under other extents of as many elements if need be. */
  parameter(at: number, dims: readonly number[] = this.parameterShape(at)): Handle {
    const own = this.parameterShape(at)
    const kept = { view: own, order: own.map((_, axis) => axis), reversed: [] }
    return this.builder.as(this.arranged(at, kept, [{ label: '', dims: own }])[0] ?? nothing, dims)
  }

  /** A parameter with its elements in another order, cut along its first axis. */
  arranged(at: number, arrangement: Arrangement, pieces: readonly Piece[]): readonly Handle[] {
    const id = this.#node.parameters[at]
    if (id === undefined) throw new Error(`${this.#node.origin.path} has no parameter ${at}`)
    const count = pieces.reduce((sum, { dims }) => sum + elementsOf(dims), 0)
    if (arrangement.blocks === undefined && count !== elementsOf(this.parameterShape(at)))
      throw new Error(`${this.#node.origin.path} is cut into ${count} elements`)
    return this.builder.parameter(id, arrangement, pieces)
  }
}

const nothing: Handle = { name: '', dims: [] }

/** Free extents were refused before the lowering began. */
export function extentOf(dim: Dim): number {
  if (typeof dim !== 'number') throw new Error('an extent is free')
  return dim
}

export type Table = LoweringTable<Step, Value>
/** The entries of one file. */
export type Entries<K extends keyof Table> = Pick<Table, K>
