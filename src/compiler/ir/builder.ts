// The only way to make a graph: adds operators one by one, each inferred and given its parameters, then freezes.
import { isProblem, problem, type IndexBinding, type Problem } from '../diagnostics/diagnostic.ts'
import type { AnyAttributes, Inference, ParameterSpec } from '../ops/op.ts'
import type { PrimitiveName } from '../ops/registry.ts'
import type { Span } from '../text/source.ts'
import type {
  Backbone,
  BlockCall,
  Budget,
  Coverage,
  Fusion,
  Graph,
  GraphInput,
  GraphNode,
  GraphOutput,
  Kept,
  NodeId,
  Origin,
  Parameter,
  ParameterId,
} from './graph.ts'
import { pathReader, type Scope } from './scope.ts'
import type { Shape, TensorType } from './tensor.ts'

/** Weights used by several applications of one block: made by the first, taken in the same order by the others. */
export interface SharedWeights {
  readonly parameters: ParameterId[]
  complete: boolean
}

/** One application of a shared block. */
export interface Sharing {
  readonly weights: SharedWeights
  cursor: number
}

/** Where an operator stands. */
export interface Place {
  readonly scope: Scope
  readonly span: Span
  readonly calls: readonly Span[]
  readonly indices: readonly IndexBinding[]
  readonly sharing: Sharing | undefined
  readonly coverage: Coverage | undefined
}

export interface DraftNode {
  readonly op: PrimitiveName
  readonly attributes: Readonly<Record<string, unknown>>
  readonly inputs: readonly NodeId[]
  readonly parameters: readonly ParameterId[]
  readonly type: TensorType
  readonly place: Place
}

export interface DraftParameter {
  readonly spec: ParameterSpec
  /** The operator that makes it: the first of those that use it. */
  readonly node: NodeId
  /** Set for convolution weights under a fusion's `sparsity`. */
  readonly coverage: Coverage | undefined
}

/** What has a path that is not final yet: a backbone, a fusion, what is kept. */
export type Draft<T> = Omit<T, 'path'> & { readonly scope: Scope }

/** A block's application while the graph is under construction: arguments are read at the end, when those that were needed are known. */
export type DraftBlock = Omit<BlockCall, 'path' | 'arguments'> & {
  readonly scope: Scope
  readonly readArguments: () => BlockCall['arguments']
}

/** What surrounds the nodes in a finished graph. */
export interface GraphFrame {
  readonly network: string
  readonly doc?: string
  readonly arguments: Graph['arguments']
  readonly inputs: readonly GraphInput[]
  readonly outputs: readonly GraphOutput[]
  readonly backbones: readonly Draft<Backbone>[]
  readonly fusions: readonly Draft<Fusion>[]
  readonly kept: readonly Draft<Kept>[]
  readonly budgets: readonly Budget[]
}

const noParameters: readonly ParameterId[] = []
const convolutions: ReadonlySet<PrimitiveName> = new Set(['conv', 'conv_transpose'])

export class GraphBuilder {
  readonly nodes: DraftNode[] = []
  readonly parameters: DraftParameter[] = []
  readonly blocks: DraftBlock[] = []
  readonly #maxNodes: number

  constructor(maxNodes: number) {
    this.#maxNodes = maxNodes
  }

  typeOf(id: NodeId): TensorType {
    const node = this.nodes[id]
    if (node === undefined) throw new Error(`no node ${id}`)
    return node.type
  }

  shapeOf(id: NodeId): Shape {
    return this.typeOf(id).shape
  }

  /** Adds one inferred application of an operator. */
  add(
    op: PrimitiveName,
    inputs: readonly NodeId[],
    found: Inference<AnyAttributes>,
    place: Place,
  ): NodeId | Problem {
    if (this.nodes.length >= this.#maxNodes) return problem('too-many-nodes', { limit: this.#maxNodes })
    if (found.output.shape.some((extent) => typeof extent === 'number' && extent > Number.MAX_SAFE_INTEGER))
      return problem('integer-overflow', { what: `an extent that \`${op}\` gives` })
    const parameters =
      found.parameters.length === 0 ? noParameters : this.#parametersFor(op, found.parameters, place)
    if (isProblem(parameters)) return parameters
    this.nodes.push({ op, attributes: found.attributes, inputs, parameters, type: found.output, place })
    return this.nodes.length - 1
  }

  #parametersFor(op: PrimitiveName, specs: readonly ParameterSpec[], place: Place): ParameterId[] | Problem {
    const { sharing } = place
    if (sharing?.weights.complete !== true) return specs.map((spec) => this.#make(op, spec, place))
    const ids = specs.map((spec) => this.#take(spec, sharing))
    return ids.find(isProblem) ?? ids.filter((id) => typeof id === 'number')
  }

  #make(op: PrimitiveName, spec: ParameterSpec, place: Place): ParameterId {
    const masked = spec.name === 'weight' && convolutions.has(op)
    this.parameters.push({ spec, node: this.nodes.length, coverage: masked ? place.coverage : undefined })
    const id = this.parameters.length - 1
    place.sharing?.weights.parameters.push(id)
    return id
  }

  #take(spec: ParameterSpec, sharing: Sharing): ParameterId | Problem {
    const id = sharing.weights.parameters[sharing.cursor]
    const before = id === undefined ? undefined : this.parameters[id]?.spec
    if (id === undefined || before === undefined || before.shape.join() !== spec.shape.join()) {
      return problem('shared-weights-differ', {
        parameter: spec.name,
        before: before === undefined ? 'none' : before.shape.join('×'),
        now: spec.shape.join('×'),
      })
    }
    sharing.cursor += 1
    return id
  }

  /** Paths become final here: the graph is complete and frozen. */
  finish(frame: GraphFrame): Graph {
    const pathOf = pathReader()
    const nodes = this.nodes.map((draft, id): GraphNode => ({
      id,
      op: draft.op,
      attributes: draft.attributes,
      inputs: draft.inputs,
      parameters: draft.parameters,
      type: draft.type,
      origin: originOf(draft.place, pathOf),
    }))
    const parameters = this.parameters.map(({ spec, node, coverage }, id): Parameter => {
      const origin = originAt(nodes, node)
      const { name, shape, init, buffer } = spec
      const path = `${origin.path}.${name}`
      const parameter = { id, path, name, shape, init, buffer, origin }
      // New property first: V8 gives each object that is spread and then extended a hidden class of its own.
      return coverage === undefined ? parameter : { coverage, ...parameter }
    })
    const backbones = frame.backbones.map(({ scope, ...rest }) => ({ ...rest, path: pathOf(scope) }))
    const fusions = frame.fusions.map(({ scope, ...rest }) => ({ ...rest, path: pathOf(scope) }))
    const kept = frame.kept.map(({ scope, ...rest }) => ({ ...rest, path: pathOf(scope) }))
    const blocks = this.blocks.map(({ scope, readArguments, ...rest }) => ({
      ...rest,
      path: pathOf(scope),
      arguments: readArguments(),
    }))
    return { ...frame, nodes, parameters, backbones, fusions, kept, blocks }
  }
}

function originOf(place: Place, pathOf: (scope: Scope) => string): Origin {
  return { span: place.span, calls: place.calls, path: pathOf(place.scope), indices: place.indices }
}

function originAt(nodes: readonly GraphNode[], id: NodeId): Origin {
  const node = nodes[id]
  if (node === undefined) throw new Error(`no node ${id}`)
  return node.origin
}
