// Checkpoints: one safetensors file with the weights by path, the optimiser's slots and the masks, written whole or not at all. Nothing else is
// needed to go on: what is drawn at random in a step depends on the seed and the step alone.
import type { Graph, Parameter } from '../../compiler/ir/graph.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { StateTensor, TrainerState } from '../../backends/tfjs/training/trainer.ts'
import { elementCount } from '../../weights/numbers.ts'
import type { Numbers, Weights } from '../../weights/weights.ts'
import { openSafetensors, writeSafetensors, type TensorToWrite } from '../safetensors-file.ts'

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
}

const progressKey = 'weft.progress'

/** Names of the trainer's own tensors, which no parameter path can have: a path has no `/`. */
const isState = (name: string): boolean => name.includes('/')

/** Without the trainer's state, of the best epoch, it holds weights only. */
export function writeCheckpoint(
  path: string,
  { graph, weights }: { readonly graph: Graph; readonly weights: Weights },
  progress: Progress,
  state?: TrainerState,
): Problem | undefined {
  const learned = graph.parameters.map((parameter): TensorToWrite => ({
    name: parameter.path,
    dtype: 'F32',
    shape: parameter.shape,
    numbers: () => weights.numbersOf(parameter),
  }))
  const kept = [...(state?.tensors ?? [])].map(([name, { shape, data }]): TensorToWrite => ({
    name,
    dtype: 'F32',
    shape,
    numbers: () => (data instanceof Float32Array ? data : Float32Array.from(data)),
  }))
  return writeSafetensors(path, [...learned, ...kept], new Map([[progressKey, JSON.stringify(progress)]]))
}

/** Reads all of a checkpoint into memory. */
export function readCheckpoint(path: string, { parameters }: Graph): Checkpoint | Problem {
  const file = openSafetensors(path)
  if (isProblem(file)) return file
  try {
    const progress = progressOf(file.metadata.get(progressKey))
    if (progress === undefined) return problem('run-damaged', { path, reason: 'it says no step' })
    const numbers = new Map<string, Numbers>()
    const tensors = new Map<string, StateTensor>()
    for (const [name, { shape }] of file.entries) {
      const data = file.read(name)
      if (isProblem(data)) return data
      if (!isState(name)) numbers.set(name, data)
      else tensors.set(name, { shape, data: name.startsWith('mask/') ? Uint8Array.from(data) : single(data) })
    }
    const unfit = parameters.find(
      ({ path: name, shape }) => numbers.get(name)?.length !== elementCount(shape),
    )
    if (unfit !== undefined)
      return problem('run-damaged', { path, reason: `it has no weights of this shape for ${unfit.path}` })
    return { weights: weightsFrom(numbers), state: { json: { step: progress.step }, tensors }, progress }
  } finally {
    file.close()
  }
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

function progressOf(text: string | undefined): Progress | undefined {
  if (text === undefined) return undefined
  const json = parsed(text)
  const known = typeof json === 'object' && json !== null && 'step' in json && isStep(json.step)
  return known ? (json as Progress) : undefined
}

const isStep = (step: unknown): boolean => Number.isSafeInteger(step) && Number(step) >= 0

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
