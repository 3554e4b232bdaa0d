// Checkpoints: one safetensors file with the weights by path, the optimiser's slots and the masks, written whole or not at all. Nothing else is
// needed to go on: what is drawn at random in a step depends on the seed and the step alone.
import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import type { Graph, Parameter } from '../../compiler/ir/graph.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { averagePrefix } from '../../backends/tfjs/training/average.ts'
import type { StateTensor, TrainerState } from '../../backends/tfjs/training/trainer.ts'
import { weftCheckpoint, type WeftCheckpoint } from '../../json/generated/weft-checkpoint-1.ts'
import { faultsText, hold } from '../../json/read.ts'
import { encode } from '../../weights/dtypes.ts'
import { elementCount } from '../../weights/numbers.ts'
import type { Numbers, Weights } from '../../weights/weights.ts'
import {
  openSafetensors,
  writeSafetensors,
  type SafetensorsFile,
  type TensorToWrite,
} from '../safetensors-file.ts'
import { shownDigest } from './digests.ts'

/** Where a run stands. */
export interface Progress {
  readonly step: number
  readonly bestDice: number | null
  readonly bestEpoch: number | null
}

export interface Checkpoint {
  readonly weights: Weights
  readonly state: TrainerState
  readonly progress: Progress
  /** Digest of the run that it belongs to; absent where an earlier version wrote it. */
  readonly run?: string
}

/** Where the run stands, the digest of what decides what it learns, and the digest of everything in the file but itself. */
const keys = { progress: 'weft.progress', run: 'weft.run', digest: 'weft.digest' } as const

/** Names of the trainer's own tensors, which no parameter path can have: a path has no `/`. */
const isState = (name: string): boolean => name.includes('/')

export interface CheckpointToWrite {
  readonly graph: Graph
  readonly weights: Weights
  readonly progress: Progress
  /** Of the run, as `runDigest` gives it. */
  readonly run: string
  /** Of the best epoch only what is averaged, where anything is; without it a checkpoint holds weights only. */
  readonly state?: TrainerState
}

export function writeCheckpoint(path: string, asked: CheckpointToWrite): Problem | undefined {
  const { graph, weights, progress, run, state } = asked
  const tensors: readonly TensorToWrite[] = [
    ...graph.parameters.map((one) => stored(one.path, one.shape, () => weights.numbersOf(one))),
    ...[...(state?.tensors ?? [])].map(([name, { shape, data }]) =>
      stored(name, shape, () => (data instanceof Float32Array ? data : Float32Array.from(data))),
    ),
  ]
  const digest = beginDigest(progress, run)
  for (const { name, shape, numbers } of inOrder(tensors)) {
    const found = numbers()
    if (isProblem(found)) return found
    digest.add(name, shape, found)
  }
  const metadata = new Map([
    [keys.progress, JSON.stringify(progress)],
    [keys.run, run],
    [keys.digest, digest.end()],
  ])
  return writeSafetensors(path, tensors, metadata)
}

const stored = (
  name: string,
  shape: readonly number[],
  numbers: TensorToWrite['numbers'],
): TensorToWrite => ({
  name,
  dtype: 'F32',
  shape,
  numbers,
})

const inOrder = <T extends { readonly name: string }>(tensors: readonly T[]): readonly T[] =>
  tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** Of the metadata, and of each tensor with its name and shape, by name. */
function beginDigest(
  progress: unknown,
  run: string | undefined,
): { add(name: string, shape: readonly number[], numbers: Numbers): void; end(): string } {
  const hash = createHash('sha256').update(JSON.stringify([progress, run]))
  return {
    add: (name, shape, numbers) => void hash.update(JSON.stringify([name, shape])).update(encode(numbers)),
    end: () => hash.digest('hex'),
  }
}

/** The averages in the place of the weights that have one; undefined where none has. */
export function averagedWeights({ weights, state }: Checkpoint): Weights | undefined {
  if (![...state.tensors.keys()].some((name) => name.startsWith(averagePrefix))) return undefined
  return {
    numbersOf: (parameter) => {
      const average = state.tensors.get(`${averagePrefix}${parameter.path}`)?.data
      return average instanceof Float32Array ? average : weights.numbersOf(parameter)
    },
  }
}

