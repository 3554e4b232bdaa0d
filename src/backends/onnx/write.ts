// An ONNX graph as protobuf bytes. The tensors' data are spliced in while the file is written, so that a model is never whole in
// memory; past protobuf's 2 GiB they go to a file of their own (external data).
import { create, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type StringStringEntryProto,
  type TensorShapeProto_Dimension,
  type ValueInfoProto,
} from 'onnx-buf'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { formatDim, type Dim } from '../../compiler/ir/tensor.ts'
import { halfBits } from '../../weights/dtypes.ts'
import type { EmittedFile } from '../backend.ts'
import { nodeDoc, type Properties } from './metadata.ts'
import {
  elementsOf,
  type ElementType,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from './model.ts'
import { irVersionOf } from './opsets.ts'
import { typesBetween, wholeType, type ValueType } from './value-types.ts'

export interface FileContent {
  readonly graph: OnnxGraph
  readonly name: string
  readonly doc: string
  readonly producerVersion: string
  /** The batch's extent: a name (free) or a number. */
  readonly batch: string | number
  readonly modelProperties: Properties
  /** What is said of each input, by its name. */
  readonly inputDocs: ReadonlyMap<string, string>
  readonly nodeProperties: ReadonlyMap<string, Properties>
}

export interface FileLayout {
  /** Name of the model's file. */
  readonly fileName: string
  /** `external`: data of parameters in a file beside it, named `<fileName>.data`. `auto`: only where one file would pass 2 GiB. */
  readonly data: 'auto' | 'inside' | 'external'
}

/** A serialised message may not pass 2 GiB; 64 MiB are left for everything but the parameters. */
const greatestInside = 2 ** 31 - 2 ** 26
/** External data begin at multiples of this, so that runtimes can map them into memory. */
const alignment = 4096

/** The files of a model, in the order in which they should appear: the model last, so that it never stands without its data. */
export function onnxFiles(content: FileContent, layout: FileLayout): EmittedFile[] {
  const total = content.graph.tensors.reduce((sum, tensor) => sum + byteCountOf(tensor), 0)
  const external = layout.data === 'external' || (layout.data === 'auto' && total > greatestInside)
  return external
    ? externalFiles(content, layout)
    : [modelFile(content, layout.fileName, content.graph.tensors.map(inside))]
}

// ---------------------------------------------------------------- files

/** One tensor as it stands in the model file: a header, and data that follow it inside the message. */
interface Placed {
  readonly header: Uint8Array
  readonly dataBytes: number
  readonly tensor: OnnxTensor
}

const field = { tensorRawData: 9, graphTensor: 5, modelGraph: 7 } as const

function modelFile(content: FileContent, name: string, placed: readonly Placed[]): EmittedFile {
  const head = modelHead(content)
  const graph = graphHead(content)
  const tensors = placed.map((one) => ({ ...one, prefix: prefixOf(one) }))
  const graphBytes = tensors.reduce(
    (sum, { prefix, header, dataBytes }) => sum + prefix.length + header.length + dataBytes,
    graph.length,
  )
  const opening = lengthPrefix(field.modelGraph, graphBytes)
  return {
    name,
    byteCount: head.length + opening.length + graphBytes,
    *chunks() {
      yield head
      yield opening
      yield graph
      for (const { prefix, header, dataBytes, tensor } of tensors) {
        yield prefix
        yield header
        if (dataBytes > 0) yield dataOf(tensor)
      }
    },
  }
}

/** Tag and length of the tensor's message, which ends with its data. */
function prefixOf({ header, dataBytes }: Placed): Uint8Array {
  return lengthPrefix(field.graphTensor, header.length + dataBytes)
}

function lengthPrefix(number: number, length: number): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish()
}

function inside(tensor: OnnxTensor): Placed {
  const dataBytes = byteCountOf(tensor)
  const fields = toBinary(TensorProtoSchema, tensorProto(tensor))
  const raw = lengthPrefix(field.tensorRawData, dataBytes)
  return { header: joined([fields, raw]), dataBytes, tensor }
}

function externalFiles(content: FileContent, { fileName }: FileLayout): EmittedFile[] {
  const dataName = `${fileName}.data`
  let offset = 0
  const pieces: { readonly tensor: OnnxTensor; readonly padding: number }[] = []
  const placed = content.graph.tensors.map((tensor): Placed => {
    if (tensor.content.kind !== 'parameter') return inside(tensor)
    const length = byteCountOf(tensor)
    const at = offset
    const end = Math.ceil((offset + length) / alignment) * alignment
    pieces.push({ tensor, padding: end - offset - length })
    offset = end
    return {
      header: externalHeader(tensor, { location: dataName, offset: at, length }),
      dataBytes: 0,
      tensor,
    }
  })
  const data: EmittedFile = {
    name: dataName,
    byteCount: offset,
    *chunks() {
      for (const { tensor, padding } of pieces) {
        yield dataOf(tensor)
        yield new Uint8Array(padding)
      }
    },
  }
  return [data, modelFile(content, fileName, placed)]
}

function externalHeader(
  tensor: OnnxTensor,
  place: { readonly location: string; readonly offset: number; readonly length: number },
): Uint8Array {
  const proto = tensorProto(tensor)
  proto.dataLocation = TensorProto_DataLocation.EXTERNAL
  proto.externalData = entries({
    location: place.location,
    offset: String(place.offset),
    length: String(place.length),
  })
  return toBinary(TensorProtoSchema, proto)
}

