// Volumes as rows: one channel of one depth slice is a row of neighbouring elements, and a Gather with a constant index puts rows of several
// sources where a pass wants them, zeros included, in one copy. What the passes share that work so.
import type { Graph, GraphNode, NodeId } from '../../../compiler/ir/graph.ts'
import type { Dim } from '../../../compiler/ir/tensor.ts'
import { int, ints, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../model.ts'
import { distinct } from './derived-tensors.ts'
import { Replacement } from './rewrite.ts'

/** Where rows come from. */
export interface Source {
  readonly value: string
  readonly channels: number
  /** Rows channel by channel, as in `[N, C, D, H, W]`, or slice by slice, as before a transposition back. */
  readonly order: 'channels' | 'slices'
  /** The value that is no longer made where the rows are taken from before its transposition. */
  readonly replaces?: string
}

/** Who makes and who reads the values of the ONNX graph. */
export class Uses {
  readonly makers: ReadonlyMap<string, OnnxNode>
  readonly #counts = new Map<string, number>()

  constructor({ nodes, outputs }: OnnxGraph) {
    this.makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
    for (const name of readings(nodes)) this.#count(name)
    for (const { name } of outputs) this.#count(name)
  }

  #count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  /** How many Weft nodes and outputs read the value. */
  of(value: string): number {
    return this.#counts.get(value) ?? 0
  }
}

/** Each value once for each Weft node that reads it. */
function readings(nodes: readonly OnnxNode[]): string[] {
  const readers = new Map<NodeId, Set<string>>()
  for (const { origin, inputs } of nodes)
    readers.set(origin, new Set([...(readers.get(origin) ?? []), ...inputs]))
  return [...readers.values()].flatMap((names) => [...names])
}

/** The sources of a value: those that a concat joins that nobody else reads, or the value itself. */
export function sourcesOf(id: NodeId, graph: Graph, model: OnnxGraph, uses: Uses): Sources {
  const node = graph.nodes[id]
  const isJoin =
    node?.op === 'concat' && node.attributes['axis'] === 0 && uses.of(model.valueOf.get(id) ?? '') === 1
  const read = isJoin ? node.inputs : [id]
  return {
    sources: read.map((one) => sourceOf(one, graph, model, uses)),
    merged: isJoin ? [id] : [],
  }
}

export interface Sources {
  readonly sources: readonly Source[]
  /** The concat, when its work is done by gathering. */
  readonly merged: readonly NodeId[]
}

/** A value that was only transposed back from slices for this reader is read as slices. */
function sourceOf(id: NodeId, graph: Graph, model: OnnxGraph, uses: Uses): Source {
  const value = model.valueOf.get(id) ?? ''
  const channels = model.kept?.get(id)?.length ?? graph.nodes[id]?.type.shape[0]
  if (typeof channels !== 'number') throw new Error('channels are always known')
  const maker = uses.makers.get(value)
  const [slices] = maker?.inputs ?? []
  const perm = maker?.attributes['perm']
  const isTurned = maker?.op === 'Transpose' && perm?.kind === 'ints' && perm.values.join() === '0,2,1,3,4'
  if (!isTurned || slices === undefined || uses.of(value) !== 1 || maker.origin !== id)
    return { value, channels, order: 'channels' }
  return { value: slices, channels, order: 'slices', replaces: value }
}

/** `[C, D, H, W]` where all of it is known. */
export function knownVolume(shape: readonly Dim[]): readonly [number, number, number, number] | undefined {
  const [channels, depth, height, width] = shape
  if (typeof channels !== 'number' || typeof depth !== 'number') return undefined
  if (typeof height !== 'number' || typeof width !== 'number' || shape.length !== 4) return undefined
  return [channels, depth, height, width]
}

/** Which row is slice `slice` of a channel. */
export type RowOf = (slice: number) => number

/** The rows of several sources, one source after the other, and a row of zeros behind them. */
export interface JoinedRows {
  /** `[N, rows, H·W]`. */
  readonly value: string
  /** For each channel of the sources: the row of one of its slices. */
  readonly places: readonly RowOf[]
  readonly zero: number
}

export function joinRows(draft: Replacement, sources: readonly Source[], depth: number): JoinedRows {
  const rows = rowsOf(draft, sources, depth)
  const value = draft.prepare('rows', 'Concat', [...rows, zeroRow(draft, rows[0] ?? '')], { axis: int(1) })
  return { value, places: joinedRowPlaces(sources, depth), zero: channelsOf(sources) * depth }
}

/** The rows of each source: `[N, C·D, H·W]`. */
export function rowsOf(draft: Replacement, sources: readonly Source[], depth: number): string[] {
  return sources.map(({ value, channels }, at) =>
    draft.prepare(`rows${at}`, 'Reshape', [value, draft.ints(`rows${at}/shape`, [0, channels * depth, -1])]),
  )
}

export function channelsOf(sources: readonly Source[]): number {
  return sources.reduce((sum, one) => sum + one.channels, 0)
}

/** Slices `[N·D, O, H, W]`, or what can be regrouped to them, as the result `[N, O, D, H, W]` of the node. */
export function turnBack(
  draft: Replacement,
  slices: string,
  [channels, depth, height, width]: readonly [number, number, number, number],
): string {
  const shape = draft.ints('planes/shape', [-1, depth, channels, height * width])
  const planes = draft.prepare('planes', 'Reshape', [slices, shape])
  return draft.prepare('turned', 'Transpose', [planes], { perm: ints([0, 2, 1, 3]) })
}

/** `[N, 1, H·W]` of zeros. */
function zeroRow(draft: Replacement, rows: string): string {
  const shape = draft.prepare('zero/of', 'Shape', [rows])
  const cut = (label: string, from: number): string =>
    draft.prepare(label, 'Slice', [
      shape,
      draft.ints(`${label}/from`, [from]),
      draft.ints(`${label}/to`, [from + 1]),
    ])
  const parts = [cut('zero/batch', 0), draft.ints('zero/one', [1]), cut('zero/length', 2)]
  const extents = draft.prepare('zero/shape', 'Concat', parts, { axis: int(0) })
  return draft.prepare('zero', 'Expand', [draft.floats('zero/value', [0]), extents])
}

/** For each channel of the joined sources: the row of one of its slices. */
function joinedRowPlaces(sources: readonly Source[], depth: number): RowOf[] {
  let begin = 0
  return sources.flatMap((source) => {
    const base = begin
    begin += source.channels * depth
    return rowPlaces(source, depth).map((row) => (slice: number) => base + row(slice))
  })
}

/** For each channel of a source: the row of one of its slices. */
export function rowPlaces({ channels, order }: Source, depth: number): RowOf[] {
  return Array.from({ length: channels }, (_, channel) =>
    order === 'channels'
      ? (slice: number) => channel * depth + slice
      : (slice: number) => slice * channels + channel,
  )
}

/** A convolution that is written anew, with what is computed along with it. */
export interface ConvUnit extends Sources {
  readonly conv: GraphNode
  /** The value of channels picked for it alone, where its rows are gathered with the others. */
  readonly picked?: string
}

/** The graph with its convolutions replaced, without what was merged and without values whose rows are taken from before a transposition. */
export function replaceConvs<U extends ConvUnit>(
  model: OnnxGraph,
  graph: Graph,
  find: (node: GraphNode, uses: Uses) => U | undefined,
  emit: (unit: U, conv: OnnxNode, draft: Replacement) => void,
): OnnxGraph {
  const uses = new Uses(model)
  const units = graph.nodes.map((node) => find(node, uses)).filter((unit) => unit !== undefined)
  const byConv = new Map(units.map((unit) => [unit.conv.id, unit]))
  const nodesGone = new Set(units.flatMap(({ merged }) => merged))
  const valuesGone = new Set([
    ...[...nodesGone].map((id) => model.valueOf.get(id) ?? ''),
    ...units.flatMap(({ sources }) => sources.flatMap(({ replaces }) => replaces ?? [])),
    ...units.flatMap(({ picked }) => picked ?? []),
  ])
  const tensors: OnnxTensor[] = [...model.tensors]
  const nodes = model.nodes.flatMap((node) => {
    if (nodesGone.has(node.origin) || node.outputs.some((output) => valuesGone.has(output))) return []
    const unit = byConv.get(node.origin)
    if (unit === undefined || node.op !== 'Conv') return [node]
    const draft = new Replacement(node)
    emit(unit, node, draft)
    tensors.push(...draft.tensors)
    return draft.nodes
  })
  const valueOf = new Map([...model.valueOf].filter(([, value]) => !valuesGone.has(value)))
  const types = new Map([...model.types].filter(([value]) => !valuesGone.has(value)))
  return { ...model, nodes, tensors: distinct(tensors), valueOf, types }
}
