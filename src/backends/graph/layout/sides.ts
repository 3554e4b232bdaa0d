// Where curves on a grid meet the items at their ends: which side, and where on it, so that few cross there.
import { point, type Point } from './geometry.ts'
import { groupedBy } from '../../../compiler/text/grouped.ts'
import { portOf, type LaidOut } from './scene.ts'
import type { Wire } from './ways.ts'

type Side = 'left' | 'right' | 'top' | 'bottom'

function sidesOf({ from, to, way }: Wire): readonly [Side, Side] {
  switch (way.kind) {
    case 'across':
    case 'bend':
      return ['right', 'left']
    case 'down':
      return to.row > from.row ? ['bottom', 'top'] : ['top', 'bottom']
    case 'corner-down':
      return ['bottom', 'left']
    case 'corner-up':
      return ['right', 'bottom']
    case 'arc':
      return ['top', 'top']
    case 'lanes':
      return ['right', way.enters]
  }
}

/** Shares of a side, -0.5 to 0.5, for each end of each wire. */
export class Sides {
  readonly #parts: ReadonlyMap<string, LaidOut>
  readonly #shares = new Map<string, number>()
  readonly #ids = new Map<Wire, number>()

  constructor(wires: readonly Wire[], parts: ReadonlyMap<string, LaidOut>) {
    this.#parts = parts
    wires.forEach((wire, k) => this.#ids.set(wire, k))
    const ends = wires.flatMap((wire) => {
      const [leaves, enters] = sidesOf(wire)
      return [
        { wire, end: 'from' as const, side: leaves, key: `${wire.link.from} ${leaves}` },
        { wire, end: 'to' as const, side: enters, key: `${wire.link.to} ${enters}` },
      ]
    })
    for (const own of groupedBy(ends, (one) => one.key).values()) {
      for (const zone of groupedBy(own, (one) => zoneOf(one.wire, one.end, one.side)).values()) {
        const [head] = zone
        if (head === undefined) continue
        const [low, high] = zoneRange(zoneOf(head.wire, head.end, head.side))
        const sorted = zone.toSorted((a, b) => rankIn(a.wire, a.end) - rankIn(b.wire, b.end))
        sorted.forEach((one, k) => {
          const share = low + ((high - low) * (k + 1)) / (sorted.length + 1)
          this.#shares.set(`${this.#ids.get(one.wire)} ${one.end}`, share)
        })
      }
    }
  }

  at(wire: Wire, end: 'from' | 'to'): Point {
    const key = end === 'from' ? wire.link.from : wire.link.to
    const part = this.#parts.get(key ?? '')
    if (part === undefined) return point(0, 0)
    const port = portOf(part, wire.link.edge)
    const [leaves, enters] = sidesOf(wire)
    const side = end === 'from' ? leaves : enters
    const share = this.#shares.get(`${this.#ids.get(wire)} ${end}`) ?? 0
    const { block, at } = part
    if (port !== undefined && (side === 'left' || side === 'right')) return port
    if (side === 'left' || side === 'right')
      return point(side === 'left' ? at.x : at.x + block.width, at.y + (0.5 + share) * block.height)
    return point(at.x + (0.5 + share) * block.width, side === 'top' ? at.y : at.y + block.height)
  }
}

type Zone = 'before' | 'middle' | 'after'

/** Curves from above meet the upper part of a side, straight ones its middle. At the top, arcs leave to the right and arrive from the left. */
function zoneOf({ from, to, way }: Wire, end: 'from' | 'to', side: Side): Zone {
  if (side === 'top' || side === 'bottom') {
    if (way.kind !== 'arc' && way.kind !== 'lanes') return 'middle'
    return end === 'from' ? 'after' : 'before'
  }
  if (way.kind === 'corner-down' || way.kind === 'corner-up') return 'middle'
  const other = end === 'from' ? to.row - from.row : from.row - to.row
  return other < 0 ? 'before' : other > 0 ? 'after' : 'middle'
}

function zoneRange(zone: Zone): readonly [number, number] {
  switch (zone) {
    case 'before':
      return [-0.44, -0.12]
    case 'middle':
      return [-0.12, 0.12]
    case 'after':
      return [0.12, 0.44]
  }
}

/** Order within a zone: so that curves of one zone do not cross where they begin. */
function rankIn({ from, to, way }: Wire, end: 'from' | 'to'): number {
  if (way.kind === 'arc') return end === 'from' ? -way.span : way.span * -1
  if (way.kind === 'lanes') return 1000 + from.column
  return end === 'from' ? to.row * 1000 + to.column : from.row * 1000 + from.column
}