// ---------------------------------------------------------------- data

const elementBytes = { float: 4, float16: 2, int8: 1, int32: 4, int64: 8 } as const satisfies Readonly<
  Record<ElementType, number>
>

export function byteCountOf(tensor: OnnxTensor): number {
  return tensor.shape.reduce((product, extent) => product * extent, elementBytes[elementsOf(tensor)])
}

/** The elements as little-endian bytes. */
function dataOf(tensor: OnnxTensor): Uint8Array | Problem {
  const { content } = tensor
  const numbers = content.kind === 'parameter' ? content.numbers() : content.values
  if (isProblem(numbers)) return numbers
  const bytes = bytesOf(encoded(elementsOf(tensor), numbers))
  if (bytes.length !== byteCountOf(tensor))
    throw new Error(`${tensor.name} has ${bytes.length} bytes, not ${byteCountOf(tensor)}`)
  return bytes
}

type Encoded = Float32Array | Uint16Array | Int8Array | Int32Array | BigInt64Array

function encoded(elements: ElementType, numbers: ArrayLike<number>): Encoded {
  switch (elements) {
    case 'float':
      return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
    case 'float16':
      return Uint16Array.from(numbers, halfBits)
    case 'int8':
      return Int8Array.from(numbers)
    case 'int32':
      return Int32Array.from(numbers)
    case 'int64':
      return BigInt64Array.from(Array.from(numbers, BigInt))
  }
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function bytesOf(array: Encoded): Uint8Array {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  if (isLittleEndian) return bytes
  const swapped = Uint8Array.from(bytes)
  const width = array.BYTES_PER_ELEMENT
  for (let at = 0; at < swapped.length; at += width) swapped.subarray(at, at + width).reverse()
  return swapped
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

// ---------------------------------------------------------------- messages

function modelHead({ graph, doc, producerVersion, modelProperties }: FileContent): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersionOf(graph.opset)),
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(graph.opset) })],
    producerName: 'weft',
    producerVersion,
    docString: doc,
    metadataProps: entries(modelProperties),
  })
  return toBinary(ModelProtoSchema, model)
}

function graphHead({ graph, name, batch, nodeProperties, inputDocs }: FileContent): Uint8Array {
  const message = create(GraphProtoSchema, {
    name,
    node: graph.nodes.map((node) => nodeProto(node, nodeProperties.get(node.name) ?? {})),
    input: graph.inputs.map((one) =>
      valueProto(one.name, wholeType(one.type, batch), inputDocs.get(one.name)),
    ),
    output: graph.outputs.map((one) => valueProto(one.name, wholeType(one.type, batch))),
    valueInfo: typesBetween(graph, batch).map(([value, type]) => valueProto(value, type)),
  })
  return toBinary(GraphProtoSchema, message)
}

function nodeProto(node: OnnxNode, properties: Properties): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.op,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
    docString: Object.keys(properties).length === 0 ? '' : nodeDoc(properties),
    metadataProps: entries(properties),
  })
}

function attributeProto(name: string, attribute: OnnxAttribute): AttributeProto {
  switch (attribute.kind) {
    case 'int':
      return create(AttributeProtoSchema, {
        name,
        type: AttributeProto_AttributeType.INT,
        i: BigInt(attribute.value),
      })
    case 'ints':
      return create(AttributeProtoSchema, {
        name,
        type: AttributeProto_AttributeType.INTS,
        ints: attribute.values.map(BigInt),
      })
    case 'float':
      return create(AttributeProtoSchema, {
        name,
        type: AttributeProto_AttributeType.FLOAT,
        f: attribute.value,
      })
    case 'string':
      return create(AttributeProtoSchema, {
        name,
        type: AttributeProto_AttributeType.STRING,
        s: new TextEncoder().encode(attribute.value),
      })
  }
}

function tensorProto(tensor: OnnxTensor): ReturnType<typeof create<typeof TensorProtoSchema>> {
  const { name, shape } = tensor
  return create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: dataTypes[elementsOf(tensor)],
  })
}

const dataTypes = {
  float: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  int8: TensorProto_DataType.INT8,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
} as const satisfies Readonly<Record<ElementType, TensorProto_DataType>>

function valueProto(name: string, { elements, shape }: ValueType, docString = ''): ValueInfoProto {
  const tensorType = create(TypeProto_TensorSchema, {
    elemType: dataTypes[elements],
    shape: create(TensorShapeProtoSchema, { dim: shape.map(dimProto) }),
  })
  const type = create(TypeProtoSchema, { value: { case: 'tensorType', value: tensorType } })
  return create(ValueInfoProtoSchema, { name, type, docString })
}

/** Forms in symbols are written as ONNX Runtime's tools write them, by the names of sympy. */
const formText = (dim: Dim): string =>
  formatDim(dim)
    .replaceAll('·', '*')
    .replaceAll('⌈', 'ceiling(')
    .replaceAll('⌊', 'floor(')
    .replaceAll(/[⌉⌋]/gu, ')')

function dimProto(dim: Dim | undefined): TensorShapeProto_Dimension {
  if (dim === undefined) return create(TensorShapeProto_DimensionSchema, {})
  return create(TensorShapeProto_DimensionSchema, {
    value:
      typeof dim === 'number'
        ? { case: 'dimValue', value: BigInt(dim) }
        : { case: 'dimParam', value: formText(dim) },
  })
}

function entries(properties: Properties): StringStringEntryProto[] {
  return Object.entries(properties).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  )
}
