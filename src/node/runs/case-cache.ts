// Cases of a data source that are read when they are needed and kept as long as there is room, so that a dataset may be larger than memory.
// What is kept changes nothing but how often a case is read: drawing a batch depends on its seed and step alone.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { LabelledCase } from '../../data/case.ts'
import type { PreparedCase } from '../../data/sampling.ts'
import { freeMemory } from '../machine-memory.ts'
import type { DataSource } from './data-source.ts'
import { preparedCase, type Preparing } from './prepared-case.ts'

export interface CaseCache {
  /** A case as it was read. It is kept where there is room: looking through all cases pushes none out. */
  read(name: string): Promise<LabelledCase | Problem>
  /** A case to draw patches from, in place of the case as it was read. Those that were drawn from longest ago make room. */
  prepare(name: string, how: Preparing): Promise<PreparedCase | Problem>
}

type Kept =
  | { readonly kind: 'read'; readonly value: LabelledCase; readonly bytes: number }
  | { readonly kind: 'prepared'; readonly value: PreparedCase; readonly bytes: number }

/** Keeps cases of at most so many bytes. */
export function openCaseCache({ readCase }: Pick<DataSource, 'readCase'>, limit: number): CaseCache {
  const shelf = openShelf(limit)
  return {
    read: async (name) => {
      const known = shelf.take(name)
      const value = known?.kind === 'read' ? known.value : await readCase(name)
      if (!isProblem(value))
        shelf.put(name, { kind: 'read', value, bytes: bytesOf(value) }, 'if there is room')
      return value
    },
    prepare: async (name, how) => {
      const known = shelf.take(name)
      if (known?.kind === 'prepared') {
        shelf.put(name, known, 'make room')
        return known.value
      }
      const read = known?.value ?? (await readCase(name))
      if (isProblem(read)) return read
      const value = preparedCase(read, how)
      if (isProblem(value)) return value
      const places = [...value.places, ...(value.labelled === undefined ? [] : [value.labelled])]
      const bytes = bytesOf(value) + places.reduce((sum, { byteLength }) => sum + byteLength, 0)
      shelf.put(name, { kind: 'prepared', value, bytes }, 'make room')
      return value
    },
  }
}

const bytesOf = ({ image, labels }: Pick<LabelledCase, 'image' | 'labels'>): number =>
  image.data.byteLength + labels.data.byteLength

interface Shelf {
  /** What is there under a name; it is there no more. */
  take(name: string): Kept | undefined
  put(name: string, kept: Kept, how: 'make room' | 'if there is room'): void
}

function openShelf(limit: number): Shelf {
  // In the order of their last use.
  const entries = new Map<string, Kept>()
  let total = 0
  const take = (name: string): Kept | undefined => {
    const found = entries.get(name)
    entries.delete(name)
    total -= found?.bytes ?? 0
    return found
  }
  const put: Shelf['put'] = (name, kept, how) => {
    if (kept.bytes > limit) return
    if (how === 'make room')
      for (const oldest of entries.keys()) {
        if (total + kept.bytes <= limit) break
        take(oldest)
      }
    if (total + kept.bytes > limit) return
    entries.set(name, kept)
    total += kept.bytes
  }
  return { take, put }
}

/** Of the memory that is free and not needed by a step, the part that cases may take unless it is said: reading one takes memory too. */
const freeShare = 0.5

export const defaultCacheBytes = (stepBytes: number): number =>
  Math.max(0, Math.floor((freeMemory() - stepBytes) * freeShare))
