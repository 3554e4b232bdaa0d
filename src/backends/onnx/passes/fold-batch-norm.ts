// A batch norm that infers is a scale and a shift of each channel, which the convolution before it can do:
// weight · s and (bias - mean) · s + shift, with s = scale / √(var + eps). The file then holds other numbers than the checkpoint.
import { isProblem, type Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Numbers } from '../../../weights/weights.ts'
import { intOf, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../model.ts'
import { numbersIn } from './derived-tensors.ts'

export function foldBatchNorm(graph: OnnxGraph): OnnxGraph {
  const folds = findFolds(graph)
  const byNorm = new Map(folds.map((fold) => [fold.norm, fold]))
  const convs = new Set(folds.map(({ conv }) => conv))
  const tensors = [...graph.tensors]
  const nodes = graph.nodes.flatMap((node): OnnxNode[] => {
    if (convs.has(node)) return []
    const fold = byNorm.get(node)
    if (fold === undefined) return [node]
    const made = foldedTensors(fold)
    tensors.push(...made)
    const [x = ''] = fold.conv.inputs
    return [{ ...fold.conv, inputs: [x, ...made.map(({ name }) => name)], outputs: node.outputs }]
  })
  const gone = new Set([...convs].flatMap(({ outputs }) => outputs))
  const valueOf = new Map([...graph.valueOf].filter(([, value]) => !gone.has(value)))
  const types = new Map([...graph.types].filter(([value]) => !gone.has(value)))
  return { ...graph, nodes, tensors, valueOf, types }
}

interface Fold {
  readonly conv: OnnxNode
  readonly norm: OnnxNode
  readonly weight: OnnxTensor
  readonly bias: OnnxTensor | undefined
  readonly statistics: Statistics
}

interface Statistics {
  readonly scale: OnnxTensor
  readonly shift: OnnxTensor
  readonly mean: OnnxTensor
  readonly variance: OnnxTensor
  readonly eps: number
}

/** Batch norms whose input is a convolution that nobody else reads. */
function findFolds(graph: OnnxGraph): Fold[] {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  const tensors = new Map(graph.tensors.map((tensor) => [tensor.name, tensor]))
  const uses = countUses(graph)
  return graph.nodes.flatMap((norm) => {
    const [x = ''] = norm.inputs
    const conv = makers.get(x)
    if (norm.op !== 'BatchNormalization' || conv === undefined || uses.get(x) !== 1) return []
    const isPlain = conv.op === 'Conv' || (conv.op === 'ConvTranspose' && intOf(conv, 'group', 1) === 1)
    const weight = tensors.get(conv.inputs[1] ?? '')
    const statistics = statisticsOf(norm, tensors)
    if (!isPlain || weight === undefined || statistics === undefined) return []
    return [{ conv, norm, weight, bias: tensors.get(conv.inputs[2] ?? ''), statistics }]
  })
}

function countUses(graph: OnnxGraph): Map<string, number> {
  const uses = new Map<string, number>()
  const names = [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1)
  return uses
}

function statisticsOf(norm: OnnxNode, tensors: ReadonlyMap<string, OnnxTensor>): Statistics | undefined {
  const [, scale, shift, mean, variance] = norm.inputs.map((name) => tensors.get(name))
  const eps = norm.attributes['epsilon']
  if (scale === undefined || shift === undefined || mean === undefined || variance === undefined)
    return undefined
  return { scale, shift, mean, variance, eps: eps?.kind === 'float' ? eps.value : 1e-5 }
}

function foldedTensors({ conv, weight, bias, statistics }: Fold): readonly [OnnxTensor, OnnxTensor] {
  // Convolution weights have their output channels first, transposed ones second.
  const axis = conv.op === 'Conv' ? 0 : 1
  const channels = weight.shape[axis] ?? 0
  const parameter = weight.content.kind === 'parameter' ? weight.content.parameter : -1
  const made = (name: string, shape: readonly number[], numbers: () => Numbers | Problem): OnnxTensor => ({
    name,
    shape,
    content: { kind: 'parameter', parameter, numbers },
  })
  // Named after the node: where applications share a convolution, each has a batch norm of its own.
  return [
    made(`${conv.name}.weight/folded`, weight.shape, () => scaledWeight(weight, axis, statistics)),
    made(`${conv.name}.bias/folded`, [channels], () => movedBias(bias, channels, statistics)),
  ]
}

function scaledWeight(weight: OnnxTensor, axis: number, statistics: Statistics): Numbers | Problem {
  const [numbers, factors] = [numbersIn(weight), factorsOf(statistics)]
  if (isProblem(numbers)) return numbers
  if (isProblem(factors)) return factors
  const channels = weight.shape[axis] ?? 1
  const inner = weight.shape.slice(axis + 1).reduce((all, extent) => all * extent, 1)
  return numbers.map((value, at) => value * (factors[Math.floor(at / inner) % channels] ?? NaN))
}

function movedBias(
  bias: OnnxTensor | undefined,
  channels: number,
  statistics: Statistics,
): Numbers | Problem {
  const given = bias === undefined ? new Float64Array(channels) : numbersIn(bias)
  const [factors, mean, shift] = [
    factorsOf(statistics),
    numbersIn(statistics.mean),
    numbersIn(statistics.shift),
  ]
  if (isProblem(given)) return given
  if (isProblem(factors)) return factors
  if (isProblem(mean)) return mean
  if (isProblem(shift)) return shift
  return Float64Array.from(
    given,
    (value, at) => (value - (mean[at] ?? NaN)) * (factors[at] ?? NaN) + (shift[at] ?? NaN),
  )
}

/** `scale / √(var + eps)`. */
function factorsOf({ scale, variance, eps }: Statistics): Float64Array | Problem {
  const [scales, variances] = [numbersIn(scale), numbersIn(variance)]
  if (isProblem(scales)) return scales
  if (isProblem(variances)) return variances
  return Float64Array.from(scales, (value, at) => value / Math.sqrt((variances[at] ?? NaN) + eps))
}
