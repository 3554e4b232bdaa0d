// Each operator of an exported model by itself: what the runtime made of its own inputs against what the reference makes of them, at chosen
// positions. A mistake shows at the operator that makes it, and nowhere else.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { channelsOf, withChannels } from '../backends/reference/sampled/channels.ts'
import { chosenPositions } from '../backends/reference/sampled/positions.ts'
import { stored, type Source } from '../backends/reference/sampled/source.ts'
import { sampled } from '../backends/reference/sampled/table.ts'
import type { OnnxGraph, ValuePart } from '../backends/onnx/model.ts'
import type { Range, Ranges } from '../backends/onnx/precision/quantisation.ts'
import { extentOf, settleSizes, type Sizes } from '../backends/sizes.ts'
import { reachOf } from '../compiler/analysis/reach.ts'
import { isProblem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphNode, NodeId, ParameterId } from '../compiler/ir/graph.ts'
import { isWorthHalving } from '../weights/half-range.ts'
import type { Weights } from '../weights/weights.ts'
import { sampledDeviation } from './deviation.ts'
import { magnificationOf } from './magnification.ts'
import type { RuntimeTensor } from './onnx-runtime.ts'
import { roundingOf, samplesFor, storageAllowance, type Stored } from './tolerances.ts'
import type { Deviation, Magnification, ShapeFault } from './verification.ts'

export interface SampleFindings {
  readonly values: Deviation[]
  readonly shapeFaults: ShapeFault[]
  readonly magnified: Magnification[]
  merged: number
  /** The first node whose reference has a value that is no finite number. */
  notFinite: GraphNode | undefined
}

export interface SampleOptions {
  readonly weights: Weights
  readonly outputs: 'inference' | 'all'
  readonly seed: number
  readonly stored: Stored
  /** Of values that are quantised, by name: beyond them they are cut off. */
  readonly ranges?: Ranges
  readonly onNode: () => void
}

/** Takes the values of a model in the order in which they are computed, checks each as soon as all is there that it is made of, and drops what nothing needs any more. */
export class SampleCheck {
  readonly findings: SampleFindings = {
    values: [],
    shapeFaults: [],
    magnified: [],
    merged: 0,
    notFinite: undefined,
  }
  readonly #graph: Graph
  readonly #options: SampleOptions
  readonly #sizes: Sizes
  /** By name: what the runtime gave and something still needs. */
  readonly #given: Map<string, RuntimeTensor>
  /** By node: the name of the value that holds it, or some of its channels. */
  readonly #nameOf: ReadonlyMap<NodeId, string>
  readonly #parts: ReadonlyMap<NodeId, ValuePart>
  /** Not checked yet, with the names of all values that have to be there. */
  #waiting: readonly { readonly node: GraphNode; readonly needs: ReadonlySet<string> }[]

  constructor(
    graph: Graph,
    { valueOf, parts = new Map() }: Pick<OnnxGraph, 'valueOf' | 'parts'>,
    feeds: ReadonlyMap<string, RuntimeTensor>,
    options: SampleOptions,
  ) {
    const sizes = settleSizes(graph, feeds)
    if (isProblem(sizes)) throw new Error(sizes.name)
    this.#graph = graph
    this.#options = options
    this.#sizes = sizes
    this.#given = new Map(feeds)
    const inputs = graph.inputs.map(({ name, node }) => [node, name] as const)
    const partNames = [...parts].map(([node, { name }]) => [node, name] as const)
    this.#nameOf = new Map([...valueOf, ...partNames, ...inputs])
    this.#parts = parts
    const reached = reachOf(graph)[options.outputs === 'all' ? 'training' : 'inference']
    const computed = graph.nodes.filter((node) => reached[node.id] && !isGiven(node))
    const held = computed.filter(({ id }) => valueOf.has(id) || parts.has(id))
    this.findings.merged = computed.length - held.length
    this.#waiting = held.map((node) => ({ node, needs: this.#needsOf(node) }))
  }

