// A trained model of nnU-Net as a folder of our own: its network as a spec, the weights of its folds, its pipeline.
import { compile } from '../../compiler/compile.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { importPlans } from '../../nnunet/import-plans.ts'
import { declaredNames } from '../../nnunet/names.ts'
import { pipelineOf } from '../../nnunet/pipeline.ts'
import { configurationOf } from '../../nnunet/plans.ts'
import type { Weights } from '../../weights/weights.ts'
import { folderProblem } from '../runs/run-folder.ts'
import type { Stepwise } from '../writing.ts'
import { writingModel, type ModelDescription } from './model-folder.ts'
import type { ResultsFolder } from './results-folder.ts'

export interface ImportModelOptions {
  /** The folder that is made. */
  readonly out: string
  /** Version of Weft. */
  readonly weft: string
  /** Brings the spec into canonical form. */
  format(spec: string): Promise<string>
  /** Opens a checkpoint of nnU-Net for the network. */
  open(path: string, graph: Graph): { readonly weights: Weights; close(): void } | Problem
  onWarning?(found: Problem): void
  onProgress?(member: number, done: number, all: number): void
}

export interface PlannedImport {
  readonly description: ModelDescription
  readonly graph: Graph
  /** Writes the folder. */
  write(): Stepwise<Problem | undefined>
}

const entry = 'model.weft'
const endings = ['.nii.gz', '.nii', '.nrrd', '.mha'] as const

/** Everything but the writing: the network and the pipeline, or all that is wrong. */
export async function planImport(
  results: ResultsFolder,
  options: ImportModelOptions,
): Promise<PlannedImport | readonly Problem[]> {
  const { plans, heads, folds, trainer, configuration: name } = results
  const configuration = configurationOf(plans, name)
  if (isProblem(configuration)) return [configuration]
  const planned = pipelineOf(plans, configuration, heads, results.mirror)
  const ending = endings.find((one) => one === (heads.ending ?? '.nii.gz'))
  const problems = [...('pipeline' in planned ? [] : planned), ...(ending === undefined ? [foreignFiles(results)] : [])] // prettier-ignore
  if (problems.length > 0 || !('pipeline' in planned) || ending === undefined) return problems
  const imported = importPlans(plans, { heads, configurations: [name] })
  if (!('text' in imported)) return imported
  const taken = folderProblem(options.out, true)
  if (taken !== undefined) return [taken]
  const spec = await options.format(imported.text)
  const network = declaredNames(plans.datasetName, [...plans.configurations.keys()]).get(name)?.network ?? ''
  const { graph } = compile(entry, { read: (path) => (path === entry ? spec : undefined) }, { network })
  if (graph === undefined) throw new Error(`the spec of ${plans.path} does not compile`)
  if (trainer !== ownTrainer) options.onWarning?.(problem('model-trainer', { path: plans.path, trainer }))
  const description: ModelDescription = {
    format: 1,
    weft: options.weft,
    entry,
    network,
    members: folds.map((fold) => `fold_${fold.name}.safetensors`),
    origin: {
      ...(plans.datasetName === undefined ? {} : { dataset: plans.datasetName }),
      trainer,
      configuration: name,
      folds: folds.map((fold) => fold.name),
    },
    channels: heads.channels,
    outputs: heads.outputs.map((output, channel) => ({ name: output, labels: heads.members[channel] ?? [] })),
    ending,
    ...planned,
  }
  const open = (member: number): ReturnType<ImportModelOptions['open']> =>
    options.open(folds[member]?.path ?? '', graph)
  const { onProgress } = options
  const model = { description, spec, graph, open, ...(onProgress === undefined ? {} : { onProgress }) }
  return { description, graph, write: () => writingModel(options.out, model) }
}

/** Its network is the one of the plans. */
const ownTrainer = 'nnUNetTrainer'

const foreignFiles = ({ plans, heads }: ResultsFolder): Problem =>
  problem('model-unsupported', {
    path: plans.path.replace(/plans\.json$/, 'dataset.json'),
    key: 'file_ending',
    value: JSON.stringify(heads.ending),
    reason: `label maps are written as ${endings.join(', ')}`,
  })
