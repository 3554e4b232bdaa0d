// Collects ONNX nodes and tensors while a graph is lowered; each Weft node gets a step of its own to emit through.
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphNode, NodeId, ParameterId } from '../../compiler/ir/graph.ts'
import type { TensorType } from '../../compiler/ir/tensor.ts'
import type { Weights } from '../../weights/weights.ts'
import type { OnnxAttributes, OnnxNode, OnnxTensor } from './model.ts'
import { sinceOpset, type OnnxOp } from './opsets.ts'

/** A node that cannot be said: not in this operator set, or not at all. */
export interface Unsayable {
  readonly node: GraphNode
  readonly problem: Problem
}

export class OnnxBuilder {
  readonly nodes: OnnxNode[] = []
  readonly tensors: OnnxTensor[] = []
  readonly unsayable: Unsayable[] = []
  /** The highest operator set that something emitted needs. */
  neededOpset = 0
  readonly opset: number
  readonly graph: Graph
  readonly #weights: Weights
  readonly #values = new Map<NodeId, string>()
  readonly #tensorNames = new Set<string>()
  readonly #outputNames: ReadonlyMap<NodeId, string>
  readonly #takenNames: ReadonlySet<string>
  readonly #shared = new Map<string, string>()

  constructor(
    graph: Graph,
    weights: Weights,
    opset: number,
    outputs: readonly { readonly name: string; readonly node: NodeId }[],
  ) {
    this.graph = graph
    this.opset = opset
    this.#weights = weights
    this.#outputNames = new Map(outputs.toReversed().map(({ name, node }) => [node, name]))
    this.#takenNames = new Set(outputs.map(({ name }) => name))
  }

  nodeAt(id: NodeId): GraphNode {
    const node = this.graph.nodes[id]
    if (node === undefined) throw new Error(`no node ${id}`)
    return node
  }

  /** The name that a node's own result has: that of the output it is, else its module path. */
  ownName(node: GraphNode): string {
    const { path } = node.origin
    return this.#outputNames.get(node.id) ?? (this.#takenNames.has(path) ? `${path}/value` : path)
  }

  valueOf(id: NodeId): string {
    const found = this.#values.get(id)
    if (found === undefined) throw new Error(`node ${id} is not lowered yet`)
    return found
  }

  setValue(id: NodeId, value: string): void {
    this.#values.set(id, value)
  }

  values(): ReadonlyMap<NodeId, string> {
    return this.#values
  }

  /** `needs`: the first operator set with the form that is used, where that is not the operator's usual one. */
  push(node: OnnxNode, needs: number = sinceOpset[node.op]): void {
    this.neededOpset = Math.max(this.neededOpset, needs)
    if (needs > this.opset) {
      const weft = this.nodeAt(node.origin)
      const parts = { operator: weft.op, onnx: node.op, needs, opset: this.opset }
      this.unsayable.push({ node: weft, problem: problem('opset-too-low', parts) })
    }
    this.nodes.push(node)
  }

  /** The value of that name, made when it is first asked for. */
  shared(name: string, make: () => string): string {
    const value = this.#shared.get(name) ?? make()
    this.#shared.set(name, value)
    return value
  }

  /** The tensor of that name, once. */
  tensor(tensor: OnnxTensor): string {
    if (!this.#tensorNames.has(tensor.name)) this.tensors.push(tensor)
    this.#tensorNames.add(tensor.name)
    return tensor.name
  }

  parameter(id: ParameterId): string {
    const parameter = this.graph.parameters[id]
    if (parameter === undefined) throw new Error(`no parameter ${id}`)
    const numbers = (): ReturnType<Weights['numbersOf']> => this.#weights.numbersOf(parameter)
    const content = { kind: 'parameter', parameter: id, numbers } as const
    return this.tensor({ name: parameter.path, shape: parameter.shape, content })
  }
}

/** What a lowering sees of the node that it lowers. */
export class Step {
  readonly #builder: OnnxBuilder
  readonly #node: GraphNode
  /** What names of prepared values begin with. */
  readonly #prefix: string

