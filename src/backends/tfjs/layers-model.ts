// A model as Keras users know it: `compile`, `fit` and `predict` of @tensorflow/tfjs-layers, with the whole network as one layer.
import { dispose, tidy, zeros, type Tensor, type Variable } from '@tensorflow/tfjs-core'
import {
  input,
  layers,
  LayerVariable,
  model as modelOf,
  type LayersModel,
  type Shape as LayerShape,
} from '@tensorflow/tfjs-layers'
import type { NodeId } from '../../compiler/ir/graph.ts'
import { Activation } from './activation.ts'
import type { RunOptions, TfjsModel } from './model.ts'

export interface LayersModelOptions {
  /** `inference` (default): the outputs that are not aux; `all` for deep supervision. In declared order. */
  readonly outputs?: 'inference' | 'all'
  /** What dropout draws from while `fit` runs. Default: 0. */
  readonly seed?: number
}

/**
 * The same variables as the model's: what `fit` changes is changed in both, and disposing of one disposes of the other's variables. Images
 * lie channels last here, `[N, D, H, W, C]`, as Keras has them. It cannot be saved by its own `save`, since no program that loads the file
 * would know the layer: `model.weights()` and an export can.
 */
export function layersModel(model: TfjsModel, options: LayersModelOptions = {}): LayersModel {
  const layer = new NetworkLayer(model, options)
  const inputs = model.graph.inputs.map(({ name, node }) =>
    input({ shape: shapeOf(model, node).slice(1), name }),
  )
  const outputs = layer.apply(inputs)
  // Symbolic tensors give symbolic tensors.
  return modelOf({ inputs, outputs: outputs as typeof inputs })
}

/** `[null, D, H, W, C]` of a node; null where the extent is free. */
function shapeOf({ graph }: TfjsModel, node: NodeId): LayerShape {
  const [channels, ...spatial] = (graph.nodes[node]?.type.shape ?? []).map((dim) =>
    typeof dim === 'number' ? dim : null,
  )
  return [null, ...spatial, channels ?? null]
}

class NetworkLayer extends layers.Layer {
  static readonly className = 'WeftNetwork'
  private readonly network: TfjsModel
  private readonly options: LayersModelOptions
  private calls = 0

  constructor(network: TfjsModel, options: LayersModelOptions) {
    super({ name: network.graph.network })
    this.network = network
    this.options = options
  }

  override build(): void {
    const all = this.network.graph.parameters.flatMap(({ path }) => {
      const own = this.network.variables.get(path)
      return own === undefined ? [] : [layerVariable(path, own)]
    })
    this.trainableWeights = all.filter(({ trainable }) => trainable)
    this.nonTrainableWeights = all.filter(({ trainable }) => !trainable)
    this.built = true
  }

  override computeOutputShape(): LayerShape | LayerShape[] {
    const shapes = this.outputs().map(({ node }) => shapeOf(this.network, node))
    return single(shapes)
  }

  override call(given: Tensor | Tensor[], { training }: { readonly training?: boolean }): Tensor | Tensor[] {
    const tensors = [given].flat()
    const run: RunOptions = {
      outputs: this.options.outputs ?? 'inference',
      // Every step draws anew.
      ...(training === true ? { training: { seed: (this.options.seed ?? 0) + this.calls++ } } : {}),
    }
    return tidy(() => {
      const inputs = this.network.graph.inputs.flatMap(({ name }, k) => {
        const one = tensors[k]
        return one === undefined ? [] : [[name, Activation.last(one).first()] as const]
      })
      const values = [...this.network.run(new Map(inputs), run).values()]
      return single(values.map((value) => value.last()))
    })
  }

  override getClassName(): string {
    return NetworkLayer.className
  }

  private outputs(): TfjsModel['graph']['outputs'] {
    return this.network.graph.outputs.filter(({ aux }) => this.options.outputs === 'all' || !aux)
  }
}

/** Keras gives one tensor where there is one output. */
function single<T>(list: T[]): T | T[] {
  const [first] = list
  return list.length === 1 && first !== undefined ? first : list
}

/** Keras allows letters, digits and `-_./` in names: `encoder.level[0].conv.weight` is `encoder.level.0.conv.weight` there. */
const kerasName = (path: string): string => path.replaceAll('[', '.').replaceAll(',', '-').replaceAll(']', '')

/** A variable of the layers' kind that holds the model's own: it is made around a placeholder, which it then gives up. */
function layerVariable(path: string, own: Variable): LayerVariable {
  const placeholder = zeros(own.shape)
  const made = new LayerVariable(placeholder, 'float32', kerasName(path), own.trainable)
  dispose([placeholder, made.read()])
  Object.defineProperty(made, 'val', { value: own })
  return made
}
