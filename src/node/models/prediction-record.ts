// `prediction.json` beside label maps: how they were made and of which images, by digests, so that a prediction that was stopped goes on where it
// was, and what another model or other options made is never taken for its own.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { weftPrediction, type WeftPrediction } from '../../json/generated/weft-prediction-1.ts'
import { faultsText, readJson } from '../../json/read.ts'
import { isFolder } from '../images/open-volume.ts'
import type { PredictedCase } from '../runs/predicted-case.ts'
import { textFile, writeFiles } from '../write-file.ts'
import { modelFile } from './is-model-folder.ts'
import type { OpenedModel } from './model-folder.ts'

export const recordFile = 'prediction.json'

export type PredictionSettings = WeftPrediction['settings']

export interface PredictionRecord {
  /** What was made of these images before, if all of it is still there as it was written. */
  kept(name: string, images: readonly string[]): Promise<PredictedCase | undefined>
  /** Notes a case, whose label map is the first of the files. */
  add(found: PredictedCase, images: readonly string[], files: readonly string[]): Promise<Problem | undefined>
}

/** The record of a folder: a new one, or where work is to go on the one that is there, whose settings have to be the same. */
export function openRecord(
  output: string,
  settings: PredictionSettings,
  resume: boolean,
): PredictionRecord | Problem {
  const before = resume ? readRecord(output, settings) : new Map<string, CaseRecord>()
  if (isProblem(before)) return before
  const cases = new Map(before)
  const kept: PredictionRecord['kept'] = async (name, images) => {
    const known = before.get(name)
    if (known === undefined) return undefined
    const files = Object.entries(known.files)
    for (const [file, digest] of files) {
      const path = join(output, file)
      if (!existsSync(path) || (await digestOf([path])) !== digest) return undefined
    }
    if ((await digestOf(images)) !== known.images) return undefined
    return { name, path: join(output, files[0]?.[0] ?? ''), volumes: known.volumes }
  }
  const add: PredictionRecord['add'] = async ({ name, volumes }, images, files) => {
    const digests: [string, string][] = []
    for (const path of files) digests.push([basename(path), await digestOf([path])])
    cases.set(name, {
      images: await digestOf(images),
      files: Object.fromEntries(digests),
      volumes: [...volumes],
    })
    const record: WeftPrediction = { format: 1, settings, cases: Object.fromEntries(cases) }
    return writeFiles([textFile(join(output, recordFile), `${JSON.stringify(record, undefined, 2)}\n`)])
  }
  return { kept, add }
}

type CaseRecord = WeftPrediction['cases'][string]

function readRecord(output: string, settings: PredictionSettings): ReadonlyMap<string, CaseRecord> | Problem {
  const path = join(output, recordFile)
  if (!existsSync(path)) return new Map()
  const held = readJson(readFileSync(path, 'utf8'), weftPrediction)
  if (held.kind === 'faults') return problem('prediction-differs', { path, reason: faultsText(held.faults) })
  const { settings: before, cases } = held.data
  const keys = Object.keys(settings) as (keyof PredictionSettings)[]
  const differing = keys.filter((key) => before[key] !== settings[key])
  if (differing.length === 0) return new Map(Object.entries(cases))
  const said = differing.map((key) =>
    key === 'model' ? 'by another model' : `with \`${key}\` ${before[key]}, not ${settings[key]}`,
  )
  return problem('prediction-differs', { path, reason: `its label maps were made ${said.join(', and ')}` })
}

/** Of `model.json`, the spec and the weights of all members. */
export async function modelDigest({ folder, description }: OpenedModel): Promise<string> {
  const { entry, members } = description
  return digestOf([modelFile, join('spec', entry), ...members].map((name) => join(folder, name)))
}

/** SHA-256 of the digests of files, in their order; of a folder those of all files in it, by their names. */
async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesOf)) hash.update(await digestOfFile(path))
  return hash.digest('hex')
}

const filesOf = (path: string): readonly string[] =>
  isFolder(path)
    ? readdirSync(path)
        .toSorted()
        .map((name) => join(path, name))
    : [path]

async function digestOfFile(path: string): Promise<Buffer> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest()
}
