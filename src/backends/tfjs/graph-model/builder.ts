// Collects TensorFlow nodes and constants while a graph is lowered.
import type { Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphNode, ParameterId } from '../../../compiler/ir/graph.ts'
import type { LiveBlock } from '../live-blocks.ts'
import type { Arrangement, TfAttributes, TfBlock, TfNode, TfOp, TfTensor } from './model.ts'
import { elementsOf } from './model.ts'

/** A tensor of the TensorFlow graph. The first extent of what has a batch is -1: the batch times what is folded into it. */
export interface Handle {
  readonly name: string
  readonly dims: readonly number[]
}

/** A node that cannot be said. */
export interface Unsayable {
  readonly node: GraphNode
  readonly problem: Problem
}

export class GraphBuilder {
  readonly nodes: TfNode[] = []
  readonly blocks: TfBlock[] = []
  readonly unsayable: Unsayable[] = []
  readonly graph: Graph
  readonly #names: Set<string>
  readonly #constants = new Map<string, readonly Handle[]>()
  readonly #views = new Map<string, Handle>()
  #current: GraphNode | undefined

  readonly #liveOf: (id: ParameterId) => readonly LiveBlock[] | undefined

  /** Names that are taken from the start belong to inputs and outputs. \`liveOf\` a masked weight: its blocks, where they are worth picking for. */
  constructor(
    graph: Graph,
    taken: readonly string[],
    liveOf: (id: ParameterId) => readonly LiveBlock[] | undefined,
  ) {
    this.graph = graph
    this.#liveOf = liveOf
    this.#names = new Set(taken)
  }

  /** What is emitted from here on belongs to this node and has its path in front. */
  enter(node: GraphNode): void {
    this.#current = node
  }

  live(id: ParameterId): readonly LiveBlock[] | undefined {
    return this.#liveOf(id)
  }

  /** There is no way to say the node. */
  refuse(problem: Problem): void {
    if (this.#current !== undefined) this.unsayable.push({ node: this.#current, problem })
  }

  op(op: TfOp, inputs: readonly Handle[], dims: readonly number[], attributes: TfAttributes = {}): Handle {
    const name = this.#unique(`${this.#current?.origin.path ?? 'graph'}/${op}`)
    this.#push({ name, op, dims, inputs: inputs.map((one) => one.name), attributes })
    return { name, dims }
  }

  /** A node whose name is an interface: an input or an output. */
  named({ name, dims }: Handle, op: TfOp, inputs: readonly Handle[], attributes: TfAttributes = {}): void {
    this.#push({ name, op, dims, inputs: inputs.map((one) => one.name), attributes })
  }

  /** The same elements under other extents: costs nothing when it runs. */
  as(handle: Handle, dims: readonly number[]): Handle {
    if (handle.dims.join() === dims.join()) return handle
    const key = `${handle.name} ${dims.join()}`
    const known = this.#views.get(key)
    if (known !== undefined) return known
    const view = this.op('Reshape', [handle, this.ints(dims)], dims)
    this.#views.set(key, view)
    return view
  }

  /** A vector of whole numbers: shapes, axes, places. */
  ints(values: readonly number[]): Handle {
    return this.#small('int32', values, [values.length])
  }

  /** A matrix of whole numbers: paddings. */
  table(rows: readonly (readonly number[])[]): Handle {
    return this.#small('int32', rows.flat(), [rows.length, rows[0]?.length ?? 0])
  }

  int(value: number): Handle {
    return this.#small('int32', [value], [])
  }

  /** A constant that is no parameter; a scalar unless extents are given. */
  floats(values: readonly number[], dims: readonly number[] = []): Handle {
    return this.#small('float', values, dims)
  }

  /** The tensors that a parameter becomes, once for each arrangement. Several have `labels`; one in the parameter's own order has its path. */
  parameter(id: ParameterId, arrangement: Arrangement, pieces: readonly Piece[]): readonly Handle[] {
    const key = JSON.stringify([id, arrangement, pieces])
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const { path } = this.graph.parameters[id] ?? { path: '' }
    const tensors = pieces.map(({ label, dims }) => ({
      name: this.#unique(label === '' ? path : `${path}/${label}`),
      dims,
    }))
    return this.#keep(key, tensors, { kind: 'parameter', tensors, parameter: id, arrangement })
  }

  #push(node: Omit<TfNode, 'origin'>): void {
    if (this.#current === undefined) throw new Error(`${node.name} is of no node`)
    this.nodes.push({ ...node, origin: this.#current.id })
  }

  #small(kind: 'int32' | 'float', values: readonly number[], dims: readonly number[]): Handle {
    const key = `${kind} ${values.join()} [${dims.join()}]`
    const known = this.#constants.get(key)?.[0]
    if (known !== undefined) return known
    if (values.length !== elementsOf(dims)) throw new Error(`${values.length} values for ${dims.join('×')}`)
    const tensor = { name: this.#unique(`constant/${this.#constants.size}`), dims }
    this.#keep(key, [tensor], { kind, tensors: [tensor], values })
    return tensor
  }

  #keep(key: string, tensors: readonly TfTensor[], block: TfBlock): readonly Handle[] {
    this.#constants.set(key, tensors)
    this.blocks.push(block)
    return tensors
  }

  #unique(wanted: string): string {
    let name = wanted
    for (let count = 2; this.#names.has(name); count++) name = `${wanted}_${count}`
    this.#names.add(name)
    return name
  }
}

/** One of the tensors that a parameter is cut into, along its first axis once arranged. */
export interface Piece {
  readonly label: string
  readonly dims: readonly number[]
}
