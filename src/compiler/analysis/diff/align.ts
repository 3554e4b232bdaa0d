// Rows of siblings that only their ordinals tell apart, aligned: something put into a row shifts the ordinals of what follows,
// which is still the same. The alignment of greatest weight, by dynamic programming (Needleman and Wunsch, 1970).
import type { Module } from './module-index.ts'

export type Pair = readonly [a: Module, b: Module]

/** Pairs in order, where a family of siblings has grown or shrunk; empty where none has. */
export function alignedPairs(a: readonly Module[], b: readonly Module[]): Pair[] {
  const [rowsA, rowsB] = [ordinalFamilies(a), ordinalFamilies(b)]
  const common = new Set([...rowsA.keys()].filter((family) => rowsB.has(family)))
  if (![...common].some((family) => rowsA.get(family) !== rowsB.get(family))) return []
  const isCommon = (one: Module): boolean => common.has(familyOf(one))
  return aligned(a.filter(isCommon), b.filter(isCommon))
}

/** Operators of one kind are a family, and so are modules of one name. */
function familyOf({ family, node }: Module): string {
  return node === undefined ? family : `${family} ${node.op}`
}

/** How many members each family has whose names are `Unit`, or `Unit[0]`, `Unit[1]`, … in the order of their operators. */
function ordinalFamilies(siblings: readonly Module[]): Map<string, number> {
  const counts = new Map<string, number>()
  const others = new Set<string>()
  for (const one of siblings) {
    const family = familyOf(one)
    const count = counts.get(family) ?? 0
    counts.set(family, count + 1)
    const isBare = one.name === one.family && count === 0
    if (!isBare && one.name !== `${one.family}[${count}]`) others.add(family)
  }
  for (const family of others) counts.delete(family)
  return counts
}

function aligned(a: readonly Module[], b: readonly Module[]): Pair[] {
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && isSame(a[start], b[start])) start += 1
  let end = 0
  while (end < shorter - start && isSame(a.at(-1 - end), b.at(-1 - end))) end += 1
  const inner = (row: readonly Module[]): readonly Module[] => row.slice(start, row.length - end)
  return [
    ...paired(a.slice(0, start), b),
    ...bestPairs(inner(a), inner(b)),
    ...paired(a.slice(a.length - end), b.slice(b.length - end)),
  ]
}

function isSame(a: Module | undefined, b: Module | undefined): boolean {
  return a !== undefined && b !== undefined && a.exact === b.exact && familyOf(a) === familyOf(b)
}

function paired(a: readonly Module[], b: readonly Module[]): Pair[] {
  return a.flatMap((one, k): Pair[] => {
    const other = b[k]
    return other === undefined ? [] : [[one, other]]
  })
}

/** A table of more cells is not made: such a row is paired by names. */
const mostCells = 4_000_000

function bestPairs(a: readonly Module[], b: readonly Module[]): Pair[] {
  const width = b.length + 1
  if (a.length === 0 || b.length === 0 || (a.length + 1) * width > mostCells) return []
  // The weight of the best alignment of what follows: of a from i, of b from j.
  const best = new Int32Array((a.length + 1) * width)
  const at = (i: number, j: number): number => best[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const weight = weightOf(a[i], b[j])
      const both = weight === 0 ? 0 : weight + at(i + 1, j + 1)
      best[i * width + j] = Math.max(both, at(i + 1, j), at(i, j + 1))
    }
  const pairs: Pair[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [one, other] = [a[i], b[j]]
    const weight = weightOf(one, other)
    if (one !== undefined && other !== undefined && weight > 0 && at(i, j) === weight + at(i + 1, j + 1)) {
      pairs.push([one, other])
      i += 1
      j += 1
    } else if (at(i, j) === at(i + 1, j)) i += 1
    else j += 1
  }
  return pairs
}

/** Equal structure tells most, of what has weights more than of what has none; the name decides between equals. */
function weightOf(a: Module | undefined, b: Module | undefined): number {
  if (a === undefined || b === undefined || a.loose !== b.loose || familyOf(a) !== familyOf(b)) return 0
  const structure = a.exact === b.exact ? 10 : a.form === b.form ? 9 : 4
  return structure * (a.hasParameters ? 2 : 1) + (a.name === b.name ? 1 : 0)
}
