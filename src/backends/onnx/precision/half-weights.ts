// Weights of 16 bits, each before a Cast to single precision. A runtime casts them once, when it opens the file. A graph that computes in
// 16 bits too takes 1.4 times as long in ONNX Runtime on a CPU, which casts its values back and forth; it is no smaller.
import { isProblem, type Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import { isWorthHalving, withinHalf } from '../../../weights/half-range.ts'
import type { Numbers } from '../../../weights/weights.ts'
import { int, type OnnxGraph, type OnnxTensor } from '../model.ts'
import { readThrough } from './read-through.ts'

export function halfWeights(graph: OnnxGraph): OnnxGraph {
  const halves = new Map(graph.tensors.flatMap((tensor) => halved(tensor)).map((one) => [one.name, one]))
  const tensors = graph.tensors.map((tensor) => halves.get(tensor.name) ?? tensor)
  return readThrough({ ...graph, tensors }, (name, draft) =>
    halves.has(name) ? draft.prepare('float32', 'Cast', [name], { to: int(floatType) }) : undefined,
  )
}

/** TensorProto.FLOAT. */
const floatType = 1

function halved({ name, shape, content }: OnnxTensor): OnnxTensor[] {
  if (content.kind !== 'parameter' || content.as !== undefined || !isWorthHalving(shape)) return []
  const numbers = (): Numbers | Problem => {
    const given = content.numbers()
    return isProblem(given) ? given : withinHalf(name, given)
  }
  return [{ name, shape, content: { ...content, as: 'float16', numbers } }]
}
