// Convolutions whose masks leave whole input channels out, for all outputs or for blocks of them: a Gather of the channels that live, block
// by block, and a grouped convolution of what is left of the weight. Which ones live the weights say, so that a trained topology counts.
import { isProblem, type Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Graph, Mask } from '../../../compiler/ir/graph.ts'
import { elementCount } from '../../../weights/numbers.ts'
import type { Numbers } from '../../../weights/weights.ts'
import { int, intOf, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../model.ts'
import { rewrite } from './rewrite.ts'
import type { Uses } from './rows.ts'
import { vector } from './whole-vectors.ts'

export function pickLive(model: OnnxGraph, graph: Graph): OnnxGraph {
  const tensors = new Map(model.tensors.map((one) => [one.name, one]))
  const thinned = new Map<string, Thinned | undefined>()
  const passed = rewrite(model, (node, draft) => {
    const weight = tensors.get(node.inputs[1] ?? '')
    const mask = weight === undefined ? undefined : maskOf(weight, graph)
    if (weight === undefined || mask === undefined) return false
    if (!thinned.has(weight.name)) thinned.set(weight.name, thin(node, weight, mask))
    const found = thinned.get(weight.name)
    if (found === undefined) return false
    const [x = '', , ...bias] = node.inputs
    const live = draft.prepare('live', 'Gather', [x, draft.places('live/channels', found.channels)], {
      axis: int(1),
    })
    const attributes = { ...node.attributes, group: int(found.groups) }
    return draft.finish(node.op, [live, found.weight.name, ...bias], attributes)
  })
  const made = [...thinned.values()].flatMap((one) => one?.weight ?? [])
  return { ...passed, tensors: [...passed.tensors, ...made] }
}

/** The channels that a convolution picks from what it reads: `axis` 1 of that, group by group. */
export interface Picked {
  /** The Gather's result. */
  readonly value: string
  readonly channels: readonly number[]
}

/** What `pickLive` put before a convolution. */
export function pickedBefore(conv: OnnxNode | undefined, model: OnnxGraph, uses: Uses): Picked | undefined {
  const gather = uses.makers.get(conv?.inputs[0] ?? '')
  if (gather?.op !== 'Gather' || gather.origin !== conv?.origin) return undefined
  const content = model.tensors.find(({ name }) => name === gather.inputs[1])?.content
  return content?.kind === 'int32' ? { value: gather.outputs[0] ?? '', channels: content.values } : undefined
}

// ---------------------------------------------------------------- what lives

interface Thinned {
  readonly groups: number
  /** For each group in turn the input channels that it reads, equally many. */
  readonly channels: readonly number[]
  readonly weight: OnnxTensor
}

/** Outputs of a group below which a grouped convolution is slower than a dense one of the same outputs. */
const leastOutputs = 4
/** Of the inputs of a group: above, a grouped convolution takes longer than the dense one. */
const greatestShare = 0.5

function maskOf({ content }: OnnxTensor, { parameters }: Graph): Mask | undefined {
  return content.kind === 'parameter' ? parameters[content.parameter]?.mask : undefined
}

function thin(node: OnnxNode, weight: OnnxTensor, mask: Mask): Thinned | undefined {
  if (node.op !== 'Conv' && node.op !== 'ConvTranspose') return undefined
  const { content } = weight
  if (content.kind !== 'parameter') return undefined
  const numbers = content.numbers()
  // Whoever writes the weight comes upon the same problem and reports it.
  if (isProblem(numbers)) return undefined
  const table = tableOf(node, weight.shape, mask)
  const picks = picksOf(table, numbers)
  const [fanIn = 0] = picks.map((one) => one.length)
  const isGrouped = table.blocks > 1
  if (isGrouped ? fanIn > greatestShare * table.inputs || table.width < leastOutputs : fanIn === table.inputs)
    return undefined
  const [first = 0, , ...kernel] = weight.shape
  const shape = table.isTransposed
    ? [picks.length * fanIn, table.width, ...kernel]
    : [first, fanIn, ...kernel]
  const compact = (): Numbers | Problem => {
    const all = content.numbers()
    return isProblem(all) ? all : compacted(all, table, picks)
  }
  return {
    groups: picks.length,
    channels: picks.flatMap((one, block) => one.map((input) => table.groupOf(block) * table.inputs + input)),
    weight: { name: `${weight.name}/live`, shape, content: { ...content, numbers: compact } },
  }
}

/** A weight as a table of kernels: blocks of output channels that read the same inputs of their group. */
interface Table {
  readonly isTransposed: boolean
  /** Of a group. */
  readonly inputs: number
  /** Of all groups. */
  readonly blocks: number
  /** Output channels of a block. */
  readonly width: number
  readonly elements: number
  groupOf(block: number): number
  /** Which kernel of the weight connects an input with an output of a block. */
  kernel(block: number, output: number, input: number): number
}

/** Blocks as wide as the mask's; where those do not divide the outputs, as wide as divides both. */
function tableOf(node: OnnxNode, shape: readonly number[], mask: Mask): Table {
  const isTransposed = node.op === 'ConvTranspose'
  const groups = intOf(node, 'group', 1)
  const [first = 1, columns = 1] = shape
  const [outputs, inputs] = isTransposed ? [columns, first / groups] : [first / groups, columns]
  const outs = mask.blocks?.outs ?? outputs
  const width = outputs % outs === 0 ? outs : greatestCommonDivisor(outputs, outs)
  const perGroup = outputs / width
  const groupOf = (block: number): number => Math.floor(block / perGroup)
  const kernel = (block: number, output: number, input: number): number => {
    const channel = (block % perGroup) * width + output
    return isTransposed
      ? (groupOf(block) * inputs + input) * columns + channel
      : (groupOf(block) * outputs + channel) * columns + input
  }
  const elements = elementCount(shape.slice(2))
  return { isTransposed, inputs, blocks: groups * perGroup, width, elements, groupOf, kernel }
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b)

/** How much work it is worth to have whole vectors. */
const greatestFill = 4 / 3

/** A transposed convolution is a matrix product, which takes any number of inputs. */
function filled(fanIn: number, { isTransposed, blocks }: Table): number {
  const whole = vector * Math.ceil(fanIn / vector)
  return blocks > 1 && !isTransposed && whole <= greatestFill * fanIn ? whole : fanIn
}

/** For each block the inputs that live, filled up with dead ones to equally many. */
function picksOf(table: Table, numbers: Numbers): number[][] {
  const blocks = Array.from({ length: table.blocks }, (_, block) => liveInputs(table, numbers, block))
  const most = Math.max(1, ...blocks.map((live) => live.filter(Boolean).length))
  const fanIn = Math.min(filled(most, table), table.inputs)
  return blocks.map((live) => {
    const inputs = live.map((_, input) => input)
    const dead = inputs.filter((input) => live[input] === false)
    const living = inputs.filter((input) => live[input] === true)
    return [...living, ...dead.slice(0, fanIn - living.length)].sort((a, b) => a - b)
  })
}

function liveInputs({ inputs, width, elements, kernel }: Table, numbers: Numbers, block: number): boolean[] {
  const isLive = (input: number, output: number): boolean => {
    const begin = kernel(block, output, input) * elements
    for (let at = begin; at < begin + elements; at++) if (numbers[at] !== 0) return true
    return false
  }
  return Array.from({ length: inputs }, (_, input) => {
    for (let output = 0; output < width; output++) if (isLive(input, output)) return true
    return false
  })
}

/** The kernels of picked inputs, in the order of a grouped convolution's weight. */
function compacted(numbers: Numbers, table: Table, picks: readonly (readonly number[])[]): Float64Array {
  const { isTransposed, width, elements, kernel } = table
  const order = picks.flatMap((inputs, block) => {
    const outputs = Array.from({ length: width }, (_, output) => output)
    return isTransposed
      ? inputs.flatMap((input) => outputs.map((output) => kernel(block, output, input)))
      : outputs.flatMap((output) => inputs.map((input) => kernel(block, output, input)))
  })
  const found = new Float64Array(order.length * elements)
  order.forEach((from, to) => {
    for (let at = 0; at < elements; at++) found[to * elements + at] = numbers[from * elements + at] ?? NaN
  })
  return found
}
