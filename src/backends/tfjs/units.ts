// Convolutions together with what is only moved before them: a shift, a concat, channels that a mask leaves out. They are computed from the
// tensors before that, whose channels are picked once.
import { shiftChunks } from '../../compiler/ops/primitive/shift.ts'
import type { AttributesOf } from '../../compiler/ops/registry.ts'
import type { Graph, GraphNode, NodeId } from '../../compiler/ir/graph.ts'
import type { NodeOf } from '../backend.ts'
import { formsNow } from './forms.ts'
import { heapPicker } from './kernels/picks-on-heap.ts'
import { productPicker } from './kernels/picks-by-products.ts'
import { everyChannel, type Pick, type Picker } from './kernels/picks.ts'
import { offsetsOf } from './kernels/shift.ts'
import { weightBlocks, wholeWeight, type WeightBlocks } from './kernels/weight-blocks.ts'
import type { LiveBlock } from './live-blocks.ts'

export interface Unit {
  readonly node: NodeOf<'conv'>
  readonly sources: readonly NodeId[]
  /** Nodes that nothing but the convolution reads, and that have no value of their own. */
  readonly absorbed: readonly NodeId[]
  readonly shift: AttributesOf<'shift'> | undefined
}

/** How many read each node: those that are reached, and outputs. */
type Readers = ReadonlyMap<NodeId, number>

/** One for each convolution of an image, also where nothing stands before it. */
export function unitsOf(graph: Graph, reached: readonly boolean[], outputs: readonly NodeId[]): Unit[] {
  const readers = readersOf(graph, reached, outputs)
  return graph.nodes.flatMap((node) => {
    if (reached[node.id] !== true || !isConvolution(node) || !node.type.batched) return []
    const [input] = inputsOf(node, graph)
    if (input === undefined) return []
    const shift = isShift(input) && readers.get(input.id) === 1 ? input : undefined
    const [moved] = shift === undefined ? [input] : inputsOf(shift, graph)
    if (moved === undefined) return []
    const concat =
      moved.op === 'concat' && moved.attributes['axis'] === 0 && readers.get(moved.id) === 1
        ? moved
        : undefined
    return [
      {
        node,
        sources: concat === undefined ? [moved.id] : concat.inputs,
        absorbed: [shift, concat].flatMap((one) => (one === undefined ? [] : [one.id])),
        shift: shift?.attributes,
      },
    ]
  })
}

const isConvolution = (node: GraphNode): node is GraphNode & NodeOf<'conv'> => node.op === 'conv'
const isShift = (node: GraphNode): node is GraphNode & NodeOf<'shift'> => node.op === 'shift'

const inputsOf = ({ inputs }: GraphNode, { nodes }: Graph): GraphNode[] =>
  inputs.flatMap((id) => nodes[id] ?? [])

function readersOf({ nodes }: Graph, reached: readonly boolean[], outputs: readonly NodeId[]): Readers {
  const readers = new Map<NodeId, number>()
  const read = (id: NodeId): Map<NodeId, number> => readers.set(id, (readers.get(id) ?? 0) + 1)
  for (const { id, inputs } of nodes) if (reached[id] === true) inputs.forEach(read)
  outputs.forEach(read)
  return readers
}

// ---------------------------------------------------------------- picking

/** How a unit is computed: without groups where `isLive`, as its attributes say otherwise. */
export interface Way {
  readonly picker: Picker
  readonly weights: WeightBlocks
  readonly isLive: boolean
}

export interface Asked {
  /** Channels of each source. */
  readonly channels: readonly number[]
  /** Of the weight. */
  readonly shape: readonly number[]
  readonly blocks: readonly LiveBlock[] | undefined
}

/** Makes what the unit keeps between steps: the caller's to dispose. */
export function wayOf({ shift }: Unit, { channels, shape, blocks }: Asked): Way {
  const total = channels.reduce((sum, one) => sum + one, 0)
  const offsets = offsetsOf(total, shift === undefined ? [] : shiftChunks(total, shift.offsets))
  const every = everyChannel(channels, (channel) => offsets[channel] ?? 0)
  const picks =
    blocks === undefined
      ? [every]
      : blocks.map((block) =>
          block.channels.flatMap((channel): Pick[] => [every[channel]].flatMap((one) => one ?? [])),
        )
  const make = formsNow().moves === 'heap' ? heapPicker : productPicker
  // An image has three spatial axes, the first ones added where the network has fewer; attributes count the channels.
  const axis = shift === undefined ? 1 : shift.axis + 5 - shape.length
  return {
    picker: make({ sources: channels, blocks: picks, axis }),
    weights: blocks === undefined ? wholeWeight(shape[0] ?? 1) : weightBlocks(blocks, shape[1] ?? 1),
    isLive: blocks !== undefined,
  }
}

/** What a run asks for: sizes of one call. */
export interface Work {
  /** Places of the result, of all items. */
  readonly voxels: number
  readonly taps: number
  readonly inputs: number
  readonly outputs: number
}

/**
 * Whether a form with blocks takes less time than the dense one, by what was measured of both (docs/performance.md): multiplications that
 * are left out against numbers that are picked and against calls of kernels, all in multiplications of a convolution.
 */
export function pays({ voxels, taps, inputs, outputs }: Work, blocks: readonly LiveBlock[]): boolean {
  const { perPick, perBlock } = costs[formsNow().moves]
  const picks = blocks.reduce((sum, { channels }) => sum + channels.length, 0)
  const dense = voxels * taps * inputs * outputs
  const live = blocks.reduce(
    (sum, { outputs: [start, end], channels }) => sum + voxels * taps * (end - start) * channels.length,
    0,
  )
  return live + picks * voxels * perPick(inputs) + blocks.length * perBlock < dense
}

interface Costs {
  /** Of one number, given how many channels it is picked from. */
  perPick(inputs: number): number
  readonly perBlock: number
}

const costs: Readonly<Record<'heap' | 'filters', Costs>> = {
  heap: { perPick: () => 12, perBlock: 5e5 },
  filters: { perPick: (inputs) => inputs + 60, perBlock: 5e6 },
}
