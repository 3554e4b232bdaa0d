#!/usr/bin/env node
// A model that nnU-Net trained, as a package for Node: a function and a command. Beside it lie pipeline.json, which says what is done with volumes,
// and the networks, which onnxruntime-node runs. Written by Weft, whose docs/pipeline.md has every rule.
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { isProblem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Network } from '../../../data/pipeline/network.ts'
import { structuresOf } from '../../../data/pipeline/volumes.ts'
import { deploymentFile, type Deployment } from '../../../deployed/deployment.ts'
import { openCase, segmentCase, type Segmentation } from '../../../deployed/segment.ts'
import { loadOnnxRuntime, type RuntimeSession } from '../../onnx-runtime.ts'
import { casesIn, repeatedChannel, sourceOf } from './files.ts'

export interface Model {
  readonly description: Deployment
  readonly networks: readonly Network[]
  /** Gives up what the runtime holds. */
  close(): Promise<void>
}

export interface SegmentOptions {
  /** Averages over mirror images; true unless given. */
  readonly mirrored?: boolean
  /** Rounds in half precision where nnU-Net does; false unless given. */
  readonly asNnunet?: boolean
  onTile?(done: number, all: number): void
}

const own = dirname(fileURLToPath(import.meta.url))

/** The model of a folder, by default the one of this file; `threads` of the runtime, all cores unless given. */
export async function openModel(folder: string = own, threads?: number): Promise<Model> {
  const description = JSON.parse(readFileSync(join(folder, deploymentFile), 'utf8')) as Deployment // Written together with this program.
  const runtime = await loadOnnxRuntime()
  if (isProblem(runtime)) throw new Error(`onnxruntime-node cannot be loaded: ${reasonOf(runtime.parts)}`)
  const sessions: RuntimeSession[] = []
  for (const { file } of description.members) {
    const session = await runtime.open(join(folder, file), threads === undefined ? {} : { threads })
    if (isProblem(session))
      throw new Error(`${file} is not taken by onnxruntime-node: ${reasonOf(session.parts)}`)
    sessions.push(session)
  }
  return {
    description,
    networks: sessions.map((session) => networkOf(session, description)),
    close: async () => {
      for (const session of sessions) await session.release()
    },
  }
}

function networkOf(session: RuntimeSession, { input, output, channels, pipeline }: Deployment): Network {
  const shape = [1, channels.length, ...pipeline.patch]
  return async (tile) => {
    const found = await session.run(new Map([[input, { shape, data: tile }]]), [output])
    if (isProblem(found)) throw new Error(`the network does not run: ${reasonOf(found.parts)}`)
    const scores = found.get(output)
    if (scores === undefined) throw new Error(`the network has no output ${output}`)
    return scores.data
  }
}

const reasonOf = (parts: object): string => ('reason' in parts ? String(parts.reason) : '')

/** Labels of a case, one NIfTI file for each channel in their order: the bytes of a NIfTI file, and millilitres of the structures. Throws an Error that says what is wrong. */
export async function segment(
  paths: readonly string[],
  { description, networks }: Model,
  { mirrored = true, asNnunet = false, onTile }: SegmentOptions = {},
): Promise<Segmentation> {
  const running = {
    networks,
    mirrored,
    precision: asNnunet ? ('half' as const) : ('float32' as const),
    step: 0.5,
    ...(onTile === undefined ? {} : { onTile }),
  }
  const opened = await openCase(paths.map(sourceOf), description, running)
  if (typeof opened === 'string') throw new Error(opened)
  const found = await segmentCase(opened, description, running)
  if (typeof found === 'string') throw new Error(found)
  return found
}

// ---------------------------------------------------------------- the command

const usage = 'usage: segment -i IMAGES -o PREDICTIONS [--no-mirror] [--reference nnunet] [--threads N]\n'

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      input: { type: 'string', short: 'i' },
      output: { type: 'string', short: 'o' },
      'no-mirror': { type: 'boolean', default: false },
      reference: { type: 'string' },
      threads: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { input, output, reference } = values
  if (values.help || input === undefined || output === undefined) {
    process.stderr.write(usage)
    return values.help ? 0 : 1
  }
  if (reference !== undefined && reference !== 'nnunet') throw new Error('--reference takes nnunet')
  const model = await openModel(own, threadsOf(values.threads))
  const cases = casesIn(input, model.description.channels.length)
  if (cases.size === 0) throw new Error(`${input} has no file of the name CASE_0000.nii.gz`)
  mkdirSync(output, { recursive: true })
  let failed = 0
  for (const [name, paths] of cases) {
    const path = join(output, `${name}${model.description.ending}`)
    const options = { mirrored: !values['no-mirror'], asNnunet: reference === 'nnunet' }
    try {
      const repeated = repeatedChannel(paths)
      if (repeated !== undefined) throw new Error(repeated)
      const found = await segment(paths, model, options)
      writeWhole(path, found.file)
      process.stdout.write(`wrote ${path}  ${volumesText(found, model.description)}\n`)
      for (const text of found.warnings) process.stderr.write(`${name}: ${text}\n`)
    } catch (error) {
      failed++
      process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
  await model.close()
  return failed === 0 ? 0 : 1
}

function threadsOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  if (!/^[1-9]\d*$/.test(given)) throw new Error('--threads takes a whole number from 1')
  return Number(given)
}

const volumesText = ({ volumes }: Segmentation, description: Deployment): string =>
  structuresOf(description)
    .slice(1)
    .map(({ name }, k) => `${name} ${(volumes[k + 1] ?? 0).toFixed(2)} ml`)
    .join(', ')

/** The file is there when it is whole. */
function writeWhole(path: string, bytes: Uint8Array): void {
  const draft = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(draft, path.endsWith('.gz') ? gzipSync(bytes) : bytes)
    renameSync(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    return 1
  })
