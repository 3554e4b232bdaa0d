// Where names of points stand in a plot: beside, above or below their point, where they cover no point and no other name.
// What finds no such place is left out: the table of points has it.
import { textWidth } from '../../backends/graph/layout/text-size.ts'

export type Side = 'right' | 'left' | 'top' | 'bottom'

/** A point in pixels. */
export interface Spot {
  readonly x: number
  readonly y: number
  readonly radius: number
}

export interface Named<T> extends Spot {
  readonly of: T
  readonly text: string
  /** The side to try first. */
  readonly wanted: 'left' | 'right'
}

export const labelSize = 11
/** Pixels between a point's rim and its name. */
export const labelDistance = 6
const lineHeight = 14

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The side of each name that has a place; earlier ones go first. */
export function placeLabels<T>(
  names: readonly Named<T>[],
  spots: readonly Spot[],
  room: { readonly width: number; readonly height: number },
): ReadonlyMap<T, Side> {
  const taken = spots.map(boxOfSpot)
  const whole = { left: 0, right: room.width, top: 0, bottom: room.height }
  const placed = new Map<T, Side>()
  for (const one of names) {
    const other = one.wanted === 'left' ? 'right' : 'left'
    const side = ([one.wanted, other, 'top', 'bottom'] as const).find((side) => {
      const box = boxOf(one, side)
      return isInside(box, whole) && !taken.some((before) => overlap(box, before))
    })
    if (side === undefined) continue
    placed.set(one.of, side)
    taken.push(boxOf(one, side))
  }
  return placed
}

const boxOfSpot = ({ x, y, radius }: Spot): Box => ({
  left: x - radius,
  right: x + radius,
  top: y - radius,
  bottom: y + radius,
})

function boxOf({ x, y, radius, text }: Named<unknown>, side: Side): Box {
  const width = textWidth(text, labelSize)
  const away = radius + labelDistance
  const middle = { left: x - width / 2, right: x + width / 2 }
  const beside = { top: y - lineHeight / 2, bottom: y + lineHeight / 2 }
  switch (side) {
    case 'right':
      return { ...beside, left: x + away, right: x + away + width }
    case 'left':
      return { ...beside, left: x - away - width, right: x - away }
    case 'top':
      return { ...middle, top: y - away - lineHeight, bottom: y - away }
    case 'bottom':
      return { ...middle, top: y + away, bottom: y + away + lineHeight }
  }
}

const isInside = (box: Box, whole: Box): boolean =>
  box.left >= whole.left && box.right <= whole.right && box.top >= whole.top && box.bottom <= whole.bottom

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