  /** The values of one segment. Signals are handed over between turns only: one ends the program after the operator at hand. */
  async take(values: ReadonlyMap<string, RuntimeTensor>): Promise<Problem | undefined> {
    for (const [name, value] of values) this.#given.set(name, value)
    const isReady = ({ needs }: { readonly needs: ReadonlySet<string> }): boolean =>
      [...needs].every((name) => this.#given.has(name))
    for (const { node } of this.#waiting.filter(isReady)) {
      const failed = this.#check(node)
      if (failed !== undefined) return failed
      this.#options.onNode()
      await nextTurn()
    }
    this.#waiting = this.#waiting.filter((one) => !isReady(one))
    const needed = new Set(this.#waiting.flatMap(({ needs }) => [...needs]))
    for (const name of this.#given.keys()) if (!needed.has(name)) this.#given.delete(name)
    return undefined
  }

  /** All values have been taken. */
  finish(): SampleFindings {
    const [left] = this.#waiting
    if (left !== undefined) throw new Error(`the file has no value of ${left.node.origin.path}`)
    return this.findings
  }

  /** Names of the node's own value and of those that it is made of, through nodes that have none. */
  #needsOf({ id, inputs }: GraphNode): ReadonlySet<string> {
    const needs = new Set<string>()
    const own = this.#nameOf.get(id)
    if (own !== undefined) needs.add(own)
    const open = [...inputs]
    const seen = new Set<NodeId>()
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue
      seen.add(next)
      const name = this.#heldName(next)
      if (name === undefined) open.push(...(this.#graph.nodes[next]?.inputs ?? []))
      else needs.add(name)
    }
    return needs
  }

  /** The value that the runtime gives of a node; tables are read where they come from. */
  #heldName(id: NodeId): string | undefined {
    const op = this.#graph.nodes[id]?.op
    return op === 'parameter' || op === 'constant' ? undefined : this.#nameOf.get(id)
  }

  #check(node: GraphNode): Problem | undefined {
    const name = this.#nameOf.get(node.id) ?? ''
    const given = this.#given.get(name)
    if (given === undefined) throw new Error(`${name} has not come`)
    const { ranges } = this.#options
    const weighing = this.#weighing(node)
    const own = weighing?.op === 'conv' ? ranges?.get(name) : undefined
    const reading: Reading = {
      sources: new Map(),
      ranges: own === undefined ? undefined : ranges,
      isLacking: false,
    }
    const computed = this.#computed(node, reading)
    if (isProblem(computed)) return computed
    const part = this.#parts.get(node.id)
    const expected = within(part === undefined ? computed : channelsOf(computed, part.channels), own)
    const { path } = node.origin
    const { findings } = this
    if (given.shape.join() !== expected.shape.join()) {
      findings.shapeFaults.push({ path, expected: expected.shape, given: given.shape })
      return undefined
    }
    const count = samplesFor(expected.summands)
    const positions = chosenPositions(expected.shape, count, this.#options.seed + node.id)
    const samples = expected.at(positions)
    // What reads a channel that the file does not have is wrong, whatever its numbers are.
    if (!reading.isLacking && !samples.values.every(Number.isFinite)) findings.notFinite ??= node
    const allowed = {
      rounding: roundingOf(expected.summands),
      summands: expected.summands,
      storage: weighing === undefined ? 0 : storageAllowance[this.#options.stored],
    }
    const found = sampledDeviation(expected.shape, positions, samples, given, allowed)
    findings.values.push({ node: node.id, path, value: name, compared: positions.length, ...found })
    const magnified = magnificationOf(this.#graph, node, reading.sources.get(node.inputs[0] ?? -1))
    if (magnified !== undefined) findings.magnified.push(magnified)
    return undefined
  }

  /** What has weights that may be stored in less than single precision: the node, or one that is computed along with it. */
  #weighing(node: GraphNode, looked = new Set<NodeId>()): GraphNode | undefined {
    const isStored = (id: ParameterId): boolean => isWorthHalving(this.#graph.parameters[id]?.shape ?? [])
    if (node.parameters.some(isStored)) return node
    for (const id of node.inputs) {
      // Paths that branch meet again: there are many more of them than nodes.
      if (looked.has(id)) continue
      looked.add(id)
      const merged = this.#heldName(id) === undefined ? this.#graph.nodes[id] : undefined
      const found = merged === undefined ? undefined : this.#weighing(merged, looked)
      if (found !== undefined) return found
    }
    return undefined
  }

  #source(id: NodeId, reading: Reading): Source | Problem {
    const { sources, ranges } = reading
    const known = sources.get(id)
    if (known !== undefined) return known
    const node = this.#graph.nodes[id]
    if (node === undefined) throw new Error(`there is no node ${id}`)
    const name = this.#heldName(id) ?? ''
    const value = this.#given.get(name)
    const source =
      value === undefined
        ? this.#computed(node, reading)
        : this.#whole(node, within(stored(value.shape, value.data), ranges?.get(name)), reading)
    if (!isProblem(source)) sources.set(id, source)
    return source
  }

  /** A value that has some of the node's channels, as one that has all. */
  #whole({ id, type }: GraphNode, source: Source, reading: Reading): Source {
    const part = this.#parts.get(id)
    if (part === undefined) return source
    const { symbols } = this.#sizes
    return withChannels(source, part.channels, extentOf(type.shape[0] ?? 1, symbols), () => {
      reading.isLacking = true
    })
  }

  /** What the reference makes of the node's inputs. */
  #computed(node: GraphNode, reading: Reading): Source | Problem {
    const inputs: Source[] = []
    for (const id of node.inputs) {
      const input = this.#source(id, reading)
      if (isProblem(input)) return input
      inputs.push(input)
    }
    const parameters: Float64Array[] = []
    for (const id of node.parameters) {
      const parameter = this.#graph.parameters[id]
      if (parameter === undefined) throw new Error(`there is no parameter ${id}`)
      const numbers = this.#options.weights.numbersOf(parameter)
      if (isProblem(numbers)) return numbers
      parameters.push(Float64Array.from(numbers))
    }
    const { batch, symbols } = this.#sizes
    const extents = node.type.shape.map((dim) => extentOf(dim, symbols))
    return sampled(node, {
      inputs,
      parameters,
      shape: node.type.batched ? [batch, ...extents] : extents,
      lead: node.type.batched ? 1 : 0,
      extentOf: (dim) => extentOf(dim, symbols),
    })
  }
}

interface Reading {
  readonly sources: Map<NodeId, Source>
  /** Where what is read is quantised. */
  readonly ranges: Ranges | undefined
  /** Whether a channel was read that the file does not have. */
  isLacking: boolean
}

/** What is left of values that are quantised by a range. */
function within(source: Source, range: Range | undefined): Source {
  if (range === undefined) return source
  const [least, greatest] = [Math.min(0, range.least), Math.max(0, range.greatest)]
  return {
    ...source,
    at: (positions) => {
      const { values, magnitudes } = source.at(positions)
      return { values: values.map((value) => Math.min(greatest, Math.max(least, value))), magnitudes }
    },
  }
}

/** Both sides were given these. */
const isGiven = ({ op }: GraphNode): boolean => op === 'input' || op === 'parameter' || op === 'constant'
