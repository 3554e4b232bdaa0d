// Where in a checkpoint the weights are: trainers keep them under a key of their own, beside optimisers, averages and logs.
import { isKind } from './unpickle.ts'
import type { Opaque, PickleDict, PickleValue, Tensor } from './pickle-values.ts'

export interface StateDict {
  /** Keys to it, with dots between them; empty where the whole file is one. */
  readonly key: string
  /** Tensors by name, and what could not be built under a name. What is plain data is no weight. */
  readonly tensors: ReadonlyMap<string, Tensor | Opaque>
}

/** Wrappers inside wrappers go no deeper. */
const deepest = 4

/**
 * Dicts that directly hold tensors, the outermost ones. Names of weights have dots: where any dict holds such, those that hold
 * other tensors (a loss, a best score) are none.
 */
export function stateDictsOf(root: PickleValue): readonly StateDict[] {
  const dotted = within(root, (one) => namesOfTensors(one).some((name) => name.includes('.')))
  return dotted.length > 0 ? dotted : within(root, (one) => namesOfTensors(one).length > 0)
}

function within(root: PickleValue, isOne: (dict: PickleDict) => boolean): readonly StateDict[] {
  const seen = new Set<PickleValue>()
  const find = (value: PickleValue, keys: readonly string[]): StateDict[] => {
    if (!isKind(value, 'dict') || seen.has(value) || keys.length > deepest) return []
    seen.add(value)
    if (isOne(value)) return [{ key: keys.join('.'), tensors: tensorsIn(value) }]
    return [...value.entries].flatMap(([key, inner]) =>
      typeof key === 'string' ? find(inner, [...keys, key]) : [],
    )
  }
  return find(root, [])
}

function namesOfTensors({ entries }: PickleDict): readonly string[] {
  return [...entries].flatMap(([key, value]) =>
    typeof key === 'string' && isKind(value, 'tensor') ? [key] : [],
  )
}

function tensorsIn({ entries }: PickleDict): StateDict['tensors'] {
  const found = new Map<string, Tensor | Opaque>()
  for (const [key, value] of entries)
    if (typeof key === 'string' && (isKind(value, 'tensor') || isKind(value, 'opaque'))) found.set(key, value)
  return found
}

/** What a file without weights holds, for a message: each key with what it is. */
export function contentsOf(root: PickleValue): string {
  if (isKind(root, 'opaque')) return `a pickled \`${root.of}\``
  if (!isKind(root, 'dict')) return 'no dict'
  const keys = [...root.entries].map(([key, value]) => {
    const name = `\`${typeof key === 'object' ? '…' : key}\``
    return isKind(value, 'opaque') ? `${name} (a pickled \`${value.of}\`)` : name
  })
  const shown = keys.slice(0, shownKeys)
  const rest = keys.length - shown.length
  return keys.length === 0 ? 'an empty dict' : `${shown.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`
}

const shownKeys = 8
