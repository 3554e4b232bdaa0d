// The entry of the graph-model target: a graph and its weights as the files that `tf.loadGraphModel` reads.
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../compiler/ir/graph.ts'
import type { Weights } from '../../../weights/weights.ts'
import type { EmittedFile } from '../../backend.ts'
import { lowerToGraphModel } from './lower.ts'
import { metadataOf, type Provenance } from './metadata.ts'
import type { TfGraph } from './model.ts'
import { trainingFile, type SpecText } from './training.ts'
import { modelFiles } from './write.ts'

export interface GraphModelOptions {
  readonly weights: Weights
  readonly provenance: Provenance
  /** Default: `inference`, the outputs that are not `aux`. */
  readonly outputs?: 'inference' | 'all'
  /** Default: 32 bits. `f16`: weights are stored in 16, and the loader makes 32 of them. */
  readonly precision?: 'f16'
  /** Greatest size of a weights file. Default: 1 GiB. */
  readonly shardBytes?: number
  /** With it, `training.json` is among the files. */
  readonly spec?: SpecText
}

export type GraphModelEmission =
  | { readonly kind: 'emitted'; readonly files: readonly EmittedFile[]; readonly model: TfGraph }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/** The files of the model, nothing of them made yet: their bytes come as they are written. `model.json` is the last. */
export function emitGraphModel(graph: Graph, options: GraphModelOptions): GraphModelEmission {
  const { weights, provenance, outputs = 'inference', shardBytes = 2 ** 30, spec } = options
  const lowering = lowerToGraphModel(graph, weights, outputs)
  if (lowering.kind === 'refused') return lowering
  const model = lowering.graph
  const { weftVersion } = provenance
  const files = modelFiles({
    graph: model,
    source: graph,
    weights,
    generatedBy: `weft ${weftVersion}`,
    metadata: metadataOf(graph, model, provenance),
    shardBytes,
    isHalved: options.precision === 'f16',
  })
  const training = spec === undefined ? [] : [trainingFile({ graph, model, weights, weftVersion, spec })]
  return { kind: 'emitted', files: [...training, ...files], model }
}