  constructor(builder: OnnxBuilder, node: GraphNode, prefix: string = node.origin.path) {
    this.#builder = builder
    this.#node = node
    this.#prefix = prefix
  }

  get opset(): number {
    return this.#builder.opset
  }

  /** The value that input `at` is. */
  input(at = 0): string {
    const id = this.#node.inputs[at]
    if (id === undefined) throw new Error(`${this.#node.origin.path} has no input ${at}`)
    return this.#builder.valueOf(id)
  }

  inputs(): string[] {
    return this.#node.inputs.map((_, at) => this.input(at))
  }

  /** Whether an operator of that name gives input `at`. */
  isMadeBy(op: OnnxOp, at = 0): boolean {
    const value = this.input(at)
    return this.#builder.nodes.some((node) => node.op === op && node.outputs.includes(value))
  }

  inputType(at = 0): TensorType {
    return this.#builder.nodeAt(this.#node.inputs[at] ?? -1).type
  }

  /** The tensor that parameter `at` is; the empty name where the operator has none there. */
  parameter(at: number): string {
    const id = this.#node.parameters[at]
    return id === undefined ? '' : this.#builder.parameter(id)
  }

  /** A tensor of whole numbers: pads, axes, shapes; a vector unless a shape is given. */
  ints(label: string, values: readonly number[], shape: readonly number[] = [values.length]): string {
    const content = { kind: 'int64', values } as const
    return this.#builder.tensor({ name: this.#labelled(label), shape, content })
  }

  /** A small tensor of floats; a scalar unless a shape is given. */
  floats(label: string, values: readonly number[], shape: readonly number[] = []): string {
    const content = { kind: 'float', values } as const
    return this.#builder.tensor({ name: this.#labelled(label), shape, content })
  }

  /** A node that prepares for the last one. */
  prepare(
    label: string,
    op: OnnxOp,
    inputs: readonly string[],
    attributes: OnnxAttributes = {},
    needs?: number,
  ): string {
    const name = this.#labelled(label)
    this.#push({ name, op, inputs, outputs: [name], attributes, origin: this.#node.id }, needs)
    return name
  }

  /** A value that many nodes prepare alike: the first that asks makes it. */
  shared(name: string, make: (step: Step) => string): string {
    return this.#builder.shared(name, () => make(new Step(this.#builder, this.#node, `shared/${name}`)))
  }

  /** The second result of a node whose first nothing reads. */
  second(label: string, op: OnnxOp, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    const name = this.#labelled(label)
    const outputs = [`${name}/unread`, name]
    this.#push({ name, op, inputs, outputs, attributes, origin: this.#node.id })
    return name
  }

  /** The node that gives the result; it has the module path as its name. `needs` as for the builder. */
  finish(op: OnnxOp, inputs: readonly string[], attributes: OnnxAttributes = {}, needs?: number): string {
    const output = this.#builder.ownName(this.#node)
    const { path } = this.#node.origin
    this.#push({ name: path, op, inputs, outputs: [output], attributes, origin: this.#node.id }, needs)
    return output
  }

  /** There is no way to say it; the name that is given back stands for nothing. */
  refuse(problem: Problem): string {
    this.#builder.unsayable.push({ node: this.#node, problem })
    return ''
  }

  /** The inputs of the network, for reading extents at run time. */
  networkInputs(): readonly { readonly name: string; readonly type: TensorType }[] {
    const { inputs } = this.#builder.graph
    return inputs.map(({ name, node }) => ({ name, type: this.#builder.nodeAt(node).type }))
  }

  #push(node: OnnxNode, needs?: number): void {
    const inputs = node.inputs.slice(0, node.inputs.findLastIndex((name) => name !== '') + 1)
    this.#builder.push({ ...node, inputs }, needs)
  }

  #labelled(label: string): string {
    return `${this.#prefix}/${label}`
  }
}
