// What an ONNX file says of itself, for running one that is given instead of a spec.
import { fromBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, type ValueInfoProto } from 'onnx-buf'

export interface ModelFacts {
  readonly producer: string
  readonly opset: number
  /** Weft's own properties, and whatever else is there. */
  readonly properties: ReadonlyMap<string, string>
  /** Inputs that are not initializers: extents, or the names of free ones. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[]
}

/** Reads the file's bytes; undefined where they are no ONNX model. */
export function readModelFacts(bytes: Uint8Array): ModelFacts | undefined {
  try {
    const model = fromBinary(ModelProtoSchema, bytes)
    const initializers = new Set(model.graph?.initializer.map(({ name }) => name) ?? [])
    const inputs = model.graph?.input.filter(({ name }) => !initializers.has(name)) ?? []
    if (model.graph === undefined || inputs.length === 0) return undefined
    return {
      producer: `${model.producerName} ${model.producerVersion}`.trim(),
      opset: Number(model.opsetImport.find(({ domain }) => domain === '')?.version ?? 0),
      properties: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
      inputs: inputs.map((input) => ({ name: input.name, shape: shapeOf(input) })),
    }
  } catch {
    return undefined
  }
}

function shapeOf({ type }: ValueInfoProto): (number | string)[] {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined
  return (tensor?.shape?.dim ?? []).map(({ value }, axis) => {
    if (value.case === 'dimValue') return Number(value.value)
    return value.case === 'dimParam' && value.value !== '' ? value.value : `axis ${axis}`
  })
}
