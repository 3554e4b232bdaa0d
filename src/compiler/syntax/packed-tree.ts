// A file's syntax tree as a text: JSON whose spans are pairs of offsets, which take a third of the room.
import type { Span } from '../text/source.ts'
import type { File } from './ast.ts'

/** Of the tree of one file, whose spans all lie in it. */
export function packTree(tree: File): string {
  return JSON.stringify(tree, (key, value: unknown) => {
    if (key !== 'span') return value
    const { start, end } = value as Span // As every node has it.
    return [start, end]
  })
}

/** The tree again, equal to what was packed. */
export function unpackTree(path: string, packed: string): File {
  const tree: unknown = JSON.parse(packed)
  place(path, tree)
  return tree as File // What was packed was one.
}

/** Gives a node and all beneath it their spans. */
function place(path: string, node: unknown): void {
  if (typeof node !== 'object' || node === null) return
  const parts = node as Record<string, unknown>
  for (const key in parts) {
    if (key === 'span') {
      const [start, end] = parts[key] as readonly [number, number] // As it was packed.
      parts[key] = { file: path, start, end }
    } else place(path, parts[key])
  }
}
