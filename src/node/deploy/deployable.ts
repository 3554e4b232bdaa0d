// What is deployed: a model that was imported, or a run of a recipe that resamples, whose pipeline is known.
import type { Sources } from '../../compiler/analysis/charge.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { OrientationPolicy } from '../../compiler/semantics/declarations/train.ts'
import { isPicture } from '../../data/picture.ts'
import type { Reader } from '../../nnunet/pipeline.ts'
import type { Weights } from '../../weights/weights.ts'
import { openMember, openModel, type ModelDescription } from '../models/model-folder.ts'
import { outputsOf } from '../runs/pipeline-file.ts'
import { checkpointFiles, type WhichCheckpoint } from '../runs/run-folder.ts'
import { openTrained } from '../runs/trained.ts'

export interface Deployable {
  readonly folder: string
  readonly graph: Graph
  readonly sources: Sources
  readonly description: Pick<ModelDescription, 'network' | 'origin' | 'channels' | 'outputs' | 'ending' | 'reader' | 'pipeline'> // prettier-ignore
  readonly members: readonly Member[]
}

/** A network of the ensemble; whoever opens it closes it. */
export interface Member {
  readonly name: string
  /** The file that its weights come from. */
  readonly source: string
  open(): { readonly weights: Weights; close(): void } | Problem
}

export function deployableModel(folder: string): Deployable | Problem {
  const model = openModel(folder)
  if (isProblem(model)) return model
  const { members, entry: _entry, format: _format, weft: _weft, ...description } = model.description
  return {
    ...model,
    description,
    members: members.map((file) => ({
      name: file.replace(/\.safetensors$/, ''),
      source: file,
      open: () => openMember(model, file),
    })),
  }
}

/** How the arrays that a run sees are called by nnU-Net's readers. */
const readerOf: Readonly<Record<OrientationPolicy, Reader | undefined>> = {
  strict: 'NibabelIOWithReorient',
  as_stored: 'SimpleITKIO',
  nearest: undefined,
}

/** `target` is what it is for, in words. */
export function deployableRun(
  folder: string,
  { target, checkpoint }: { readonly target: string; readonly checkpoint?: WhichCheckpoint },
): Deployable | Problem {
  const trained = openTrained(folder, checkpoint)
  if (isProblem(trained)) return trained
  const { run, graph, activation, which, checkpoint: read } = trained
  const { dataset, recipe, entry, orientation = 'strict' } = run.description
  const refuse = (reason: string, advice: string): Problem =>
    problem('deploy-unsupported', { path: folder, target, reason, advice })
  const { prepared } = run
  if (prepared === undefined)
    return refuse(
      'its recipe states no `spacing`, so that its images are normalised as a whole, which no program does that goes along',
      'train by a recipe with `spacing = median`, or predict by it with weft predict',
    )
  const reader = readerOf[orientation]
  if (reader === undefined)
    return refuse(
      'its volumes are turned to the nearest axes however oblique they lie (`orientation = nearest`)',
      'train by a recipe whose orientation is strict or as_stored, or predict by it with weft predict',
    )
  if (isPicture(prepared.ending))
    return refuse(`it was trained on pictures (${prepared.ending}), and volumes are what the programs read`, 'predict by it with weft predict') // prettier-ignore
  if (graph.inputs.length > 1)
    return refuse(`its network has ${graph.inputs.length} inputs, and the programs give it one`, 'predict by it with weft predict') // prettier-ignore
  return {
    folder,
    graph,
    sources: { entry, files: run.compile().sources },
    description: {
      network: graph.network,
      origin: { dataset: dataset.name, trainer: 'weft train', configuration: recipe, folds: [] },
      channels: [...dataset.channels],
      outputs: outputsOf(dataset, activation),
      ending: prepared.ending === '.nii' ? '.nii' : '.nii.gz',
      reader,
      pipeline: prepared.pipeline,
    },
    members: [
      {
        name: `checkpoint_${which}`,
        source: checkpointFiles[which],
        open: () => ({ weights: read.weights, close: () => {} }),
      },
    ],
  }
}
