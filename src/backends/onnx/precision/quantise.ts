// Convolutions in eight bits, in the form that ONNX Runtime documents for static quantisation (QDQ): what a convolution reads and gives goes
// through QuantizeLinear and DequantizeLinear, its weight and bias are written as whole numbers before a DequantizeLinear. Runtimes make one
// operator on bytes of it. https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
import { isProblem, type Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Numbers } from '../../../weights/weights.ts'
import { int, type OnnxGraph, type OnnxNode, type OnnxTensor, type ParameterContent } from '../model.ts'
import { distinct, numbersIn } from '../passes/derived-tensors.ts'
import { valueTypes } from '../value-types.ts'
import { Replacement } from '../passes/rewrite.ts'
import {
  channelScales,
  quantisationOf,
  quantisedBias,
  quantisedWeight,
  type Channels,
  type Range,
  type Ranges,
} from './quantisation.ts'

/** Names of the values that are quantised: of each a range has to be known. */
export function quantisedValues(graph: OnnxGraph): readonly string[] {
  const found = unitsOf(graph).flatMap(({ node, isWhole }) =>
    isWhole ? [node.inputs[0] ?? '', node.outputs[0] ?? ''] : [],
  )
  return [...new Set(found)]
}

export function quantise(graph: OnnxGraph, ranges: Ranges): OnnxGraph {
  const units = new Map(unitsOf(graph).map((unit) => [unit.node, unit]))
  const tensors: OnnxTensor[] = [...graph.tensors]
  const quantised = new Set<string>()
  const counts = new Map<string, number>()
  for (const name of graph.nodes.flatMap(({ inputs }) => inputs))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  const readers = (value: string): number => counts.get(value) ?? 0
  const nodes = graph.nodes.flatMap((node) => {
    const unit = units.get(node)
    if (unit === undefined) return [node]
    const draft = new Replacement(node)
    const emission = { draft, ranges, quantised, readers }
    if (unit.isWhole) emitWhole(unit, emission)
    else emitWeight(unit, emission)
    tensors.push(...draft.tensors)
    return draft.nodes
  })
  return { ...graph, nodes, tensors: distinct(tensors) }
}

// ---------------------------------------------------------------- finding them

interface Unit {
  readonly node: OnnxNode
  readonly weight: OnnxTensor & { readonly content: ParameterContent }
  readonly bias: OnnxTensor | undefined
  readonly channels: Channels
  /** What it reads and gives is quantised along with its weight. */
  readonly isWhole: boolean
}

/**
 * Convolutions whose weights the file carries. Of transposed ones the weight alone is quantised: runtimes have no such operator on bytes. So
 * it is of what gives an output, which would be left with 256 values, and of what has one value per channel (a gate), which takes no time.
 */
function unitsOf(graph: OnnxGraph): readonly Unit[] {
  const tensors = new Map(graph.tensors.map((tensor) => [tensor.name, tensor]))
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  const types = valueTypes(graph, 'N')
  return graph.nodes.flatMap((node) => {
    const [, weightName = '', biasName = ''] = node.inputs
    const weight = tensors.get(weightName)
    if ((node.op !== 'Conv' && node.op !== 'ConvTranspose') || !isTrained(weight)) return []
    const [output = ''] = node.outputs
    const isGate =
      types
        .get(output)
        ?.shape.slice(2)
        .every((extent) => extent === 1) === true
    const isWhole = node.op === 'Conv' && !outputs.has(output) && !isGate
    const channels = { shape: weight.shape, axis: node.op === 'Conv' ? 0 : 1 }
    return [{ node, weight, bias: tensors.get(biasName), channels, isWhole }]
  })
}

function isTrained(tensor: OnnxTensor | undefined): tensor is Unit['weight'] {
  return tensor?.content.kind === 'parameter' && tensor.content.as === undefined
}

// ---------------------------------------------------------------- writing them

interface Emission {
  readonly draft: Replacement
  readonly ranges: Ranges
  /** Values that were bytes already. */
  readonly quantised: Set<string>
  /** How many nodes read a value. */
  readers(value: string): number
}

function emitWeight(unit: Unit, { draft }: Emission): void {
  const { node } = unit
  const [x = '', , ...bias] = node.inputs
  draft.finish(node.op, [x, weightOf(unit, draft), ...bias], node.attributes)
}

