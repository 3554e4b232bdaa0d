// Receptive fields: how many positions of the input one position of an output depends on, per spatial axis, through every path. Windows of
// integers are followed back from the output; norms count as pointwise, although their statistics see everything.
import type { Graph, GraphNode, NodeId } from '../ir/graph.ts'
import { shiftChunks } from '../ops/primitive/shift.ts'

/** Per spatial axis: positions of the input, unclipped by its borders; `all` where the whole axis is read, whatever its extent. */
export type Field = number | 'all'

export interface ReceptiveField {
  readonly output: string
  readonly input: string
  /** The largest over the output's positions. Undefined where an extent is symbolic or the axes do not correspond. */
  readonly fields: readonly Field[] | undefined
}

/** Positions `low` to `high` of one axis; `all`: every one. */
type Window = readonly [low: number, high: number] | 'all'

/** The output's positions repeat their pattern after its total stride; more phases than this are not looked at. */
const mostPhases = 64

export function receptiveFields(graph: Graph): ReceptiveField[] {
  return graph.outputs.flatMap((output) => {
    const type = graph.nodes[output.node]?.type
    const axes = (type?.shape.length ?? 1) - 1
    const perAxis = Array.from({ length: axes }, (_, axis) => fieldsAlong(graph, output.node, axis + 1))
    return graph.inputs.map(({ name, node }): ReceptiveField => {
      const fields = perAxis.map((found) => found?.get(node))
      const known = fields.filter((one) => one !== undefined)
      return { output: output.name, input: name, fields: known.length === axes ? known : undefined }
    })
  })
}

/** By input: the largest field of any phase along one axis. Undefined where extents are symbolic. */
function fieldsAlong(graph: Graph, output: NodeId, axis: number): Map<NodeId, Field> | undefined {
  const extents = graph.nodes.map(({ type }) => type.shape[axis])
  const own = extents[output]
  if (typeof own !== 'number') return undefined
  let least = own
  for (const extent of extents) {
    if (extent !== undefined && typeof extent !== 'number') return undefined
    if (extent !== undefined && extent < least && extent > 0) least = extent
  }
  const phases = Math.min(mostPhases, Math.ceil(own / least), own)
  const start = Math.floor((own - phases) / 2)
  const found = new Map<NodeId, Field>()
  for (let phase = 0; phase < phases; phase += 1) {
    const windows = windowsFrom(graph, output, axis, start + phase)
    for (const { node } of graph.inputs) {
      const field = sizeOf(windows[node])
      const before = found.get(node) ?? 0
      found.set(node, before === 'all' || field === 'all' ? 'all' : Math.max(before, field))
    }
  }
  return found
}

const sizeOf = (window: Window | undefined): Field =>
  window === undefined ? 0 : window === 'all' ? 'all' : window[1] - window[0] + 1

/** One sweep from the end: a node's inputs have smaller ids. */
function windowsFrom(graph: Graph, output: NodeId, axis: number, at: number): (Window | undefined)[] {
  const windows: (Window | undefined)[] = graph.nodes.map(() => undefined)
  windows[output] = [at, at]
  for (const node of graph.nodes.slice(0, output + 1).toReversed()) {
    const window = windows[node.id]
    if (window === undefined) continue
    for (const source of node.inputs) {
      const read = readBy(graph, node, source, axis, window)
      windows[source] = joined(windows[source], read)
    }
  }
  return windows
}

