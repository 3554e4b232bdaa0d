// The files of a graph model: model.json in the form that TensorFlow's converter writes, and the weights, made block by block.
import { isProblem, type Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../compiler/ir/graph.ts'
import type { Numbers, Weights } from '../../../weights/weights.ts'
import { halfBits } from '../../../weights/dtypes.ts'
import { isWorthHalving, withinHalf } from '../../../weights/half-range.ts'
import { permuted } from '../../../weights/numbers.ts'
import type { EmittedFile } from '../../backend.ts'
import {
  elementsOf,
  type Arrangement,
  type WeightBlocks,
  type TfAttribute,
  type TfBlock,
  type TfGraph,
  type TfNode,
  type TfValue,
} from './model.ts'

export interface FileContent {
  readonly graph: TfGraph
  readonly source: Graph
  readonly weights: Weights
  readonly generatedBy: string
  readonly metadata: object
  /** Weights are stored in 16 bits each. */
  readonly isHalved: boolean
  /** The weights are cut into files of at most so many bytes. */
  readonly shardBytes: number
}

/** The weights first, so that the model never stands without them. */
export function modelFiles(content: FileContent): EmittedFile[] {
  const shards = shardsOf(content)
  const paths = shards.map(({ name }) => name)
  return [...shards, textFile('model.json', JSON.stringify(modelJson(content, paths)))]
}

/** A file whose text is at hand. */
export function textFile(name: string, text: string): EmittedFile {
  const bytes = new TextEncoder().encode(`${text}\n`)
  return { name, byteCount: bytes.length, chunks: () => [bytes] }
}

// ---------------------------------------------------------------- weights

interface PlacedBlock {
  readonly block: TfBlock
  readonly begin: number
  readonly end: number
}

function shardsOf(content: FileContent): EmittedFile[] {
  const { graph, shardBytes } = content
  let total = 0
  const placed = graph.blocks.map((block): PlacedBlock => {
    const begin = total
    const width = isHalf(block, content) ? 2 : 4
    total += width * block.tensors.reduce((sum, { dims }) => sum + elementsOf(dims), 0)
    return { block, begin, end: total }
  })
  const count = Math.max(1, Math.ceil(total / shardBytes))
  return Array.from({ length: count }, (_, at) => {
    const [from, to] = [at * shardBytes, Math.min(total, (at + 1) * shardBytes)]
    return {
      name: count === 1 ? 'weights.bin' : `weights-${at + 1}-of-${count}.bin`,
      byteCount: to - from,
      *chunks() {
        for (const { block, begin, end } of placed) {
          if (end <= from || begin >= to) continue
          const bytes = bytesOf(block, content)
          if (!isProblem(bytes) && bytes.length !== end - begin)
            throw new Error(`${block.tensors[0]?.name} has ${bytes.length} bytes, not ${end - begin}`)
          yield isProblem(bytes)
            ? bytes
            : bytes.subarray(Math.max(0, from - begin), Math.min(end, to) - begin)
        }
      },
    }
  })
}

function isHalf(block: TfBlock, { source, isHalved }: FileContent): boolean {
  return (
    isHalved && block.kind === 'parameter' && isWorthHalving(source.parameters[block.parameter]?.shape ?? [])
  )
}

function bytesOf(block: TfBlock, content: FileContent): Uint8Array | Problem {
  const { source, weights } = content
  if (block.kind === 'int32') return littleEndian(Int32Array.from(block.values))
  if (block.kind === 'float') return littleEndian(Float32Array.from(block.values))
  const parameter = source.parameters[block.parameter]
  if (parameter === undefined) throw new Error(`no parameter ${block.parameter}`)
  const numbers = weights.numbersOf(parameter)
  if (isProblem(numbers)) return numbers
  const laidOut = arranged(numbers, block.arrangement)
  if (!isHalf(block, content)) return littleEndian(Float32Array.from(laidOut))
  const halves = withinHalf(parameter.path, laidOut)
  return isProblem(halves) ? halves : littleEndian(Uint16Array.from(halves, halfBits))
}

/** The numbers as the file has them. */
export function arranged(numbers: Numbers, { view, order, reversed, blocks }: Arrangement): Numbers {
  if (blocks !== undefined) return arrangedBlocks(numbers, { view, order, blocks })
  const isKept = order.every((axis, at) => axis === at)
  const ordered = isKept ? numbers : permuted(numbers, view, order)
  const dims = order.map((axis) => view[axis] ?? 1)
  return reversed.reduce((one, axis) => turnedRound(one, dims, axis), ordered)
}

/** Each block as a weight of its own, one after the other. */
function arrangedBlocks(
  numbers: Numbers,
  { view, order, blocks }: { readonly blocks: WeightBlocks } & Pick<Arrangement, 'view' | 'order'>,
): Numbers {
  const [first = 1, second = 1, ...kernel] = view
  const elements = numbers.length / (first * second)
  const parts = blocks.parts.map(({ outputs: [start, end], inputs }) => {
    const outputs = Array.from({ length: end - start }, (_, at) => start + at)
    const [rows, columns] = blocks.outputAxis === 0 ? [outputs, inputs] : [inputs, outputs]
    const own = new Float64Array(rows.length * columns.length * elements)
    let to = 0
    for (const row of rows)
      for (const column of columns) {
        const from = (row * second + column) * elements
        own.set(numbers.subarray(from, from + elements), to)
        to += elements
      }
    return permuted(own, [rows.length, columns.length, ...kernel], order)
  })
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function turnedRound(numbers: Numbers, dims: readonly number[], axis: number): Numbers {
  const extent = dims[axis] ?? 1
  if (extent === 1) return numbers
  const inner = elementsOf(dims.slice(axis + 1))
  const result = numbers.slice()
  for (let row = 0; row * inner < numbers.length; row++) {
    const place = row % extent
    const from = (row - place + extent - 1 - place) * inner
    result.set(numbers.subarray(from, from + inner), row * inner)
  }
  return result
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function littleEndian(array: Float32Array | Int32Array | Uint16Array): Uint8Array {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  const width = array.BYTES_PER_ELEMENT
  if (!isLittleEndian)
    for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse()
  return bytes
}

// ---------------------------------------------------------------- model.json

function modelJson(content: FileContent, paths: readonly string[]): object {
  const { graph, generatedBy, metadata } = content
  const constants = graph.blocks.flatMap((block) =>
    block.tensors.map(({ name, dims }) => ({
      name,
      dims,
      dtype: block.kind === 'int32' ? 'int32' : 'float32',
      // The type is the one that it has when it is loaded.
      stored: isHalf(block, content) ? { quantization: { dtype: 'float16', original_dtype: 'float32' } } : {},
    })),
  )
  return {
    format: 'graph-model',
    generatedBy,
    convertedBy: null,
    signature: {
      inputs: Object.fromEntries(graph.inputs.map(signatureEntry)),
      outputs: Object.fromEntries(graph.outputs.map(signatureEntry)),
    },
    modelTopology: {
      node: [...constants.map(constantNode), ...graph.nodes.map(nodeJson)],
      library: {},
      versions: {},
    },
    userDefinedMetadata: metadata,
    weightsManifest: [
      {
        paths,
        weights: constants.map(({ name, dims, dtype, stored }) => ({ name, shape: dims, dtype, ...stored })),
      },
    ],
  }
}

function signatureEntry({ name, dims }: TfValue): [string, object] {
  return [name, { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: shapeJson(dims) }]
}

const shapeJson = (dims: readonly number[]): object => ({ dim: dims.map((size) => ({ size: String(size) })) })

function constantNode({
  name,
  dims,
  dtype,
}: {
  readonly name: string
  readonly dims: readonly number[]
  readonly dtype: string
}): object {
  const type = dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT'
  const value = { tensor: { dtype: type, tensorShape: shapeJson(dims) } }
  return { name, op: 'Const', attr: { dtype: { type }, value } }
}

function nodeJson({ name, op, inputs, attributes }: TfNode): object {
  const type = { type: 'DT_FLOAT' }
  const own: Record<string, object> = { [op === 'Placeholder' ? 'dtype' : 'T']: type }
  for (const [key, value] of Object.entries(attributes)) own[key] = attributeJson(value)
  return inputs.length === 0 ? { name, op, attr: own } : { name, op, input: inputs, attr: own }
}

function attributeJson(attribute: TfAttribute): object {
  switch (attribute.kind) {
    case 'int':
      return { i: String(attribute.value) }
    case 'ints':
      return { list: { i: attribute.values.map(String) } }
    case 'bool':
      return { b: attribute.value }
    case 'string':
      return { s: btoa(attribute.value) }
    case 'strings':
      return { list: { s: attribute.values.map((one) => btoa(one)) } }
    case 'shape':
      return { shape: shapeJson(attribute.dims) }
    case 'type':
      return { type: `DT_${attribute.type.toUpperCase()}` }
  }
}
