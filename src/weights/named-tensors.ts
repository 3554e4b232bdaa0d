// Tensors by name, as a checkpoint has them: what another program called its weights, before a map says what they are here.
import type { Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Numbers } from './weights.ts'

export interface TensorEntry {
  /** As safetensors calls it: `F32`, `BF16`, `I64`. */
  readonly dtype: string
  readonly shape: readonly number[]
  /** Tensors of one file and one place are one tensor under several names. */
  readonly place?: string
  /** The Python class or function that would have made what stands under this name; its type and shape are not known. */
  readonly unbuilt?: string
}

/** One of the files that a checkpoint was split into. */
export interface CheckpointPart {
  readonly path: string
  readonly number: number
  readonly count: number
  /** The name of the file that lists all of them. */
  readonly index: string
}

export interface NamedTensors {
  /** Where these are only some of a checkpoint's tensors, as far as the file's name tells. */
  readonly part?: CheckpointPart | undefined
  readonly entries: ReadonlyMap<string, TensorEntry>
  /** In row-major order. Fails where the numbers are of another kind or not finite. Only called with a name of `entries`. */
  read(name: string): Numbers | Problem
}
