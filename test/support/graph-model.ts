// Exported graph models as the stock loader of TensorFlow.js runs them, from memory.
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter'
import { dispose, io, setBackend, tensor, type Tensor as TfTensor } from '@tensorflow/tfjs-core'
import type { EmittedFile } from '../../src/backends/backend.ts'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { emitGraphModel, type GraphModelOptions } from '../../src/backends/tfjs/graph-model/emit.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { importNativeBinding } from '../../src/node/native-binding.ts'
import type { Weights } from '../../src/weights/weights.ts'
import { contentOf } from './onnx.ts'

export type TestOptions = Partial<GraphModelOptions> & { readonly weights: Weights }

/** The files of a model; a refusal throws with its messages. */
export function emittedModel(graph: Graph, options: TestOptions): readonly EmittedFile[] {
  const found = emitGraphModel(graph, { provenance: { weftVersion: '0', weights: 'test' }, ...options })
  if (found.kind === 'refused') throw new Error(found.diagnostics.map(({ message }) => message).join('\n'))
  return found.files
}

export interface ModelJson {
  readonly generatedBy: string
  readonly modelTopology: { readonly node: readonly { readonly name: string; readonly op: string }[] }
  readonly signature: object
  readonly userDefinedMetadata: { readonly weft: { readonly parameters: Record<string, PlaceJson> } }
  readonly weightsManifest: readonly [
    { readonly paths: readonly string[]; readonly weights: io.WeightsManifestEntry[] },
  ]
}

export interface PlaceJson {
  readonly tensors: readonly string[]
  readonly view?: readonly number[]
  readonly order?: readonly number[]
  readonly reversed?: readonly number[]
}

/** The stock loader, given the content of files by name. */
export async function loadStock(contents: ReadonlyMap<string, Uint8Array>): Promise<GraphModel> {
  const json = JSON.parse(Buffer.from(contents.get('model.json') ?? []).toString()) as ModelJson
  const [{ paths, weights }] = json.weightsManifest
  const data = Buffer.concat(paths.map((path) => contents.get(path) ?? new Uint8Array()))
  const { signature, userDefinedMetadata, generatedBy } = json
  return loadGraphModel(
    io.fromMemory({
      format: 'graph-model',
      generatedBy,
      modelTopology: json.modelTopology,
      signature,
      userDefinedMetadata,
      weightSpecs: weights,
      weightData: new Uint8Array(data).buffer,
    }),
  )
}

export const contentsOf = (files: readonly EmittedFile[]): Map<string, Uint8Array> =>
  new Map(files.map((file) => [file.name, contentOf(file)]))

export type StockBackend = 'cpu' | 'wasm' | 'tensorflow'

/** The backends that are there; the native one is optional, and any error means that it is not. */
export async function stockBackends(): Promise<readonly StockBackend[]> {
  const native = await importNativeBinding().then(
    () => true,
    () => false,
  )
  return native ? ['cpu', 'wasm', 'tensorflow'] : ['cpu', 'wasm']
}

/** Makes a stock backend the one that runs. */
export async function use(backend: StockBackend): Promise<void> {
  if (backend === 'cpu') await import('@tensorflow/tfjs-backend-cpu')
  if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm')
  if (!(await setBackend(backend))) throw new Error(`no backend ${backend}`)
}

/** Outputs of a loaded model, from one run. */
export function predictedAll(
  model: GraphModel,
  inputs: ReadonlyMap<string, Tensor>,
  outputs: readonly string[],
): Map<string, Tensor> {
  const feeds: Record<string, TfTensor> = {}
  for (const [name, { shape, data }] of inputs)
    feeds[name] = tensor(Float32Array.from(data), [...shape], 'float32')
  const results = [model.execute(feeds, [...outputs])].flat()
  const values = results.map((result, at) => {
    const { shape } = result
    return [outputs[at] ?? '', { shape, data: Float64Array.from(result.dataSync()) }] as const
  })
  dispose([results, feeds])
  return new Map(values)
}

/** One output of a loaded model. */
export function predicted(model: GraphModel, inputs: ReadonlyMap<string, Tensor>, output: string): Tensor {
  const value = predictedAll(model, inputs, [output]).get(output)
  if (value === undefined) throw new Error(`the model gives no ${output}`)
  return value
}

/** One output of a graph, exported and run. */
export async function runGraphModel(
  graph: Graph,
  inputs: ReadonlyMap<string, Tensor>,
  { output, ...options }: TestOptions & { readonly output: string },
): Promise<Tensor> {
  const model = await loadStock(contentsOf(emittedModel(graph, options)))
  try {
    return predicted(model, inputs, output)
  } finally {
    model.dispose()
  }
}
