// What a node only lays out anew of a tensor that the file carries is written so: runtimes would do it each time they open the file, and
// tools that look for the weights of an operator (quantisation, float16) find a node in their place.
import type { Numbers } from '../../../weights/weights.ts'
import { intsOf, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../model.ts'
import { derivedTensor } from './derived-tensors.ts'

export function weightLayouts(graph: OnnxGraph): OnnxGraph {
  const tensors = new Map(graph.tensors.map((tensor) => [tensor.name, tensor]))
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  /** Which tensor stands for a value that is no longer computed. */
  const names = new Map<string, string>()
  const nodes = graph.nodes.flatMap((node) => {
    const inputs = node.inputs.map((name) => names.get(name) ?? name)
    const [output = ''] = node.outputs
    const laid = outputs.has(output)
      ? undefined
      : laidOut(
          node,
          inputs.map((name) => tensors.get(name)),
        )
    if (laid === undefined) return [{ ...node, inputs }]
    tensors.set(laid.name, laid)
    names.set(output, laid.name)
    return []
  })
  const valueOf = new Map([...graph.valueOf].filter(([, value]) => !names.has(value)))
  const types = new Map([...graph.types].filter(([value]) => !names.has(value)))
  return { ...graph, nodes, tensors: [...tensors.values()], valueOf, types }
}

/** What the node makes of its inputs, if all of them are tensors and it only moves their elements. */
function laidOut(node: OnnxNode, inputs: readonly (OnnxTensor | undefined)[]): OnnxTensor | undefined {
  const given = inputs.filter((tensor) => tensor !== undefined)
  const [first, second] = given
  if (first === undefined || given.length !== inputs.length || first.content.kind === 'int64')
    return undefined
  if (node.op === 'Transpose') return transposed(first, intsOf(node, 'perm'))
  if (node.op === 'Reshape') return reshaped(first, second)
  if (node.op === 'Concat' && first.shape.length === 1) return repeated(given, first)
  return undefined
}

function reshaped(tensor: OnnxTensor, extents: OnnxTensor | undefined): OnnxTensor | undefined {
  if (extents?.content.kind !== 'int64') return undefined
  const asked = extents.content.values.map((extent, axis) =>
    extent === 0 ? (tensor.shape[axis] ?? 1) : extent,
  )
  const known = asked.reduce((all, extent) => (extent < 0 ? all : all * extent), 1)
  const count = tensor.shape.reduce((all, extent) => all * extent, 1)
  const shape = asked.map((extent) => (extent < 0 ? count / known : extent))
  return derivedTensor(tensor, `as(${shape.join(',')})`, shape, (numbers) => numbers)
}

function transposed(tensor: OnnxTensor, perm: readonly number[]): OnnxTensor {
  const shape = perm.map((axis) => tensor.shape[axis] ?? 1)
  return derivedTensor(tensor, `transposed(${perm.join(',')})`, shape, (numbers) =>
    permuted(numbers, tensor.shape, perm),
  )
}

/** One vector several times over. */
function repeated(given: readonly OnnxTensor[], vector: OnnxTensor): OnnxTensor | undefined {
  if (given.some(({ name }) => name !== vector.name)) return undefined
  const [length = 0] = vector.shape
  return derivedTensor(vector, `repeated(${given.length})`, [given.length * length], (numbers) => {
    const all = sameKind(numbers, given.length * length)
    given.forEach((_, at) => all.set(numbers, at * length))
    return all
  })
}

const sameKind = (numbers: Numbers, length: number): Numbers =>
  numbers instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)

/** The elements in the order that they have after a transposition. */
function permuted(numbers: Numbers, shape: readonly number[], perm: readonly number[]): Numbers {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((all, extent) => all * extent, 1))
  const moved = sameKind(numbers, numbers.length)
  const extents = perm.map((axis) => shape[axis] ?? 1)
  const steps = perm.map((axis) => strides[axis] ?? 1)
  const place = Array<number>(perm.length).fill(0)
  for (let to = 0, from = 0; to < moved.length; to += 1) {
    moved[to] = numbers[from] ?? NaN
    for (let axis = perm.length - 1; axis >= 0; axis -= 1) {
      const [extent = 1, step = 1, at = 0] = [extents[axis], steps[axis], place[axis]]
      from += step
      place[axis] = at + 1
      if (at + 1 < extent) break
      from -= extent * step
      place[axis] = 0
    }
  }
  return moved
}