/**
 * ONNX Runtime 1.30 makes one operator of it only where a single node reads the result, so that several read it behind a sum of one value: it
 * takes an Identity away first.
 */
function emitWhole(unit: Unit, emission: Emission): void {
  const { node, bias } = unit
  const { draft, quantised, ranges, readers } = emission
  const [[x = ''], [output = '']] = [node.inputs, node.outputs]
  const read = quantised.has(x) ? x : readAsBytes(x, emission)
  const inputScale = quantisationOf(rangeOf(x, ranges)).scale
  const biases = bias === undefined ? [] : [biasOf(unit, bias, inputScale, draft)]
  const given = draft.prepare('given', node.op, [read, weightOf(unit, draft), ...biases], node.attributes)
  const pair = pairOf('given', rangeOf(output, ranges), draft)
  const bytes = draft.prepare('given/bytes', 'QuantizeLinear', [given, ...pair])
  if (readers(output) > 1) {
    draft.finish('Sum', [draft.prepare('given/float', 'DequantizeLinear', [bytes, ...pair])])
  } else {
    draft.finish('DequantizeLinear', [bytes, ...pair])
    quantised.add(output)
  }
}

function rangeOf(value: string, ranges: Ranges): Range {
  const range = ranges.get(value)
  if (range === undefined) throw new Error(`nothing is known of the range of ${value}`)
  return range
}

/** Each convolution has bytes of its own of what it reads, beside it; runtimes make one of those that are the same. */
function readAsBytes(value: string, { draft, ranges }: Emission): string {
  const pair = pairOf('read', rangeOf(value, ranges), draft)
  const bytes = draft.prepare('read/bytes', 'QuantizeLinear', [value, ...pair])
  return draft.prepare('read', 'DequantizeLinear', [bytes, ...pair])
}

/** Scale and zero. */
function pairOf(label: string, range: Range, draft: Replacement): readonly [string, string] {
  const { scale, zero } = quantisationOf(range)
  return [draft.floats(`${label}/scale`, [scale]), draft.bytes(`${label}/zero`, [zero], [])]
}

/** The weight as it is read: bytes with a scale for each channel. */
function weightOf({ weight, channels }: Unit, draft: Replacement): string {
  const { name, content, shape } = weight
  const count = shape[channels.axis] ?? 1
  const bytes = derived(`${name}/int8`, shape, content, 'int8', (numbers) =>
    quantisedWeight(numbers, channels),
  )
  const scales = derived(`${name}/scale`, [count], content, undefined, (numbers) =>
    channelScales(numbers, channels),
  )
  draft.tensors.push(bytes, scales)
  const zeros = draft.bytes('weight/zero', Array<number>(count).fill(0), [count])
  const axis = { axis: int(channels.axis) }
  return draft.prepare('weight', 'DequantizeLinear', [bytes.name, scales.name, zeros], axis)
}

/** The bias in whole multiples of what products of bytes count: the scale of the input times that of the weight. */
function biasOf(
  { weight, channels }: Unit,
  bias: OnnxTensor,
  inputScale: number,
  draft: Replacement,
): string {
  const { content } = weight
  const scalesOf = (numbers: Numbers): Float64Array =>
    channelScales(numbers, channels).map((scale) => Math.fround(inputScale * scale))
  const prefix = draft.prefix
  const whole = derived(`${prefix}/bias/int32`, bias.shape, content, 'int32', (numbers) => {
    const given = numbersIn(bias)
    return isProblem(given) ? given : quantisedBias(given, scalesOf(numbers))
  })
  const scales = derived(`${prefix}/bias/scale`, bias.shape, content, undefined, scalesOf)
  draft.tensors.push(whole, scales)
  return draft.prepare('bias', 'DequantizeLinear', [whole.name, scales.name], { axis: int(0) })
}

/** A tensor made of the numbers of a weight when it is written. */
function derived(
  name: string,
  shape: readonly number[],
  content: ParameterContent,
  as: ParameterContent['as'],
  make: (numbers: Numbers) => Numbers | Problem,
): OnnxTensor {
  const numbers = (): Numbers | Problem => {
    const given = content.numbers()
    return isProblem(given) ? given : make(given)
  }
  const { kind, parameter } = content
  return { name, shape, content: { kind, parameter, numbers, ...(as === undefined ? {} : { as }) } }
}
