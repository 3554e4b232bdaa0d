// A folder for `nnUNet_extTrainer`: a trainer of nnU-Net's by a recipe, and beside it the package with the network.
import type { Sources } from '../../../compiler/analysis/charge.ts'
import { diagnose, problem, type Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphOutput } from '../../../compiler/ir/graph.ts'
import { endingOf } from '../../../compiler/semantics/declarations/activated-outputs.ts'
import { withConfiguration } from '../../../nnunet/added-configuration.ts'
import type { EmittedFile } from '../../backend.ts'
import { emitTorch, type TorchOptions } from '../emit.ts'
import { addedConfiguration, plannedText } from './planned.ts'
import { markFile, readmeText } from './readme.ts'
import { predictedFirst, settingOf, unfitReason, type Setting, type StatedRecipe } from './setting.ts'
import { trainerText } from './trainer.ts'

export interface NnunetOptions extends TorchOptions {
  /** What of the training is not nnU-Net's own; without it all is. */
  readonly training?: StatedRecipe | undefined
  /** What writes the folder again: the trainer says it, with settings of what is missing, where a network does not fit the plans. */
  readonly command: string
  /** Plans that get a configuration with the network, for nnU-Net's own trainer. */
  readonly plans?: PlansToExtend | undefined
}

export interface PlansToExtend {
  /** Of the file that is written. */
  readonly name: string
  readonly text: string
  /** The configuration that is inherited from. */
  readonly configuration: string
}

export type NnunetEmission =
  | {
      readonly kind: 'emitted'
      readonly setting: Setting
      /** Settings of the recipe that nnU-Net goes about in its own way. */
      readonly leftOut: readonly string[]
      /** The configuration that the plans have got; none where the fusion is sparse, which needs a trainer that rewires it. */
      readonly added: string | undefined
      /** Of outputs that hold probabilities, where no recipe is there that has told of them. */
      readonly warnings: readonly Diagnostic[]
      readonly files: readonly EmittedFile[]
    }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/** Networks that nnU-Net cannot give its images to, or take a prediction from, are refused, and what PyTorch cannot say. */
export function emitNnunet(given: Graph, sources: Sources, options: NnunetOptions): NnunetEmission {
  const reason = unfitReason(given)
  if (reason !== undefined) {
    const span = given.outputs[0]?.span ?? { file: sources.entry, start: 0, end: 0 }
    const found = problem('nnunet-network', { network: given.network, reason })
    return { kind: 'refused', diagnostics: [diagnose(found, span)] }
  }
  const graph = predictedFirst(given)
  const emitted = emitTorch(graph, sources, options)
  if (emitted.kind === 'refused') return emitted
  const { training, version, command } = options
  const setting = settingOf(graph, training)
  const leftOut =
    training === undefined ? [] : foreignSettings.filter((name) => training.stated.includes(name))
  const isSparse = emitted.files.some(({ name }) => name === 'sparsity.py')
  const text = trainerText(setting, {
    network: graph.network,
    version,
    doc: graph.doc,
    training,
    isSparse,
    hasWeights: options.weights !== undefined,
    command,
    leftOut,
  })
  const { plans } = options
  const added = plans === undefined || isSparse ? undefined : addedConfiguration(setting, plans.configuration)
  const inPackage = [
    ...emitted.files,
    ...(added === undefined ? [] : [textFile('planned.py', plannedText(setting, graph.network))]),
  ]
  return {
    kind: 'emitted',
    setting,
    leftOut,
    added: added?.name,
    warnings: training === undefined ? graph.outputs.flatMap((one) => activatedOutput(graph, one)) : [],
    files: [
      textFile(markFile, readmeText({ setting, network: graph.network, version, plans, added })),
      textFile(`${setting.trainer}.py`, text),
      ...(plans === undefined || added === undefined
        ? []
        : [textFile(plans.name, withConfiguration(plans.text, added))]),
      ...inPackage.map((one) => ({ ...one, name: `${setting.package}/${one.name}` })),
    ],
  }
}

/** The losses of nnU-Net take logits, as those of recipes do; which activation they take depends on the dataset. */
function activatedOutput(graph: Graph, output: GraphOutput): readonly Diagnostic[] {
  const ending = endingOf(graph, output)
  if (ending === undefined) return []
  const found = problem('output-activated', { output: output.name, ending, applied: 'softmax or sigmoid' })
  return [diagnose(found, output.span)]
}

/** nnU-Net has its own augmentation, readers and preprocessing, and trains without averages of weights. */
const foreignSettings = [
  ...(['augment', 'ema', 'validate', 'orientation'] as const),
  ...(['spacing', 'resample', 'normalise', 'transpose'] as const),
]

function textFile(name: string, text: string): EmittedFile {
  const bytes = new TextEncoder().encode(text)
  return { name, byteCount: bytes.length, chunks: () => [bytes] }
}