/** The weights of a run's own checkpoint, or their averages, without what the trainer keeps beside them. */
export function openOwnCheckpoint(path: string, isAverage: boolean): SafetensorsFile | Problem {
  const file = openSafetensors(path)
  if (isProblem(file)) return file
  const { entries } = file
  const own = new Map([...entries].filter(([name]) => !isState(name)))
  if (!isAverage) return { ...file, entries: own }
  const averageOf = (name: string): string => `${averagePrefix}${name}`
  if ([...own.keys()].some((name) => entries.has(averageOf(name))))
    return {
      ...file,
      entries: own,
      read: (name) => file.read(entries.has(averageOf(name)) ? averageOf(name) : name),
    }
  file.close()
  return problem('average-missing', { path: dirname(path) })
}

/** Reads all of a checkpoint into memory; one that was changed since it was written is a problem. */
export function readCheckpoint(path: string, graph: Graph): Checkpoint | Problem {
  const file = openSafetensors(path)
  if (isProblem(file)) return file
  try {
    const said = saidBy(file)
    if (isProblem(said)) return said
    const tensors = readTensors(file)
    if (isProblem(tensors)) return tensors
    const { run, progress } = said
    return (
      changed(tensors, said, path) ??
      unfit(tensors, graph, path) ?? { ...split(tensors, progress), ...(run === undefined ? {} : { run }) }
    )
  } finally {
    file.close()
  }
}

const damaged = (path: string, reason: string): Problem => problem('run-damaged', { path, reason })

interface ReadTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly numbers: Numbers
}

function readTensors(file: SafetensorsFile): readonly ReadTensor[] | Problem {
  const tensors: ReadTensor[] = []
  for (const [name, { shape }] of file.entries) {
    const numbers = file.read(name)
    if (isProblem(numbers)) return numbers
    tensors.push({ name, shape, numbers })
  }
  return tensors
}

/** A checkpoint that an earlier version wrote has no digest. */
function changed(
  tensors: readonly ReadTensor[],
  { progress, run, digest }: WeftCheckpoint,
  path: string,
): Problem | undefined {
  if (digest === undefined) return undefined
  const now = beginDigest(progress, run)
  for (const { name, shape, numbers } of inOrder(tensors)) now.add(name, shape, numbers)
  const found = now.end()
  return found === digest
    ? undefined
    : damaged(
        path,
        `it was changed since it was written (${shownDigest(digest)} then, ${shownDigest(found)} now)`,
      )
}

function unfit(tensors: readonly ReadTensor[], { parameters }: Graph, path: string): Problem | undefined {
  const lengths = new Map(tensors.map(({ name, numbers }) => [name, numbers.length]))
  const parameter = parameters.find((one) => lengths.get(one.path) !== elementCount(one.shape))
  if (parameter !== undefined) return damaged(path, `it has no weights of this shape for ${parameter.path}`)
  for (const { name, numbers } of tensors) {
    const odd = name.startsWith('mask/') ? numbers.find((one) => one !== 0 && one !== 1) : undefined
    if (odd !== undefined) return damaged(path, `its ${name} holds ${odd}, and masks hold 0 and 1 only`)
  }
  return undefined
}

function split(tensors: readonly ReadTensor[], progress: Progress): Omit<Checkpoint, 'run'> {
  const numbers = new Map<string, Numbers>()
  const state = new Map<string, StateTensor>()
  for (const { name, shape, numbers: data } of tensors) {
    if (!isState(name)) numbers.set(name, data)
    else state.set(name, { shape, data: name.startsWith('mask/') ? Uint8Array.from(data) : single(data) })
  }
  return { weights: weightsFrom(numbers), state: { json: { step: progress.step }, tensors: state }, progress }
}

const single = (numbers: Numbers): Float32Array =>
  numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)

function weightsFrom(numbers: ReadonlyMap<string, Numbers>): Weights {
  return {
    numbersOf: ({ path }: Parameter) => {
      const found = numbers.get(path)
      if (found === undefined) throw new Error(`the checkpoint has no ${path}`)
      return found
    },
  }
}

/** What the metadata say, all of it as schema/weft-checkpoint-1.schema.json has it. */
function saidBy({ path, metadata }: SafetensorsFile): WeftCheckpoint | Problem {
  const [run, digest] = [metadata.get(keys.run), metadata.get(keys.digest)]
  const said = {
    progress: parsed(metadata.get(keys.progress) ?? ''),
    ...(run === undefined ? {} : { run }),
    ...(digest === undefined ? {} : { digest }),
  }
  if (said.progress === undefined) return damaged(path, `its header has no ${keys.progress}`)
  const held = hold(said, weftCheckpoint)
  return held.kind === 'held' ? held.data : damaged(path, `in its header ${faultsText(held.faults)}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
