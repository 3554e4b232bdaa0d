// What `nnUNetv2_export_model_to_zip` wrote: folders beneath nnUNet_results in an archive. The model that is asked for is unpacked, as far as it
// is imported, into a folder like the one that nnU-Net trained into.
import { closeSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { leadsOutside } from '../relative-names.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTensorFile } from '../tensor-file.ts'
import { writeProblem } from '../write-file.ts'
import { openZip, type ZipFile } from '../zip-file.ts'
import { chosenFolds, type ResultsOptions } from './results-folder.ts'

export interface ExportedOptions extends ResultsOptions {
  /** Which model of an archive with several: its folder there, or how that ends, such as `3d_fullres`. */
  readonly model?: string
}

export interface UnpackedModel {
  readonly folder: string
  /** A problem of an unpacked file as one of the archive. */
  named(found: Problem): Problem
  remove(): void
}

export async function unpackModel(path: string, options: ExportedOptions): Promise<UnpackedModel | Problem> {
  const opened = openTensorFile(path, (file) => {
    const zip = openZip(file, (reason) => malformed(path, reason))
    return isProblem(zip) ? zip : { zip, fd: file.fd }
  })
  if (isProblem(opened)) return opened
  const { zip, fd } = opened
  try {
    const model = chosenModel(path, [...zip.records.keys()], options.model)
    return isProblem(model) ? model : await unpacked(zip, { path, model }, options)
  } finally {
    closeSync(fd)
  }
}

const malformed = (path: string, reason: string): Problem => problem('model-malformed', { path, reason })

const plansFile = 'plans.json'

/** Its folder in the archive, which ends with `/` unless it is the archive itself. */
function chosenModel(path: string, names: readonly string[], asked: string | undefined): string | Problem {
  const outside = names.find(leadsOutside)
  if (outside !== undefined) return malformed(path, `its entry \`${outside}\` is not beneath the folder that it is unpacked into`) // prettier-ignore
  const models = names.flatMap((name) => /^((?:.*\/)?)plans\.json$/.exec(name)?.[1] ?? [])
  if (models.length === 0) return malformed(path, `it holds no ${plansFile}`)
  const fitting = asked === undefined ? models : models.filter((one) => isCalled(one, asked))
  const [model, ...others] = fitting
  if (model !== undefined && others.length === 0) return model
  const shown = models.map((one) => one.replace(/\/$/, '') || '.')
  return problem('model-choice', { path, models: shown, ...(asked === undefined ? {} : { asked }) })
}

/** By the whole path, or by its end from a `/` or the `__` before the configuration on. */
function isCalled(folder: string, asked: string): boolean {
  const [name, end] = [folder, asked].map((one) => one.replace(/\/$/, '') || '.') as [string, string]
  return name === end || name.endsWith(`/${end}`) || name.endsWith(`__${end}`)
}

interface Chosen {
  readonly path: string
  readonly model: string
}

async function unpacked(
  zip: ZipFile,
  { path, model }: Chosen,
  { folds, checkpoint = 'final' }: ExportedOptions,
): Promise<UnpackedModel | Problem> {
  const temporary = temporaryFolder('weft-import-')
  if (isProblem(temporary)) return temporary
  const folder = temporary.path
  const there = foldsOf(zip, model)
  const wanted = chosenFolds(there, folds).map((fold) => `fold_${fold}/checkpoint_${checkpoint}.pth`)
  const failed = await unpackAll(zip, {
    folder,
    model,
    folds: there,
    names: [plansFile, 'dataset.json', ...wanted],
  })
  if (failed === undefined) {
    const shown = join(path, model).replace(/\/$/, '')
    return { folder, named: (found) => calledOtherwise(found, folder, shown), remove: temporary.remove }
  }
  temporary.remove()
  return failed
}

const foldsOf = (zip: ZipFile, model: string): readonly string[] => {
  const files = [...zip.records.keys()].filter((name) => name.startsWith(model))
  return [...new Set(files.flatMap((name) => /^fold_(\d+|all)\//.exec(name.slice(model.length))?.[1] ?? []))]
}

interface Unpacking {
  readonly folder: string
  readonly model: string
  /** All that the model has: which there are is told where one is missing. */
  readonly folds: readonly string[]
  readonly names: readonly string[]
}

/** What the archive lacks is left out: the folder is looked at as if nnU-Net had trained there. */
async function unpackAll(
  zip: ZipFile,
  { folder, model, folds, names }: Unpacking,
): Promise<Problem | undefined> {
  try {
    for (const fold of folds) mkdirSync(join(folder, `fold_${fold}`))
  } catch (error) {
    return writeProblem(error, folder)
  }
  for (const name of names) {
    const record = zip.records.get(`${model}${name}`)
    const failed = record === undefined ? undefined : await zip.unpack(record, join(folder, name))
    if (failed !== undefined) return failed
  }
  return undefined
}

/** With another path in all that its message says. */
function calledOtherwise(found: Problem, from: string, to: string): Problem {
  const renamed = (part: unknown): unknown =>
    typeof part === 'string' ? part.split(from).join(to) : Array.isArray(part) ? part.map(renamed) : part
  const parts = Object.fromEntries(Object.entries(found.parts).map(([name, part]) => [name, renamed(part)]))
  return { ...found, parts }
}