function joined(a: Window | undefined, b: Window): Window {
  if (a === undefined) return b
  return a === 'all' || b === 'all' ? 'all' : [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
}

/** What a node reads of one input along an axis of the image, for a window of its result. */
function readBy(graph: Graph, node: GraphNode, source: NodeId, axis: number, window: Window): Window {
  if (window === 'all') return 'all'
  const [low, high] = window
  const given = graph.nodes[source]?.type.shape[axis]
  const own = node.type.shape[axis]
  const place = axis - 1
  switch (node.op) {
    case 'conv':
    case 'max_pool':
    case 'avg_pool':
      return slid(window, windowOf(node, place))
    case 'conv_with': {
      const kernel = graph.nodes[node.inputs[1] ?? -1]?.type.shape[place + 2]
      return source === node.inputs[0]
        ? slid(window, { ...windowOf(node, place), kernel: Number(kernel) })
        : 'all'
    }
    case 'conv_transpose':
      return spread(window, windowOf(node, place))
    case 'max_unpool':
      return unpooled(window, windowOf(node, place), source === node.inputs[0])
    case 'resize':
      return resized(node, window, typeof given === 'number' ? given : 1, typeof own === 'number' ? own : 1)
    case 'shift': {
      if (node.attributes['axis'] !== axis) return window
      const [channels] = node.type.shape
      const all = numbers(node.attributes['offsets'])
      const offsets = typeof channels === 'number' ? shiftChunks(channels, all).map((one) => one.offset) : all
      return [low - Math.max(...offsets), high - Math.min(...offsets)]
    }
    case 'pad': {
      const by = entryAt(node.attributes['low'], place)
      return typeof by === 'number' ? [low - by, high - by] : 'all'
    }
    case 'slice':
      return node.attributes['axis'] === axis ? sliced(node, window) : window
    case 'mean':
    case 'reduce_sum':
    case 'reduce_max':
    case 'reduce_min':
    case 'variance':
      return numbers(node.attributes['axes']).includes(axis) ? 'all' : window
    case 'scan':
    case 'softmax':
    case 'roll':
      return node.attributes['axis'] === axis ? 'all' : window
    case 'gather':
      return looksUp(graph, node, source, axis) ? 'all' : window
    case 'reshape':
    case 'permute':
    case 'matmul':
    case 'attention':
    case 'grid_sample':
      return 'all'
    default:
      // Broadcast: the one position there is.
      return given === 1 && own !== 1 ? [0, 0] : window
  }
}

/** Whether what a gather takes along an axis is not what lies there: on the axis that it looks up, and behind it where its table has several axes. */
function looksUp(graph: Graph, { attributes, type }: GraphNode, source: NodeId, axis: number): boolean {
  const looked = Number(attributes['axis'])
  return axis === looked || (axis > looked && type.shape.length !== graph.nodes[source]?.type.shape.length)
}

function sliced({ attributes }: GraphNode, [low, high]: readonly [number, number]): Window {
  const [start, step] = [Number(attributes['start']), Number(attributes['step'])]
  return [start + low * step, start + high * step]
}

interface Sliding {
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly dilation: number
}

function windowOf({ attributes }: GraphNode, place: number): Sliding {
  const entry = (name: string, otherwise: number): number => {
    const values = attributes[name]
    const found: unknown = Array.isArray(values) ? values[place] : undefined
    const first: unknown = Array.isArray(found) ? found[0] : found
    return typeof first === 'number' ? first : otherwise
  }
  return {
    kernel: entry('kernel', 1),
    stride: entry('stride', 1),
    padding: entry('padding', 0),
    dilation: entry('dilation', 1),
  }
}

function slid(
  [low, high]: readonly [number, number],
  { kernel, stride, padding, dilation }: Sliding,
): Window {
  return [low * stride - padding, high * stride - padding + dilation * (kernel - 1)]
}

/** The windows that lie over places of what they are spread over. */
function spread(
  [low, high]: readonly [number, number],
  { kernel, stride, padding, dilation }: Sliding,
): readonly [number, number] {
  const reach = dilation * (kernel - 1)
  return [Math.ceil((low + padding - reach) / stride), Math.floor((high + padding) / stride)]
}

/** The values of the windows over a place, or all that those windows of the image hold. */
function unpooled(window: readonly [number, number], sliding: Sliding, isValue: boolean): Window {
  const windows = spread(window, sliding)
  return isValue ? windows : slid(windows, sliding)
}

/** As the operator's documentation has it; a linear mode reads the two neighbours, a cubic one the four. */
function resized(
  { attributes }: GraphNode,
  [low, high]: readonly [number, number],
  given: number,
  own: number,
): Window {
  const ratio = given / own
  if (attributes['mode'] === 'nearest') return [Math.floor(low * ratio), Math.floor(high * ratio)]
  if (given === own && attributes['mode'] === 'linear') return [low, high]
  const isAligned = attributes['align_corners'] === true
  const step = (given - 1) / Math.max(1, own - 1)
  const source = (at: number): number => (isAligned ? at * step : (at + 0.5) * ratio - 0.5)
  // Between two elements, a cubic mode reads one more on both sides.
  const more = (at: number): number => (attributes['mode'] === 'cubic' && !Number.isInteger(at) ? 1 : 0)
  const [first, last] = [source(low), source(high)]
  return [Math.floor(first) - more(first), Math.ceil(last) + more(last)]
}

const entryAt = (list: unknown, place: number): unknown => (Array.isArray(list) ? list[place] : undefined)

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'number') : [Number(value)]
}
