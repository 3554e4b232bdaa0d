// A trained model of nnU-Net as a folder of our own: its network as a spec, the weights of its folds, its pipeline.
import { statSync } from 'node:fs'
import { compile } from '../../compiler/compile.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { importPlans } from '../../nnunet/import-plans.ts'
import { declaredNames } from '../../nnunet/names.ts'
import { pipelineOf } from '../../nnunet/pipeline.ts'
import { configurationOf } from '../../nnunet/plans.ts'
import { weightsKey } from '../../nnunet/trained.ts'
import { openCheckpoint } from '../mapped-checkpoint.ts'
import { folderProblem } from '../runs/run-folder.ts'
import { inTurns } from '../writing.ts'
import { unpackModel, type ExportedOptions } from './exported-model.ts'
import { writingModel, type ModelDescription, type ModelToWrite } from './model-folder.ts'
import { openResults, type ResultsFolder } from './results-folder.ts'

export interface ImportModelOptions extends ExportedOptions {
  /** The folder that is made; it may hold nothing yet. */
  readonly output: string
  /** Version of Weft. */
  readonly weft: string
  onWarning?(found: Problem): void
  /** Of the folds, so many are written, the last of them in part. */
  onProgress?(done: number, all: number): void
}

/**
 * What `weft import model` does: the folder that nnU-Net has trained into, or the zip that it has exported, becomes a folder that
 * `predictModel` takes. Or all that is wrong.
 */
export async function importModel(
  path: string,
  options: ImportModelOptions,
): Promise<ModelDescription | readonly Problem[]> {
  const { model } = options
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return importExported(path, options)
  const reason = 'it is one model, not a zip of several'
  return model === undefined
    ? importResults(path, options)
    : [problem('option-of-run', { option: '--model', path, reason, takesSpecs: false })]
}

async function importExported(
  path: string,
  options: ImportModelOptions,
): Promise<ModelDescription | readonly Problem[]> {
  const unpacked = await unpackModel(path, options)
  if (isProblem(unpacked)) return [unpacked]
  const { folder, named, remove } = unpacked
  try {
    const onWarning = (found: Problem): void => options.onWarning?.(named(found))
    const imported = await importResults(folder, { ...options, onWarning })
    return 'members' in imported ? imported : imported.map(named)
  } finally {
    remove()
  }
}

async function importResults(
  folder: string,
  options: ImportModelOptions,
): Promise<ModelDescription | readonly Problem[]> {
  const results = openResults(folder, options)
  if (isProblem(results)) return [results]
  const planned = await planImport(results, options)
  if (!('description' in planned)) return planned
  const failed = await inTurns(writingModel(options.output, planned))
  return failed === undefined ? planned.description : [failed]
}

const entry = 'model.weft'
const endings = ['.nii.gz', '.nii', '.nrrd', '.mha'] as const

/** Everything but the writing: the network and the pipeline, or all that is wrong. */
async function planImport(
  results: ResultsFolder,
  options: ImportModelOptions,
): Promise<ModelToWrite | readonly Problem[]> {
  const { plans, heads, folds, trainer, configuration: name } = results
  const configuration = configurationOf(plans, name)
  if (isProblem(configuration)) return [configuration]
  const planned = pipelineOf(plans, configuration, heads, results.mirror)
  const ending = endings.find((one) => one === (heads.ending ?? '.nii.gz'))
  const problems = [...('pipeline' in planned ? [] : planned), ...(ending === undefined ? [foreignFiles(results)] : [])] // prettier-ignore
  if (problems.length > 0 || !('pipeline' in planned) || ending === undefined) return problems
  const imported = importPlans(plans, { heads, configurations: [name] })
  if (!('text' in imported)) return imported
  const taken = folderProblem(options.output, true)
  if (taken !== undefined) return [taken]
  const { formatWeft } = await import('../../format/prettier-plugin.ts')
  const spec = await formatWeft(imported.text)
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
  const { onProgress } = options
  return {
    description,
    spec,
    graph,
    open: (member) => openFold(folds[member]?.path ?? '', graph),
    onProgress: (member, done, all) => onProgress?.(member + done / all, folds.length),
  }
}

/** By the map that comes along and fits all names. */
function openFold(path: string, graph: Graph): ReturnType<ModelToWrite['open']> {
  const opened = openCheckpoint({ weights: path, rename: undefined, 'state-dict': weightsKey }, graph, () => true) // prettier-ignore
  if (!('renaming' in opened)) {
    const [first] = opened
    if (first === undefined) throw new Error(`${path} is neither opened nor is anything wrong with it`)
    return first
  }
  const { file, renaming } = opened
  const [wrong] = renaming.problems
  if (wrong === undefined) return { weights: renaming.weights, close: () => file.close() }
  file.close()
  return wrong
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
