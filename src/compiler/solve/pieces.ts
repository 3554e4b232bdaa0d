// A table of exact values as few polynomials, each on a box of positions. A box holds what was evaluated and nothing else: every value in it lies on
// its polynomial.
import { through, type Polynomial, type Table } from './polynomial.ts'
import type { Rational } from './rational.ts'

/** By variable, some of its positions, ascending. */
export type Box = readonly (readonly number[])[]

export interface Piece {
  readonly box: Box
  /** Undefined: what is there does not exist at any of its points. */
  readonly polynomial: Polynomial | undefined
}

export interface Values {
  readonly at: readonly (readonly Rational[])[]
  /** At every combination of positions, the last variable varying fastest; undefined where there is none. */
  readonly values: readonly (bigint | undefined)[]
}

/** Undefined where more pieces would be needed. */
export function piecesOf(table: Values, most: number): readonly Piece[] | undefined {
  const pieces: Piece[] = []
  const open: Box[] = [table.at.map((positions) => positions.map((_, at) => at))]
  for (let box = open.pop(); box !== undefined; box = open.pop()) {
    const found = pieceOn(table, box)
    if (found !== undefined) pieces.push(found)
    else open.push(...splitOf(table, box).toReversed())
    if (pieces.length + open.length > most) return undefined
  }
  return pieces.toSorted((a, b) => compareBoxes(a.box, b.box))
}

/** By where they begin, the first variable first. */
function compareBoxes(a: Box, b: Box): number {
  for (const [variable, [first = 0]] of a.entries()) {
    const difference = first - (b[variable]?.[0] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function pieceOn(table: Values, box: Box): Piece | undefined {
  const values = valuesIn(table, box)
  if (values.every((value) => value === undefined)) return { box, polynomial: undefined }
  if (!values.every((value) => value !== undefined)) return undefined
  const polynomial = through(tableOf(table, box, values))
  return polynomial === undefined ? undefined : { box, polynomial }
}

function tableOf({ at }: Values, box: Box, values: readonly bigint[]): Table {
  return {
    at: box.map((positions, variable) => positions.flatMap((one) => at[variable]?.[one] ?? [])),
    values,
  }
}

function valuesIn({ at, values }: Values, box: Box): (bigint | undefined)[] {
  let places = [0]
  for (const [variable, positions] of box.entries()) {
    const size = at[variable]?.length ?? 1
    places = places.flatMap((place) => positions.map((one) => place * size + one))
  }
  return places.map((place) => values[place])
}

/** The largest part of the box that is a piece, cut off along one variable, and what is left; what does not exist at all goes first. */
function splitOf(table: Values, box: Box): readonly Box[] {
  const absent = withoutAbsent(table, box)
  if (absent !== undefined) return absent
  let best: { readonly size: number; readonly parts: readonly Box[] } | undefined
  for (const [variable, positions] of box.entries())
    for (const part of partsOf(positions)) {
      const taken = box.with(variable, part)
      const size = part.length / positions.length
      if (best !== undefined && size <= best.size) continue
      if (pieceOn(table, taken) === undefined) continue
      const left = positions.filter((one) => !part.includes(one))
      best = { size, parts: [taken, box.with(variable, left)] }
    }
  return best?.parts ?? halves(box)
}

/** Apart from the rest: positions of one variable at which nothing exists, whatever the others are. */
function withoutAbsent(table: Values, box: Box): readonly Box[] | undefined {
  for (const [variable, positions] of box.entries()) {
    const isAbsent = (one: number): boolean =>
      valuesIn(table, box.with(variable, [one])).every((value) => value === undefined)
    const absent = positions.filter(isAbsent)
    if (absent.length > 0)
      return [
        box.with(variable, absent),
        box.with(
          variable,
          positions.filter((one) => !absent.includes(one)),
        ),
      ]
  }
  return undefined
}

/** Classes of every second, third or fourth position, and runs from either end, the longest first. */
function partsOf(positions: readonly number[]): readonly (readonly number[])[] {
  const { length } = positions
  const runs = Array.from({ length: length - 1 }, (_, less) => length - 1 - less).flatMap((run) => [
    positions.slice(0, run),
    positions.slice(length - run),
  ])
  const classes = [2, 3, 4].flatMap((count) =>
    Array.from({ length: count }, (_, rest) => positions.filter((__, at) => at % count === rest)),
  )
  return [...runs, ...classes.filter((part) => part.length > 1 && part.length < length)].toSorted(
    (a, b) => b.length - a.length,
  )
}

/** Where no part along one variable will do: two boxes, along the variable that has most positions. */
function halves(box: Box): readonly Box[] {
  const sizes = box.map((positions) => positions.length)
  const variable = sizes.indexOf(Math.max(...sizes))
  const positions = box[variable] ?? []
  const middle = Math.floor(positions.length / 2)
  return [box.with(variable, positions.slice(0, middle)), box.with(variable, positions.slice(middle))]
}
