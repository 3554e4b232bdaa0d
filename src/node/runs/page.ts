// The page of a run, `index.html`, from what the run knows.
import { join } from 'node:path'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { HistoryRecord } from '../../data/history.ts'
import { renderRunPage } from '../../pages/run/page.ts'
import { readText } from '../spec-files.ts'
import { textFile, writeFiles } from '../write-file.ts'
import { pageFile, ofRun, specFolder, type RunFolder } from './run-folder.ts'
import type { Progress } from './checkpoint.ts'
import type { TrainingTask } from './task.ts'
import type { Validation } from './validation.ts'

/** The page loads itself again while the run goes on. */
const refreshSeconds = 30

export function writeRunPage(
  { run, graph, recipe, backend, training, validation }: TrainingTask,
  records: readonly HistoryRecord[],
  state: { readonly progress: Progress; readonly validation?: Validation },
  status: 'running' | 'finished' | 'interrupted',
): Problem | undefined {
  const { description, folder } = run
  const { bestEpoch } = state.progress
  const html = renderRunPage({
    network: graph.network,
    recipe: { name: recipe.name, text: recipeText(run) },
    dataset: description.dataset,
    split: { training: training.length, validation: validation.length },
    backend: backend.description,
    provenance: `Weft ${description.weft}: ${description.entry}, recipe ${description.recipe}, seed ${description.seed}, data ${description.dataset.name}`,
    records,
    plan: { epochs: recipe.epochs, steps: recipe.epochs * recipe.steps },
    slices: state.validation?.slices ?? [],
    finished: status === 'finished',
    ...(bestEpoch === null ? {} : { bestEpoch }),
    ...(status === 'running' ? { refreshSeconds } : {}),
  })
  return writeFiles([textFile(join(folder, pageFile), html)])
}

/** The `train` block as it stands in the run's copy of the spec. */
function recipeText({ folder, description: { entry, recipe } }: RunFolder): string {
  const path = join(folder, specFolder, entry)
  const text = readText(path, path, ofRun)
  if (isProblem(text)) return ''
  const begin = text.search(new RegExp(`^train ${recipe}\\b`, 'm'))
  const end = text.indexOf('\n}', begin)
  return begin === -1 ? '' : text.slice(begin, end === -1 ? undefined : end + 2)
}
