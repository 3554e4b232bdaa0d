// A model cut into models that follow one another: each takes what earlier ones gave, and gives every value that is a whole node. So all values of
// a network can be looked at with only some of them in memory, and every operator still runs once.
import type { TensorType } from '../../compiler/ir/tensor.ts'
import type { OnnxGraph, OnnxValue } from './model.ts'
import { byteCountOf } from './write.ts'

/** `bytesOf` a value; a segment with more than one node gives and carries at most `limit` bytes where it can be cut that fine. */
export function segmentsOf(
  model: OnnxGraph,
  bytesOf: (type: TensorType) => number,
  limit: number,
): readonly OnnxGraph[] {
  const ends = cutsOf(model, bytesOf, limit)
  return ends.map((end, k) => segment(model, ends[k - 1] ?? 0, end))
}

/** Where segments end: only values with a type go from one to another. */
function cutsOf(
  { nodes, types, tensors }: OnnxGraph,
  bytesOf: (type: TensorType) => number,
  limit: number,
): readonly number[] {
  const lastUses = new Map<string, number>()
  nodes.forEach(({ inputs }, k) => inputs.forEach((name) => lastUses.set(name, k)))
  const weights = new Map(tensors.map((tensor) => [tensor.name, byteCountOf(tensor)]))
  const open = new Set<string>()
  const cuts: number[] = []
  /** The last place since the last cut where one could be made, and the bytes after it. */
  let possible: { readonly end: number; bytes: number } | undefined
  let bytes = 0
  nodes.forEach(({ inputs, outputs }, k) => {
    const own =
      outputs.reduce((sum, name) => sum + sizeOf(types.get(name), bytesOf), 0) +
      inputs.reduce((sum, name) => sum + (weights.get(name) ?? 0), 0)
    if (bytes + own > limit && possible !== undefined) {
      cuts.push(possible.end)
      bytes = possible.bytes
      possible = undefined
    }
    bytes += own
    if (possible !== undefined) possible.bytes += own
    for (const name of inputs) if (lastUses.get(name) === k) open.delete(name)
    for (const name of outputs) if (!types.has(name) && (lastUses.get(name) ?? -1) > k) open.add(name)
    if (open.size === 0) possible = { end: k + 1, bytes: 0 }
  })
  return [...cuts, nodes.length]
}

const sizeOf = (type: TensorType | undefined, bytesOf: (type: TensorType) => number): number =>
  type === undefined ? 0 : bytesOf(type)

function segment(model: OnnxGraph, start: number, end: number): OnnxGraph {
  const nodes = model.nodes.slice(start, end)
  const read = new Set(nodes.flatMap(({ inputs }) => inputs))
  const made = new Set(nodes.flatMap(({ outputs }) => outputs))
  const carried = model.tensors.map(({ name }) => name)
  const typed = [...new Map([...model.inputs, ...model.outputs].map((one) => [one.name, one.type]))]
  const types = new Map([...typed, ...model.types])
  const valuesIn = (names: ReadonlySet<string>): OnnxValue[] =>
    [...types].filter(([name]) => names.has(name)).map(([name, type]) => ({ name, type }))
  return {
    ...model,
    nodes,
    tensors: model.tensors.filter(({ name }) => read.has(name)),
    inputs: valuesIn(leftOut(read, new Set([...made, ...carried]))),
    outputs: valuesIn(made),
  }
}

const leftOut = (all: ReadonlySet<string>, without: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...all].filter((name) => !without.has(name)))
