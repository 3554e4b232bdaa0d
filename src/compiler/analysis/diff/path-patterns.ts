// Many paths as few: those that differ in indices alone become one pattern, `encoder.level[0..5].Unit[0..1].conv`.

const numbersInBrackets = /\d+(?=[^[\]]*\])/g

/** `encoder.level[#].conv` of `encoder.level[3].conv`. */
export function skeletonOf(path: string): string {
  return path.replaceAll(numbersInBrackets, '#')
}

/** The numbers that the skeleton leaves out, in order. */
export function indicesOf(path: string): number[] {
  return [...path.matchAll(numbersInBrackets)].map(([text]) => Number(text))
}

export interface PathPattern {
  /** With ranges where the paths differ. */
  readonly text: string
  readonly paths: readonly string[]
}

/** In the order in which skeletons first occur. */
export function foldPaths(paths: readonly string[]): PathPattern[] {
  return [...groupBy(paths, skeletonOf)].map(([skeleton, of]) => ({
    text: ranged(skeleton, of.map(indicesOf)),
    paths: of,
  }))
}

/** A skeleton with the values that each of its brackets takes. */
function ranged(skeleton: string, indices: Indices): string {
  let at = 0
  return skeleton.replaceAll(/\[[^\]]*\]/g, (bracket) => {
    const places = bracket.split('#').length - 1
    const here = indices.map((one) => one.slice(at, at + places))
    at += places
    return bracketText(bracket, here)
  })
}

type Indices = readonly (readonly number[])[]

const piecesShown = 6

/** `[0..3,1..4]` where every combination is there; else `[0..3,1|0..2,2|0,3]`, by the last index; ranges alone where that is long. */
function bracketText(bracket: string, indices: Indices): string {
  const ranges = (of: Indices): string => {
    let place = 0
    return bracket.slice(1, -1).replaceAll('#', () => {
      place += 1
      return rangeText(of.map((one) => one[place - 1] ?? 0))
    })
  }
  const distinct = new Set(indices.map((one) => one.join())).size
  const places = indices[0]?.map((_, place) => new Set(indices.map((one) => one[place])).size) ?? []
  const isFull = distinct === places.reduce((product, one) => product * one, 1)
  const pieces = isFull ? [] : [...groupBy(indices, (one) => String(one.at(-1))).values()].map(ranges)
  return `[${isFull || pieces.length > piecesShown ? ranges(indices) : pieces.join('|')}]`
}

/** `0..3`, `0..2|5`, `1`. */
export function rangeText(values: readonly number[]): string {
  const sorted = [...new Set(values)].toSorted((a, b) => a - b)
  const runs: [number, number][] = []
  for (const value of sorted) {
    const last = runs.at(-1)
    if (last !== undefined && value === last[1] + 1) last[1] = value
    else runs.push([value, value])
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}..${to}`)).join('|')
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const name = key(item)
    const before = groups.get(name)
    if (before === undefined) groups.set(name, [item])
    else before.push(item)
  }
  return groups
}
