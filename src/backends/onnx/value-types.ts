// The types of all values of an ONNX graph, those between whole Weft nodes included, so that viewers show shapes and tools can cut a model
// anywhere. What is a whole node has the type that the compiler found; the rest follows from it by ONNX's own shape rules.
import { symbolDim, type TensorType } from '../../compiler/ir/tensor.ts'
import { elementsOf, type ElementType, type OnnxGraph, type OnnxNode, type OnnxTensor } from './model.ts'
import { shapeRules, type Extents, type Operands } from './shape-rules.ts'

export interface ValueType {
  readonly elements: ElementType
  /** With the batch; an extent that has no exact form is undefined. */
  readonly shape: Extents
}

/** `batch`: its name where it is free. */
export function wholeType({ shape, batched }: TensorType, batch: string | number): ValueType {
  const leading = typeof batch === 'number' ? batch : symbolDim({ name: batch, multiple: 1 })
  return { elements: 'float', shape: batched ? [leading, ...shape] : shape }
}

/** What inputs are and nodes give, but for shapes that no rule tells. */
export function valueTypes(graph: OnnxGraph, batch: string | number): ReadonlyMap<string, ValueType> {
  const known = new Known(graph, batch)
  for (const node of graph.nodes) known.add(node)
  return known.types
}

/** Those that the file states: not of inputs and outputs, which state their own, nor of what is brief. */
export function typesBetween(
  graph: OnnxGraph,
  batch: string | number,
): readonly (readonly [string, ValueType])[] {
  const ends = [...graph.inputs, ...graph.outputs].map(({ name }) => name)
  const brief = graph.nodes.flatMap(({ outputs, isBrief }) => (isBrief === true ? outputs : []))
  const unsaid = new Set([...ends, ...brief])
  return [...valueTypes(graph, batch)].filter(([name]) => !unsaid.has(name))
}

class Known {
  readonly types = new Map<string, ValueType>()
  readonly #batch: string | number
  /** Elements of vectors that shapes are made of. */
  readonly #contents = new Map<string, Extents>()
  readonly #tensors: ReadonlyMap<string, OnnxTensor>
  readonly #whole: ReadonlyMap<string, TensorType>

  constructor({ tensors, inputs, types }: OnnxGraph, batch: string | number) {
    this.#batch = batch
    this.#tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]))
    this.#whole = types
    for (const { name, type } of inputs) this.types.set(name, wholeType(type, batch))
  }

  add(node: OnnxNode): void {
    const operands = this.#operandsOf(node)
    const [first = '', second] = node.outputs
    const contents = shapeRules[node.op].contents?.(node, operands)
    if (contents !== undefined) this.#contents.set(first, contents)
    const whole = this.#whole.get(first)
    const type = whole === undefined ? this.#inferred(node, operands) : wholeType(whole, this.#batch)
    if (type === undefined) return
    this.types.set(first, type)
    // The only second results are places of a MaxPool.
    if (second !== undefined) this.types.set(second, { elements: 'int64', shape: type.shape })
  }

  #typeOf(name: string): ValueType | undefined {
    const tensor = this.#tensors.get(name)
    if (tensor === undefined) return this.types.get(name)
    return { elements: elementsOf(tensor), shape: tensor.shape }
  }

  #inferred(node: OnnxNode, operands: Operands): ValueType | undefined {
    const shape = shapeRules[node.op].shape(node, operands)
    return shape === undefined ? undefined : { elements: this.#elementsOf(node), shape }
  }

  /** Casts are to floats only, and quantised is to int8 only. */
  #elementsOf({ op, inputs: [first = ''] }: OnnxNode): ElementType {
    if (op === 'Shape') return 'int64'
    if (op === 'QuantizeLinear') return 'int8'
    return op === 'Cast' || op === 'DequantizeLinear' ? 'float' : (this.#typeOf(first)?.elements ?? 'float')
  }

  #operandsOf({ inputs }: OnnxNode): Operands {
    return {
      count: inputs.length,
      shape: (at) => this.#typeOf(inputs[at] ?? '')?.shape,
      contents: (at) => {
        const name = inputs[at] ?? ''
        const content = this.#tensors.get(name)?.content
        return content?.kind === 'int64' ? content.values : this.#contents.get(name)
      },
    }
  }
}
